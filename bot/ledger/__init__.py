"""Money: integer micro-units, two-phase entries, budgets and prices. Knows neither Slack nor HTTP.

Functions that take a `Transaction` run inside the caller's; when one raises, the caller's rolls back.
"""

from bot.ledger.alerts import newly_reached
from bot.ledger.budgets import (
    BudgetRule,
    BudgetState,
    BudgetTerms,
    budget_of,
    fits,
    grant,
    set_budget,
    set_terms,
    terms_of,
)
from bot.ledger.caps import CapKind, CapState, caps_of, set_cap
from bot.ledger.entries import (
    LedgerError,
    OverBudget,
    Reservation,
    correct,
    open_reservations,
    reserve,
    settle,
    void,
)
from bot.ledger.money import (
    Micro,
    MoneyTextError,
    Period,
    about,
    decimals_of,
    format_left,
    format_money,
    parse_budget,
)
from bot.ledger.prices import Prices, default_prices, prices_from
from bot.ledger.rates import Rate, RateError, Usage
from bot.ledger.verify import verify

__all__ = [
    "BudgetRule",
    "BudgetState",
    "BudgetTerms",
    "CapKind",
    "CapState",
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
    "about",
    "budget_of",
    "caps_of",
    "correct",
    "decimals_of",
    "default_prices",
    "fits",
    "format_left",
    "format_money",
    "grant",
    "newly_reached",
    "open_reservations",
    "parse_budget",
    "prices_from",
    "reserve",
    "set_budget",
    "set_cap",
    "set_terms",
    "settle",
    "terms_of",
    "verify",
    "void",
]
