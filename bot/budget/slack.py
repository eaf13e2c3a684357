"""Limits by command, and the buttons under a request for more."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.briefs.model import Channel, Person, UserError
from bot.budget import messages as budget_messages
from bot.budget.actions import Treasury, terms_text
from bot.budget.command import AskForMore, SetCap, SetTerms
from bot.budget.refused import Runners
from bot.slack.context import Context
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


def register(app: AsyncApp, context: Context) -> None:
    """Listen to the buttons under a request for more."""

    @app.action(budget_messages.GRANT)
    async def grant(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await _decide(int(action["value"]), True, body, context)
        await ack()

    @app.action(budget_messages.REFUSE)
    async def refuse(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await _decide(int(action["value"]), False, body, context)
        await ack()


async def _decide(request_id: int, granted: bool, body: dict[str, Any], context: Context) -> None:
    treasury = Treasury(services=context.services)
    channel, user = body["channel"]["id"], body["user"]["id"]
    try:
        decision = await treasury.decide(
            request_id, granted=granted, person=await context.directory.actor(user)
        )
    except UserError as error:
        await context.whisper(channel, user, error.sentence)
        return
    if decision is None:
        return
    try:
        await context.the(Runners).by_kind[decision.payload["kind"]](
            context.services,
            decision.payload,
            person=await context.directory.actor(decision.person),
            channel=await context.directory.channel(channel),
            event_id=f"plea:{decision.budget_request}:run",
        )
    except UserError as error:
        await context.whisper(channel, decision.person, error.sentence)
