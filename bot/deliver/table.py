"""What can be delivered, read from versions and approvals."""

from __future__ import annotations

from bot.briefs import table as briefs_table
from bot.briefs.model import Version
from bot.store import Transaction


def approved(tx: Transaction, channel: str, most: int) -> list[Version]:
    """The Pro renders in a channel whose draft stands approved, newest first."""
    rows = tx.execute(
        "SELECT pros.id AS id FROM versions AS pros JOIN briefs ON briefs.id = pros.brief"
        " WHERE briefs.channel = ? AND pros.kind = 'pro' AND EXISTS (SELECT 1 FROM approvals"
        " WHERE approvals.version = pros.parent AND withdrawn_at IS NULL) ORDER BY pros.id DESC LIMIT ?",
        [channel, most],
    ).fetchall()
    return [briefs_table.version(tx, row["id"]) for row in rows]
