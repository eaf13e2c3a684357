"""What a channel may spend, and what it has spent: read from the ledger's own sums each time, never counted up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot import clock
from bot.ledger import rollups
from bot.ledger.money import LARGEST_BUDGET_UNITS, MICRO_PER_UNIT, Micro, Period
from bot.ledger.periods import bounds
from bot.ledger.prices import Prices
from bot.store import Transaction

#: `fits` counts no further.
FITS_AT_MOST: Final = 999


@dataclass(frozen=True, kw_only=True)
class BudgetRule:
    """How much may be spent, how often."""

    amount_micro: Micro
    period: Period
    #: ISO 4217.
    currency: str


@dataclass(frozen=True, kw_only=True)
class BudgetState:
    """A channel's budget at a moment. Amounts are micro-units of `currency`."""

    channel: str
    currency: str
    period: Period
    #: First moment that counts.
    start: datetime
    #: First moment that no longer counts; None for a pot.
    end: datetime | None
    limit_micro: Micro
    #: Settled for work that was reserved in this period.
    spent_micro: Micro
    #: Reserved in this period, neither settled nor voided yet.
    held_micro: Micro

    @property
    def left_micro(self) -> Micro:
        """What can still be reserved; negative where settles exceeded their holds or the limit fell."""
        return self.limit_micro - self.spent_micro - self.held_micro

    @property
    def share_spent(self) -> float:
        """Spent over limit; 1.0 for a budget of nothing."""
        return self.spent_micro / self.limit_micro if self.limit_micro else 1.0


def budget_of(tx: Transaction, channel: str, at: datetime, default: BudgetRule) -> BudgetState:
    """The budget that governs `channel` at `at`: the one set last, else `default`.

    A pot counts from when it was set, the default pot from when the channel was first seen.
    Raises KeyError for an unknown channel.
    """
    rule, zone, since = _rule(tx, channel, default)
    start: datetime
    end: datetime | None
    start, end = (since, None) if rule.period == "pot" else bounds(rule.period, at, zone)
    spent = rollups.spent_by_tier(tx, channel, start, end, rule.currency)
    return BudgetState(
        channel=channel,
        currency=rule.currency,
        period=rule.period,
        start=start,
        end=end,
        limit_micro=rule.amount_micro,
        spent_micro=sum(spent.values()),
        held_micro=rollups.held(tx, channel, start, end, rule.currency),
    )


def set_budget(
    tx: Transaction,
    *,
    channel: str,
    amount_micro: Micro,
    period: Period,
    currency: str,
    person: str,
    at: datetime,
) -> None:
    """Give `channel` a budget from now on; what was set before stays on record.

    Whether `person` may is the caller's to decide. Raises ValueError for an amount below nothing or
    above the largest, sqlite3.IntegrityError for an unknown channel or period.
    """
    if not 0 <= amount_micro <= LARGEST_BUDGET_UNITS * MICRO_PER_UNIT:
        raise ValueError(f"a budget lies between 0 and {LARGEST_BUDGET_UNITS:,} {currency}")
    tx.execute(
        "INSERT INTO budgets (channel, amount_micro, currency, period, set_by, set_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [channel, amount_micro, currency, period, person, clock.to_text(at)],
    )


def fits(state: BudgetState, prices: Prices, tier: str, width: int, height: int) -> int:
    """How many pictures of this tier and size what is left would cover, counted up to FITS_AT_MOST."""
    fitting, too_many = 0, FITS_AT_MOST + 1
    while too_many - fitting > 1:
        middle = (fitting + too_many) // 2
        if prices.hold(tier, middle, width, height) <= state.left_micro:
            fitting = middle
        else:
            too_many = middle
    return fitting


def _rule(tx: Transaction, channel: str, default: BudgetRule) -> tuple[BudgetRule, ZoneInfo, datetime]:
    """The rule in force, the channel's zone, and since when the rule holds."""
    place = tx.execute("SELECT timezone, created_at FROM channels WHERE id = ?", [channel]).fetchone()
    if place is None:
        raise KeyError(channel)
    row = tx.execute(
        "SELECT amount_micro, period, currency, set_at FROM budgets WHERE channel = ?"
        " ORDER BY id DESC LIMIT 1",
        [channel],
    ).fetchone()
    zone = ZoneInfo(place["timezone"])
    if row is None:
        return default, zone, clock.from_text(place["created_at"])
    rule = BudgetRule(amount_micro=row["amount_micro"], period=row["period"], currency=row["currency"])
    return rule, zone, clock.from_text(row["set_at"])
