"""Daily summaries: at the channel's hour, once, whatever clocks and outages do."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.store import Database
from bot.summaries import DueSummary, Tick, claim, due
from bot.summaries.schedule_table import CATCH_UP_DAYS
from tests.bot.ledger_world import NOON, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "ledger.sqlite3")


def _take_all(world: World, at: datetime) -> list[DueSummary]:
    """What one tick of the bot claims."""
    found = world.do(lambda tx: due(tx, at))
    return [one for one in found if world.do(lambda tx, one=one: claim(tx, one, at))]


def test_a_summary_is_due_from_its_local_hour_on_and_covers_the_day_before_it(world: World) -> None:
    world.channel(timezone="Asia/Tokyo", hour=18)
    six = datetime(2026, 5, 20, 9, tzinfo=UTC)
    world.brief(at=six - timedelta(hours=3))
    assert _take_all(world, six - timedelta(microseconds=1)) == []
    assert _take_all(world, six) == [
        DueSummary(channel="C1", local_date=date(2026, 5, 20), start=six - timedelta(days=1), end=six)
    ]


def test_it_is_claimed_once(world: World) -> None:
    world.channel()
    world.brief(at=NOON)
    at = NOON + timedelta(hours=6)
    (one,) = world.do(lambda tx: due(tx, at))
    assert world.do(lambda tx: claim(tx, one, at)) is True
    assert world.do(lambda tx: claim(tx, one, at)) is False
    assert world.do(lambda tx: due(tx, at + timedelta(hours=1))) == []


def test_a_claim_that_did_not_commit_is_due_again(world: World) -> None:
    world.channel()
    world.brief(at=NOON)
    at = NOON + timedelta(hours=6)
    (one,) = world.do(lambda tx: due(tx, at))

    def die(tx: object) -> None:
        assert claim(world.db, one, at)
        raise ConnectionError("the process died before its commit")

    with pytest.raises(ConnectionError):
        world.do(die)
    assert _take_all(world, at) == [one]


def test_days_without_activity_are_silent(world: World) -> None:
    world.channel()
    assert _take_all(world, NOON + timedelta(hours=6)) == []
    world.brief(at=NOON - timedelta(days=1))  # belongs to yesterday's summary
    assert [one.local_date.day for one in _take_all(world, NOON + timedelta(hours=6))] == [19]


@pytest.mark.parametrize("what", ["brief", "money held", "money settled", "approval"])
def test_each_kind_of_activity_makes_a_day(world: World, what: str) -> None:
    world.channel()
    long_ago = NOON - timedelta(days=50)
    brief = world.brief(at=long_ago)
    job = world.spend(brief, "draft", 5, at=long_ago)
    cell = world.picture(job, kind="cell", at=long_ago)
    at = NOON + timedelta(hours=6)
    # Money of long ago that no summary told comes with the oldest that is caught up.
    assert [one.local_date.day for one in _take_all(world, at)] == [18]
    assert _take_all(world, at) == []
    if what == "brief":
        world.brief(at=NOON)
    elif what == "money held":
        world.reserve(world.job(brief, "pro"), 9, at=NOON)
    elif what == "money settled":
        world.spend(brief, "pro", 9, at=NOON)
    else:
        world.approve(cell, at=NOON)
    assert len(_take_all(world, at)) == 1


def test_another_channels_activity_is_its_own(world: World) -> None:
    world.channel("C1")
    world.channel("C2", hour=12)
    world.brief("C2", at=NOON - timedelta(hours=1))
    assert [one.channel for one in _take_all(world, NOON + timedelta(hours=6))] == ["C2"]


def test_after_an_outage_the_missed_days_follow_oldest_first(world: World) -> None:
    world.channel()
    for back in range(8):
        world.brief(at=NOON - timedelta(days=back))
    taken = _take_all(world, NOON + timedelta(hours=7))
    assert [one.local_date.day for one in taken] == [18, 19, 20]
    assert len(taken) == CATCH_UP_DAYS
    assert _take_all(world, NOON + timedelta(hours=8)) == []


#: Zone and the last hours before its clocks change, in UTC; then on which local date that is.
CHANGES = [
    ("Europe/London", datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ("Europe/London", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 3, 8, 7, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 11, 1, 6, tzinfo=UTC)),
    ("Australia/Sydney", datetime(2026, 10, 3, 16, tzinfo=UTC)),
    ("Australia/Sydney", datetime(2026, 4, 4, 16, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
    ("America/Santiago", datetime(2026, 9, 6, 4, tzinfo=UTC)),
    ("America/Santiago", datetime(2026, 4, 5, 3, tzinfo=UTC)),
    ("Africa/Cairo", datetime(2026, 4, 23, 22, tzinfo=UTC)),
    ("Africa/Cairo", datetime(2026, 10, 29, 21, tzinfo=UTC)),
]


@pytest.mark.parametrize(("zone", "change"), CHANGES)
def test_clocks_that_change_neither_skip_nor_repeat_a_summary(
    world: World, zone: str, change: datetime
) -> None:
    """Every hour of the day is some channel's summary hour, also the one that is skipped or repeated."""
    place = ZoneInfo(zone)
    before, after = (change + timedelta(seconds=s) for s in (-1, 1))
    assert before.astimezone(place).utcoffset() != after.astimezone(place).utcoffset()
    begin = change - timedelta(hours=60)
    for hour in range(24):
        world.channel(f"C{hour}", timezone=zone, hour=hour, at=begin)
        for n in range(21):
            world.brief(f"C{hour}", at=begin + timedelta(hours=6 * n))
    ticks = [begin + timedelta(minutes=30 * n) for n in range(240)]
    taken = {f"C{hour}": list[tuple[datetime, DueSummary]]() for hour in range(24)}
    for tick in ticks:
        for one in _take_all(world, tick):
            taken[one.channel].append((tick, one))
    for hour in range(24):
        # The first ticks catch up on days before them.
        mine = [(tick, one) for tick, one in taken[f"C{hour}"] if one.end > begin]
        dates = [one.local_date for _, one in mine]
        assert dates == [dates[0] + timedelta(days=n) for n in range(len(dates))]
        first, last = begin.astimezone(place), ticks[-1].astimezone(place)
        assert dates[0] == first.date() + timedelta(days=(first.hour, first.minute) >= (hour, 0))
        assert dates[-1] == last.date() - timedelta(days=last.hour < hour)
        for tick, one in mine:
            assert one.end <= tick < one.end + timedelta(minutes=30)
            local = one.end.astimezone(place)
            assert local.date() == one.local_date
            # An hour that does not exist is read as the one after it, by half or by a whole hour.
            shift = (local.hour * 60 + local.minute) - hour * 60
            assert shift == 0 or (shift in {30, 60} and abs(one.end - change) <= timedelta(hours=1))
        for (_, one), (_, following) in pairwise(mine):
            assert one.end == following.start


