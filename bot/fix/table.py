"""Drawn-over copies, as rows."""

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
