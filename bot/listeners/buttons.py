"""The buttons under a grid: the same approval as the emoji, easier to reach on a phone; and taking it back."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.listeners.context import Context
from bot.slack.approvals import APPROVE_ACTION, WITHDRAW_ACTION
from bot.studio.model import Remedy
from bot.texts import say


def register(app: AsyncApp, context: Context) -> None:
    """Listen to the buttons."""

    @app.action(re.compile(rf"^{APPROVE_ACTION}_[1-9][0-9]?$"))
    async def pressed(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        channel, user = body["channel"]["id"], body["user"]["id"]
        try:
            person = await context.directory.actor(user)
            new = await context.desk.approve(
                brief_id=action["value"],
                number=int(action["action_id"].rpartition("_")[2]),
                person=person,
                delivery=f"button:{body['trigger_id']}",
            )
        except Remedy as error:
            await ack()
            await context.whisper(channel, user, str(error.args[0]))
            return
        await ack()
        if not new:
            await context.whisper(channel, user, say("answer-rendered-here"))

    @app.action(re.compile(rf"^{WITHDRAW_ACTION}_[1-9][0-9]?$"))
    async def taken_back(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        channel, user = body["channel"]["id"], body["user"]["id"]
        try:
            person = await context.directory.actor(user)
            too_late = await context.desk.withdraw(
                brief_id=action["value"],
                number=int(action["action_id"].rpartition("_")[2]),
                person=person,
                delivery=f"button:{body['trigger_id']}",
            )
        except Remedy as error:
            too_late = str(error.args[0])
        await ack()
        if too_late:
            await context.whisper(channel, user, too_late)
