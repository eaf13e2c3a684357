"""Money: integer micro-units, two-phase entries, budgets and prices. Knows neither Slack nor HTTP.

Functions that take a `Transaction` run inside the caller's; when one raises, the caller's rolls back.
"""

from bot.ledger.budgets import BudgetRule, BudgetState, budget_of, fits, set_budget
from bot.ledger.entries import (
    LedgerError,
    OverBudget,
    Reservation,
    open_reservations,
    reserve,
    settle,
    void,
)
from bot.ledger.money import Micro, MoneyTextError, Period, format_left, format_money, parse_budget
from bot.ledger.prices import Prices, default_prices, prices_from
from bot.ledger.rates import Rate, RateError, Usage
from bot.ledger.verify import verify

__all__ = [
    "BudgetRule",
    "BudgetState",
    "LedgerError",
    "Micro",
    "MoneyTextError",
    "OverBudget",
    "Period",
    "Prices",
    "Rate",
    "RateError",
    "Reservation",
    "Usage",
    "budget_of",
    "default_prices",
    "fits",
    "format_left",
    "format_money",
    "open_reservations",
    "parse_budget",
    "prices_from",
    "reserve",
    "set_budget",
    "settle",
    "verify",
    "void",
]
