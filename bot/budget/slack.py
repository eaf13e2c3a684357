"""Limits by command, and the buttons under a request for more."""

from __future__ import annotations

from bot.briefs.model import Channel, Person
from bot.budget import messages as budget_messages
from bot.budget.actions import Treasury, terms_text
from bot.budget.command import AskForMore, SetCap, SetTerms
from bot.slack.context import Context
from bot.slack.incoming import Click
from bot.texts import say


async def answer(
    asked: SetCap | SetTerms | AskForMore, channel: Channel, person: Person, event_id: str, context: Context
) -> str | None:
    """Change a limit, or ask for more; the text is for that person alone. Raises UserError."""
    treasury = Treasury(services=context.services)
    match asked:
        case SetCap():
            caps = await treasury.set_cap(asked, channel=channel, person=person)
            return (
                "\n".join([say("answer-done"), *map(budget_messages.cap_text, caps)])
                if caps
                else say("limits-no-cap")
            )
        case SetTerms():
            terms = await treasury.set_terms(asked, channel=channel, person=person)
            return say("answer-done-with", state=terms_text(terms))
        case AskForMore():
            await treasury.ask(asked, channel=channel, person=person, event_id=event_id)
    return None


async def grant(click: Click, context: Context) -> None:
    """Give what was asked for. Raises UserError."""
    await _decide(click, context, granted=True)


async def refuse(click: Click, context: Context) -> None:
    """Give nothing. Raises UserError."""
    await _decide(click, context, granted=False)


async def _decide(click: Click, context: Context, *, granted: bool) -> None:
    await Treasury(services=context.services).decide(
        int(click.value), granted=granted, person=await context.directory.actor(click.user)
    )
