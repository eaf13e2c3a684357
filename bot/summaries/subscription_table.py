"""Which summaries a channel wishes for, and at which hour. Whether somebody may change that is the caller's to decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot import clock
from bot.store import Transaction


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """What a channel gets without asking."""

    daily: bool = True
    #: On Mondays, of the week before.
    weekly: bool = True
    #: Also for days and weeks on which nothing happened.
    quiet_days: bool = False


def subscription_of(tx: Transaction, channel: str) -> Subscription:
    """What the channel wishes for, or the default."""
    row = tx.execute(
        "SELECT daily, weekly, quiet_days FROM summary_wishes WHERE channel = ?", [channel]
    ).fetchone()
    return Subscription() if row is None else Subscription(**{name: bool(row[name]) for name in row.keys()})  # noqa: SIM118


def subscribe(
    tx: Transaction, channel: str, subscription: Subscription, *, person: str, at: datetime
) -> None:
    """Remember them. Raises sqlite3.IntegrityError for an unknown channel."""
    tx.execute(
        "INSERT INTO summary_wishes (channel, daily, weekly, quiet_days, set_by, set_at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (channel) DO UPDATE SET daily = excluded.daily, weekly = excluded.weekly,"
        " quiet_days = excluded.quiet_days, set_by = excluded.set_by, set_at = excluded.set_at",
        [
            channel,
            int(subscription.daily),
            int(subscription.weekly),
            int(subscription.quiet_days),
            person,
            clock.to_text(at),
        ],
    )


def set_hour(tx: Transaction, channel: str, hour: int) -> None:
    """Post at that hour of the channel's clock from now on. Raises sqlite3.IntegrityError beyond 0 to 23."""
    tx.execute("UPDATE channels SET summary_hour = ? WHERE id = ?", [hour, channel])
