"""Limits beside a channel's own budget: of the workspace, of each person in a channel, of a channel's Pro renders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from bot import clock
from bot.ledger import rollups
from bot.ledger.money import LARGEST_BUDGET_UNITS, MICRO_PER_UNIT, Micro, Period
from bot.ledger.periods import bounds, zone_named
from bot.store import Transaction

CapKind = Literal["workspace", "person", "pro"]
KINDS: Final[tuple[CapKind, ...]] = ("pro", "person", "workspace")


@dataclass(frozen=True, kw_only=True)
class CapState:
    """A cap at a moment. Amounts are micro-units of `currency`."""

    kind: CapKind
    period: Period
    currency: str
    limit_micro: Micro
    spent_micro: Micro
    held_micro: Micro

    @property
    def left_micro(self) -> Micro:
        """What can still be reserved under it; may be negative."""
        return self.limit_micro - self.spent_micro - self.held_micro


def set_cap(
    tx: Transaction,
    kind: CapKind,
    *,
    channel: str,
    amount_micro: Micro | None,
    period: Period,
    currency: str,
    person: str,
    at: datetime,
) -> None:
    """Set a cap from now on, or lift it with no amount. `channel` does not matter for the workspace's.

    Whether `person` may is the caller's to decide. Raises ValueError for an amount that is none.
    """
    if amount_micro is not None and not 0 <= amount_micro <= LARGEST_BUDGET_UNITS * MICRO_PER_UNIT:
        raise ValueError(f"a cap lies between 0 and {LARGEST_BUDGET_UNITS:,} {currency}")
    tx.execute(
        "INSERT INTO caps (kind, channel, amount_micro, currency, period, set_by, set_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            kind,
            None if kind == "workspace" else channel,
            amount_micro,
            currency,
            period,
            person,
            clock.to_text(at),
        ],
    )


def caps_of(tx: Transaction, *, channel: str, person: str, tier: str | None, at: datetime) -> list[CapState]:
    """The caps that work of this tier for this person in this channel comes under; `tier` None: all there are.

    Periods begin at the channel's midnights, the workspace's at those of UTC. Raises KeyError for an unknown channel.
    """
    place = tx.execute("SELECT timezone FROM channels WHERE id = ?", [channel]).fetchone()
    if place is None:
        raise KeyError(channel)
    found = []
    for kind in KINDS:
        if kind == "pro" and tier not in ("pro", None):
            continue
        row = tx.execute(
            "SELECT amount_micro, currency, period, set_at FROM caps WHERE kind = ? AND channel IS ?"
            " ORDER BY id DESC LIMIT 1",
            [kind, None if kind == "workspace" else channel],
        ).fetchone()
        if row is None or row["amount_micro"] is None:
            continue
        zone = zone_named("UTC" if kind == "workspace" else place["timezone"])
        start, end = (
            (clock.from_text(row["set_at"]), None)
            if row["period"] == "pot"
            else bounds(row["period"], at, zone)
        )
        spent, held = _used(tx, kind, channel, person, start, end, row["currency"])
        found.append(
            CapState(
                kind=kind,
                period=row["period"],
                currency=row["currency"],
                limit_micro=row["amount_micro"],
                spent_micro=spent,
                held_micro=held,
            )
        )
    return found


def _used(
    tx: Transaction,
    kind: CapKind,
    channel: str,
    person: str,
    start: datetime,
    end: datetime | None,
    currency: str,
) -> tuple[Micro, Micro]:
    if kind == "workspace":
        channels = [row["id"] for row in tx.execute("SELECT id FROM channels")]
        spent = sum(sum(rollups.spent_by_tier(tx, one, start, end, currency).values()) for one in channels)
        return spent, sum(rollups.held(tx, one, start, end, currency) for one in channels)
    if kind == "pro":
        spent = rollups.spent_by_tier(tx, channel, start, end, currency).get("pro", 0)
        return spent, _held(tx, "entry.tier = 'pro'", [], channel, start, end, currency)
    row = tx.execute(
        "SELECT coalesce(sum(amount_micro), 0) AS spent FROM ledger_entries WHERE channel = ? AND person = ?"
        " AND period_at >= ? AND period_at < ? AND currency = ? AND kind NOT IN ('reserve', 'void')",
        [channel, person, clock.to_text(start), clock.to_text(end or rollups.FOREVER), currency],
    ).fetchone()
    return int(row["spent"]), _held(tx, "entry.person = ?", [person], channel, start, end, currency)


def _held(
    tx: Transaction,
    whose: str,
    values: list[str],
    channel: str,
    start: datetime,
    end: datetime | None,
    currency: str,
) -> Micro:
    row = tx.execute(
        "SELECT coalesce(sum(hold.amount_micro), 0) AS held FROM open_holds hold"  # noqa: S608 - words of ours
        " JOIN ledger_entries entry ON entry.id = hold.reservation"
        f" WHERE {whose} AND hold.channel = ? AND hold.currency = ? AND hold.period_at >= ? AND hold.period_at < ?",
        [*values, channel, currency, clock.to_text(start), clock.to_text(end or rollups.FOREVER)],
    ).fetchone()
    return int(row["held"])
