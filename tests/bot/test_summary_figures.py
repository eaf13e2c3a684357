"""A summary's figures, to the micro-unit and no further than its window."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import clock
from bot.summaries import SummaryFigures, figures_of, so_far
from bot.summaries.table import day_edges
from tests.bot.ledger_world import NOON, TWENTY, World

START = NOON - timedelta(hours=24)


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path / "ledger.sqlite3")
    world.channel(name="#spring-sneakers")
    return world


def _figures(world: World, start: datetime = START, end: datetime = NOON, **more: Decimal) -> SummaryFigures:
    return figures_of(world.db, "C1", start, end, default=TWENTY, **more)


def _brief_to_fix(world: World, at: datetime) -> str:
    """A grid of four, cell 2 approved after six minutes by two people, its Pro render, and a fix."""
    brief = world.brief(at=at, prompt="a red apple on a plate")
    draft = world.spend(brief, "draft", 1_601, at=at, hold_micro=2_400)
    cells = [world.picture(draft, kind="cell", number=n, at=at) for n in range(1, 5)]
    world.approve(cells[1], at=at + timedelta(minutes=6))
    world.approve(cells[1], person="U2", at=at + timedelta(minutes=8))
    world.approve(cells[2], at=at + timedelta(minutes=7), withdrawn=True)
    pro = world.spend(brief, "pro", 2_407, at=at + timedelta(minutes=6), hold_micro=3_600)
    render = world.picture(pro, kind="pro", parent=cells[1], at=at + timedelta(minutes=6))
    fix = world.spend(brief, "fix", 1_000, at=at + timedelta(minutes=9), hold_micro=2_400)
    world.picture(fix, kind="fix", parent=render, at=at + timedelta(minutes=9))
    return brief


def test_one_brief_from_grid_to_fix(world: World) -> None:
    brief = _brief_to_fix(world, START + timedelta(hours=1))
    world.reserve(world.job(brief, "fix"), 2_400, at=NOON - timedelta(seconds=1))
    figures = _figures(world)
    assert figures.channel_name == "spring-sneakers"
    assert [(t.tier, t.spent_micro, t.jobs, t.pictures) for t in figures.tiers] == [
        ("draft", 1_601, 1, 4),
        ("pro", 2_407, 1, 1),
        ("fix", 1_000, 1, 1),
    ]
    assert (figures.spent_micro, figures.held_micro) == (5_008, 2_400)
    assert (figures.pictures, figures.drafts, figures.tier("pro").pictures, figures.fixes) == (6, 4, 1, 1)
    assert (figures.briefs, figures.approvals, figures.approved_assets) == (1, 2, 1)
    assert figures.cost_per_approved_micro == 5_008
    assert figures.drafts_per_approval == 4
    assert figures.median_to_approval == timedelta(minutes=6)
    assert figures.budget.left_micro == 20_000_000 - 5_008 - 2_400
    assert not figures.is_quiet


def test_the_top_briefs_come_with_their_pictures(world: World) -> None:
    best = _brief_to_fix(world, START + timedelta(hours=1))
    cheap = world.brief(prompt="a blue boat")
    cell = world.picture(world.spend(cheap, "draft", 700, at=START), kind="cell")
    bare = world.brief(prompt="no picture was kept")
    world.spend(bare, "draft", 600, at=START)
    world.spend(world.brief(prompt="fourth"), "draft", 500, at=START)

    def sha(where: str, value: object) -> str:
        row = world.db.execute(f"SELECT picture FROM versions WHERE {where} = ?", [value]).fetchone()
        return str(row["picture"])

    assert [(top.id, top.prompt, top.spent_micro, top.picture) for top in _figures(world).top_briefs] == [
        (best, "a red apple on a plate", 5_008, sha("kind", "pro")),
        (cheap, "a blue boat", 700, sha("id", cell)),
        (bare, "no picture was kept", 600, None),
    ]


def test_a_channel_without_work_is_quiet(world: World) -> None:
    figures = _figures(world)
    assert figures.is_quiet
    assert (figures.spent_micro, figures.pictures, figures.approved_assets) == (0, 0, 0)
    assert figures.cost_per_approved_micro is None
    assert figures.drafts_per_approval is None
    assert figures.median_to_approval is None
    assert figures.median_estimate_error is None
    assert figures.top_briefs == ()
    assert [day.total_micro for day in figures.days] == [0] * 7


def test_a_failed_job_costs_nothing_and_counts_no_pictures(world: World) -> None:
    brief = world.brief(at=START)
    job = world.job(brief)
    world.reserve(job, 900, at=START)
    world.void(job, at=START)
    figures = _figures(world)
    assert (figures.spent_micro, figures.held_micro, figures.pictures) == (0, 0, 0)
    assert (figures.briefs, figures.is_quiet) == (1, False)


def test_the_window_takes_its_start_and_leaves_its_end(world: World) -> None:
    brief = world.brief(at=START)
    moment = timedelta(microseconds=1)
    world.spend(brief, "draft", 1, at=START - moment)
    world.spend(brief, "draft", 10, at=START)
    world.spend(brief, "draft", 100, at=NOON - moment)
    world.spend(brief, "draft", 1000, at=NOON)
    assert _figures(world).spent_micro == 110


def test_work_that_ends_after_the_window_belongs_to_when_it_was_asked(world: World) -> None:
    job = world.job(world.brief(at=START))
    world.reserve(job, 900, at=NOON - timedelta(seconds=1))
    assert (_figures(world).held_micro, _figures(world).spent_micro) == (900, 0)
    world.settle(job, 950, at=NOON + timedelta(seconds=30))
    assert (_figures(world).held_micro, _figures(world).spent_micro) == (0, 950)
    assert _figures(world, NOON, NOON + timedelta(hours=1)).spent_micro == 0


def test_an_asset_counts_where_it_was_first_approved(world: World) -> None:
    draft = world.spend(world.brief(at=START), "draft", 1_000, at=START)
    cell = world.picture(draft, kind="cell", at=START)
    world.approve(cell, person="U2", at=START - timedelta(hours=1), withdrawn=True)
    world.approve(cell, at=NOON - timedelta(hours=1))
    world.approve(cell, person="U3", at=NOON + timedelta(hours=1))
    tomorrow = _figures(world, NOON, NOON + timedelta(hours=24))
    assert (_figures(world).approvals, _figures(world).approved_assets) == (1, 1)
    assert (tomorrow.approvals, tomorrow.approved_assets) == (1, 0)


def test_the_cost_of_an_approved_asset_is_rounded_to_the_nearest_micro_unit(world: World) -> None:
    brief = world.brief(at=START)
    draft = world.spend(brief, "draft", 1_000, at=START)
    for number in (1, 2, 3):
        world.approve(world.picture(draft, kind="cell", number=number, at=START), at=START)
    assert _figures(world).cost_per_approved_micro == 333
    world.spend(brief, "draft", 1, at=START)
    assert _figures(world).cost_per_approved_micro == 334


def test_half_of_the_estimates_were_this_far_off(world: World) -> None:
    brief = world.brief(at=START)
    for hold, paid in ((150, 100), (150, 120), (150, 50)):
        world.spend(brief, "draft", paid, at=START, hold_micro=hold)
    error = _figures(world, hold_factor=Decimal("1.5")).median_estimate_error
    assert error == pytest.approx(0.2)


def test_a_summary_that_ends_with_its_budget_period_tells_of_that_period(world: World) -> None:
    midnight = datetime(2026, 6, 1, tzinfo=UTC)
    world.spend(world.brief(), "draft", 5_000, at=midnight - timedelta(hours=1))
    assert _figures(world, midnight - timedelta(hours=24), midnight).budget.spent_micro == 5_000


def test_windows_that_are_none_and_unknown_channels_are_errors(world: World) -> None:
    with pytest.raises(ValueError, match="start before its end"):
        _figures(world, NOON, NOON)
    with pytest.raises(KeyError):
        figures_of(world.db, "C404", START, NOON, default=TWENTY)
    with pytest.raises(KeyError):
        so_far(world.db, "C404", NOON)


def test_the_days_of_the_chart_end_at_the_hour_of_the_summary(tmp_path: Path) -> None:
    world = World(tmp_path / "tokyo.sqlite3")
    world.channel(timezone="Asia/Tokyo")
    end = datetime(2026, 5, 20, 9, tzinfo=UTC)  # 18:00 in Tokyo
    brief = world.brief(at=end - timedelta(days=9))
    for back in range(9):
        world.spend(brief, ("draft", "pro", "fix")[back % 3], 5**back, at=end - timedelta(days=back, hours=1))
    figures = _figures(world, end - timedelta(days=1), end)
    assert [day.day for day in figures.days] == [date(2026, 5, 14 + n) for n in range(7)]
    assert [day.total_micro for day in figures.days] == [5**back for back in range(6, -1, -1)]
    assert (figures.days[-1].draft_micro, figures.days[-2].pro_micro, figures.days[-3].fix_micro) == (
        1,
        5,
        25,
    )
    assert figures.days[-1].total_micro == figures.spent_micro


ZONES = [
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Africa/Cairo",
    "Pacific/Apia",
]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.integers(0, 15 * 365 * 24 * 60).map(
        lambda m: datetime(2011, 12, 1, tzinfo=UTC) + timedelta(minutes=m)
    ),
    st.integers(1, 12 * 24 * 60),
)
def test_days_follow_each_other_and_one_begins_with_the_window(
    zone: str, start: datetime, minutes: int
) -> None:
    end = start + timedelta(minutes=minutes)
    edges = day_edges(start, end, ZoneInfo(zone))
    assert len(edges) == 8
    assert edges == sorted(edges)
    assert edges[-1] == end
    assert start in edges or start < edges[0]


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["draft", "pro", "fix"]),
            st.integers(0, 10**9),
            st.integers(0, 10 * 24 * 60),
            st.sampled_from(["C1", "C2"]),
        ),
        max_size=25,
    ),
    st.integers(0, 9 * 24 * 60),
    st.integers(1, 3 * 24 * 60),
)
def test_the_spend_is_the_sum_of_the_settles(
    tmp_path_factory: pytest.TempPathFactory,
    spends: list[tuple[str, int, int, str]],
    begin: int,
    length: int,
) -> None:
    world = World(tmp_path_factory.mktemp("sums") / "ledger.sqlite3")
    world.channel(timezone="Europe/London")
    world.channel("C2")
    briefs = {channel: world.brief(channel) for channel in ("C1", "C2")}
    origin = datetime(2026, 3, 24, tzinfo=UTC)
    for tier, amount, minutes, channel in spends:
        at = origin + timedelta(minutes=minutes)
        world.do(lambda tx, row=(tier, amount, at, channel): _settled(tx, world, briefs[row[3]], *row))
    start = origin + timedelta(minutes=begin)
    end = start + timedelta(minutes=length)
    figures = _figures(world, start, end)

    def total(since: datetime, until: datetime, more: str = "") -> int:
        return int(
            world.db.execute(
                "SELECT coalesce(sum(amount_micro), 0) FROM ledger_entries WHERE kind = 'settle'"
                f" AND channel = 'C1' AND period_at >= ? AND period_at < ? {more}",
                [clock.to_text(since), clock.to_text(until)],
            ).fetchone()[0]
        )

    assert figures.spent_micro == total(start, end)
    for tier in figures.tiers:
        assert tier.spent_micro == total(start, end, f"AND tier = '{tier.tier}'")
    edges = day_edges(start, end, ZoneInfo("Europe/London"))
    assert [day.total_micro for day in figures.days] == [total(edges[n], edges[n + 1]) for n in range(7)]
    assert sum(top.spent_micro for top in figures.top_briefs) == figures.spent_micro


def _settled(
    tx: object, world: World, brief: str, tier: str, amount: int, at: datetime, channel: str
) -> None:
    """Rows as reserve and settle write them, without a budget in the way."""
    number = next(world._numbers)
    job = f"J{number}"
    when = clock.to_text(at)
    world.db.execute(
        "INSERT INTO jobs (id, brief, tier, state, person, request, idempotency_key, not_before, created_at,"
        " finished_at) VALUES (?, ?, ?, 'done', 'U1', '{}', ?, ?, ?, ?)",
        [job, brief, tier, job, when, when, when],
    )
    for kind, reservation, held_or_paid in (("reserve", None, amount + 7), ("settle", True, amount)):
        world.db.execute(
            "INSERT INTO ledger_entries (at, period_at, kind, reservation, channel, brief, job, tier, person,"
            " amount_micro, currency, idempotency_key) VALUES (?, ?, ?, CASE WHEN ? THEN"
            " (SELECT max(id) FROM ledger_entries) END, ?, ?, ?, ?, 'U1', ?, 'USD', ?)",
            [when, when, kind, reservation, channel, brief, job, tier, held_or_paid, f"{kind}:{job}"],
        )


def test_so_far_begins_at_midnight_on_the_channels_clock(tmp_path: Path) -> None:
    world = World(tmp_path / "london.sqlite3")
    world.channel(timezone="Europe/London")
    # A Sunday; clocks went forward at 01:00, so its noon comes eleven hours after its midnight.
    now = datetime(2026, 3, 29, 11, tzinfo=UTC)
    assert so_far(world.db, "C1", now) == (datetime(2026, 3, 29, tzinfo=UTC), now)
    assert so_far(world.db, "C1", now, "this week") == (datetime(2026, 3, 23, tzinfo=UTC), now)
    summer = datetime(2026, 5, 20, 23, 30, tzinfo=UTC)  # half past midnight in London
    assert so_far(world.db, "C1", summer) == (summer - timedelta(minutes=30), summer)


def test_a_summary_reads_its_days_and_not_the_age_of_the_ledger(world: World) -> None:
    def steps() -> int:
        """Work that the database does for one summary, in instructions of its own."""
        counted = 0

        def tick() -> int:
            nonlocal counted
            counted += 1
            return 0

        assert world.db.conn is not None
        world.db.conn.set_progress_handler(tick, 1)
        _figures(world, NOON - timedelta(hours=24), NOON)
        world.db.conn.set_progress_handler(None, 0)
        return counted

    _brief_to_fix(world, START + timedelta(hours=1))
    young = steps()
    old_brief = world.brief(at=NOON - timedelta(days=300))

    def age(tx: object) -> None:
        for number in range(3_000):
            at = NOON - timedelta(days=300) + timedelta(minutes=number)
            _settled(tx, world, old_brief, "draft", 5, at, "C1")

    world.do(age)
    # The month's budget and seven days are read; three thousand older jobs are not.
    assert steps() < young + 1_000
