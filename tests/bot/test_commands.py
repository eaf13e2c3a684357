"""What people type after `/draft`, and what comes of it."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefs.model import BriefRequest, UserError
from bot.briefs.typed import CELLS_LIMIT, PROMPT_LIMIT, Alone
from bot.budget.command import SetBudget, ShowBudget
from bot.draft.command import parse_brief
from bot.listeners import commands
from bot.summaries.command import ShowSummary

ROOT = Path(__file__).parents[2]


def parse_command(text):
    """What the table of commands makes of a text; a brief of all the rest."""
    found = commands.find(text)
    return found[1] if found else parse_brief(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Alone("")),
        ("   ", Alone("")),
        ("\u200b\u202e", Alone("")),
        ("help", Alone("help")),
        ("HELP", Alone("help")),
        ("budget", ShowBudget()),
        ("budget set 50 monthly", SetBudget(amount="50 monthly")),
        ("budget set", SetBudget(amount="")),
        ("summary", ShowSummary()),
        ("a red sneaker", BriefRequest(prompt="a red sneaker")),
        ("snow", BriefRequest(prompt="snow")),
        ("bread", BriefRequest(prompt="bread")),
        ("summry bird", BriefRequest(prompt="summry bird")),
        ("budgte --n 2", BriefRequest(prompt="budgte", cells=2)),
        ("help services with a red phone", BriefRequest(prompt="help services with a red phone")),
        ("budget airline poster", BriefRequest(prompt="budget airline poster")),
        ("a cup --n 6", BriefRequest(prompt="a cup", cells=6)),
        ("--n 2 a cup", BriefRequest(prompt="a cup", cells=2)),
        ("a --n 2 cup", BriefRequest(prompt="a cup", cells=2)),
        ("a cup —n 2", BriefRequest(prompt="a cup", cells=2)),
        ("a cup –ar 3:2", BriefRequest(prompt="a cup", aspect=(3, 2))),
        ("a cup --ar=16:9", BriefRequest(prompt="a cup", aspect=(16, 9))),
        ("a cup --ar 3x2", BriefRequest(prompt="a cup", aspect=(3, 2))),
        ("a cup --seed 0", BriefRequest(prompt="a cup", seed=0)),
        (
            "a cup --no text, logos --n 1",
            BriefRequest(prompt="a cup", negative_prompt="text, logos", cells=1),
        ),
        ("a cup --no “small print”", BriefRequest(prompt="a cup", negative_prompt="small print")),
        ("a cup -- and saucer", BriefRequest(prompt="a cup -- and saucer")),
        ("a well-made cup—white", BriefRequest(prompt="a well-made cup—white")),
        ("a cup\nand\ta saucer\x00", BriefRequest(prompt="a cup and a saucer")),
        ("a family 👨‍👩‍👧 at a table", BriefRequest(prompt="a family 👨‍👩‍👧 at a table")),
    ],
)
def test_typed_text_is_understood(text, expected):
    assert parse_command(text) == expected


@pytest.mark.parametrize(
    ("text", "part", "words"),
    [
        ("--n 4", "prompt", "no prompt yet"),
        ("summry", "prompt", "no command `/draft summry`. Did you mean `/draft summary`?"),
        ("Budgte", "prompt", "Did you mean `/draft budget`? To draft it as a picture, add a word."),
        ("setting", "prompt", "`/draft settings`"),
        ("cost", "prompt", "`/draft costs`"),
        ("delivr", "prompt", "`/draft deliver`"),
        ("hlep", "prompt", "`/draft help`"),
        ("singout", "prompt", "`/draft signout`"),
        ("x" * 10_000, "prompt", f"10,000 characters; I read up to {PROMPT_LIMIT:,}"),
        ("a cup --no " + "x" * 1_001, "negative_prompt", "`--no` text has 1,001"),
        ("a cup --n 50", "cells", "`--n 50` doesn't fit"),
        ("a cup --n 0", "cells", "1 to 9"),
        ("a cup --n -1", "cells", "1 to 9"),
        ("a cup --n four", "cells", "1 to 9"),
        ("a cup --n ٤", "cells", "1 to 9"),
        ("a cup --ar 0:1", "aspect", "`--ar 0:1` is no aspect ratio"),
        ("a cup --ar 1:9", "aspect", "between 1:3 and 3:1"),
        ("a cup --ar wide", "aspect", "for example `--ar 3:2`"),
        ("a cup --seed -4", "seed", "whole number"),
        ("a cup --seed 99999999999", "seed", "whole number"),
        ("a cup --stlye warm", "prompt", "I don't know the flag `--stlye`"),
        ("a cup --aspekt 3:2", "prompt", "`--n`, `--ar`, `--seed`, `--no`"),
        ("a cup --n", "prompt", "`--n` needs a value"),
        ("a cup --n 2 --n 3", "prompt", "twice"),
    ],
)
def test_what_is_wrong_comes_back_as_a_sentence(text, part, words):
    with pytest.raises(UserError) as caught:
        parse_command(text)
    assert words in caught.value.sentence
    assert caught.value.field == part


def test_no_command_is_taken_for_a_slip_and_no_thing_of_the_starter_model():
    vocabulary = json.loads((ROOT / "engine" / "starter" / "model" / "vocabulary.json").read_text())
    things = {word for name, others in vocabulary["subjects"].items() for word in (name, *others)}
    for word in [*things, *commands.COMMANDS]:
        assert "no command" not in str(outcome(word)), word


def outcome(text):
    try:
        return parse_command(text)
    except UserError as error:
        return error.sentence


@given(st.text(max_size=300))
def test_any_text_is_a_command_or_a_sentence(text):
    found = outcome(text)
    if isinstance(found, str):
        assert found.endswith((".", "them."))
    elif isinstance(found, BriefRequest):
        assert found.prompt == found.prompt.strip() != ""
        assert 1 <= found.cells <= CELLS_LIMIT
        assert "\x00" not in found.prompt


@given(
    st.integers(1, CELLS_LIMIT), st.integers(0, 2**32 - 1), st.text("abc xyz", min_size=1).filter(str.strip)
)
def test_flags_survive_any_order(cells, seed, prompt):
    words = " ".join(prompt.split())
    for text in (f"{prompt} --n {cells} --seed {seed}", f"--seed {seed} --n {cells} {prompt}"):
        assert parse_command(text) == BriefRequest(prompt=words, cells=cells, seed=seed)
