"""A channel's styles, and the files of first looks, as rows."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Any

from bot import clock
from bot.store import Transaction


def styles(tx: Transaction, channel: str) -> list[dict[str, Any]]:
    """The styles that a channel saved: name, words, set_by."""
    rows = tx.execute("SELECT name, words, set_by FROM channel_styles WHERE channel = ?", [channel])
    return [dict(row) for row in rows]


def keep_style(tx: Transaction, *, channel: str, name: str, words: str, person: str, at: datetime) -> None:
    """Save a style, in place of one of the same name."""
    tx.execute(
        "INSERT INTO channel_styles (channel, name, words, set_by, set_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET words = excluded.words, set_by = excluded.set_by, set_at = excluded.set_at",
        [channel, name, words, person, clock.to_text(at)],
    )


def drop_style(tx: Transaction, *, channel: str, name: str) -> None:
    """Forget a style."""
    tx.execute("DELETE FROM channel_styles WHERE channel = ? AND name = ?", [channel, name])


def add_preview(tx: Transaction, file: str, brief: str, at: datetime) -> None:
    """Remember a file of first looks, so that it goes once the grid stands."""
    tx.execute(
        "INSERT INTO previews (file, brief, created_at) VALUES (?, ?, ?)", [file, brief, clock.to_text(at)]
    )


def doubt_preview(tx: Transaction, file: str, doubt: bool) -> None:
    """Whether Slack may still carry out the update that shows it."""
    tx.execute("UPDATE previews SET in_doubt = ? WHERE file = ?", [doubt, file])


def drop_preview(tx: Transaction, file: str) -> None:
    """It is deleted at Slack."""
    tx.execute("DELETE FROM previews WHERE file = ?", [file])


def preview_over(tx: Transaction) -> sqlite3.Row | None:
    """A file of first looks in whose place what was drawn stands: file, brief, in_doubt."""
    row: sqlite3.Row | None = tx.execute(
        "SELECT previews.file, previews.brief, previews.in_doubt FROM previews"
        " JOIN jobs ON jobs.idempotency_key = 'draft:' || previews.brief"
        " WHERE jobs.state NOT IN ('queued', 'running') AND NOT EXISTS (SELECT 1 FROM effects"
        "  WHERE target = 'brief:' || previews.brief AND action = 'update'"
        "    AND state IN ('waiting', 'sending')) LIMIT 1"
    ).fetchone()
    return row


def drafted_micro(tx: Transaction, brief: str) -> int:
    """What a brief's drafts cost."""
    row = tx.execute(
        "SELECT coalesce(sum(amount_micro), 0) FROM ledger"
        " WHERE brief = ? AND tier = 'draft' AND kind IN ('settle', 'correct')",
        [brief],
    ).fetchone()
    return int(row[0])
