"""What people type, labelled by hand: is it understood as a colleague would, and does nothing doubtful cost anything?"""

import csv
from collections import Counter
from pathlib import Path

import pytest

from bot.briefs.model import BriefRequest, UserError
from bot.draft.command import parse_brief
from bot.draft.messages import what_was_meant
from bot.draft.tweaks import TweakRequest
from bot.fix.request import FixRequest
from bot.listeners import commands, mention_text
from bot.listeners.near_commands import meant
from bot.slack.text import unescape, unformatted
from sandbox.block_kit.blocks import check_message

UTTERANCES = list(csv.DictReader((Path(__file__).parent / "utterances.csv").open(encoding="utf-8")))

#: What costs something when it is done.
CHARGED = {"fix", "tweak", "approve", "draft"}

KINDS = {
    FixRequest: "fix",
    TweakRequest: "tweak",
    mention_text.DraftRequest: "draft",
    mention_text.ApproveRequest: "approve",
    mention_text.UndoRequest: "undo",
    mention_text.CommandRequest: "command",
    mention_text.HelpRequest: "talk",
    mention_text.AskRequest: "ask",
}


def understood(surface: str, typed: str) -> str:
    """What the bot takes it for."""
    text = unescape(typed.replace("\\n", "\n"))
    try:
        if surface == "slash":
            text = meant(text)
            if commands.find(text):
                return "command"
            parse_brief(text)
            return "draft"
        asked = mention_text.parse_reply(unformatted(text), has_mask=False)
        if isinstance(asked, mention_text.DraftRequest):
            parse_brief(asked.text)
        return KINDS[type(asked)]
    except UserError:
        return "told"


def test_nothing_is_charged_for_words_that_may_have_meant_something_else():
    counts = Counter()
    wrong = []
    for row in UTTERANCES:
        found = understood(row["surface"], row["text"])
        counts[row["meant"], found] += 1
        if found != row["meant"]:
            wrong.append((row["surface"], row["text"], row["meant"], found))
    print(f"\n{len(UTTERANCES)} utterances; meant → understood:")
    for (expected, found), count in sorted(counts.items()):
        print(f"  {expected:8} → {found:8} {count:4}{'' if expected == found else '  ←'}")
    for case in wrong:
        print("  wrong:", case)
    assert len(UTTERANCES) >= 300
    assert [case for case in wrong if case[3] in CHARGED] == []
    assert len(wrong) <= 0.02 * len(UTTERANCES)


@pytest.mark.parametrize(
    ("typed", "prompt"),
    [
        ("draft a *red* apple, _soft_ light", "a red apple, soft light"),
        ("draft a business card with <mailto:me@acme.com|me@acme.com>", "a business card with me@acme.com"),
        ("draft a card, call <tel:+15551234567|555-123-4567>", "a card, call 555-123-4567"),
        ("draft a poster for <#C0GENERAL|general>", "a poster for general"),
    ],
)
def test_slacks_own_markup_is_no_part_of_a_prompt(typed, prompt):
    asked = mention_text.parse_reply(unformatted(unescape(typed)), has_mask=False)
    assert asked == mention_text.DraftRequest(text=prompt)


@pytest.mark.parametrize(
    "flag", ["--ar16:9", "--ar:16:9", "——ar 16:9", "––ar 16:9", "－－ar 16:9", "--aspect 16:9"]
)
def test_a_shape_is_understood_however_it_was_typed(flag):
    assert parse_brief(f"a red apple {flag}") == BriefRequest(prompt="a red apple", aspect=(16, 9))


def test_several_lines_are_several_fixes():
    asked = mention_text.parse_reply("fix left: make it blue\nright: make it yellow", has_mask=False)
    assert isinstance(asked, FixRequest)
    assert [one.instruction for one in (asked, *asked.more)] == ["make it blue", "make it yellow"]


def test_several_pictures_are_approved_at_once():
    assert mention_text.parse_reply("approve 2 and 3", has_mask=False) == mention_text.ApproveRequest(
        numbers=(2, 3)
    )


@pytest.mark.parametrize(
    ("words", "numbers"), [("", []), ("draft again " * 600, [2, 5]), ("hm", range(1, 101))]
)
def test_the_question_fits_slack_whatever_was_said_of_whatever_grid(words, numbers):
    asked = what_was_meant(words, "K7M2QRS", list(numbers))
    assert check_message(list(asked.blocks), lambda file: True) == []


def test_the_question_names_the_pictures_that_there_are():
    asked = what_was_meant("", "K7M2QRS", [2, 5])
    assert [button["action_id"][-1] for button in asked.blocks[1]["elements"]] == ["2", "5"]
