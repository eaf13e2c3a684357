"""The buttons under “enough is enough”: approve one of the nearest, stop here, ask for help."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError

from bot.approve import actions as approve_actions
from bot.briefs.keys import brief_key
from bot.briefs.model import Person, UserError
from bot.nudge import messages as nudge_messages
from bot.nudge.actions import Exits
from bot.slack import outbox_table
from bot.slack.context import Context
from bot.texts import say

Deed = Callable[[Person], Awaitable[None]]


def register(app: AsyncApp, context: Context) -> None:
    """Listen to the buttons."""
    use = Exits(services=context.services)

    async def act(ack: AsyncAck, body: dict[str, Any], deed: Deed) -> None:
        channel, user = body["channel"]["id"], body["user"]["id"]
        thread = (body.get("message") or {}).get("thread_ts")
        try:
            await deed(await context.directory.actor(user))
        except UserError as error:
            await ack()
            await context.whisper(channel, user, error.sentence, thread)
        else:
            await ack()

    @app.action(re.compile(rf"^{nudge_messages.APPROVE}_[1-9]$"))
    async def approve(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        brief, _, number = action["value"].partition(":")

        async def deed(person: Person) -> None:
            new = await approve_actions.approve(
                context.services,
                brief_id=brief,
                number=int(number),
                person=person,
                event_id=f"button:{body['trigger_id']}",
            )
            if not new:
                raise UserError(say("answer-rendered-there"))

        await act(ack, body, deed)

    @app.action(nudge_messages.STOP)
    async def stop(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        async def deed(person: Person) -> None:
            await use.stop(action["value"], person=person)

        await act(ack, body, deed)

    @app.action(nudge_messages.HELP)
    async def help_wanted(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        brief, channel = action["value"], body["channel"]["id"]

        async def deed(person: Person) -> None:
            ts = await context.services.database.read(lambda tx: outbox_table.sent_ts(tx, brief_key(brief)))
            try:
                answer = await context.client.chat_getPermalink(channel=channel, message_ts=ts or "")
            except SlackApiError as error:
                raise UserError(say("answer-grid-gone")) from error
            await use.ask_for_help(brief, person=person, link=str(answer["permalink"]))

        await act(ack, body, deed)
