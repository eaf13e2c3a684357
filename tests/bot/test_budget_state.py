"""What a channel may still spend: periods, limits that change, pots, and what would fit."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.ledger import (
    BudgetRule,
    BudgetState,
    LedgerError,
    OverBudget,
    Period,
    budget_of,
    default_prices,
    fits,
    set_budget,
)
from bot.ledger.budgets import FITS_AT_MOST
from tests.bot.ledger_world import NOON, TWENTY, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "ledger.sqlite3")


def _set(world: World, amount_micro: int, period: Period, at: datetime, *, currency: str = "USD") -> None:
    world.do(
        lambda tx: set_budget(
            tx,
            channel="C1",
            amount_micro=amount_micro,
            period=period,
            currency=currency,
            person="UADMIN",
            at=at,
        )
    )


def _state(world: World, at: datetime, rule: BudgetRule = TWENTY) -> BudgetState:
    return budget_of(world.db, "C1", at, rule)


def test_a_channel_without_a_budget_has_the_default(world: World) -> None:
    world.channel(timezone="Asia/Tokyo")
    state = _state(world, NOON)
    assert (state.limit_micro, state.period, state.left_micro) == (20_000_000, "monthly", 20_000_000)
    # May begins nine hours earlier in Tokyo.
    assert state.start == datetime(2026, 4, 30, 15, tzinfo=UTC)
    assert state.end == datetime(2026, 5, 31, 15, tzinfo=UTC)
    assert state.share_spent == 0


def test_the_last_budget_set_counts_at_once_and_the_record_stays(world: World) -> None:
    world.channel()
    world.spend(world.brief(), "draft", 3_000)
    _set(world, 10_000, "daily", NOON)
    _set(world, 4_000, "weekly", NOON + timedelta(hours=1))
    state = _state(world, NOON + timedelta(hours=2))
    assert (state.limit_micro, state.period, state.spent_micro, state.left_micro) == (
        4_000,
        "weekly",
        3_000,
        1_000,
    )
    assert state.share_spent == 0.75
    kept = world.db.execute("SELECT amount_micro, period, set_by FROM budgets ORDER BY id").fetchall()
    assert [tuple(row) for row in kept] == [(10_000, "daily", "UADMIN"), (4_000, "weekly", "UADMIN")]


def test_a_limit_below_what_is_spent_leaves_less_than_nothing(world: World) -> None:
    world.channel()
    world.spend(world.brief(), "draft", 3_000)
    _set(world, 0, "daily", NOON)
    assert _state(world, NOON).left_micro == -3_000
    assert _state(world, NOON).share_spent == 1.0


def test_a_settle_belongs_to_the_day_of_its_reservation(world: World) -> None:
    world.channel()
    rule = BudgetRule(amount_micro=1_000, period="daily", currency="USD")
    late = datetime(2026, 5, 20, 23, 59, 59, tzinfo=UTC)
    after_midnight = late + timedelta(seconds=5)
    job = world.job(world.brief())
    world.reserve(job, 900, at=late, rule=rule)
    world.settle(job, 950, at=after_midnight)
    assert _state(world, late, rule).spent_micro == 950
    assert _state(world, after_midnight, rule).spent_micro == 0
    world.reserve(world.job(world.brief()), 1_000, at=after_midnight, rule=rule)


def test_a_new_period_begins_full(world: World) -> None:
    world.channel(timezone="America/New_York")
    rule = BudgetRule(amount_micro=1_000, period="daily", currency="USD")
    world.reserve(world.job(world.brief()), 1_000, at=NOON, rule=rule)
    midnight = datetime(2026, 5, 21, 4, tzinfo=UTC)
    with pytest.raises(OverBudget):
        world.reserve(world.job(world.brief()), 1, at=midnight - timedelta(microseconds=1), rule=rule)
    world.reserve(world.job(world.brief()), 700, at=midnight, rule=rule)
    assert _state(world, midnight - timedelta(microseconds=1), rule).held_micro == 1_000
    assert _state(world, midnight, rule).held_micro == 700


def test_a_pot_counts_from_when_it_was_set_and_never_refills(world: World) -> None:
    world.channel()
    brief = world.brief()
    world.spend(brief, "draft", 5_000, at=NOON - timedelta(days=1))
    _set(world, 1_000, "pot", NOON)
    assert _state(world, NOON).left_micro == 1_000
    world.spend(brief, "draft", 600, at=NOON)
    state = _state(world, NOON + timedelta(days=900))
    assert (state.left_micro, state.end) == (400, None)
    # Setting it again changes its size alone.
    _set(world, 1_000, "pot", NOON + timedelta(days=901))
    assert _state(world, NOON + timedelta(days=902)).left_micro == 400


def test_a_request_stamped_just_before_a_new_pot_still_counts_in_it(world: World) -> None:
    world.channel()
    _set(world, 1_000, "pot", NOON)
    world.reserve(world.job(world.brief()), 700, at=NOON - timedelta(seconds=1))
    assert _state(world, NOON).held_micro == 700
    with pytest.raises(OverBudget):
        world.reserve(world.job(world.brief()), 400, at=NOON - timedelta(seconds=1))


def test_a_default_pot_counts_from_the_channels_first_day(world: World) -> None:
    world.channel(at=NOON - timedelta(days=30))
    rule = BudgetRule(amount_micro=1_000, period="pot", currency="USD")
    world.spend(world.brief(), "draft", 400, at=NOON - timedelta(days=29))
    state = _state(world, NOON, rule)
    assert (state.spent_micro, state.start) == (400, NOON - timedelta(days=30))


def test_channels_do_not_share_a_budget(world: World) -> None:
    world.channel()
    world.channel("C2")
    world.spend(world.brief("C2"), "draft", 5_000)
    assert _state(world, NOON).spent_micro == 0
    assert budget_of(world.db, "C2", NOON, TWENTY).spent_micro == 5_000


def test_a_budget_in_another_currency_blocks_until_it_is_set_anew(world: World) -> None:
    world.channel()
    _set(world, 1_000_000, "monthly", NOON, currency="EUR")
    with pytest.raises(LedgerError, match="set a new budget"):
        world.reserve(world.job(world.brief()), 1, at=NOON)
    _set(world, 1_000_000, "monthly", NOON)
    world.reserve(world.job(world.brief()), 1, at=NOON)


def test_what_was_spent_in_another_currency_is_not_added_up(world: World) -> None:
    world.channel()
    world.spend(world.brief(), "draft", 5_000)
    _set(world, 9_000, "monthly", NOON, currency="EUR")
    state = _state(world, NOON)
    assert (state.currency, state.spent_micro, state.left_micro) == ("EUR", 0, 9_000)


@pytest.mark.parametrize("amount", [-1, 1_000_000_000_001])
def test_impossible_limits_change_nothing(world: World, amount: int) -> None:
    world.channel()
    with pytest.raises(ValueError, match="between 0 and"):
        _set(world, amount, "monthly", NOON)
    assert _state(world, NOON).limit_micro == TWENTY.amount_micro


def test_unknown_channels_and_periods_are_errors(world: World) -> None:
    with pytest.raises(KeyError):
        _state(world, NOON)
    with pytest.raises(sqlite3.IntegrityError):
        _set(world, 1, "monthly", NOON)
    world.channel()
    with pytest.raises(sqlite3.IntegrityError):
        _set(world, 1, "yearly", NOON)  # type: ignore[arg-type]


@pytest.mark.parametrize("left", [0, 209, 210, 211, 419, 420, 1_890, 10**9])
def test_what_fits_is_the_most_that_could_be_reserved(world: World, left: int) -> None:
    world.channel()
    prices = default_prices("USD", Decimal("0.0002"))
    _set(world, left, "monthly", NOON)
    state = _state(world, NOON)
    most = fits(state, prices, "draft", 256, 256)
    if most < FITS_AT_MOST:
        with pytest.raises(OverBudget):
            world.reserve(world.job(world.brief()), prices.hold("draft", most + 1, 256, 256))
    if most:
        world.reserve(world.job(world.brief()), prices.hold("draft", most, 256, 256))
    assert most == min(FITS_AT_MOST, left // 210)


def test_nothing_fits_into_less_than_nothing(world: World) -> None:
    world.channel()
    world.spend(world.brief(), "draft", 3_000)
    _set(world, 0, "daily", NOON)
    assert fits(_state(world, NOON), default_prices(), "pro", 512, 512) == 0
