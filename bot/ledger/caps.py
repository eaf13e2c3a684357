"""Limits beside a channel's own budget: of the workspace, of each person in a channel, of a channel's Pro renders."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import takewhile
from typing import Final, Literal

from bot import clock
from bot.ledger import rollups
from bot.ledger.money import LARGEST_BUDGET_UNITS, MICRO_PER_UNIT, Micro, Period
from bot.ledger.periods import bounds, zone_named
from bot.store import Transaction

CapKind = Literal["workspace", "person", "pro"]
KINDS: Final[tuple[CapKind, ...]] = ("pro", "person", "workspace")
#: Which entries come under a cap, as a condition with its values.
_WHOSE: Final[dict[CapKind, Callable[[str], tuple[str, list[str]]]]] = {
    "pro": lambda person: ("tier = 'pro'", []),
    "person": lambda person: ("person = ?", [person]),
    "workspace": lambda person: ("TRUE", []),
}


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
    where = None if kind == "workspace" else channel
    row = tx.execute(
        "INSERT INTO caps (kind, channel, amount_micro, currency, period, set_by, set_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
        [kind, where, amount_micro, currency, period, person, clock.to_text(at)],
    ).fetchone()
    if period == "pot" and amount_micro is not None:
        rollups.carry(tx, "cap", int(row["id"]), currency, channel=where)


def caps_of(tx: Transaction, *, channel: str, person: str, tier: str | None, at: datetime) -> list[CapState]:
    """The caps that work of this tier for this person in this channel comes under; `tier` None: all there are.

    Periods begin at the channel's midnights, the workspace's at those of UTC; a pot when it was set first.
    Raises KeyError for an unknown channel.
    """
    place = tx.execute("SELECT timezone FROM channels WHERE id = ?", [channel]).fetchone()
    if place is None:
        raise KeyError(channel)
    found = []
    for kind in KINDS:
        if kind == "pro" and tier not in ("pro", None):
            continue
        rows = tx.execute(
            "SELECT id, amount_micro, currency, period, set_at FROM caps WHERE kind = ? AND channel IS ?"
            " ORDER BY id DESC",
            [kind, None if kind == "workspace" else channel],
        ).fetchall()
        if not rows or rows[0]["amount_micro"] is None:
            continue
        row, zone = rows[0], zone_named("UTC" if kind == "workspace" else place["timezone"])
        start: datetime
        end: datetime | None
        if row["period"] == "pot":
            *_, began = takewhile(partial(_same_pot, row), rows)
            start, end = clock.from_text(began["set_at"]), None
            carried = rollups.carried(tx, "cap", began["id"], *_WHOSE[kind](person))
        else:
            start, end = bounds(row["period"], at, zone)
            carried = (0, 0)
        used = _used(tx, kind, channel, person, start, end, row["currency"])
        found.append(
            CapState(
                kind=kind,
                period=row["period"],
                currency=row["currency"],
                limit_micro=row["amount_micro"],
                spent_micro=used[0] + carried[0],
                held_micro=used[1] + carried[1],
            )
        )
    return found


def _same_pot(newest: sqlite3.Row, row: sqlite3.Row) -> bool:
    """Whether a row set the pot that the newest one sets: setting it again changes its size alone."""
    return row["amount_micro"] is not None and all(newest[key] == row[key] for key in ("period", "currency"))


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
