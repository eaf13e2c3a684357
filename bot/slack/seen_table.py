"""What Slack sent before is known again."""

from __future__ import annotations

from datetime import datetime

from bot import clock
from bot.store import Transaction


def first_time(tx: Transaction, key: str, at: datetime) -> bool:
    """Whether this delivery is seen for the first time; remembers it."""
    return (
        tx.execute(
            "INSERT INTO deliveries (key, at) VALUES (?, ?) ON CONFLICT DO NOTHING", [key, clock.to_text(at)]
        ).rowcount
        == 1
    )
