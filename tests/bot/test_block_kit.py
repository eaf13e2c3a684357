"""Every message and every view that the bot can build, from any values, keeps Slack's published limits."""

import dataclasses
import enum
import importlib
import inspect
import pkgutil
import types
import typing
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import bot
from bot.briefs.typed import PROMPT_LIMIT
from bot.draft.styles import Style
from bot.reports import messages as reports_messages
from bot.reports.figures import GROUPINGS
from bot.reports.spans import Span
from bot.reports.table import report_of
from bot.slack.blocks import Message, with_files
from bot.summaries import figures_of
from bot.summaries import messages as summary
from sandbox.block_kit.blocks import check_message, check_view
from tests.bot.ledger_world import TWENTY, World

#: Slack cuts a message's text here.
TEXT_LIMIT = 40_000

#: Whatever people type: markup, emoji, long words, other scripts.
TYPED = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="<>&*_~`@#!|:“” aé春🍎\u200d\n", max_size=200),
    st.integers(1, PROMPT_LIMIT).map(lambda count: "W" * count),
    st.integers(1, PROMPT_LIMIT // 5).map(lambda count: "&amp;" * count),
)
TYPED_NOT_EMPTY = TYPED.filter(lambda text: bool(text.strip()))
IDS = st.text(alphabet="ABCDEFGHJKMN23456789", min_size=7, max_size=11)
TIMES = st.integers(1_700_000_000, 1_900_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))
#: What the name of a value says about it, where its type does not.
BY_NAME = {
    "currency": st.sampled_from(["USD", "EUR", "JPY"]),
    "period": st.sampled_from(["daily", "weekly", "monthly", "pot"]),
    "kind": st.sampled_from(["cell", "pro", "fix"]),
    "timezone": st.sampled_from(["UTC", "Asia/Tokyo", "America/St_Johns"]),
    "title": st.sampled_from(["Today so far", "Summary of the week"]),
    "url": IDS.map(lambda text: f"https://draftroom.example/costs/{text}"),
    "key": st.sampled_from(["series:5", "backgrounds:3"]),
    "tier": st.sampled_from(["draft", "pro", "fix"]),
    "hex": st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}"),
    "tiers": st.sampled_from(["draft", "pro", "fix"]),
    "change": st.sampled_from(["", "again", "prompt"]),
    "aspect": st.sampled_from(["", "3:2", "16:9", "7:5"]),
    "emoji": st.sampled_from(["", "white_check_mark"]),
    "file_id": IDS.map(lambda text: f"F{text}A"),
}
NUMBERS_BY_NAME = {
    "cells": st.integers(1, 9),
    "cell": st.integers(1, 9),
    "number": st.integers(1, 9),
    "needed": st.integers(1, 5),
}
IDENTIFIERS = {
    "id", "brief", "channel", "person", "author", "sheet", "picture", "mask", "comparison", "chart", "shown",
    "follows", "grantors", "source", "job", "sha256", "markup_id", "approver", "people", "version", "group",
}  # fmt: skip


def value(name: str, wanted: typing.Any) -> st.SearchStrategy[typing.Any]:
    """Any value of a type, as far as the name of the parameter allows."""
    origin, parts = typing.get_origin(wanted), typing.get_args(wanted)
    if origin in (typing.Union, types.UnionType):
        return st.one_of(*(value(name, part) for part in parts))
    if wanted in (None, types.NoneType):
        return st.none()
    if origin is typing.Literal:
        return st.sampled_from(parts)
    if origin is tuple and len(parts) == 2 and parts[1] is Ellipsis:
        # A picture that was measured has at least one colour.
        return st.lists(value(name, parts[0]), min_size=name == "colours", max_size=12).map(tuple)
    if origin is tuple:
        return st.tuples(*(value(name, part) for part in parts))
    if origin in (list, Sequence):
        # Nobody is named only where nobody acts.
        return st.lists(
            value(name, parts[0]),
            min_size=name in ("people", "prompts", "shown"),
            max_size=9 if name == "versions" else 12,
        )
    if origin is frozenset:
        return st.frozensets(value(name, parts[0]), max_size=5)
    if origin in (dict, Mapping):
        return st.dictionaries(value(name, parts[0]), value(name, parts[1]), max_size=5)
    if (wanted is str and name in BY_NAME) or (wanted is int and name in NUMBERS_BY_NAME):
        return (BY_NAME if wanted is str else NUMBERS_BY_NAME)[name]
    if isinstance(wanted, type) and issubclass(wanted, enum.Enum):
        return st.sampled_from(wanted)
    if dataclasses.is_dataclass(wanted) and isinstance(wanted, type):
        hints = typing.get_type_hints(wanted)
        if wanted is Style:
            # A name is a word, and checked to be a short one before it is kept.
            return st.builds(Style, name=IDS, words=TYPED_NOT_EMPTY, set_by=st.none() | IDS)
        return st.builds(wanted, **{field: value(field, hint) for field, hint in hints.items()})
    if wanted is str:
        return IDS if name in IDENTIFIERS else TYPED_NOT_EMPTY
    if wanted in PLAIN:
        return PLAIN[wanted]
    raise AssertionError(f"Say here what a {wanted} for {name!r} looks like.")


