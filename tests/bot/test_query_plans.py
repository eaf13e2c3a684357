"""The statements of every second: SQLite answers each through an index that holds only what is open."""

import pytest

from bot import clock
from bot.briefs.model import Tier
from bot.nudge import table as nudge_table
from bot.slack import outbox_table
from bot.store.database import connect
from bot.store.schema import migrations
from bot.worker import table as worker_table

#: Tables that grow with every draft.
GROWING = (
    "effects",
    "jobs",
    "briefs",
    "versions",
    "messages",
    "background_jobs",
    "inbox",
    "approvals",
    "previews",
)


@pytest.fixture
def database(tmp_path):
    found = connect(tmp_path / "draftroom.sqlite3")
    migrations.apply(found)
    return found


def plans(database, work):
    """The plan of each statement that `work` executes."""
    seen = []
    real = database.execute

    def explained(sql, parameters=None):
        rows = real(f"EXPLAIN QUERY PLAN {sql}", parameters or []).fetchall()
        seen.extend(row["detail"] for row in rows)
        return real(sql, parameters or [])

    database.execute = explained
    work(database)
    return seen


def first_due(tx):
    tx.execute(
        "SELECT id, kind, channel, person, payload FROM background_jobs WHERE state = 'waiting' ORDER BY id"
    )


HOT = {
    "take": lambda tx: outbox_table.take(tx, busy=["C1"], closed=["react"], at=clock.now()),
    "next_due": lambda tx: outbox_table.next_due(tx, clock.now()),
    "recover": outbox_table.recover,
    "mark_failed": lambda tx: outbox_table.mark_failed(tx, "brief:1", "is_archived"),
    "shown": lambda tx: outbox_table.shown(tx, "brief:1"),
    "reactions": lambda tx: outbox_table.reactions(tx, "brief:1"),
    "lease_next": lambda tx: worker_table.lease_next(
        tx, tiers=[Tier.DRAFT], owner="me", lease=worker_table.FAR_AHEAD, at=clock.now()
    ),
    "next_wakeup": worker_table.next_wakeup,
    "release_leases": lambda tx: worker_table.release_leases(tx, clock.now()),
    "cancelled": lambda tx: worker_table.cancelled(tx, {"1"}),
    "background": first_due,
    "nudges": lambda tx: nudge_table.stirred(tx, clock.now(), clock.now(), {"C1": 30}),
    "a chain": lambda tx: nudge_table.chains(tx, ["1"]),
}


@pytest.mark.parametrize("name", HOT)
def test_a_hot_statement_reads_no_history(database, name):
    found = plans(database, HOT[name])
    assert found
    for detail in found:
        words = detail.split()
        if words[0] == "SCAN" and any(table in words for table in (*GROWING, "e", "target", "older")):
            # A whole partial index holds only what is open.
            assert "INDEX" in words, detail
            assert words[-1].startswith(("effects_open", "jobs_", "errands_waiting")), detail