def test_the_date_that_samoa_skipped_neither_loses_nor_repeats_work(world: World) -> None:
    world.channel(timezone="Pacific/Apia", at=datetime(2011, 12, 1, tzinfo=UTC))
    for n in range(12):
        world.brief(at=datetime(2011, 12, 28, tzinfo=UTC) + timedelta(hours=12 * n))
    taken = _take_all(world, datetime(2012, 1, 1, 6, tzinfo=UTC))
    assert [one.end for one in taken] == [
        datetime(2011, 12, 30, 4, tzinfo=UTC),
        datetime(2011, 12, 31, 4, tzinfo=UTC),
        datetime(2012, 1, 1, 4, tzinfo=UTC),
    ]
    assert all(one.end == following.start for one, following in pairwise(taken))


async def test_ten_bots_at_once_post_one_summary(world: World, tmp_path: Path) -> None:
    world.channel()
    world.brief(at=NOON)
    at = NOON + timedelta(hours=6)
    databases = [Database(tmp_path / "ledger.sqlite3") for _ in range(10)]

    async def tick(database: Database) -> int:
        found = await database.read(lambda tx: due(tx, at))
        claims = [await database.write(lambda tx, one=one: claim(tx, one, at)) for one in found]
        return sum(claims)

    try:
        assert sum(await asyncio.gather(*map(tick, databases))) == 1
    finally:
        for database in databases:
            database.close()


async def test_the_tick_calls_at_once_and_again_even_after_an_error() -> None:
    calls, enough = 0, asyncio.Event()

    async def callback() -> None:
        nonlocal calls
        calls += 1
        if calls >= 3:
            enough.set()
        raise RuntimeError("no summary today")

    tick = Tick(callback, interval_s=0.02)
    tick.start()
    await asyncio.wait_for(enough.wait(), 20)
    await tick.stop()
    seen = calls
    await asyncio.sleep(0.1)
    assert calls == seen
    await tick.stop()


async def test_a_stop_lets_the_running_call_finish() -> None:
    begun, release, finished = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def callback() -> None:
        begun.set()
        await release.wait()
        finished.set()

    tick = Tick(callback, interval_s=3600)
    tick.start()
    await asyncio.wait_for(begun.wait(), 20)
    stopping = asyncio.create_task(tick.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    release.set()
    await stopping
    assert finished.is_set()
