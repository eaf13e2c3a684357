"""Links that were signed out, as rows."""

from __future__ import annotations

from datetime import datetime

from bot import clock
from bot.store import Transaction


def signouts(tx: Transaction, person: str) -> int:
    """How often a person has signed out; a link given before the last time is void."""
    row = tx.execute("SELECT number FROM editor_signouts WHERE person = ?", [person]).fetchone()
    return int(row["number"]) if row else 0


def sign_out(tx: Transaction, person: str, at: datetime) -> None:
    """Make every link of a person void."""
    tx.execute(
        "INSERT INTO editor_signouts (person, number, at) VALUES (?, 1, ?)"
        " ON CONFLICT (person) DO UPDATE SET number = number + 1, at = excluded.at",
        [person, clock.to_text(at)],
    )
