"""What a summary tells beyond its sums: forecast, re-rolls, waiting, last week, top briefs; and the weekly one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot import clock
from bot.slack.blocks import with_files
from bot.summaries import (
    DueSummary,
    Subscription,
    SummaryFigures,
    claim,
    due,
    due_weekly,
    figures_of,
    subscribe,
)
from bot.summaries import messages as summaries_messages
from bot.summaries.chart import alt_text
from tests.bot.ledger_world import NOON, TWENTY, World

DAY = timedelta(days=1)
MONDAY = datetime(2026, 5, 18, tzinfo=UTC)


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path / "ledger.sqlite3")
    world.channel(name="spring-sneakers")
    return world


def _figures(
    world: World, start: datetime = NOON - DAY, end: datetime = NOON, kind: str = "daily"
) -> SummaryFigures:
    return figures_of(world.db, "C1", start, end, default=TWENTY, kind=kind)  # type: ignore[arg-type]


def _words(figures: SummaryFigures) -> str:
    message = summaries_messages.summary(figures, chart="a" * 64, alt_text="chart")
    texts = [message.text]
    for block in message.blocks:
        texts += [block["text"]["text"]] if "text" in block else []
        texts += [one["text"] for one in block.get("fields", block.get("elements", []))]
    return "\n".join(texts)


def test_the_forecast_goes_on_at_the_pace_of_the_period_tier_by_tier(world: World) -> None:
    brief = world.brief(at=datetime(2026, 5, 1, tzinfo=UTC))
    # May has 31 days; half of it is over on the 16th at noon.
    half = datetime(2026, 5, 16, 12, tzinfo=UTC)
    world.spend(brief, "draft", 1_000_001, at=half - timedelta(hours=2))
    world.spend(brief, "pro", 12_000_000, at=half - 5 * DAY)
    world.spend(brief, "fix", 77, at=datetime(2026, 4, 30, 23, tzinfo=UTC))
    figures = _figures(world, half - DAY, half)
    assert figures.forecast is not None
    assert [(t.tier, t.spent_micro, t.forecast_micro) for t in figures.forecast.tiers] == [
        ("draft", 1_000_001, 2_000_002),
        ("pro", 12_000_000, 24_000_000),
        ("fix", 0, 0),
    ]
    words = _words(figures)
    assert "At this pace $26.00 by the end of Sun 31 May" in words
    assert "$6.00 over the budget" in words
    assert "Forecast for 31 May: $26.00, $6.00 over" in alt_text(figures)


def test_what_comes_after_the_summary_does_not_change_its_forecast(world: World) -> None:
    brief = world.brief(at=NOON)
    world.spend(brief, "draft", 500, at=NOON - timedelta(hours=1))
    before = _figures(world).forecast
    world.spend(brief, "draft", 9_000_000, at=NOON + timedelta(hours=1))
    assert _figures(world).forecast == before


def test_a_young_period_and_a_pot_have_no_forecast(world: World) -> None:
    first = datetime(2026, 5, 1, tzinfo=UTC)
    world.spend(world.brief(at=first), "draft", 5_000, at=first + timedelta(minutes=5))
    assert _figures(world, first, first + timedelta(hours=12)).forecast is None
    world.do(
        lambda tx: tx.execute(
            "INSERT INTO budgets (channel, amount_micro, currency, period, set_by, set_at)"
            " VALUES ('C1', 5000000, 'USD', 'pot', 'U1', ?)",
            [clock.to_text(first)],
        )
    )
    figures = _figures(world, first, first + 20 * DAY)
    assert figures.forecast is None
    assert "Forecast" not in _words(figures)


def test_rerolls_and_waiting_are_told(world: World) -> None:
    brief = world.brief(at=NOON - timedelta(hours=5))
    again = world.brief(at=NOON - timedelta(hours=4))
    changed = world.brief(at=NOON - timedelta(hours=4))
    world.do(
        lambda tx: tx.execute("UPDATE briefs SET follows = ?, change = 'again' WHERE id = ?", [brief, again])
    )
    world.do(
        lambda tx: tx.execute(
            "UPDATE briefs SET follows = ?, change = 'prompt' WHERE id = ?", [brief, changed]
        )
    )
    job = world.job(brief, "draft", at=NOON - timedelta(hours=3))
    world.reserve(job, 10, at=NOON - timedelta(hours=3))
    world.settle(job, 10, at=NOON - timedelta(hours=3))
    world.finish(job, "done", NOON - timedelta(hours=3) + timedelta(seconds=150))
    for number in range(1, 5):
        world.picture(job, kind="cell", number=number, at=NOON - timedelta(hours=3))
    world.approve(1, at=NOON - timedelta(hours=2))
    figures = _figures(world)
    assert (figures.rerolls, figures.waited) == (2, timedelta(seconds=150))
    words = _words(figures)
    assert "*Drafts per approval*\n4.0, 2.0 re-rolls" in words
    assert "*Waited for pictures*\n2 min" in words


def test_last_week_is_the_same_time_on_the_clock_a_week_before(tmp_path: Path) -> None:
    world = World(tmp_path / "london.sqlite3")
    world.channel(timezone="Europe/London")
    # Clocks went forward between the two weeks: 18:00 in London is another hour of UTC.
    end = datetime(2026, 3, 30, 17, tzinfo=UTC)
    then = datetime(2026, 3, 23, 18, tzinfo=UTC)
    brief = world.brief(at=then - 9 * DAY)
    for at, amount in (
        (then, 1_000),
        (then - timedelta(seconds=1), 200),
        (then - DAY, 30),
        (then - DAY - timedelta(seconds=1), 4),
    ):
        world.spend(brief, "draft", amount, at=at)
    world.spend(brief, "draft", 460, at=end - timedelta(hours=1))
    figures = _figures(world, end - DAY, end)
    assert figures.last_week is not None
    assert figures.last_week.spent_micro == 230
    assert "spent up 100% (was &lt;\u00a01\u00a0¢)" in _words(figures)


def test_top_briefs_show_their_pictures(world: World) -> None:
    brief = world.brief(at=NOON - timedelta(hours=2), prompt="a red apple")
    job = world.spend(brief, "draft", 1_000, at=NOON - timedelta(hours=2))
    world.picture(job, kind="cell", at=NOON - timedelta(hours=2))
    world.spend(world.brief(at=NOON - timedelta(hours=1)), "draft", 5, at=NOON - timedelta(hours=1))
    figures = _figures(world)
    message = summaries_messages.summary(figures, chart="a" * 64, alt_text="chart")
    assert [one.sha256 for one in message.attachments] == ["a" * 64, figures.top_briefs[0].picture]
    blocks = with_files(message.blocks, {0: "F0CHART", 1: "F0APPLE"})
    shown = [block["accessory"] for block in blocks if "accessory" in block]
    assert [(one["slack_file"], one["alt_text"]) for one in shown] == [({"id": "F0APPLE"}, "a red apple")]
    assert [block["slack_file"]["id"] for block in blocks if block["type"] == "image"] == ["F0CHART"]


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("daily", "Daily cost summary"),
        ("today", "Today so far"),
        ("this week", "This week so far"),
        ("weekly", "Week of 18 May"),
    ],
)
def test_the_title_says_what_it_is(world: World, kind: str, title: str) -> None:
    world.brief(at=MONDAY)
    words = _words(_figures(world, MONDAY, MONDAY + 2 * DAY, kind))
    assert words.startswith(f"{title}: ")


def _weeks(world: World, at: datetime) -> list[DueSummary]:
    found = world.do(lambda tx: due_weekly(tx, at))
    return [one for one in found if world.do(lambda tx, one=one: claim(tx, one, at))]


#: The week that ends on the Monday after a change of clocks, forward and back, and its length in hours.
WEEKS = [
    ("Europe/London", date(2026, 3, 30), 167),
    ("Europe/London", date(2026, 10, 26), 169),
    ("America/New_York", date(2026, 3, 9), 167),
    ("America/New_York", date(2026, 11, 2), 169),
    ("Australia/Sydney", date(2026, 10, 5), 167),
    ("Australia/Sydney", date(2026, 4, 6), 169),
    ("Australia/Lord_Howe", date(2026, 10, 5), 167.5),
    ("Australia/Lord_Howe", date(2026, 4, 6), 168.5),
    ("America/Santiago", date(2026, 9, 7), 167),
    ("America/Santiago", date(2026, 4, 6), 169),
    ("Asia/Tokyo", date(2026, 3, 30), 168),
]


@pytest.mark.parametrize(("zone", "monday", "hours"), WEEKS)
def test_a_week_comes_once_on_monday_at_the_hour(
    tmp_path: Path, zone: str, monday: date, hours: float
) -> None:
    world = World(tmp_path / "weeks.sqlite3")
    world.channel(timezone=zone, hour=9)
    nine = datetime(monday.year, monday.month, monday.day, 9, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    world.brief(at=nine - 3 * DAY)
    assert _weeks(world, nine - timedelta(microseconds=1)) == []
    (one,) = _weeks(world, nine)
    assert (one.local_date, one.kind, one.end - one.start) == (monday, "weekly", timedelta(hours=hours))
    assert one.end.astimezone(ZoneInfo(zone)).strftime("%a %H:%M") == "Mon 00:00"
    assert _weeks(world, nine + timedelta(minutes=1)) == []
    # The daily summary of the same date is another thing, and not taken by this one.
    assert [d.local_date for d in world.do(lambda tx: due(tx, nine - 2 * DAY))][-1] < monday


def test_a_week_missed_while_the_bot_was_down_is_made_up_for_but_not_for_long(world: World) -> None:
    world.brief(at=MONDAY - DAY)
    assert _weeks(world, MONDAY + timedelta(days=3, hours=18)) == []
    assert [one.local_date for one in _weeks(world, MONDAY + timedelta(days=3, hours=17))] == [MONDAY.date()]


def test_wishes_decide_what_comes(world: World) -> None:
    evening = MONDAY + timedelta(hours=18)

    def coming() -> list[str]:
        return world.do(lambda tx: [str(one.kind) for one in (*due(tx, evening), *due_weekly(tx, evening))])

    def payload(subscription: Subscription) -> None:
        world.do(lambda tx: subscribe(tx, "C1", subscription, person="U1", at=evening))

    assert coming() == []
    payload(Subscription(quiet_days=True))
    assert coming() == ["daily", "daily", "daily", "weekly"]
    payload(Subscription(daily=False, quiet_days=True))
    assert coming() == ["weekly"]
    payload(Subscription(weekly=False))
    world.brief(at=MONDAY + timedelta(hours=1))
    world.brief(at=MONDAY - timedelta(hours=30))
    assert coming() == ["daily", "daily"]
    payload(Subscription(daily=False, weekly=False, quiet_days=True))
    assert coming() == []
