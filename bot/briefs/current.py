"""Which version a thread goes on from, and going back to an earlier one. Nothing is ever lost by it."""

from __future__ import annotations

from datetime import datetime

from bot import clock
from bot.briefs import table as briefs_table
from bot.briefs.model import Version
from bot.store import Transaction


def current_version(tx: Transaction, brief: str) -> Version | None:
    """What the thread goes on from: the newest Pro render or fix, or where somebody went back to since."""
    newest = briefs_table.newest_render(tx, brief)
    head = tx.execute(
        "SELECT version, newest FROM heads WHERE brief = ? ORDER BY id DESC LIMIT 1", [brief]
    ).fetchone()
    if head is None or (newest is not None and newest.id > head["newest"]):
        return newest
    return briefs_table.version(tx, head["version"])


def go_back(tx: Transaction, *, version: Version, person: str, at: datetime) -> None:
    """Let the thread go on from an earlier version; nothing is lost."""
    tx.execute(
        "INSERT INTO heads (brief, version, newest, person, at)"
        " VALUES (:brief, :version, (SELECT max(id) FROM versions WHERE brief = :brief), :person, :at)",
        {"brief": version.brief, "version": version.id, "person": person, "at": clock.to_text(at)},
    )


def count(tx: Transaction, brief: str) -> int:
    """How often somebody went back in a brief's thread."""
    return int(tx.execute("SELECT count(*) FROM heads WHERE brief = ?", [brief]).fetchone()[0])
