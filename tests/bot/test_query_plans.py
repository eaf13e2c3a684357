"""The statements of every second, and of every day: SQLite answers each through an index, never by reading all rows."""

import pytest

from bot import clock
from bot.briefs.model import Tier
from bot.nudge import table as nudge_table
from bot.slack import outbox_table
from bot.store.database import connect
from bot.store.schema import migrations
from bot.worker import background_table, retention_table
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
    "pictures",
    "seen_events",
    "budget_requests",
    "markups",
    "products",
    "summaries",
)
#: What statements call them.
NICKNAMES = ("e", "target", "thread", "older", "newer", "later", "kept", "work", "cell", "made")
#: Partial indexes that hold only what is open, so that all of one may be read.
OPEN = (
    "effects_open",
    "jobs_queued",
    "jobs_running",
    "jobs_finished",
    "errands_waiting",
    "budget_requests_open",
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


HOT = {
    "take": lambda tx: outbox_table.take(tx, busy=["C1"], closed=["react"], at=clock.now()),
    "is_due": lambda tx: outbox_table.is_due(tx, clock.now(), ["react"]),
    "oldest_waiting": outbox_table.oldest_waiting,
    "count_waiting": outbox_table.count_waiting,
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
    "background": background_table.waiting,
    "nudges": lambda tx: nudge_table.stirred(tx, clock.now(), clock.now(), {"C1": 30}),
    "a chain": lambda tx: nudge_table.chains(tx, ["1"]),
    "nearest": lambda tx: nudge_table.nearest(tx, "1", "1", 4),
    "copies": lambda tx: outbox_table.copies(tx, "brief:1", "1"),
    "picture_of": lambda tx: outbox_table.picture_of(tx, "brief:1"),
    "queue_repeated": lambda tx: outbox_table.queue_repeated(
        tx, key="brief:1:again", target="brief:1", at=clock.now()
    ),
    "queue_amended": lambda tx: outbox_table.queue_amended(
        tx, key="k", target="brief:1", block_id="a", block=None, before="b", at=clock.now()
    ),
    "queue_reactions_gone": lambda tx: outbox_table.queue_reactions_gone(
        tx, target="brief:1", at=clock.now()
    ),
    "hold_back": lambda tx: outbox_table.hold_back(
        tx, {"channel": "C1", "action": "post"}, clock.to_text(clock.now())
    ),
    "loose": lambda tx: retention_table.loose(tx, clock.now()),
    "unapproved": lambda tx: retention_table.unapproved(tx, clock.now()),
    "gone": lambda tx: retention_table.gone(tx, ("", "")),
    "forget": lambda tx: retention_table.forget(tx, clock.now()),
}


@pytest.mark.parametrize("name", HOT)
def test_a_hot_statement_reads_no_history(database, name):
    found = plans(database, HOT[name])
    assert found
    for detail in found:
        words = detail.split()
        if words[0] == "SCAN" and any(table in words for table in (*GROWING, *NICKNAMES)):
            assert "INDEX" in words, detail
            assert words[-1] in OPEN, detail
