"""What people could not have for want of money, and their requests for more, as rows."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from bot import clock
from bot.store import Transaction


def keep_want(
    tx: Transaction, *, person: str, channel: str, wish: str, needed_micro: int, at: datetime
) -> None:
    """Keep what a person could not have, in place of what it was before. `wish` is JSON."""
    tx.execute(
        "INSERT INTO wants (person, channel, wish, needed_micro, at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET wish = excluded.wish, needed_micro = excluded.needed_micro, at = excluded.at",
        [person, channel, wish, needed_micro, clock.to_text(at)],
    )


def want(tx: Transaction, *, person: str, channel: str, since: datetime) -> sqlite3.Row | None:
    """What a person could not have lately: wish, needed_micro."""
    row: sqlite3.Row | None = tx.execute(
        "SELECT wish, needed_micro FROM wants WHERE person = ? AND channel = ? AND at >= ?",
        [person, channel, clock.to_text(since)],
    ).fetchone()
    return row


def drop_want(tx: Transaction, *, person: str, channel: str) -> None:
    """It was asked for, and so no longer waits to be."""
    tx.execute("DELETE FROM wants WHERE person = ? AND channel = ?", [person, channel])


def add_plea(
    tx: Transaction, *, channel: str, person: str, amount_micro: int, wish: str | None, at: datetime
) -> int:
    """Write a request for more money; its number."""
    row = tx.execute(
        "INSERT INTO pleas (channel, person, amount_micro, wish, state, created_at)"
        " VALUES (?, ?, ?, ?, 'open', ?) RETURNING id",
        [channel, person, amount_micro, wish, clock.to_text(at)],
    ).fetchone()
    return int(row["id"])


def plea(tx: Transaction, number: int) -> sqlite3.Row | None:
    """The request with that number."""
    row: sqlite3.Row | None = tx.execute("SELECT * FROM pleas WHERE id = ?", [number]).fetchone()
    return row


def decide_plea(tx: Transaction, number: int, *, granted: bool, person: str, at: datetime) -> None:
    """It is granted or refused, by whom."""
    tx.execute(
        "UPDATE pleas SET state = ?, decided_by = ?, decided_at = ? WHERE id = ?",
        ["granted" if granted else "refused", person, clock.to_text(at), number],
    )
