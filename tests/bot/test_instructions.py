"""From what people ask in a thread to the prompt of the place that changes."""

import re
from datetime import UTC, datetime

import pytest

from bot.briefs.model import UserError, Version
from bot.draft.instructions import compose
from bot.draft.tweaks import TweakRequest
from bot.fix.order import FixOrder, FixPart
from bot.fix.request import FixRequest
from bot.listeners.mention_text import HelpRequest, parse_reply
from bot.pictures.box import Box
from bot.texts import say

SNEAKER = "a red sneaker on a teal background"


@pytest.mark.parametrize(
    ("prompt", "instruction", "expected"),
    [
        (SNEAKER, "make it blue", "a blue sneaker on a teal background"),
        (SNEAKER, "Make the sneaker orange.", "an orange sneaker on a teal background"),
        (SNEAKER, "make the background pink", "a red sneaker on a pink background"),
        (SNEAKER, "remove the sneaker", "plain teal background"),
        (SNEAKER, "replace it with a lemon", "a lemon on a teal background"),
        (SNEAKER, "add a cup", "a cup on a teal background"),
        (SNEAKER, "warmer light", f"{SNEAKER}, warmer light"),
        ("a sneaker", "make it blue", "a blue sneaker"),
        ("two lemons, pink background", "make it green", "two green lemons, pink background"),
        ("an apple on pink", "remove it", "plain pink background"),
        ("a cat", "erase the cat", "plain background"),
        ("a cat and a dog", "make the dog brown", "a cat and a brown dog"),
        (SNEAKER, "turn it into a blue colour", "a blue sneaker on a teal background"),
        (SNEAKER, "change it to an orange tone", "an orange sneaker on a teal background"),
        (SNEAKER, "change the sneaker to an orange", "an orange on a teal background"),
        (SNEAKER, "turn it into a peach", "a peach on a teal background"),
        (SNEAKER, "turn the sneaker into a lime", "a lime on a teal background"),
        (SNEAKER, "turn it into an olive", "an olive on a teal background"),
        (SNEAKER, "paint a house red", "a house red on a teal background"),
        (SNEAKER, "turn the sneaker into gold", "gold on a teal background"),
        (SNEAKER, "turn it into a rose", "a rose on a teal background"),
        (SNEAKER, "change it to the orange", "the orange on a teal background"),
        (SNEAKER, "make it look like gold", f"{SNEAKER}, make it look like gold"),
        (SNEAKER, "make the label say blue", f"{SNEAKER}, make the label say blue"),
        (SNEAKER, "make the red sneaker sky blue", "a sky blue sneaker on a teal background"),
        (SNEAKER, "make it #ff8800", f"{SNEAKER}, make it #ff8800"),
        (
            "an orange on a plate, teal background",
            "make it blue",
            "a blue orange on a plate, teal background",
        ),
        ("a peach", "make it gold", "a gold peach"),
        ("a peach cup on a plate", "make it gold", "a gold cup on a plate"),
        ("a ring in gold", "make it blue", "a ring in blue"),
    ],
)
def test_an_instruction_becomes_the_prompt_of_what_is_wanted(prompt, instruction, expected):
    assert compose(prompt, instruction) == expected


LEFT = Box(left=0, top=0, right=0.5, bottom=1)
MIDDLE = Box(left=0.25, top=0.25, right=0.75, bottom=0.75)


@pytest.mark.parametrize(
    ("text", "has_mask", "expected"),
    [
        ("fix left: make it blue", False, (LEFT, "make it blue", None)),
        ("Please fix left : make it blue", False, (LEFT, "make it blue", None)),
        ("fix B2:C3: make it blue", False, (MIDDLE, "make it blue", None)),
        ("fix cell 2 left: make it blue", False, (LEFT, "make it blue", 2)),
        ("fix #3, left: make it 10:30", False, (LEFT, "make it 10:30", 3)),
        ("fix: make it blue", True, (None, "make it blue", None)),
        ("fix make it blue", True, (None, "make it blue", None)),
    ],
)
def test_a_fix_is_understood(text, has_mask, expected):
    found = parse_reply(text, has_mask=has_mask)
    assert isinstance(found, FixRequest)
    assert (found.region, found.instruction, found.cell) == expected


def test_a_mention_without_a_wish_is_a_call_for_help():
    assert parse_reply("hello there", has_mask=False) == HelpRequest()


def test_what_the_help_shows_can_be_said():
    told = say("help-thread") + say("replies-empty-tweak")
    fix, *tweaks = [parse_reply(one, has_mask=False) for one in re.findall("`@Draftroom (.+?)`", told)]
    assert isinstance(fix, FixRequest)
    assert tweaks == [
        TweakRequest(parts=("warmer light",)),
        TweakRequest(parts=("warmer light", "no clutter")),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fix", "don't see what to change"),
        ("fix left:", "don't see what to change"),
        ("fix make it blue", "don't see"),
        ("fix moon: make it blue", "don't know the region “moon”"),
        ("fix Z9: make it blue", "off the picture"),
        (f"fix left: {'x' * 2_000}", "2,000 characters"),
    ],
)
def test_a_fix_that_cannot_be_is_explained(text, words):
    with pytest.raises(UserError) as caught:
        parse_reply(text, has_mask=False)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("text", "thing", "inverted"),
    [
        ("fix the moon: make it blue", "the moon", False),
        ("fix everything except the bottle: make it a beach", "the bottle", True),
        ("fix cell 2 the left shoe: make it red", "the left shoe", False),
    ],
)
def test_a_thing_may_be_named(text, thing, inverted):
    asked = parse_reply(text, has_mask=False)
    assert (asked.region, asked.named, asked.inverted) == (None, thing, inverted)


def ordered(prompt, *instructions, retold=True):
    """What is kept of a fix as the picture's prompt, and what its region is drawn from."""
    target = Version(
        id=1, brief="K7M2QRS", job="j", parent=None, kind="fix", number=1, prompt=prompt, seed=1, picture="",
        mask=None, instruction=None, seconds=0,
        created_at=datetime(2026, 11, 26, tzinfo=UTC),
    )  # fmt: skip
    parts = tuple(FixPart(instruction=one, region="left", mask="m", retold=retold) for one in instructions)
    task = FixOrder(target=target, parts=parts, mask="m", width=64, height=64).task(seed=1)
    return task.prompt, [part.prompt for part in task.parts or (task,)]


def test_a_fix_is_not_told_of_an_earlier_fix():
    kept, drawn = ordered("a red apple on a teal background", "add a butterfly")
    assert drawn == ["a butterfly on a teal background"]
    assert kept == "a red apple on a teal background"
    kept, drawn = ordered(kept, "make it blue")
    assert kept == "a blue apple on a teal background"
    assert drawn == [kept]
    assert ordered(kept, "remove it", "make it green")[0] == "a green apple on a teal background"
    # One of several things has another colour: the others would be drawn in it.
    kept, _ = ordered("a lemon and a mushroom", "make it blue", retold=False)
    assert ordered(kept, "softer light")[1] == ["a lemon and a mushroom, softer light"]
