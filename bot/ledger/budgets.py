"""What a channel may spend, and what it has spent: read from the ledger's own sums each time, never counted up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot import clock
from bot.ledger import rollups
from bot.ledger.money import LARGEST_BUDGET_UNITS, MICRO_PER_UNIT, Micro, Period
from bot.ledger.periods import bounds, zone_named
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
    #: Of the limit: left over from the period before, and granted for this one.
    rolled_micro: Micro = 0
    granted_micro: Micro = 0
    #: Whether work goes on when nothing is left.
    soft: bool = False

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
    terms = terms_of(tx, channel)
    granted = _granted(tx, channel, start, end, rule.currency)
    rolled = _rolled_over(tx, channel, rule, zone, start, since) if terms.roll_over else 0
    return BudgetState(
        channel=channel,
        currency=rule.currency,
        period=rule.period,
        start=start,
        end=end,
        limit_micro=rule.amount_micro + rolled + granted,
        rolled_micro=rolled,
        granted_micro=granted,
        soft=terms.soft,
        spent_micro=sum(spent.values()),
        held_micro=rollups.held(tx, channel, start, end, rule.currency),
    )


@dataclass(frozen=True, kw_only=True)
class BudgetTerms:
    """How a channel's budget behaves."""

    #: Work goes on when nothing is left; alerts still tell.
    soft: bool = False
    #: What one period leaves is added to the next one.
    roll_over: bool = False


def terms_of(tx: Transaction, channel: str) -> BudgetTerms:
    """The terms in force; the plain ones where none were set."""
    row = tx.execute(
        "SELECT soft, roll_over FROM budget_terms WHERE channel = ? ORDER BY id DESC LIMIT 1", [channel]
    ).fetchone()
    return BudgetTerms(soft=bool(row["soft"]), roll_over=bool(row["roll_over"])) if row else BudgetTerms()


def set_terms(tx: Transaction, *, channel: str, terms: BudgetTerms, person: str, at: datetime) -> None:
    """Let a channel's budget behave so from now on."""
    tx.execute(
        "INSERT INTO budget_terms (channel, soft, roll_over, set_by, set_at) VALUES (?, ?, ?, ?, ?)",
        [channel, terms.soft, terms.roll_over, person, clock.to_text(at)],
    )


def grant(
    tx: Transaction, *, channel: str, amount_micro: Micro, currency: str, person: str, at: datetime
) -> None:
    """Add to a channel's budget in the period that `at` lies in. Raises sqlite3.IntegrityError for nothing."""
    tx.execute(
        "INSERT INTO grants (channel, amount_micro, currency, person, at) VALUES (?, ?, ?, ?, ?)",
        [channel, amount_micro, currency, person, clock.to_text(at)],
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


def _granted(tx: Transaction, channel: str, start: datetime, end: datetime | None, currency: str) -> Micro:
    row = tx.execute(
        "SELECT coalesce(sum(amount_micro), 0) AS granted FROM grants"
        " WHERE channel = ? AND currency = ? AND at >= ? AND at < ?",
        [channel, currency, clock.to_text(start), clock.to_text(end or rollups.FOREVER)],
    ).fetchone()
    return int(row["granted"])


def _rolled_over(
    tx: Transaction, channel: str, rule: BudgetRule, zone: ZoneInfo, start: datetime, since: datetime
) -> Micro:
    """What the period before left of the same rule and of what was granted; one period back, and never a debt."""
    if rule.period == "pot" or since >= start:
        return 0
    before, _ = bounds(rule.period, start - timedelta(microseconds=1), zone)
    spent = sum(rollups.spent_by_tier(tx, channel, before, start, rule.currency).values())
    held = rollups.held(tx, channel, before, start, rule.currency)
    return max(0, rule.amount_micro + _granted(tx, channel, before, start, rule.currency) - spent - held)


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
    zone = zone_named(place["timezone"])
    if row is None:
        return default, zone, clock.from_text(place["created_at"])
    rule = BudgetRule(amount_micro=row["amount_micro"], period=row["period"], currency=row["currency"])
    return rule, zone, clock.from_text(row["set_at"])
