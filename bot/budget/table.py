"""What people could not have for want of money, and their requests for more, as rows."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from bot import clock
from bot.store import Transaction


def keep_want(
    tx: Transaction, *, person: str, channel: str, payload: str, needed_micro: int, at: datetime
) -> None:
    """Keep what a person could not have, in place of what it was before. `payload` is JSON."""
    tx.execute(
        "INSERT INTO refused_requests (person, channel, payload, needed_micro, at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET payload = excluded.payload, needed_micro = excluded.needed_micro, at = excluded.at",
        [person, channel, payload, needed_micro, clock.to_text(at)],
    )


def want(tx: Transaction, *, person: str, channel: str, since: datetime) -> sqlite3.Row | None:
    """What a person could not have lately: payload, needed_micro, at."""
    row: sqlite3.Row | None = tx.execute(
        "SELECT payload, needed_micro, at FROM refused_requests WHERE person = ? AND channel = ? AND at >= ?",
        [person, channel, clock.to_text(since)],
    ).fetchone()
    return row


def drop_want(tx: Transaction, *, person: str, channel: str) -> None:
    """It was asked for, and so no longer waits to be."""
    tx.execute("DELETE FROM refused_requests WHERE person = ? AND channel = ?", [person, channel])


def add_request(
    tx: Transaction,
    *,
    channel: str,
    person: str,
    amount_micro: int,
    refused: sqlite3.Row | None,
    at: datetime,
) -> int:
    """Write a request for more money, and what `want` found that waits for it; its number."""
    row = tx.execute(
        "INSERT INTO budget_requests (channel, person, amount_micro, payload, refused_at, state, created_at)"
        " VALUES (?, ?, ?, ?, ?, 'open', ?) RETURNING id",
        [
            channel,
            person,
            amount_micro,
            refused and refused["payload"],
            refused and refused["at"],
            clock.to_text(at),
        ],
    ).fetchone()
    return int(row["id"])


def budget_request(tx: Transaction, number: int) -> sqlite3.Row | None:
    """The request with that number."""
    row: sqlite3.Row | None = tx.execute("SELECT * FROM budget_requests WHERE id = ?", [number]).fetchone()
    return row


def decide_request(tx: Transaction, number: int, *, granted: bool, person: str, at: datetime) -> None:
    """It is granted or refused, by whom."""
    tx.execute(
        "UPDATE budget_requests SET state = ?, decided_by = ?, decided_at = ? WHERE id = ?",
        ["granted" if granted else "refused", person, clock.to_text(at), number],
    )
