"""Limits by command, and the buttons under a request for more."""

from __future__ import annotations

from bot.budget import actions as budget_actions
from bot.budget import holds
from bot.budget import messages as budget_messages
from bot.budget.actions import terms_text
from bot.budget.command import AskForMore, BudgetCommand, SetBudget, SetCap, SetTerms, ShowBudget
from bot.slack.context import Context
from bot.slack.incoming import Answer, Click, Command
from bot.texts import say


async def answer(request: BudgetCommand, command: Command, context: Context) -> Answer:
    """Tell or change a limit, or ask for more. Raises UserError."""
    person, channel = await context.who_and_where(command)
    match request:
        case ShowBudget():
            await holds.budget(context.services, channel, person)
            standing = await holds.standing(context.services, channel.id)
            caps = await budget_actions.caps(context.services, channel=channel, person=person)
            return "\n".join([budget_messages.standing_text(standing), *map(budget_messages.cap_text, caps)])
        case SetBudget():
            state = await holds.set_budget(context.services, request.amount, channel=channel, person=person)
            return say("answer-done-with", state=budget_messages.budget_text(state))
        case SetCap():
            caps = await budget_actions.set_cap(context.services, request, channel=channel, person=person)
            return (
                "\n".join([say("answer-done"), *map(budget_messages.cap_text, caps)])
                if caps
                else say("limits-no-cap")
            )
        case SetTerms():
            terms = await budget_actions.set_terms(context.services, request, channel=channel, person=person)
            return say("answer-done-with", state=terms_text(terms))
        case AskForMore():
            await budget_actions.ask_for_more(
                context.services, request, channel=channel, person=person, event_id=command.event_id
            )
    return None


async def grant(click: Click, context: Context) -> None:
    """Give what was asked for. Raises UserError."""
    await _decide(click, context, granted=True)


async def refuse(click: Click, context: Context) -> None:
    """Give nothing. Raises UserError."""
    await _decide(click, context, granted=False)


async def _decide(click: Click, context: Context, *, granted: bool) -> None:
    await budget_actions.decide(
        context.services, int(click.value), granted=granted, person=await context.colleague(click)
    )
