"""What App Home and the finder read."""

from __future__ import annotations

from datetime import datetime

from bot import clock
from bot.briefs import table as briefs_table
from bot.briefs.model import Brief, Found, JobState
from bot.store import Transaction


def unapproved(tx: Transaction, person: str, since: datetime) -> list[Brief]:
    """Finished grids, newest first, without any Pro render and without an approval of this person's."""
    rows = tx.execute(
        """
        SELECT id FROM briefs WHERE created_at >= :since AND kind != 'paint'
           AND EXISTS (SELECT 1 FROM versions WHERE versions.brief = briefs.id AND kind = 'cell')
           AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.brief = briefs.id AND tier = 'pro'
                            AND state IN ('queued', 'running', 'done'))
           AND NOT EXISTS (SELECT 1 FROM approvals JOIN versions ON versions.id = approvals.version
                            WHERE versions.brief = briefs.id AND person = :person AND withdrawn_at IS NULL)
           AND NOT EXISTS (SELECT 1 FROM effects WHERE key = 'brief:' || briefs.id || ':removed')
         ORDER BY created_at DESC LIMIT 200
        """,
        {"since": clock.to_text(since), "person": person},
    ).fetchall()
    return [briefs_table.brief(tx, row["id"]) for row in rows]


def landmarks(tx: Transaction, brief: str, most: int) -> list[tuple[str, int, str]]:
    """The messages of a brief's newest Pro renders and fixes, oldest first: kind, number, ts."""
    made = tx.execute(
        "SELECT kind, CASE kind WHEN 'pro' THEN (SELECT number FROM versions AS cell WHERE cell.id = made.parent)"
        " ELSE number END AS number, ts FROM messages JOIN versions AS made ON made.id = messages.version"
        " WHERE messages.brief = ? AND role IN ('pro', 'fix') ORDER BY made.id DESC LIMIT ?",
        [brief, most],
    ).fetchall()
    return [(str(row["kind"]), int(row["number"]), str(row["ts"])) for row in reversed(made)]


def found(tx: Transaction, brief: Brief) -> Found:
    row = tx.execute(
        "SELECT (SELECT state FROM jobs WHERE brief = :id AND tier = 'draft') AS state,"
        " (SELECT count(*) FROM shown_versions WHERE brief = :id AND kind <> 'cell') AS renders",
        {"id": brief.id},
    ).fetchone()
    return Found(brief=brief, state=JobState(row["state"]), renders=row["renders"])
