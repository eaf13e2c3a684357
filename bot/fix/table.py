"""Drawn-over copies, and results that wait in the editor, as rows."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from bot import clock
from bot.store import Transaction


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


def add_markup(tx: Transaction, markup: Markup, *, event_id: str, at: datetime) -> None:
    """Remember a marked picture that waits for its person's word."""
    tx.execute(
        "INSERT INTO markups (id, brief, version, mask, person, instruction, event_id, state, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting', ?)",
        [
            markup.id,
            markup.brief,
            markup.version,
            markup.mask,
            markup.person,
            markup.instruction,
            event_id,
            clock.to_text(at),
        ],
    )


_MARKUP = "SELECT id, brief, version, mask, person, instruction, state FROM markups"


def markup(tx: Transaction, markup_id: str) -> Markup | None:
    """The marked picture with this id, if there is one."""
    row: sqlite3.Row | None = tx.execute(f"{_MARKUP} WHERE id = ?", [markup_id]).fetchone()
    return Markup(**dict(row)) if row else None


def markup_by_event(tx: Transaction, event_id: str) -> Markup | None:
    """What a message was understood as, if it was."""
    row = tx.execute(f"{_MARKUP} WHERE event_id = ?", [event_id]).fetchone()
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


@dataclass(frozen=True, kw_only=True)
class Staged:
    """A version that was made in the editor."""

    version: int
    #: Who asked for it, and alone may decide.
    person: str
    #: waiting, used or discarded.
    state: str


def stage(tx: Transaction, version: int, *, person: str, at: datetime) -> None:
    """Let a new version wait until its person uses it."""
    tx.execute(
        "INSERT INTO staged_versions (version, person, state, at) VALUES (?, ?, 'waiting', ?)",
        [version, person, clock.to_text(at)],
    )


def staged(tx: Transaction, version: int) -> Staged | None:
    """How a version that was made in the editor stands; None for any other."""
    row = tx.execute(
        "SELECT version, person, state FROM staged_versions WHERE version = ?", [version]
    ).fetchone()
    return Staged(**dict(row)) if row else None


def waiting(tx: Transaction, brief: str, person: str) -> list[int]:
    """Versions of a brief that wait for that person's word, oldest first."""
    rows = tx.execute(
        "SELECT version FROM staged_versions JOIN versions ON versions.id = version"
        " WHERE brief = ? AND person = ? AND state = 'waiting' ORDER BY version",
        [brief, person],
    )
    return [int(row["version"]) for row in rows]


def end_staged(tx: Transaction, version: int, state: str, at: datetime) -> bool:
    """Use or discard a version that waits. False when that was done before."""
    return (
        tx.execute(
            "UPDATE staged_versions SET state = ?, at = ? WHERE version = ? AND state = 'waiting'",
            [state, clock.to_text(at), version],
        ).rowcount
        == 1
    )


def cost_micro(tx: Transaction, job: str) -> int:
    """What a finished job was charged, in micro-units."""
    row = tx.execute(
        "SELECT amount_micro FROM ledger_entries WHERE job = ? AND kind = 'settle'", [job]
    ).fetchone()
    return int(row["amount_micro"])
