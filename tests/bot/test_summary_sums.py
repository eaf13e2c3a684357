"""All daily summaries of a channel together are its ledger, whatever happens to hours, clocks and the bot."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import ledger
from bot.summaries import SummaryFigures, claim, due, figures_of, set_hour
from tests.bot.ledger_world import NOON, TWENTY, World

SIX = NOON.replace(hour=18)


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path / "ledger.sqlite3")
    world.channel(at=NOON - timedelta(days=2))
    return world


def _tick(world: World, at: datetime) -> list[SummaryFigures]:
    """What one tick of the bot posts."""
    found = []
    for one in world.do(lambda tx: due(tx, at)):
        figures = figures_of(
            world.db, one.channel, one.start, one.end, default=TWENTY, entries=(one.after, one.upto)
        )
        if world.do(lambda tx, one=one: claim(tx, one, at)):
            found.append(figures)
    return found


def _correct(world: World, job: str, amount: int, at: datetime) -> None:
    world.do(
        lambda tx: ledger.correct(
            tx, job=job, amount_micro=amount, by="ada", reason="a test", key=f"{job}:{at}:{amount}", at=at
        )
    )


def _sum(world: World) -> int:
    sql = "SELECT coalesce(sum(amount_micro), 0) FROM ledger_entries WHERE kind IN ('settle', 'correct')"
    return int(world.db.execute(sql).fetchone()[0])


def test_work_over_the_hour_is_told_by_the_next_summary_as_of_earlier(world: World) -> None:
    brief = world.brief(at=NOON)
    world.spend(brief, "draft", 1_050, at=NOON)
    job = world.job(brief, "pro")
    world.reserve(job, 1_000_000, at=SIX - timedelta(seconds=2))
    (today,) = _tick(world, SIX + timedelta(seconds=10))
    world.settle(job, 900_000, at=SIX + timedelta(seconds=20))
    (tomorrow,) = _tick(world, SIX + timedelta(days=1))
    assert (today.spent_micro, today.earlier_micro) == (1_050, 0)
    assert (tomorrow.spent_micro, tomorrow.earlier_micro) == (900_000, 900_000)
    assert tomorrow.start == today.end == SIX


def test_a_correction_is_told_by_the_next_summary(world: World) -> None:
    job = world.spend(world.brief(at=NOON), "draft", 500, at=NOON)
    assert [one.spent_micro for one in _tick(world, SIX)] == [500]
    _correct(world, job, -200, SIX + timedelta(hours=1))
    assert [(one.spent_micro, one.earlier_micro) for one in _tick(world, SIX + timedelta(days=1))] == [
        (-200, -200)
    ]


@pytest.mark.parametrize(("before", "after"), [(18, 9), (9, 18)])
def test_another_hour_loses_nothing_and_tells_nothing_twice(world: World, before: int, after: int) -> None:
    """Nine thousand in each of eight three-hour steps a day, and the hour changes on the second day."""
    set_hour(world.db, "C1", before)
    brief, told = world.brief(at=NOON), list[SummaryFigures]()
    begin = NOON.replace(hour=0)
    for step in range(32):
        at = begin + timedelta(hours=3 * step)
        told += _tick(world, at)
        if step == 12:
            set_hour(world.db, "C1", after)
        if step < 24:
            world.spend(brief, "draft", 9_000, at=at + timedelta(minutes=1))
    told += _tick(world, begin + timedelta(days=5))
    assert sum(one.spent_micro for one in told) == _sum(world) == 24 * 9_000
    assert all(one.end == following.start for one, following in pairwise(told))


def test_a_longer_absence_loses_no_money(world: World) -> None:
    brief = world.brief(at=NOON)
    world.spend(brief, "draft", 100, at=NOON)
    first = _tick(world, SIX)
    world.spend(brief, "draft", 20, at=SIX + timedelta(hours=1))
    assert sum(one.spent_micro for one in [*first, *_tick(world, SIX + timedelta(days=9))]) == 120


def test_two_ticks_at_once_tell_an_entry_once(world: World) -> None:
    world.spend(world.brief(at=NOON), "draft", 100, at=NOON)
    (one,) = due(world.db, SIX)
    (other,) = due(world.db, SIX)
    assert [world.do(lambda tx, each=each: claim(tx, each, SIX)) for each in (one, other)] == [True, False]


#: Sixty days around a change of clocks, by zone: forward and back, north and south, by half an hour too.
CHANGES = [
    ("Europe/London", datetime(2026, 3, 1, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 10, 5, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 3, 10, tzinfo=UTC)),
    ("Africa/Cairo", datetime(2026, 10, 1, tzinfo=UTC)),
    ("UTC", datetime(2026, 6, 1, tzinfo=UTC)),
]
#: What happens, and how many minutes later the next thing does.
STEP = st.tuples(
    st.one_of(
        st.tuples(st.just("reserve"), st.integers(0, 2_000)),
        st.tuples(st.just("series"), st.integers(1, 5)),
        st.tuples(st.just("settle"), st.integers(0, 3_000)),
        st.tuples(st.just("void"), st.just(0)),
        st.tuples(st.just("correct"), st.integers(-50, 50)),
        st.tuples(st.just("hour"), st.integers(0, 23)),
        st.tuples(st.just("off"), st.integers(1, 8)),
    ),
    st.sampled_from([0, 1, 20, 59, 240, 720, 1_440, 2_880]),
)


@pytest.mark.slow
@settings(
    max_examples={"default": 60, "nightly": 1_000}[os.environ.get("HYPOTHESIS_PROFILE", "default")],
    deadline=None,
)
@given(place=st.sampled_from(CHANGES), hour=st.integers(0, 23), steps=st.lists(STEP, min_size=5, max_size=60))
def test_sixty_days_of_summaries_are_the_ledger(
    place: tuple[str, datetime], hour: int, steps: list[tuple[tuple[str, int], int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder, "ledger.sqlite3"))
        zone, now = place
        end, back_at = now + timedelta(days=60), now
        world.channel(timezone=zone, hour=hour, at=now)
        brief, still_open, settled = world.brief(at=now), list[str](), list[str]()
        told: list[SummaryFigures] = []
        for (what, amount), minutes in steps:
            if now >= end:
                break
            if what in ("reserve", "series"):
                for _ in range(amount if what == "series" else 1):
                    job = world.job(brief, at=now)
                    world.reserve(job, 100 if what == "series" else amount, at=now)
                    still_open.append(job)
            elif what == "settle" and still_open:
                settled.append(still_open.pop(0))
                world.settle(settled[-1], amount + 50, at=now)
            elif what == "void" and still_open:
                world.void(still_open.pop(), at=now)
            elif what == "correct" and settled and amount:
                cost = world.db.execute(
                    "SELECT sum(amount_micro) FROM ledger_entries WHERE job = ? AND kind <> 'reserve'",
                    settled[-1:],
                ).fetchone()[0]
                _correct(world, settled[-1], max(amount, -cost) or 1, now)
            elif what == "hour":
                world.do(lambda tx, hour=amount: set_hour(tx, "C1", hour))
            elif what == "off":
                back_at = now + timedelta(days=amount)
            now += timedelta(minutes=minutes)
            if now >= back_at:
                told += _tick(world, now)
        # Two days after the last of them, everything has been told.
        for days in range(3):
            told += _tick(world, max(now, end) + timedelta(days=days))
        assert sum(one.spent_micro for one in told) == _sum(world)
        assert all(one.end <= following.start for one, following in pairwise(told))
        world.db.close()
