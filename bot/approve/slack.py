"""The buttons under a grid: the same approval as the emoji, easier to reach on a phone; and taking it back."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot import clock
from bot.approve import actions as approve_actions
from bot.approve.straight_to_pro import StraightToPro
from bot.briefs import table as briefs_table
from bot.briefs.emoji import NUMBER_EMOJI
from bot.briefs.model import UserError
from bot.channel import table as channel_table
from bot.draft import warnings
from bot.draft.again import SecondThoughts
from bot.draft.form import draft_modal
from bot.slack import seen_table
from bot.slack.buttons import APPROVE_ACTION, WITHDRAW_ACTION
from bot.slack.context import Context, Reaction
from bot.store import Transaction
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
                event_id=f"button:{body['trigger_id']}",
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
                event_id=f"button:{body['trigger_id']}",
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


#: Slack's other names for an emoji.
_SAME = {"thumbsup": "+1"}


async def by_emoji(reaction: Reaction, context: Context) -> None:
    """A number on a grid approves that cell; the channel's own emoji approves the one picture of a message."""
    try:
        number = await _cell(reaction, context)
        if number is None:
            if reaction.emoji in NUMBER_EMOJI:
                await _explain(reaction, context)
            return
        assert reaction.subject is not None
        await approve_actions.approve(
            context.services,
            brief_id=reaction.subject["brief"],
            number=number,
            person=await context.directory.actor(reaction.user),
            event_id=f"event:{reaction.event_id}",
        )
    except UserError as error:
        await context.whisper(reaction.channel, reaction.user, error.sentence)


async def emoji_gone(reaction: Reaction, context: Context) -> None:
    """The same taken away withdraws the approval."""
    try:
        number = await _cell(reaction, context)
        if number is None or reaction.subject is None:
            return
        too_late = await approve_actions.withdraw(
            context.services,
            brief_id=reaction.subject["brief"],
            number=number,
            person=await context.directory.actor(reaction.user),
            event_id=f"event:{reaction.event_id}",
        )
    except UserError:
        return  # a number that the grid never had, or somebody who could not have approved
    if too_late:
        await context.whisper(reaction.channel, reaction.user, too_late)


async def _cell(reaction: Reaction, context: Context) -> int | None:
    """Which cell an emoji on one of our messages means, from 1; None when it approves nothing.

    A number on a grid means that cell. The channel's own emoji means the one picture that a message is about.
    Raises UserError when it is about several.
    """
    subject, name = reaction.subject, reaction.emoji
    if subject is None or subject["brief"] is None:
        return None
    if name in NUMBER_EMOJI:
        return NUMBER_EMOJI.index(name) + 1 if reaction.grid else None

    def look(tx: Transaction) -> int | None:
        emoji = channel_table.policy_of(tx, reaction.channel).approval.emoji
        if not emoji or _SAME.get(name, name) != emoji:
            return None
        if subject["role"] == "notice" and subject["version"] is not None:
            return briefs_table.version(tx, subject["version"]).number
        if subject["role"] != "grid":
            return None
        cells = briefs_table.cells(tx, subject["brief"])
        if len(cells) > 1:
            raise UserError(say("answer-which-emoji", count=len(cells), emoji=emoji))
        return 1

    return await context.services.database.read(look)


async def _explain(reaction: Reaction, context: Context) -> None:
    """A number on something else than a grid: say once a day to that person why nothing happens.

    Numbers under other people's messages are mostly votes, so one quiet hint must do.
    """
    today = clock.now().date().isoformat()
    place = today if reaction.subject is None else reaction.ts
    key = f"hint:{reaction.channel}:{reaction.user}:{place}"
    if not await context.services.database.write(lambda tx: seen_table.first_time(tx, key, clock.now())):
        return
    await context.whisper(reaction.channel, reaction.user, say("answer-no-grid-number"))
