"""How much of a budget is spent, told at each of a few shares: once per period, and again when the limit changes."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot import clock
from bot.ledger.budgets import BudgetState
from bot.store import Transaction

#: Shares of the budget, in percent.
ALERT_PERCENTS: Final = (50, 80, 100)


def newly_reached(tx: Transaction, state: BudgetState, at: datetime) -> int | None:
    """The highest share that spending reached and that was not told of this limit yet; remembers it.

    Lower ones that were passed in the same step count as told.
    """
    reached = [
        percent for percent in ALERT_PERCENTS if state.spent_micro * 100 >= percent * state.limit_micro
    ]
    if not state.spent_micro or not reached:
        return None
    new = [
        percent
        for percent in reached
        if tx.execute(
            "INSERT INTO alerts (channel, period_start, percent, at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET at = excluded.at WHERE at < ?",
            [
                state.channel,
                clock.to_text(state.start),
                percent,
                clock.to_text(at),
                clock.to_text(state.changed_at or state.start),
            ],
        ).rowcount
    ]
    return new[-1] if reached[-1] in new else None
