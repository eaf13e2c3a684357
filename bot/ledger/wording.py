"""Money, as people read it."""

from __future__ import annotations

from bot.ledger import BudgetState, format_left, format_money
from bot.texts import say


def limit_of(state: BudgetState) -> str:
    """What a channel may spend in a period, with what was granted and rolled over beside what was set."""

    def set_by_people(micro: int) -> str:
        return format_money(micro, state.currency, exact=True)

    text = set_by_people(state.limit_micro - state.granted_micro - state.rolled_micro)
    if state.rolled_micro:
        text = say("limit-rolled", limit=text, rolled=set_by_people(state.rolled_micro))
    if state.granted_micro:
        text = say("limit-granted", limit=text, granted=set_by_people(state.granted_micro))
    return text


def left_of(state: BudgetState, *, exact: bool = False) -> str:
    """What a channel may still spend, in words; `exact` where it is why something was refused."""
    return say(
        "channel-left",
        left=format_money(max(0, state.left_micro), state.currency, exact=True)
        if exact
        else format_left(state.left_micro, state.currency),
        limit=format_money(state.limit_micro, state.currency, exact=True),
        period=state.period,
    )
