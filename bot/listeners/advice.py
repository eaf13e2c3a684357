"""The buttons under a warning: straight to Pro, and change the prompt."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.listeners.context import Context
from bot.listeners.modal import draft_modal
from bot.second_thoughts import SecondThoughts
from bot.slack import advice
from bot.straight import StraightToPro
from bot.studio.model import Remedy


def register(app: AsyncApp, context: Context) -> None:
    """Listen to the buttons."""

    @app.action(advice.STRAIGHT)
    async def straight(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        channel, user = body["channel"]["id"], body["user"]["id"]
        try:
            person = await context.directory.actor(user)
            place = await context.directory.channel(channel)
            go = StraightToPro(desk=context.desk, actor=context.directory.actor).go
            await go(action["value"], person=person, channel=place)
        except Remedy as error:
            await ack()
            await context.whisper(channel, user, str(error.args[0]))
        else:
            await ack()

    @app.action(advice.CHANGE)
    async def change(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        brief = await SecondThoughts(desk=context.desk).brief(action["value"])
        await context.client.views_open(
            trigger_id=body["trigger_id"], view=draft_modal(body["channel"]["id"], brief)
        )
