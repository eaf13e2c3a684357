"""Caps, soft and hard limits, roll-over, grants and alerts: what fits, and what is told."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from bot.budget.actions import in_few_words
from bot.budget.messages import budget_text
from bot.ledger import (
    BudgetRule,
    BudgetTerms,
    OverBudget,
    budget_of,
    caps_of,
    correct,
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


def test_a_debt_is_not_carried_over(world):
    terms(world, roll_over=True, soft=True)
    spend(world, 1_500)
    assert budget_of(world.db, "C1", NOON + timedelta(days=1), THOUSAND).limit_micro == 1_000


def budget(world, amount, period="daily", *, at=NOON):
    world.do(
        lambda tx: set_budget(
            tx, channel="C1", amount_micro=amount, period=period, currency="USD", person="U9", at=at
        )
    )


def test_a_raise_keeps_what_was_rolled_over(world):
    terms(world, roll_over=True)
    spend(world, 250, at=NOON - timedelta(days=1))
    assert budget_of(world.db, "C1", NOON, THOUSAND).limit_micro == 1_750
    budget(world, 1_250)
    state = budget_of(world.db, "C1", NOON, THOUSAND)
    assert (state.limit_micro, state.rolled_micro) == (2_000, 750)


MAY = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        # Raised in the last hour: April is judged by what it had.
        ([(20_000, "monthly", MAY - timedelta(hours=1))], 100),
        # Raised early on: by what it had for most of its time.
        ([(20_000, "monthly", MAY - timedelta(days=28))], 19_100),
        # Cut at the end: a cut is a cut.
        ([(20_000, "monthly", MAY - timedelta(days=30)), (950, "monthly", MAY - timedelta(hours=1))], 50),
        # A limit of another kind leaves nothing to a month, and is left nothing by one.
        ([(50, "daily", MAY - timedelta(days=29)), (20_000, "monthly", MAY - timedelta(hours=1))], 0),
        ([(50, "daily", MAY - timedelta(hours=1)), (1_000, "monthly", MAY + timedelta(hours=1))], 0),
        # What is set in May says nothing of April.
        ([(20_000, "monthly", MAY + timedelta(hours=1))], 100),
        ([(0, "monthly", MAY + timedelta(hours=1))], 100),
    ],
)
def test_a_month_that_is_over_is_judged_by_its_own_limit(world, changes, left):
    monthly = BudgetRule(amount_micro=1_000, period="monthly", currency="USD")
    terms(world, roll_over=True)
    spend(world, 900, at=MAY - timedelta(days=5))
    for amount, period, at in changes:
        budget(world, amount, period, at=at)
    state = budget_of(world.db, "C1", MAY + timedelta(hours=2), monthly)
    assert (state.rolled_micro, state.limit_micro) == (left, changes[-1][0] + left)


def test_a_pot_that_is_set_again_knows_what_was_spent(world):
    budget(world, 1_000, "pot")
    spend(world, 900)
    later = NOON + timedelta(days=40)
    budget(world, 1_200, "pot", at=later)
    state = budget_of(world.db, "C1", later, THOUSAND)
    assert (state.spent_micro, state.left_micro, state.start) == (900, 300, NOON)
    # Another kind of limit in between, and a new pot begins.
    budget(world, 5_000, at=later + timedelta(hours=1))
    budget(world, 1_200, "pot", at=later + timedelta(hours=2))
    assert budget_of(world.db, "C1", later + timedelta(hours=3), THOUSAND).left_micro == 1_200


@pytest.mark.parametrize("kind", ["channel", "workspace", "person", "pro"])
def test_what_is_held_when_a_pot_begins_is_spent_from_it(world, kind):
    def left():
        if kind == "channel":
            return budget_of(world.db, "C1", NOON + timedelta(hours=2), THOUSAND).left_micro
        (state,) = caps_of(world.db, channel="C1", person="U1", tier="pro", at=NOON + timedelta(hours=2))
        return state.left_micro

    settled = spend(world, 100, tier="pro")
    job = spend(world, 50, tier="pro", settle=False)
    spend(world, 7, tier="pro", settle=False, channel="C2")
    at = NOON + timedelta(hours=1)
    if kind == "channel":
        budget(world, 60, "pot", at=at)
    else:
        cap(world, kind, 60, "pot", at=at + timedelta(hours=1))
    other = 7 if kind == "workspace" else 0
    assert left() == 10 - other
    world.settle(job, 45, at=at + timedelta(minutes=1))
    world.finish(job, "done", at)
    assert left() == 15 - other
    # What was settled before it began is not its own, corrections of that included.
    for which, amount in ((settled, -30), (job, 5)):
        world.do(
            lambda tx, which=which, amount=amount: correct(
                tx, job=which, amount_micro=amount, by="ada", reason="a test", key=which, at=at
            )
        )
    assert left() == 10 - other
    assert not verify(world.db)


def test_a_cap_that_is_a_pot_and_is_set_again_knows_what_was_spent(world):
    cap(world, "person", 100, "pot")
    spend(world, 90)
    cap(world, "person", 120, "pot", at=NOON + timedelta(hours=3))
    (state,) = caps_of(world.db, channel="C1", person="U1", tier="draft", at=NOON + timedelta(hours=3))
    assert state.left_micro == 30
    cap(world, "person", None, at=NOON + timedelta(hours=4))
    cap(world, "person", 120, "pot", at=NOON + timedelta(hours=5))
    (state,) = caps_of(world.db, channel="C1", person="U1", tier="draft", at=NOON + timedelta(hours=5))
    assert state.left_micro == 120


def test_shares_are_told_again_of_a_limit_that_changed(world):
    at = NOON + timedelta(hours=1)

    def reached(at):
        return world.do(lambda tx: newly_reached(tx, budget_of(tx, "C1", at, THOUSAND), at))

    spend(world, 1_000)
    assert reached(NOON) == 100
    world.do(lambda tx: grant(tx, channel="C1", amount_micro=500, currency="USD", person="U9", at=at))
    spend(world, 300, at=at)
    assert (reached(at + timedelta(minutes=1)), reached(at + timedelta(minutes=2))) == (80, None)
    spend(world, 200, at=at)
    assert (reached(at + timedelta(minutes=3)), reached(at + timedelta(minutes=4))) == (100, None)
    budget(world, 2_000, at=at + timedelta(minutes=5))
    spend(world, 700, at=at + timedelta(minutes=6))
    assert (reached(at + timedelta(minutes=7)), reached(at + timedelta(minutes=8))) == (80, None)


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


def test_a_budget_says_what_of_it_was_granted_and_rolled_over(world):
    terms(world, roll_over=True)
    budget(world, 20_000_000, at=NOON - timedelta(days=9))
    spend(world, 17_000_000, at=NOON - timedelta(days=1))
    budget(world, 20_000_000)
    world.do(lambda tx: grant(tx, channel="C1", amount_micro=5_000_000, currency="USD", person="U9", at=NOON))
    said = budget_text(budget_of(world.db, "C1", NOON, THOUSAND))
    assert "$20.00 + $3.00 rolled over + $5.00 granted a day" in said
    assert "hold" not in said
    assert "held" not in said


def test_a_wish_that_is_told_to_everyone_pings_nobody():
    payload = {"kind": "draft", "request": {"prompt": "a cat <!channel> " + "and a dog " * 20}}
    said = in_few_words(payload)
    assert "<!channel>" not in said
    assert "&lt;!channel&gt;" in said
    assert "…" in said
