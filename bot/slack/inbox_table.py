"""Events that are acknowledged and not dealt with yet, as rows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot import clock
from bot.store import Transaction


def keep(tx: Transaction, event: str, body: Mapping[str, Any], at: datetime) -> None:
    """Keep an event; the same again changes nothing."""
    tx.execute(
        "INSERT INTO inbox (event, body, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [event, json.dumps(body), clock.to_text(at)],
    )


def forget(tx: Transaction, event: str) -> None:
    """It was dealt with."""
    tx.execute("DELETE FROM inbox WHERE event = ?", [event])


def again(tx: Transaction, event: str, later: datetime) -> None:
    """Deal with it again from `later` on; what kept it from being done is not counted as a try."""
    tx.execute("UPDATE inbox SET tries = 0, not_before = ? WHERE event = ?", [clock.to_text(later), event])


def take(
    tx: Transaction, in_hand: Sequence[str], *, older: datetime, tries: int, at: datetime
) -> list[dict[str, Any]]:
    """What is to be dealt with now, oldest first, and counted; what is `older` or was tried so often is dropped."""
    names = json.dumps(in_hand)
    tx.execute(
        "DELETE FROM inbox WHERE (at < ? OR tries >= ?) AND event NOT IN (SELECT value FROM json_each(?))",
        [clock.to_text(older), tries, names],
    )
    rows = tx.execute(
        "UPDATE inbox SET tries = tries + 1 WHERE not_before <= ?"
        " AND event NOT IN (SELECT value FROM json_each(?)) RETURNING body, at",
        [clock.to_text(at), names],
    ).fetchall()
    return [json.loads(row["body"]) for row in sorted(rows, key=lambda row: row["at"])]


def count(tx: Transaction) -> int:
    """How many events are not dealt with yet."""
    return int(tx.execute("SELECT count(*) FROM inbox").fetchone()[0])
