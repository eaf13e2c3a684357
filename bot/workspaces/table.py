"""Who installed the bot, sealed, and the states of installations under way, as rows of a file of their own."""

from __future__ import annotations

from datetime import datetime

from bot import clock
from bot.store import Transaction

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS installations (team TEXT PRIMARY KEY, sealed BLOB NOT NULL, at TEXT NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS states (state TEXT PRIMARY KEY, expires_at TEXT NOT NULL) STRICT",
)


def prepare(tx: Transaction) -> None:
    """Make the tables where they are not there yet."""
    for statement in SCHEMA:
        tx.execute(statement)


def teams(tx: Transaction) -> list[str]:
    """The workspaces that have it installed."""
    return [str(row["team"]) for row in tx.execute("SELECT team FROM installations ORDER BY team")]


def sealed_of(tx: Transaction, team: str) -> bytes | None:
    """A workspace's installation as it is kept; None where it has none."""
    row = tx.execute("SELECT sealed FROM installations WHERE team = ?", [team]).fetchone()
    return None if row is None else bytes(row["sealed"])


def save(tx: Transaction, team: str, sealed: bytes, at: datetime) -> None:
    """Keep a workspace's installation; a later one takes its place."""
    tx.execute(
        "INSERT INTO installations (team, sealed, at) VALUES (?, ?, ?)"
        " ON CONFLICT (team) DO UPDATE SET sealed = excluded.sealed, at = excluded.at",
        [team, sealed, clock.to_text(at)],
    )


def forget(tx: Transaction, team: str) -> None:
    """A workspace has it installed no longer; nothing of its token stays."""
    tx.execute("DELETE FROM installations WHERE team = ?", [team])


def issue(tx: Transaction, state: str, expires_at: datetime, *, at: datetime, at_most: int) -> None:
    """An installation begins. What was begun and is too old goes, and the earliest of more than so many."""
    tx.execute("DELETE FROM states WHERE expires_at < ?", [clock.to_text(at)])
    tx.execute("INSERT INTO states (state, expires_at) VALUES (?, ?)", [state, clock.to_text(expires_at)])
    tx.execute(
        "DELETE FROM states WHERE rowid NOT IN (SELECT rowid FROM states ORDER BY rowid DESC LIMIT ?)",
        [at_most],
    )


def consume(tx: Transaction, state: str, at: datetime) -> bool:
    """Whether an installation of that state began and may end now; once."""
    return bool(
        tx.execute(
            "DELETE FROM states WHERE state = ? AND expires_at >= ? RETURNING state",
            [state, clock.to_text(at)],
        ).fetchall()
    )
