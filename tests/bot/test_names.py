"""What briefs are called, and that each way to type a name finds them; older names keep working."""

import pytest

from bot.briefs import table as briefs_table
from bot.briefs.model import BriefRequest, Named
from bot.briefs.names import read_name, stem_of
from bot.deliver.request import parse_deliver
from bot.draft import actions as draft_actions
from bot.draft.like import BriefPicture, parse_like
from bot.home.command import ShowBrief, parse_show
from bot.listeners.near_commands import meant
from tests.bot.office import ADA, BEN, CHANNEL, rows


@pytest.mark.parametrize(
    ("prompt", "stem"),
    [
        ("a red apple on a teal background", "red-apple"),
        ("a very small red apple, seen from above", "red-apple"),
        ("Photo of a cat", "cat"),
        ("the moon", "moon"),
        ("seven lemons", "seven-lemons"),
        ("on a beach", "beach"),
        ("Straßenkreuzung in Köln", "strassenkreuz"[:14]),
        ("café au lait", "au-lait"),
        ("яблоко", "picture"),
        ("苹果", "picture"),
        ("🍋", "picture"),
        ("<@U0BEN>, *bold*", "bold"),
        ("a supercalifragilistic unconstitutionally", "supercalifragi-unconstitution"),
    ],
)
def test_a_name_is_the_thing_in_words(prompt, stem):
    found = stem_of(prompt)
    assert found.startswith(stem)
    assert read_name(f"{found}-12") == f"{found}-12"


async def test_names_count_on_and_none_comes_twice(office):
    ids = []
    prompts = ["a red apple", "the red apple on a plate", "red", "red", "a red apple", "an apple"]
    for number, prompt in enumerate(prompts):
        request = BriefRequest(prompt=prompt)
        person = [ADA, BEN][number % 2]
        brief = await draft_actions.open_brief(
            office.services, request, person=person, channel=CHANNEL, source_key=f"command:{number}"
        )
        ids.append(brief.id)
    assert ids == ["red-apple-1", "red-apple-2", "red-1", "red-2", "red-apple-3", "apple-1"]
    assert len(await rows(office.database, "SELECT 1 FROM effects WHERE key = 'brief:red-apple-2'")) == 1


async def test_after_nine_comes_ten(office):
    for number in range(11):
        request = BriefRequest(prompt="a donut")
        brief = await draft_actions.open_brief(
            office.services, request, person=ADA, channel=CHANNEL, source_key=f"command:{number}"
        )
    assert brief.id == "donut-11"
    assert await office.database.read(lambda tx: briefs_table.new_name(tx, "a donut")) == "donut-12"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("red-apple-2", "red-apple-2"),
        ("Red-Apple-2", "red-apple-2"),
        ("cat-10", "cat-10"),
        ("K7M2QRS", "K7M2QRS"),
        ("k7m2qrs", "K7M2QRS"),
        ("BVSDAMV", "BVSDAMV"),
    ],
)
def test_a_name_is_found_wherever_it_is_typed(typed, name):
    assert parse_show(f"show {typed}") == ShowBrief(brief=name)
    assert meant(f"show {typed}") == f"show {name}"
    assert parse_like(f"{typed}/3") == BriefPicture(brief=name, number=3)
    assert parse_deliver(f"deliver {typed} 1080x1080").names == (Named(brief=name),)
    assert parse_deliver(f"deliver {typed}/pro2 1080x1080").names == (
        Named(brief=name, kind="pro", number=2),
    )


@pytest.mark.parametrize(
    "prompt", ["show thunder", "show t-shirt", "show red-apple", "show 3-2-1", "show a-b-c-1 d"]
)
def test_a_prompt_stays_one(prompt):
    assert parse_show(prompt) is None
    assert meant(prompt) == prompt
