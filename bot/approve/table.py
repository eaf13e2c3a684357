"""Approvals and open ballots, as rows."""

from __future__ import annotations

from datetime import datetime

from bot import clock
from bot.store import Transaction


def add_approval(tx: Transaction, *, version: int, person: str, at: datetime) -> bool:
    """Remember an approval. False when this person's stands already."""
    return (
        tx.execute(
            "INSERT INTO approvals (version, person, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            [version, person, clock.to_text(at)],
        ).rowcount
        == 1
    )


def withdraw_approval(tx: Transaction, *, version: int, person: str, at: datetime) -> bool:
    """Take a person's approval back. False when there was none."""
    return (
        tx.execute(
            "UPDATE approvals SET withdrawn_at = ? WHERE version = ? AND person = ? AND withdrawn_at IS NULL",
            [clock.to_text(at), version, person],
        ).rowcount
        == 1
    )


def approvers(tx: Transaction, version: int) -> list[str]:
    """Who approves a cell at present, first come first."""
    rows = tx.execute(
        "SELECT person FROM approvals WHERE version = ? AND withdrawn_at IS NULL ORDER BY id", [version]
    )
    return [row["person"] for row in rows]


def open_ballot(tx: Transaction, version: int) -> str | None:
    """The job that will render a picture once it has all approvals; None while it has none of them."""
    row = tx.execute("SELECT job FROM ballots WHERE version = ? AND open = 1", [version]).fetchone()
    return row["job"] if row else None


def add_ballot(tx: Transaction, *, job: str, version: int, at: datetime) -> None:
    """Begin to count a picture's approvals."""
    tx.execute(
        "INSERT INTO ballots (job, version, open, created_at) VALUES (?, ?, 1, ?)",
        [job, version, clock.to_text(at)],
    )


def close_ballot(tx: Transaction, job: str) -> None:
    """The last needed approval came."""
    tx.execute("UPDATE ballots SET open = 0 WHERE job = ?", [job])


def add_straight(tx: Transaction, brief: str, person: str, at: datetime) -> None:
    """Remember that a brief's pictures are to go to Pro as soon as they are drawn, in that person's name."""
    tx.execute(
        "INSERT INTO straights (brief, person, done, created_at) VALUES (?, ?, 0, ?)",
        [brief, person, clock.to_text(at)],
    )


def drawn_straights(tx: Transaction) -> list[tuple[str, str, str]]:
    """Those whose draft has ended: brief, person, and the draft's state."""
    rows = tx.execute(
        "SELECT straights.brief, straights.person, jobs.state FROM straights"
        " JOIN jobs ON jobs.brief = straights.brief AND jobs.tier = 'draft'"
        " WHERE straights.done = 0 AND jobs.state IN ('done', 'failed', 'cancelled')"
    )
    return [(row["brief"], row["person"], row["state"]) for row in rows]


def end_straight(tx: Transaction, brief: str) -> None:
    """It went to Pro, or cannot."""
    tx.execute("UPDATE straights SET done = 1 WHERE brief = ?", [brief])
