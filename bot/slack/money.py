"""Messages about limits: alerts, requests for more with their buttons, and what was decided."""

from __future__ import annotations

from collections.abc import Sequence

from bot.ledger import BudgetState, CapState, format_money
from bot.slack.message import Message, button, context, section
from bot.slack.text import quoted
from bot.slack.views import left_of

GRANT, REFUSE = "plea_grant", "plea_refuse"
_PERIODS = {"daily": "a day", "weekly": "a week", "monthly": "a month", "pot": "in all"}
_KINDS = {
    "workspace": "the whole workspace",
    "person": "each person in this channel",
    "pro": "Pro renders in this channel",
}


def alert(state: BudgetState, percent: int) -> Message:
    """A share of the budget is spent."""
    spent, limit = (format_money(micro, state.currency) for micro in (state.spent_micro, state.limit_micro))
    text = f"{percent}% of this channel's budget is spent: {spent} of {limit}."
    after = left_of(state)
    if percent >= 100:
        after = (
            "Work goes on, since the limit is soft."
            if state.soft
            else "Ask for more: `/draft budget more 5`."
        )
    return Message(
        text=text,
        blocks=[section(f":{'rotating_light' if percent >= 100 else 'bell'}: {text}"), context(after)],
    )


def plea(
    plea_id: int,
    *,
    person: str,
    amount_micro: int,
    reason: str,
    waiting: str,
    grantors: Sequence[str],
    state: BudgetState,
) -> Message:
    """Somebody asks for more money; those who may decide by a button."""
    amount = format_money(amount_micro, state.currency)
    text = f"<@{person}> asks for {amount} more for this channel{f': {quoted(reason)}' if reason else '.'}"
    who = ", ".join(f"<@{one}>" for one in grantors)
    small = f"{left_of(state)}" + (f" · waiting: {waiting}" if waiting else "")
    return Message(
        text=text,
        blocks=[
            section(f":raised_hand: {text}"),
            context(small, f"{who + ' or a' if who else 'A'} workspace admin decides."),
            {
                "type": "actions",
                "block_id": "plea",
                "elements": [
                    button(f"Grant {amount}", GRANT, str(plea_id), style="primary"),
                    button("Refuse", REFUSE, str(plea_id)),
                ],
            },
        ],
    )


def decided(
    *, person: str, by: str, amount_micro: int, granted: bool, waiting: str, currency: str
) -> Message:
    """What became of a request for more."""
    amount = format_money(amount_micro, currency)
    if granted:
        text = f"<@{by}> granted {amount} more, for which <@{person}> asked."
        text += f" What waited is on its way: {waiting}." if waiting else ""
    else:
        text = f"<@{by}> refused the {amount} more for which <@{person}> asked. Nothing was charged."
    return Message(
        text=text, blocks=[section(f":{'white_check_mark' if granted else 'no_entry_sign'}: {text}")]
    )


def cap_text(cap: CapState) -> str:
    """A cap in a sentence."""
    limit, used = (
        format_money(micro, cap.currency) for micro in (cap.limit_micro, cap.spent_micro + cap.held_micro)
    )
    return f"The limit for {_KINDS[cap.kind]} is {limit} {_PERIODS[cap.period]}; {used} is used."


def cap_reached(cap: CapState, asked_micro: int) -> str:
    """Why a cap stands in the way."""
    asked, left = (
        format_money(micro, cap.currency, exact=True) for micro in (asked_micro, max(0, cap.left_micro))
    )
    return f"That would hold {asked}, but {left} is left of the limit for {_KINDS[cap.kind]}. Nothing was charged."
