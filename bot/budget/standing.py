"""How a channel stands with its budget: the one query behind `/draft budget`, App Home and the summaries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Final

from bot.ledger import rollups
from bot.ledger.budgets import BudgetRule, BudgetState, budget_of
from bot.ledger.money import Micro
from bot.ledger.prices import TIERS
from bot.store import Transaction

#: A forecast needs this share of its budget period behind it.
YOUNGEST_FORECAST: Final = Fraction(1, 24)


@dataclass(frozen=True, kw_only=True)
class TierForecast:
    """One tier's part of the budget period."""

    tier: str
    #: From the period's start to the summary's end.
    spent_micro: Micro
    #: At the period's end, if it goes on like that.
    forecast_micro: Micro


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """Where the budget period ends if it goes on as it began."""

    #: Always draft, pro, fix.
    tiers: tuple[TierForecast, ...]
    #: Last moment of the period.
    end: datetime

    @property
    def total_micro(self) -> Micro:
        """All tiers together."""
        return sum(tier.forecast_micro for tier in self.tiers)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A budget with what each tier took of it, and where it will end."""

    budget: BudgetState
    #: Always draft, pro, fix; they sum to the budget's `spent_micro`.
    tiers: tuple[tuple[str, Micro], ...]
    #: None for a pot, and while the period is too young to tell.
    forecast: Forecast | None


def standing_of(tx: Transaction, channel: str, at: datetime, default: BudgetRule) -> Standing:
    """How `channel` stands at `at`. Raises KeyError for an unknown channel."""
    budget = budget_of(tx, channel, at, default)
    spent = rollups.spent_by_tier(tx, channel, budget.start, budget.end, budget.currency)
    return Standing(
        budget=budget,
        tiers=tuple((tier, spent.get(tier, 0)) for tier in TIERS),
        forecast=forecast_of(tx, budget, at),
    )


def forecast_of(tx: Transaction, budget: BudgetState, until: datetime) -> Forecast | None:
    """What the period will have cost, tier by tier, at the pace up to `until`. Rounded to the nearest micro-unit."""
    if budget.end is None:
        return None
    until = min(until, budget.end)
    passed, whole = until - budget.start, budget.end - budget.start
    if passed < whole * YOUNGEST_FORECAST.numerator / YOUNGEST_FORECAST.denominator:
        return None
    spent = rollups.spent_by_tier(tx, budget.channel, budget.start, until, budget.currency)
    pace = Fraction(whole // timedelta(microseconds=1), passed // timedelta(microseconds=1))
    return Forecast(
        end=budget.end,
        tiers=tuple(
            TierForecast(
                tier=tier, spent_micro=spent.get(tier, 0), forecast_micro=round(spent.get(tier, 0) * pace)
            )
            for tier in TIERS
        ),
    )
