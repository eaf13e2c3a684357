"""The proof of a ledger: silent on a sound one, and a sentence for each way to break it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.ledger import verify
from tests.bot.ledger_world import NOON, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A sound ledger: one job settled, one released, one still running."""
    world = World(tmp_path / "ledger.sqlite3")
    world.channel()
    brief = world.brief()
    world.spend(brief, "draft", 500)
    freed = world.job(brief)
    world.reserve(freed, 300)
    world.void(freed)
    world.finish(freed, "cancelled", NOON)
    world.reserve(world.job(brief, "pro"), 900)
    return world


def _break(world: World, *statements: str) -> list[str]:
    """Change the file as only somebody with an editor could, then verify it."""
    world.db.execute("PRAGMA foreign_keys = OFF")
    world.db.execute("PRAGMA ignore_check_constraints = ON")
    for statement in statements:
        world.db.execute(statement)
    world.db.execute("PRAGMA ignore_check_constraints = OFF")
    return verify(world.db)


#: As if the append-only guards were put back by whoever removed them.
_GUARD = (
    "CREATE TRIGGER ledger_is_append_only_update BEFORE UPDATE ON ledger_entries BEGIN SELECT 1; END",
    "CREATE TRIGGER ledger_is_append_only_delete BEFORE DELETE ON ledger_entries BEGIN SELECT 1; END",
)
_UNGUARD = ("DROP TRIGGER ledger_is_append_only_update", "DROP TRIGGER ledger_is_append_only_delete")


def test_a_sound_ledger_has_nothing_to_say(world: World) -> None:
    assert verify(world.db) == []


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE ledger_entries SET amount_micro = -5 WHERE id = 2", "Entry 2 is negative."),
        ("UPDATE ledger_entries SET amount_micro = 5 WHERE id = 4", "Entry 4 releases money but carries an"),
        ("UPDATE ledger_entries SET channel = 'C9' WHERE id = 2", "Entry 2 differs from its reservation"),
        ("UPDATE ledger_entries SET period_at = '2020' WHERE id = 2", "Entry 2 differs from its reservation"),
        ("UPDATE ledger_entries SET reservation = 4 WHERE id = 2", "Entry 2 ends something that is no res"),
        ("UPDATE ledger_entries SET reservation = 99 WHERE id = 2", "Entry 2 ends something that is no res"),
        ("UPDATE ledger_entries SET tier = 'fix' WHERE id = 5", "Entry 5 does not match its job"),
        ("DELETE FROM ledger_entries WHERE id = 2", "The ledger counts to 5 but has 4 entries"),
        ("DELETE FROM ledger_entries WHERE id = 2", "is done, but was never settled."),
        ("DELETE FROM ledger_entries WHERE id = 4", "has ended, but its money is still held."),
        ("DELETE FROM ledger_entries WHERE id = 5", "waits or runs without money held for it."),
        (
            "UPDATE jobs SET state = 'failed', finished_at = 'now' WHERE state = 'queued'",
            "has ended, but its money is still held.",
        ),
        (
            "INSERT INTO ledger_entries (id, at, period_at, kind, reservation, channel, brief, job, tier, person, amount_micro, currency, idempotency_key)"
            " SELECT 6, at, period_at, kind, reservation, channel, brief, job, tier,"
            " person, amount_micro, currency, 'another key' FROM ledger_entries WHERE id = 5",
            "has more than one open reservation.",
        ),
    ],
)
def test_each_break_is_told(world: World, statement: str, sentence: str) -> None:
    found = _break(world, *_UNGUARD, statement, *_GUARD)
    assert any(sentence in one for one in found), found


def test_a_second_end_is_told_and_shifts_the_sums(world: World) -> None:
    found = _break(
        world,
        "DROP INDEX one_end_per_reservation",
        "INSERT INTO ledger_entries (id, at, period_at, kind, reservation, channel, brief, job, tier, person, amount_micro, currency, idempotency_key)"
        " SELECT 6, at, period_at, kind, reservation, channel, brief, job, tier,"
        " person, amount_micro, currency, 'another key' FROM ledger_entries WHERE id = 2",
    )
    assert "Reservation 1 ends more than once." in found
    assert any("the holds sum to 1700 USD micro-units, but by how they ended to 2200" in one for one in found)
    assert "The database has lost its guard one_end_per_reservation." in found


def test_lost_guards_are_told(world: World) -> None:
    assert _break(world, *_UNGUARD) == [
        "The database has lost its guard ledger_is_append_only_delete.",
        "The database has lost its guard ledger_is_append_only_update.",
    ]


def test_a_flood_of_breaks_stays_readable(world: World) -> None:
    brief = world.brief()
    for _ in range(30):
        world.job(brief)
    found = verify(world.db)
    assert len(found) == 6
    assert found[-1] == "Job … (and more) waits or runs without money held for it."
