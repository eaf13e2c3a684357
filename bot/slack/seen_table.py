"""What Slack sent before is known again."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot import clock
from bot.store import Transaction


def first_time(tx: Transaction, key: str, at: datetime, file: str | None = None) -> bool:
    """Whether this event is seen for the first time; remembers it, and the file that it is to show."""
    return (
        tx.execute(
            "INSERT INTO seen_events (key, at, file) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            [key, clock.to_text(at), file],
        ).rowcount
        == 1
    )


def to_show(tx: Transaction, key: str) -> str | None:
    """The file that an event is still to show; "" where it does, None where the event is new."""
    row = tx.execute("SELECT coalesce(file, '') AS file FROM seen_events WHERE key = ?", [key]).fetchone()
    return row and str(row["file"])


def shown(tx: Transaction, key: str) -> None:
    """The event's file is shown."""
    tx.execute("UPDATE seen_events SET file = NULL WHERE key = ?", [key])


#: How long Slack may deliver a reaction late.
REACTIONS_KEPT = timedelta(days=1)


def is_newest(tx: Transaction, of: tuple[str, str, str], name: str, event_ts: str, at: datetime) -> bool:
    """Whether nothing newer came of a person's reaction on a message; `of` is channel, time stamp and person."""
    oldest = f"{(at - REACTIONS_KEPT).timestamp():.6f}"
    tx.execute("DELETE FROM reaction_order WHERE event_ts < ?", [oldest])
    return (
        tx.execute(
            "INSERT INTO reaction_order (channel, ts, person, name, event_ts) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET event_ts = excluded.event_ts WHERE excluded.event_ts >= event_ts",
            [*of, name, event_ts],
        ).rowcount
        == 1
    )
