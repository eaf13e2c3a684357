"""Money, as people read it."""

from __future__ import annotations

from bot.ledger import BudgetState, format_left, format_money
from bot.texts import say


def left_of(state: BudgetState) -> str:
    """What a channel may still spend, in words."""
    return say(
        "channel-left",
        left=format_left(state.left_micro, state.currency),
        limit=format_money(state.limit_micro, state.currency),
        period=state.period,
    )
