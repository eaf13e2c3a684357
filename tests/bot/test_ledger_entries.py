"""Reserve, settle, void: what is written, what is refused, and what a refusal leaves behind."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from bot.ledger import (
    BudgetRule,
    LedgerError,
    OverBudget,
    budget_of,
    open_reservations,
    reserve,
    set_budget,
)
from bot.store import Database, Transaction
from bot.store.database import connect
from tests.bot.ledger_world import NOON, TWENTY, World

SMALL = BudgetRule(amount_micro=1000, period="monthly", currency="USD")


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path / "ledger.sqlite3")
    world.channel()
    return world


def _state(world: World, rule: BudgetRule = SMALL) -> tuple[int, int, int]:
    state = budget_of(world.db, "C1", NOON, rule)
    return state.spent_micro, state.held_micro, state.left_micro


def test_a_hold_becomes_a_settle_at_the_measured_cost(world: World) -> None:
    job = world.job(world.brief())
    world.reserve(job, 600, rule=SMALL)
    assert _state(world) == (0, 600, 400)
    world.settle(job, 450)
    assert _state(world) == (450, 0, 550)
    assert world.entries() == [("reserve", job, 600), ("settle", job, 450)]


def test_a_void_gives_the_hold_back(world: World) -> None:
    job = world.job(world.brief())
    world.reserve(job, 600, rule=SMALL)
    world.void(job)
    assert _state(world) == (0, 0, 1000)
    assert world.entries() == [("reserve", job, 600), ("void", job, 0)]


def test_an_end_carries_who_what_and_where_of_its_reservation(world: World) -> None:
    job = world.job(world.brief(), "pro")
    world.reserve(job, 600)
    world.settle(job, 601, at=NOON + timedelta(minutes=3))
    held, paid = world.db.execute("SELECT * FROM ledger").fetchall()
    for column in ("tier", "channel", "brief", "job", "person", "currency"):
        assert held[column] == paid[column]
    assert paid["reservation"] == held["id"]
    assert paid["at"] > held["at"]


def test_asking_again_reserves_once_even_when_nothing_is_left(world: World) -> None:
    job = world.job(world.brief())
    first = world.reserve(job, 1000, rule=SMALL)
    assert world.reserve(job, 1000, rule=SMALL) == first
    world.settle(job, 900)
    assert world.reserve(job, 1000, rule=SMALL) == first
    assert len(world.entries()) == 2


def test_over_budget_says_what_is_left_and_writes_nothing(world: World) -> None:
    brief = world.brief()
    world.reserve(world.job(brief), 700, rule=SMALL)
    before = world.entries()
    with pytest.raises(OverBudget) as caught:
        world.reserve(world.job(brief), 301, rule=SMALL)
    assert (caught.value.asked_micro, caught.value.state.left_micro) == (301, 300)
    assert str(caught.value) == "This needs $0.000301, and $0.0003 is left of this channel's budget."
    assert world.entries() == before
    world.reserve(world.job(brief), 300, rule=SMALL)
    assert _state(world) == (0, 1000, 0)


def test_a_refusal_undoes_what_its_transaction_did_before(world: World) -> None:
    brief, job = world.brief(), "J-new"

    def open_and_reserve(tx: Transaction) -> None:
        tx.execute(
            "INSERT INTO jobs (id, brief, tier, state, person, request, idempotency_key, not_before,"
            " created_at) VALUES (?, ?, 'draft', 'queued', 'U1', '{}', 'k', 'now', 'now')",
            [job, brief],
        )
        reserve(
            tx,
            channel="C1",
            brief=brief,
            job=job,
            tier="draft",
            person="U1",
            amount_micro=1001,
            currency="USD",
            at=NOON,
            rule_default=SMALL,
        )

    with pytest.raises(OverBudget):
        world.do(open_and_reserve)
    assert world.db.execute("SELECT count(*) FROM jobs").fetchone()[0] == 0


def test_a_settle_may_exceed_its_hold_and_the_budget(world: World) -> None:
    job = world.job(world.brief())
    world.reserve(job, 900, rule=SMALL)
    world.settle(job, 1500)
    assert _state(world) == (1500, 0, -500)
    with pytest.raises(OverBudget, match=r"\$0\.00 is left"):
        world.reserve(world.job(world.brief()), 1, rule=SMALL)


def test_settling_and_voiding_twice_changes_nothing(world: World) -> None:
    brief = world.brief()
    paid, freed = world.job(brief), world.job(brief)
    world.reserve(paid, 100)
    world.reserve(freed, 100)
    world.settle(paid, 80)
    world.settle(paid, 99)
    world.void(freed)
    world.void(freed)
    assert world.entries()[2:] == [("settle", paid, 80), ("void", freed, 0)]


def test_moves_that_would_make_the_ledger_untrue_are_refused(world: World) -> None:
    brief = world.brief()
    paid, freed, fresh, other = (world.job(brief) for _ in range(4))
    for job in (paid, freed, fresh):
        world.reserve(job, 100)
    world.settle(paid, 80)
    world.void(freed)
    before = world.entries()
    for refused in (
        lambda: world.void(paid),
        lambda: world.settle(freed, 80),
        lambda: world.settle(other, 80),
        lambda: world.void(other),
        lambda: world.settle(fresh, -1),
        lambda: world.reserve(other, -1),
        # Released money is not there any more, so the old key must not pretend it is.
        lambda: world.reserve(freed, 100),
        lambda: world.reserve(fresh, 100, key="another hold of the same job"),
        lambda: world.reserve(other, 100, key=f"reserve:{fresh}"),
        lambda: world.reserve(other, 100, currency="EUR"),
    ):
        with pytest.raises(LedgerError):
            refused()
    assert world.entries() == before


def test_a_released_job_can_reserve_anew_under_another_key(world: World) -> None:
    job = world.job(world.brief())
    world.reserve(job, 100)
    world.void(job)
    second = world.reserve(job, 120, key=f"reserve:{job}:2")
    assert [one.id for one in open_reservations(world.db)] == [second]
    world.settle(job, 110)
    assert open_reservations(world.db) == []
    assert _state(world)[0] == 110


def test_open_reservations_tell_all_that_a_restart_needs(world: World) -> None:
    brief = world.brief()
    job = world.job(brief, "fix")
    number = world.reserve(job, 100)
    (held,) = open_reservations(world.db)
    assert (held.id, held.at, held.channel, held.brief, held.job) == (number, NOON, "C1", brief, job)
    assert (held.tier, held.person, held.amount_micro, held.currency) == ("fix", "U1", 100, "USD")


def test_entries_can_be_neither_changed_nor_deleted(world: World) -> None:
    world.reserve(world.job(world.brief()), 100)
    for statement in (
        "UPDATE ledger_entries SET amount_micro = 1",
        "UPDATE ledger_entries SET person = 'U2' WHERE id = 1",
        "DELETE FROM ledger_entries",
        "INSERT OR REPLACE INTO ledger_entries SELECT * FROM ledger_entries",
    ):
        # Triggers see what REPLACE deletes only because every connection turns recursive ones on.
        with pytest.raises(sqlite3.IntegrityError):
            world.do(lambda tx, statement=statement: tx.execute(f"{statement}"))
    assert [amount for _, _, amount in world.entries()] == [100]


def test_without_an_answer_from_the_ledger_nothing_is_spent(world: World, tmp_path: Path) -> None:
    job = world.job(world.brief())
    read_only = connect(tmp_path / "ledger.sqlite3", read_only=True)
    with pytest.raises(sqlite3.OperationalError):
        reserve(
            read_only,
            channel="C1",
            brief="B1",
            job=job,
            tier="draft",
            person="U1",
            amount_micro=1,
            currency="USD",
            at=NOON,
            rule_default=TWENTY,
        )
    assert world.entries() == []


async def test_fifty_at_once_against_a_budget_for_one_give_exactly_one(world: World, tmp_path: Path) -> None:
    brief = world.brief()
    jobs = [world.job(brief) for _ in range(50)]
    database = Database(tmp_path / "ledger.sqlite3")

    async def ask(job: str) -> bool:
        def work(tx: Transaction) -> int:
            return reserve(
                tx,
                channel="C1",
                brief=brief,
                job=job,
                tier="draft",
                person="U1",
                amount_micro=600,
                currency="USD",
                at=NOON,
                rule_default=SMALL,
            )

        try:
            await database.write(work)
        except OverBudget:
            return False
        return True

    try:
        granted = await asyncio.gather(*map(ask, jobs))
        assert sum(granted) == 1
        assert len(await database.read(open_reservations)) == 1
    finally:
        database.close()


async def test_two_programs_on_one_file_do_not_overspend_either(world: World, tmp_path: Path) -> None:
    brief = world.brief()
    jobs = [world.job(brief) for _ in range(40)]
    world.do(
        lambda tx: set_budget(
            tx, channel="C1", amount_micro=700, period="pot", currency="USD", person="U1", at=NOON
        )
    )
    databases = [Database(tmp_path / "ledger.sqlite3") for _ in range(2)]

    async def ask(number: int, job: str) -> bool:
        try:
            await databases[number % 2].write(
                lambda tx: reserve(
                    tx,
                    channel="C1",
                    brief=brief,
                    job=job,
                    tier="draft",
                    person="U1",
                    amount_micro=100,
                    currency="USD",
                    at=NOON,
                    rule_default=SMALL,
                )
            )
        except OverBudget:
            return False
        return True

    try:
        assert sum(await asyncio.gather(*(ask(n, job) for n, job in enumerate(jobs)))) == 7
    finally:
        for database in databases:
            database.close()
