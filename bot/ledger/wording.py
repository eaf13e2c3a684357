"""Money, as people read it."""

from __future__ import annotations

from bot.ledger import BudgetState, format_left, format_money
from bot.texts import say


def limit_of(state: BudgetState) -> str:
    """What a channel may spend in a period, with what was granted and rolled over beside what was set."""
    text = format_money(state.limit_micro - state.granted_micro - state.rolled_micro, state.currency)
    if state.rolled_micro:
        text = say("limit-rolled", limit=text, rolled=format_money(state.rolled_micro, state.currency))
    if state.granted_micro:
        text = say("limit-granted", limit=text, granted=format_money(state.granted_micro, state.currency))
    return text


def left_of(state: BudgetState) -> str:
    """What a channel may still spend, in words."""
    return say(
        "channel-left",
        left=format_left(state.left_micro, state.currency),
        limit=format_money(state.limit_micro, state.currency),
        period=state.period,
    )
