"""Messages about limits: alerts, requests for more with their buttons, and what was decided."""

from __future__ import annotations

from collections.abc import Sequence

from bot.budget.standing import Standing
from bot.ledger import BudgetState, CapState, format_money
from bot.ledger.wording import left_of, limit_of
from bot.slack.blocks import Message, button, context, section
from bot.slack.text import quoted
from bot.texts import say

GRANT, REFUSE = "plea_grant", "plea_refuse"


def alert(state: BudgetState, percent: int) -> Message:
    """A share of the budget is spent."""
    spent = format_money(state.spent_micro, state.currency)
    limit = format_money(state.limit_micro, state.currency, exact=True)
    text = say("limits-alert", percent=percent, spent=spent, limit=limit)
    after = left_of(state)
    if percent >= 100:
        after = say("limits-alert-soft") if state.soft else say("limits-alert-hard")
    return Message(
        text=text,
        blocks=[section(f":{'rotating_light' if percent >= 100 else 'bell'}: {text}"), context(after)],
    )


def budget_request(
    request_id: int,
    *,
    person: str,
    amount_micro: int,
    reason: str,
    waiting: str,
    grantors: Sequence[str],
    state: BudgetState,
) -> Message:
    """Somebody asks for more money; those who may decide by a button."""
    amount = format_money(amount_micro, state.currency, exact=True)
    text = (
        say("limits-plea-reason", person=person, money=amount, reason=quoted(reason))
        if reason
        else say("limits-plea", person=person, money=amount)
    )
    who = ", ".join(f"<@{one}>" for one in grantors)
    small = [left_of(state), *([say("limits-plea-waiting", what=waiting)] if waiting else [])]
    return Message(
        text=text,
        blocks=[
            section(f":raised_hand: {text}"),
            context(
                " · ".join(small),
                say("limits-plea-grantors", people=who) if who else say("limits-plea-admin"),
            ),
            {
                "type": "actions",
                "block_id": "plea",
                "elements": [
                    button(say("limits-grant", money=amount), GRANT, str(request_id), style="primary"),
                    button(say("limits-refuse"), REFUSE, str(request_id)),
                ],
            },
        ],
    )


def decided(
    *, person: str, by: str, amount_micro: int, granted: bool, waiting: str, runs: bool, currency: str
) -> Message:
    """What became of a request for more. `runs`: what waited is young enough to run by itself."""
    amount = format_money(amount_micro, currency, exact=True)
    if not granted:
        text = say("limits-refused", by=by, money=amount, person=person)
    elif waiting and not runs:
        text = say("limits-granted-late", by=by, money=amount, person=person, what=waiting)
    elif waiting:
        text = say("limits-granted-waiting", by=by, money=amount, person=person, what=waiting)
    else:
        text = say("limits-granted", by=by, money=amount, person=person)
    return Message(
        text=text, blocks=[section(f":{'white_check_mark' if granted else 'no_entry_sign'}: {text}")]
    )


def cap_text(cap: CapState) -> str:
    """A cap in a sentence."""
    limit = format_money(cap.limit_micro, cap.currency, exact=True)
    used = format_money(cap.spent_micro + cap.held_micro, cap.currency)
    return say("limits-cap", kind=cap.kind, limit=limit, period=cap.period, used=used)


def cap_reached(cap: CapState, asked_micro: int) -> str:
    """Why a cap stands in the way."""
    asked, left = (
        format_money(micro, cap.currency, exact=True) for micro in (asked_micro, max(0, cap.left_micro))
    )
    return say("limits-cap-reached", asked=asked, left=left, kind=cap.kind)


_TIERS = {"draft": "channel-spent-draft", "pro": "channel-spent-pro", "fix": "channel-spent-fix"}


def budget_text(state: BudgetState, tiers: Sequence[tuple[str, int]] = ()) -> str:
    """A channel's budget in a sentence; what was spent, with what each tier took of it where that is given."""
    total = format_money(state.spent_micro, state.currency)
    parts = [say(_TIERS[tier], cost=format_money(micro, state.currency)) for tier, micro in tiers if micro]
    values = {
        "limit": limit_of(state),
        "period": state.period,
        "spent": say("channel-spent-on", total=total, parts=", ".join(parts))
        if parts
        else say("channel-spent", total=total),
        "left": left_of(state),
    }
    if not state.held_micro:
        return say("channel-budget", **values)
    held = format_money(state.held_micro, state.currency)
    return say("channel-budget-held", **values, held=held)


def standing_text(standing: Standing) -> str:
    """How a channel stands with its budget: what each tier took, and where it will end."""
    state = standing.budget
    sentences = [budget_text(state, standing.tiers)]
    if standing.forecast is not None and state.spent_micro:
        expected = standing.forecast.total_micro
        cost, over = format_money(expected, state.currency), expected - state.limit_micro
        if over > 0:
            sentences.append(say("channel-forecast-over", cost=cost, over=format_money(over, state.currency)))
        else:
            sentences.append(say("channel-forecast", cost=cost))
    return " ".join(sentences)
