"""Sums per hour and day: always what the entries say, and read by index whatever the ledger's age."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import clock, ledger
from bot.ledger import rollups
from bot.store import Database
from bot.store.database import connect
from bot.store.schema import STEPS, _statements
from bot.summaries import table as summaries_table
from tests.bot.ledger_world import NOON, World

BEGIN = datetime(2026, 3, 27, tzinfo=UTC)
moments = st.integers(0, 6 * 24 * 3_600).map(lambda s: BEGIN + timedelta(seconds=s))


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Six days of work at odd and at whole hours, some of it still held, some released."""
    world = World(tmp_path_factory.mktemp("busy") / "ledger.sqlite3")
    world.channel()
    brief = world.brief(at=BEGIN)
    for number in range(400):
        at = BEGIN + timedelta(seconds=number * 1_237 if number % 3 else (number * 1_237 // 3_600) * 3_600)
        job = world.job(brief, ("draft", "pro", "fix")[number % 3], at=at)
        world.reserve(job, 3 * number, at=at)
        if number % 7 == 3:
            world.void(job, at=at + timedelta(hours=9))
        elif number % 7 != 5:
            world.settle(job, number * number, at=at + timedelta(hours=5))
    return world


@settings(max_examples=150, deadline=None)
@given(moments, moments | st.none())
def test_any_stretch_of_time_sums_to_its_entries(busy: World, start: datetime, end: datetime | None) -> None:
    until = clock.to_text(end) if end else "9999"
    rows = busy.db.execute(
        "SELECT tier, sum(amount_micro) FROM ledger_entries WHERE kind = 'settle' AND channel = 'C1'"
        " AND period_at >= ? AND period_at < ? GROUP BY tier",
        [clock.to_text(start), until],
    ).fetchall()
    found = rollups.spent_by_tier(busy.db, "C1", start, end, "USD")
    assert {tier: micro for tier, micro in found.items() if micro} == {r[0]: r[1] for r in rows if r[1]}
    (held,) = busy.db.execute(
        "SELECT coalesce(sum(amount_micro), 0) FROM ledger_entries held WHERE kind = 'reserve'"
        " AND period_at >= ? AND period_at < ? AND NOT EXISTS"
        " (SELECT 1 FROM ledger_entries ended WHERE ended.reservation = held.id)",
        [clock.to_text(start), until],
    ).fetchone()
    assert rollups.held(busy.db, "C1", start, end, "USD") == held


@settings(max_examples=200, deadline=None)
@given(moments, st.integers(1, 5 * 10**11))
def test_time_is_cut_without_gap_or_overlap(start: datetime, length: int) -> None:
    end = start + timedelta(microseconds=length)
    cut = rollups.segments(start, end)
    assert (cut[0][1], cut[-1][2]) == (start, end)
    assert all(one[2] == following[1] for one, following in pairwise(cut))
    # The entries themselves are read for less than an hour at either end.
    assert all(
        last - first < timedelta(hours=1)
        for source, first, last in cut
        if source == "entries" and len(cut) > 1
    )


def test_old_ledgers_are_read_by_index_and_by_day(busy: World) -> None:
    sql, values = rollups.spent_query("C1", BEGIN + timedelta(minutes=7), NOON + timedelta(minutes=9), "USD")
    plan = [row["detail"] for row in busy.db.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()]
    read = [line for line in plan if "ledger_" in line]
    assert len(read) == 5
    assert all(line.startswith("SEARCH") for line in read)
    assert sum("ledger_by_channel (channel=? AND period_at>? AND period_at<?)" in line for line in read) == 2
    assert (
        sum(
            "SEARCH ledger_days USING PRIMARY KEY (channel=? AND currency=? AND day>? AND day<?)" in line
            for line in read
        )
        == 1
    )


def test_no_query_of_a_summary_walks_through_a_whole_table(busy: World) -> None:
    """Every statement that a summary runs is planned again and looked at."""
    statements: list[str] = []
    assert busy.db.conn is not None
    busy.db.conn.set_trace_callback(statements.append)
    summaries_table.figures_of(
        busy.db,
        "C1",
        BEGIN + timedelta(days=1, minutes=5),
        BEGIN + timedelta(days=2),
        default=ledger.BudgetRule(amount_micro=1, period="monthly", currency="USD"),
    )
    busy.db.conn.set_trace_callback(None)
    assert len(statements) > 10
    for statement in statements:
        if statement.lstrip().startswith("--"):
            continue
        for row in busy.db.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall():
            detail = row["detail"]
            table = detail.split()[1] if detail.startswith("SCAN") else ""
            assert table in ("", "top", "CONSTANT") or table.startswith("(subquery"), (
                f"{detail} in {statement}"
            )


def test_a_database_from_before_the_sums_gets_them(tmp_path: Path) -> None:
    """Migrated from the first step with entries in it: the sums follow from them."""
    path = tmp_path / "old.sqlite3"
    db = connect(path)
    for statement in _statements(STEPS["0001_first"]):
        db.execute(statement)
    db.execute(
        "CREATE TABLE _sqlite_migrations (migration_set TEXT, name TEXT, applied_at TEXT, PRIMARY KEY (migration_set, name))"
    )
    db.execute("INSERT INTO _sqlite_migrations VALUES ('draftroom', '0001_first', '2026-01-01')")
    at = clock.to_text(NOON)
    db.execute("INSERT INTO channels VALUES ('C1', 'old', 'UTC', 18, ?)", [at])
    db.execute("INSERT INTO briefs VALUES ('B1', 'C1', 'U1', 'p', '', 4, 1, 1, 7, 'k', ?)", [at])
    for number, kind in ((1, "settle"), (2, "void"), (3, None)):
        db.execute(
            "INSERT INTO jobs (id, brief, tier, state, person, request, idempotency_key, not_before, created_at)"
            " VALUES (?, 'B1', 'draft', 'queued', 'U1', '{}', ?, ?, ?)",
            [f"J{number}", f"J{number}", at, at],
        )
        for entry, amount in (("reserve", 100 * number), (kind, 77 if kind == "settle" else 0)):
            if entry is not None:
                db.execute(
                    "INSERT INTO ledger_entries (at, period_at, kind, reservation, channel, brief, job, tier, person,"
                    " amount_micro, currency, idempotency_key) VALUES (?, ?, ?, (SELECT id FROM ledger_entries"
                    " WHERE job = ?), 'C1', 'B1', ?, 'draft', 'U1', ?, 'USD', ?)",
                    [at, at, entry, f"J{number}", f"J{number}", amount, f"{entry}:{number}"],
                )
    db.close()
    Database(path).close()
    migrated = connect(path)
    assert rollups.verify_rollups(migrated) == []
    assert rollups.spent_by_tier(migrated, "C1", NOON, None, "USD") == {"draft": 77}
    assert rollups.held(migrated, "C1", NOON, None, "USD") == 300


@pytest.mark.parametrize("table", ["ledger_hours", "ledger_days", "open_holds"])
@pytest.mark.parametrize("damage", ["loss", "change"])
def test_verify_names_sums_that_were_tampered_with(tmp_path: Path, table: str, damage: str) -> None:
    world = World(tmp_path / "ledger.sqlite3")
    world.channel()
    brief = world.brief()
    world.spend(brief, "draft", 500)
    world.reserve(world.job(brief, "pro"), 900)
    assert world.do(ledger.verify) == []
    amount = "amount_micro" if table == "open_holds" else "spent_micro"
    sql = f"UPDATE {table} SET {amount} = {amount} + 1" if damage == "change" else f"DELETE FROM {table}"
    world.do(lambda tx: tx.execute(sql))
    assert any(table in sentence for sentence in world.do(ledger.verify))