PLAIN: dict[typing.Any, st.SearchStrategy[typing.Any]] = {
    bool: st.booleans(),
    int: st.integers(0, 10**10),
    float: st.floats(0, 10**6),
    bytes: st.binary(max_size=9),
    datetime: TIMES,
    date: TIMES.map(datetime.date),
    timedelta: st.timedeltas(timedelta(0), timedelta(days=400)),
    Fraction: st.fractions(0, 10),
}


#: What only a ledger can fill consistently; they have tests of their own.
MADE_OF_A_LEDGER = (reports_messages.costs, summary.summary)


def builders() -> list[tuple[str, typing.Any]]:
    """All public functions of ours that make a message or a view."""
    found = {}
    for module_info in pkgutil.walk_packages(bot.__path__, "bot."):
        if module_info.name == "bot.__main__":
            continue
        module = importlib.import_module(module_info.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("_") or function.__module__ != module.__name__:
                continue
            view = name.endswith(("_modal", "_form", "_view")) and "dict" in str(
                function.__annotations__.get("return")
            )
            if not view and "Message" not in str(function.__annotations__.get("return")):
                continue
            hints = typing.get_type_hints(function)
            returned = hints.pop("return", None)
            if Message in hints.values() or "services" in hints:
                continue  # it reads what it says, or adds to what was built
            if (returned is Message or view) and function not in MADE_OF_A_LEDGER:
                found[f"{module.__name__}.{name}"] = function
    return sorted(found.items())


FOUND = builders()


def test_the_builders_are_found():
    names = {name for name, _ in FOUND}
    assert {
        "bot.draft.grid_messages.grid",
        "bot.home.messages.home_view",
        "bot.draft.form.draft_modal",
    } <= names
    assert len(names) >= 25


@pytest.mark.parametrize("build", [one for _, one in FOUND], ids=[name for name, _ in FOUND])
def test_whatever_is_put_in_stays_within_slacks_limits(build):
    hints = typing.get_type_hints(build)
    hints.pop("return")

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.fixed_dictionaries({name: value(name, hint) for name, hint in hints.items()}))
    def holds(values):
        made = build(**values)
        if isinstance(made, dict):
            assert check_view(made, lambda file: True) == []
            return
        uploaded = {index: f"F0PICTURE{index}" for index in range(len(made.attachments))}
        assert check_message(with_files(made.blocks, uploaded), lambda file: True) == []
        assert 0 < len(made.text) <= TEXT_LIMIT
        assert all(attachment.alt_text.strip() for attachment in made.attachments)

    holds()


@pytest.fixture
def busy(tmp_path):
    """A month with sixty briefs whose prompts are as long as they may be, and full of markup."""
    world = World(tmp_path / "one.sqlite3")
    world.channel()
    for number in range(60):
        brief = world.brief(prompt=f"{number} " + "<&*" * (PROMPT_LIMIT // 3 - 2))
        world.spend(brief, "draft", 100 + number)
    return world


@pytest.mark.parametrize("grouping", GROUPINGS)
def test_costs_of_a_busy_month_stay_within_slacks_limits(busy, grouping):
    report = report_of(busy.db, "C1", Span(first=date(2026, 5, 1), last=date(2026, 5, 31)), "USD")
    assert report.total_micro > 6_000
    made = reports_messages.costs(report, grouping, "https://draftroom.example/costs/x")
    assert check_message(list(made.blocks), lambda file: True) == []
    assert 0 < len(made.text) <= TEXT_LIMIT


def test_the_summary_of_a_busy_month_stays_within_slacks_limits(busy):
    start, end = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
    figures = figures_of(busy.db, "C1", start, end, default=TWENTY)
    assert figures.spent_micro > 6_000
    made = summary.summary(figures, chart="a" * 64, alt_text="x" * 5_000)
    uploaded = {index: f"F0PICTURE{index}" for index in range(len(made.attachments))}
    assert check_message(with_files(made.blocks, uploaded), lambda file: True) == []
    assert 0 < len(made.text) <= TEXT_LIMIT
