"""The buttons under a grid: the same approval as the emoji, easier to reach on a phone; and taking it back."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.approve import actions as approve_actions
from bot.approve.straight_to_pro import StraightToPro
from bot.briefs.model import UserError
from bot.draft import warnings
from bot.draft.again import SecondThoughts
from bot.draft.form import draft_modal
from bot.slack.buttons import APPROVE_ACTION, WITHDRAW_ACTION
from bot.slack.context import Context
from bot.texts import say


def register(app: AsyncApp, context: Context) -> None:
    """Listen to the buttons."""
    _listen_for_advice(app, context)

    @app.action(re.compile(rf"^{APPROVE_ACTION}_[1-9][0-9]?$"))
    async def pressed(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        channel, user = body["channel"]["id"], body["user"]["id"]
        try:
            person = await context.directory.actor(user)
            new = await approve_actions.approve(
                context.services,
                brief_id=action["value"],
                number=int(action["action_id"].rpartition("_")[2]),
                person=person,
                delivery=f"button:{body['trigger_id']}",
            )
        except UserError as error:
            await ack()
            await context.whisper(channel, user, error.sentence)
            return
        await ack()
        if not new:
            await context.whisper(channel, user, say("answer-rendered-here"))

    @app.action(re.compile(rf"^{WITHDRAW_ACTION}_[1-9][0-9]?$"))
    async def taken_back(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        channel, user = body["channel"]["id"], body["user"]["id"]
        try:
            person = await context.directory.actor(user)
            too_late = await approve_actions.withdraw(
                context.services,
                brief_id=action["value"],
                number=int(action["action_id"].rpartition("_")[2]),
                person=person,
                delivery=f"button:{body['trigger_id']}",
            )
        except UserError as error:
            too_late = error.sentence
        await ack()
        if too_late:
            await context.whisper(channel, user, too_late)


def _listen_for_advice(app: AsyncApp, context: Context) -> None:
    """Listen to the buttons."""

    @app.action(warnings.STRAIGHT)
    async def straight(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        channel, user = body["channel"]["id"], body["user"]["id"]
        try:
            person = await context.directory.actor(user)
            place = await context.directory.channel(channel)
            go = StraightToPro(services=context.services, actor=context.directory.actor).go
            await go(action["value"], person=person, channel=place)
        except UserError as error:
            await ack()
            await context.whisper(channel, user, error.sentence)
        else:
            await ack()

    @app.action(warnings.CHANGE)
    async def change(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        brief = await SecondThoughts(services=context.services).brief(action["value"])
        await context.client.views_open(
            trigger_id=body["trigger_id"], view=draft_modal(body["channel"]["id"], brief)
        )
