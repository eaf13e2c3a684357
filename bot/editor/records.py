"""The editor's door to its tables: signed-out people, marked pictures. Visible SQL, no decisions."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot import clock
from bot.store import Transaction
from bot.studio import records
from bot.studio.model import Job, JobState, Version


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


def versions(tx: Transaction, brief: str) -> list[Version]:
    """Every version of a brief, oldest first."""
    rows = tx.execute("SELECT id FROM versions WHERE brief = ? ORDER BY id", [brief]).fetchall()
    return [records.version(tx, row["id"]) for row in rows]


def belongs(tx: Transaction, table: Literal["versions", "jobs"], row_id: int | str, brief: str) -> bool:
    """Whether a version, or a job, is part of a brief."""
    known = {"versions": "SELECT 1 FROM versions", "jobs": "SELECT 1 FROM jobs"}[table]
    return tx.execute(f"{known} WHERE id = ? AND brief = ?", [row_id, brief]).fetchone() is not None


def version_of_job(tx: Transaction, job: str) -> int | None:
    """The version that a finished job made."""
    row = tx.execute("SELECT id FROM versions WHERE job = ? ORDER BY id LIMIT 1", [job]).fetchone()
    return int(row["id"]) if row else None


def working(tx: Transaction, brief: str) -> list[Job]:
    """Fixes of a brief that wait or run."""
    rows = tx.execute(
        "SELECT id FROM jobs WHERE brief = ? AND tier = 'fix' AND state IN ('queued', 'running')"
        " ORDER BY created_at",
        [brief],
    ).fetchall()
    return [records.job(tx, row["id"]) for row in rows]


def cost_of(tx: Transaction, job: str) -> tuple[int, str] | None:
    """What a job was charged: micro-units and currency; None while it is not settled."""
    row = tx.execute(
        "SELECT amount_micro, currency FROM ledger_entries WHERE job = ? AND kind = 'settle'", [job]
    ).fetchone()
    return (int(row["amount_micro"]), str(row["currency"])) if row else None


def do_at_once(tx: Transaction, job: Job, *, key: str) -> None:
    """Write a job that this very transaction does, so that no runner takes it up."""
    records.add_job(tx, job, idempotency_key=key, not_before=job.created_at)
    tx.execute(
        "UPDATE jobs SET state = ?, lease_owner = 'desk', lease_until = ?, started_at = ?, attempts = 1"
        " WHERE id = ?",
        [JobState.RUNNING, clock.to_text(job.created_at), clock.to_text(job.created_at), job.id],
    )


@dataclass(frozen=True, kw_only=True)
class Markup:
    """A drawn-over copy of a version, understood."""

    id: str
    brief: str
    version: int
    #: SHA-256 of the mask.
    mask: str
    person: str
    #: Empty when the person has not said yet what to do.
    instruction: str
    #: waiting, confirmed or dropped.
    state: str


def add_markup(tx: Transaction, markup: Markup, *, delivery: str, at: datetime) -> None:
    """Remember a marked picture that waits for its person's word."""
    tx.execute(
        "INSERT INTO markups (id, brief, version, mask, person, instruction, delivery, state, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting', ?)",
        [
            markup.id,
            markup.brief,
            markup.version,
            markup.mask,
            markup.person,
            markup.instruction,
            delivery,
            clock.to_text(at),
        ],
    )


_MARKUP = "SELECT id, brief, version, mask, person, instruction, state FROM markups"


def markup(tx: Transaction, markup_id: str) -> Markup | None:
    """The marked picture with this id, if there is one."""
    row: sqlite3.Row | None = tx.execute(f"{_MARKUP} WHERE id = ?", [markup_id]).fetchone()
    return Markup(**dict(row)) if row else None


def markup_by_delivery(tx: Transaction, delivery: str) -> Markup | None:
    """What a message was understood as, if it was."""
    row = tx.execute(f"{_MARKUP} WHERE delivery = ?", [delivery]).fetchone()
    return Markup(**dict(row)) if row else None


def end_markup(tx: Transaction, markup_id: str, state: str, instruction: str) -> bool:
    """Confirm or drop a marked picture. False when somebody did so before."""
    return (
        tx.execute(
            "UPDATE markups SET state = ?, instruction = ? WHERE id = ? AND state = 'waiting'",
            [state, instruction, markup_id],
        ).rowcount
        == 1
    )
