"""Caps, soft and hard limits, roll-over, grants and alerts: what fits, and what is told."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from bot.budget.actions import in_few_words
from bot.ledger import (
    BudgetRule,
    BudgetTerms,
    OverBudget,
    budget_of,
    caps_of,
    grant,
    newly_reached,
    set_budget,
    set_cap,
    set_terms,
    verify,
)
from tests.bot.ledger_world import NOON, World

THOUSAND = BudgetRule(amount_micro=1_000, period="daily", currency="USD")


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path / "ledger.sqlite3")
    made.channel("C1")
    made.channel("C2")
    yield made
    made.db.close()


def spend(world, amount, *, channel="C1", tier="draft", at=NOON, settle=True):
    job = world.job(world.brief(channel, at=at), tier, at=at)
    try:
        world.reserve(job, amount, at=at, rule=THOUSAND)
    except OverBudget:
        world.finish(job, "cancelled", at)
        raise
    if settle:
        world.settle(job, amount, at=at)
        world.finish(job, "done", at)
    return job


def cap(world, kind, amount, period="daily", *, channel="C1", at=NOON):
    world.do(
        lambda tx: set_cap(
            tx,
            kind,
            channel=channel,
            amount_micro=amount,
            period=period,
            currency="USD",
            person="U9",
            at=at - timedelta(hours=1),
        )
    )


def terms(world, **changes):
    world.do(
        lambda tx: set_terms(
            tx, channel="C1", terms=BudgetTerms(**changes), person="U9", at=NOON - timedelta(days=9)
        )
    )


def test_pro_has_a_cap_of_its_own(world):
    cap(world, "pro", 300)
    spend(world, 250, tier="pro")
    with pytest.raises(OverBudget) as caught:
        spend(world, 51, tier="pro")
    assert caught.value.cap.kind == "pro"
    assert caught.value.cap.left_micro == 50
    spend(world, 500, tier="draft")
    spend(world, 50, tier="pro", settle=False)
    assert caps_of(world.db, channel="C1", person="U1", tier="pro", at=NOON)[0].held_micro == 50
    assert not verify(world.db)


def test_a_person_has_a_cap_in_one_channel(world):
    cap(world, "person", 100)
    spend(world, 90)
    with pytest.raises(OverBudget) as caught:
        spend(world, 11)
    assert caught.value.cap.kind == "person"
    spend(world, 500, channel="C2")
    spend(world, 100, at=NOON + timedelta(days=1))


def test_the_workspace_has_one_cap_over_all_channels(world):
    cap(world, "workspace", 1_200)
    spend(world, 700)
    with pytest.raises(OverBudget) as caught:
        spend(world, 600, channel="C2")
    assert caught.value.cap.kind == "workspace"
    spend(world, 500, channel="C2")


def test_a_lifted_cap_binds_nobody(world):
    cap(world, "person", 10)
    cap(world, "person", None)
    spend(world, 900)
    assert caps_of(world.db, channel="C1", person="U1", tier=None, at=NOON) == []


def test_a_soft_limit_lets_work_go_on_but_a_cap_does_not(world):
    terms(world, soft=True)
    spend(world, 900)
    spend(world, 900)
    assert budget_of(world.db, "C1", NOON, THOUSAND).left_micro == -800
    cap(world, "pro", 0)
    with pytest.raises(OverBudget):
        spend(world, 1, tier="pro")


def test_what_a_day_leaves_is_added_to_the_next_one_only(world):
    terms(world, roll_over=True)
    spend(world, 400)
    tomorrow = budget_of(world.db, "C1", NOON + timedelta(days=1), THOUSAND)
    assert (tomorrow.limit_micro, tomorrow.rolled_micro) == (1_600, 600)
    # Two days later only the untouched day before counts, not the one before it.
    assert budget_of(world.db, "C1", NOON + timedelta(days=2), THOUSAND).limit_micro == 2_000


def test_a_debt_is_not_carried_over_and_a_new_rule_starts_from_nothing(world):
    terms(world, roll_over=True, soft=True)
    spend(world, 1_500)
    assert budget_of(world.db, "C1", NOON + timedelta(days=1), THOUSAND).limit_micro == 1_000
    world.do(
        lambda tx: set_budget(
            tx, channel="C1", amount_micro=5_000, period="daily", currency="USD", person="U9", at=NOON
        )
    )
    assert budget_of(world.db, "C1", NOON, THOUSAND).limit_micro == 5_000


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/London", datetime(2026, 3, 29, 12, tzinfo=UTC)),
        ("Europe/London", datetime(2026, 10, 25, 12, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 3, 8, 17, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 11, 1, 17, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 4, 5, 1, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 10, 4, 1, tzinfo=UTC)),
        ("America/Santiago", datetime(2026, 4, 5, 15, tzinfo=UTC)),
        ("America/Santiago", datetime(2026, 9, 6, 15, tzinfo=UTC)),
        ("Africa/Casablanca", datetime(2026, 2, 15, 12, tzinfo=UTC)),
        ("Africa/Casablanca", datetime(2026, 3, 22, 12, tzinfo=UTC)),
    ],
)
def test_roll_over_and_caps_count_whole_local_days_when_clocks_change(tmp_path, zone, day):
    world = World(tmp_path / "zone.sqlite3")
    world.channel("C1", timezone=zone, at=day - timedelta(days=30))
    world.do(lambda tx: set_terms(tx, channel="C1", terms=BudgetTerms(roll_over=True), person="U9", at=day))
    cap(world, "person", 900, at=day)
    state = budget_of(world.db, "C1", day, THOUSAND)
    last = state.end - timedelta(microseconds=1)
    spend(world, 300, at=state.start)
    spend(world, 600, at=last)
    with pytest.raises(OverBudget):
        spend(world, 1, at=last)
    following = budget_of(world.db, "C1", state.end, THOUSAND)
    assert following.start == state.end
    assert following.rolled_micro == 1_000 + 1_000 - 900 - 1_000
    spend(world, 900, at=state.end)
    world.db.close()


def test_a_grant_counts_in_its_period_alone(world):
    world.do(lambda tx: grant(tx, channel="C1", amount_micro=500, currency="USD", person="U9", at=NOON))
    spend(world, 1_500)
    with pytest.raises(OverBudget):
        spend(world, 1)
    assert budget_of(world.db, "C1", NOON + timedelta(days=1), THOUSAND).limit_micro == 1_000
    with pytest.raises(sqlite3.IntegrityError):
        world.do(lambda tx: grant(tx, channel="C1", amount_micro=0, currency="USD", person="U9", at=NOON))


def test_each_share_is_told_once_in_each_period(world):
    def reached(at=NOON):
        return world.do(lambda tx: newly_reached(tx, budget_of(tx, "C1", at, THOUSAND), at))

    assert reached() is None
    spend(world, 499)
    assert reached() is None
    spend(world, 1)
    assert (reached(), reached()) == (50, None)
    # Passing two at once tells the higher one only.
    spend(world, 500)
    assert (reached(), reached()) == (100, None)
    tomorrow = NOON + timedelta(days=1)
    spend(world, 800, at=tomorrow)
    assert (reached(tomorrow), reached(tomorrow)) == (80, None)


def test_a_wish_that_is_told_to_everyone_pings_nobody():
    payload = {"kind": "draft", "request": {"prompt": "a cat <!channel> " + "and a dog " * 20}}
    said = in_few_words(payload)
    assert "<!channel>" not in said
    assert "&lt;!channel&gt;" in said
    assert "…" in said
