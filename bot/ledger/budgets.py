"""What a channel may spend, and what it has spent: read from the ledger's own sums each time, never counted up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
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
    #: When somebody last set the limit or granted more, or when the period began; None: not looked up.
    changed_at: datetime | None = None

    @property
    def left_micro(self) -> Micro:
        """What can still be reserved; negative where settles exceeded their holds or the limit fell."""
        return self.limit_micro - self.spent_micro - self.held_micro

    @property
    def runs_low(self) -> bool:
        """Whether so little is left that people should see it: a fifth of the limit."""
        return self.left_micro * 5 <= self.limit_micro

    @property
    def share_spent(self) -> float:
        """Spent over limit; 1.0 for a budget of nothing."""
        return self.spent_micro / self.limit_micro if self.limit_micro else 1.0


def budget_of(tx: Transaction, channel: str, at: datetime, default: BudgetRule) -> BudgetState:
    """The budget that governs `channel` at `at`: the one set last, else `default`.

    A pot counts from when it was set first, with what was held at that moment; the default pot from when the
    channel was first seen. Raises KeyError for an unknown channel.
    """
    place = tx.execute("SELECT timezone, created_at FROM channels WHERE id = ?", [channel]).fetchone()
    if place is None:
        raise KeyError(channel)
    zone, rules = zone_named(place["timezone"]), _rules(tx, channel, default, place["created_at"])
    rule, pot = rules[0].rule, rules[0].rule.period == "pot"
    began = (
        list(takewhile(lambda one: (one.rule.period, one.rule.currency) == ("pot", rule.currency), rules))[-1]
        if pot
        else rules[0]
    )
    start: datetime
    end: datetime | None
    start, end = (began.since, None) if pot else bounds(rule.period, at, zone)
    spent = sum(rollups.spent_by_tier(tx, channel, start, end, rule.currency).values())
    held = rollups.held(tx, channel, start, end, rule.currency)
    if pot and began.id:
        carried = rollups.carried(tx, "budget", began.id)
        spent, held = spent + carried[0], held + carried[1]
    terms = terms_of(tx, channel)
    rolled = _rolled_over(tx, channel, rules, zone, start) if terms.roll_over and not pot else 0
    granted, granted_at = _granted(tx, channel, start, end, rule.currency)
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
        spent_micro=spent,
        held_micro=held,
        changed_at=max(filter(None, [start, rules[0].since, granted_at])),
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
    row = tx.execute(
        "INSERT INTO budgets (channel, amount_micro, currency, period, set_by, set_at)"
        " VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
        [channel, amount_micro, currency, period, person, clock.to_text(at)],
    ).fetchone()
    if period == "pot":
        rollups.carry(tx, "budget", int(row["id"]), currency, channel=channel)


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


def _granted(
    tx: Transaction, channel: str, start: datetime, end: datetime | None, currency: str
) -> tuple[Micro, datetime | None]:
    """What was granted in that time, and when last."""
    row = tx.execute(
        "SELECT coalesce(sum(amount_micro), 0) AS granted, max(at) AS at FROM grants"
        " WHERE channel = ? AND currency = ? AND at >= ? AND at < ?",
        [channel, currency, clock.to_text(start), clock.to_text(end or rollups.FOREVER)],
    ).fetchone()
    return int(row["granted"]), clock.from_text(row["at"]) if row["at"] else None


@dataclass(frozen=True, kw_only=True)
class _RuleSince:
    """A rule and when it began to hold; `id` is None for the default."""

    id: int | None
    rule: BudgetRule
    since: datetime


def _rules(tx: Transaction, channel: str, default: BudgetRule, created_at: str) -> list[_RuleSince]:
    """All rules that the channel ever had, newest first, down to the default."""
    rows = tx.execute(
        "SELECT id, amount_micro, period, currency, set_at FROM budgets WHERE channel = ? ORDER BY id DESC",
        [channel],
    ).fetchall()
    found = [
        _RuleSince(
            id=row["id"],
            rule=BudgetRule(amount_micro=row["amount_micro"], period=row["period"], currency=row["currency"]),
            since=clock.from_text(row["set_at"]),
        )
        for row in rows
    ]
    return [*found, _RuleSince(id=None, rule=default, since=clock.from_text(created_at))]


def _rolled_over(
    tx: Transaction, channel: str, rules: Sequence[_RuleSince], zone: ZoneInfo, start: datetime
) -> Micro:
    """What the period before left of its own limit and of what was granted; one period back, and never a debt."""
    now = rules[0].rule
    if now.period == "pot" or rules[-1].since >= start:
        return 0
    before, _ = bounds(now.period, start - timedelta(microseconds=1), zone)
    spent = sum(rollups.spent_by_tier(tx, channel, before, start, now.currency).values())
    held = rollups.held(tx, channel, before, start, now.currency)
    granted, _ = _granted(tx, channel, before, start, now.currency)
    return max(0, _limit_of(rules, now, before, start) + granted - spent - held)


def _limit_of(rules: Sequence[_RuleSince], now: BudgetRule, start: datetime, end: datetime) -> Micro:
    """What a period that is over was limited to: for most of its time or at its end, whichever was less.

    So a raise in its last hour leaves nothing more, and a cut is a cut. Nothing where the limit was of another kind.
    """
    held = [one for one in reversed(rules) if one.since < end]
    until = [one.since for one in held[1:]] + [end]
    lengths = [to - max(one.since, start) for one, to in zip(held, until, strict=True)]
    longest = held[max(range(len(held)), key=lambda index: (lengths[index], index))]
    return min(
        one.rule.amount_micro if (one.rule.period, one.rule.currency) == (now.period, now.currency) else 0
        for one in (longest, held[-1])
    )
