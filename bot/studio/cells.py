"""What was drawn from a picture: how often, whoever asked."""

from __future__ import annotations

from bot.store import Transaction


def count_drawn_from(tx: Transaction, picture: str) -> int:
    """How many briefs were drawn from that picture."""
    row = tx.execute("SELECT count(*) FROM briefs WHERE reference = ?", [picture]).fetchone()
    return int(row[0])
