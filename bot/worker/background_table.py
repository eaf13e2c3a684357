"""Background jobs as rows: written with what asks for them, finished with their result."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot import clock
from bot.store import Transaction


@dataclass(frozen=True, kw_only=True)
class BackgroundJob:
    """One piece of work that was asked for."""

    id: int
    #: deliver or drift.
    kind: str
    channel: str
    person: str
    payload: dict[str, Any]
    #: How often it was begun, but for those times when Slack was away or the bot was stopped.
    tries: int


def send(
    tx: Transaction,
    *,
    kind: str,
    channel: str,
    person: str,
    payload: Mapping[str, Any],
    event_id: str,
    at: datetime,
) -> None:
    """Write one; the same event again changes nothing."""
    tx.execute(
        "INSERT INTO background_jobs (kind, channel, person, payload, state, event_id, created_at)"
        " VALUES (?, ?, ?, ?, 'waiting', ?, ?) ON CONFLICT (event_id) DO NOTHING",
        [kind, channel, person, json.dumps(payload), event_id, clock.to_text(at)],
    )


def is_known(tx: Transaction, event_id: str) -> bool:
    """Whether one was written for that event, however long ago."""
    return tx.execute("SELECT 1 FROM background_jobs WHERE event_id = ?", [event_id]).fetchone() is not None


def begin(tx: Transaction, background_job: BackgroundJob, tries: int) -> None:
    """It is begun for that many times; 0 where what kept it from being done is not counted."""
    tx.execute("UPDATE background_jobs SET tries = ? WHERE id = ?", [tries, background_job.id])


def finish(tx: Transaction, background_job: BackgroundJob, at: datetime, failure: str | None = None) -> None:
    """Within the transaction that holds its result: the background job is over."""
    tx.execute(
        "UPDATE background_jobs SET state = ?, failure = ?, finished_at = ? WHERE id = ? AND state = 'waiting'",
        ["failed" if failure else "done", failure, clock.to_text(at), background_job.id],
    )


def waiting(tx: Transaction) -> list[BackgroundJob]:
    """What waits, the oldest first."""
    rows = tx.execute(
        "SELECT id, kind, channel, person, payload, tries FROM background_jobs WHERE state = 'waiting' ORDER BY id"
    )
    return [BackgroundJob(**{**dict(row), "payload": json.loads(row["payload"])}) for row in rows]
