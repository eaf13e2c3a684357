"""What Slack sent before is known again."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot import clock
from bot.store import Transaction


def first_time(tx: Transaction, key: str, at: datetime) -> bool:
    """Whether this event is seen for the first time; remembers it."""
    return (
        tx.execute(
            "INSERT INTO seen_events (key, at) VALUES (?, ?) ON CONFLICT DO NOTHING", [key, clock.to_text(at)]
        ).rowcount
        == 1
    )


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
