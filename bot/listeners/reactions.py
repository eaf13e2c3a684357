"""Number emoji on a grid: approving a cell, and taking the approval back."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Coroutine
from typing import Any
from weakref import WeakValueDictionary

from slack_bolt.async_app import AsyncApp

from bot import clock
from bot.approve import actions as approve_actions
from bot.briefs import table as briefs_table
from bot.briefs.emoji import EMOJI, NUMBER_EMOJI, VARY
from bot.briefs.model import UserError
from bot.channel import table as channel_table
from bot.draft import slack as draft_slack
from bot.slack import outbox_table, seen_table
from bot.slack.context import Context
from bot.store import Transaction
from bot.texts import say

#: Slack's other names for an emoji.
_SAME = {"thumbsup": "+1"}


def register(app: AsyncApp, context: Context) -> None:
    """Listen to reactions coming and going. Bolt drops the bot's own."""

    turns: WeakValueDictionary[tuple[str, ...], asyncio.Lock] = WeakValueDictionary()

    async def in_order(event: dict[str, Any], work: Coroutine[Any, Any, None]) -> None:
        """One after the other per message and person; what is older than what was dealt with changes nothing."""
        item = event.get("item", {})
        of = str(item.get("channel")), str(item.get("ts")), str(event.get("user"))
        async with turns.setdefault(of, asyncio.Lock()):
            name, event_ts = str(event.get("reaction")), str(event.get("event_ts") or "")
            if await context.services.database.write(
                lambda tx: seen_table.is_newest(tx, of, name, event_ts, clock.now())
            ):
                await work
            else:
                work.close()

    @app.event("reaction_added")
    async def added(event: dict[str, Any], body: dict[str, Any]) -> None:
        await in_order(event, _added(event, body, context))

    @app.event("reaction_removed")
    async def removed(event: dict[str, Any], body: dict[str, Any]) -> None:
        await in_order(event, _removed(event, body, context))


async def _added(event: dict[str, Any], body: dict[str, Any], context: Context) -> None:
    if event.get("item", {}).get("type") != "message":
        return
    channel, ts, user = event["item"]["channel"], event["item"]["ts"], event["user"]
    name = str(event.get("reaction", "")).partition("::")[0]
    subject = await context.services.database.read(
        lambda tx: outbox_table.message_subject(tx, channel=channel, ts=ts)
    )
    wish = EMOJI.get(name)
    if wish == VARY:
        if subject is not None:
            delivery = f"event:{body['event_id']}"
            await draft_slack.by_emoji(
                subject, channel=channel, user=user, delivery=delivery, context=context
            )
        return
    if wish:
        if subject is not None and subject["role"] == "grid":
            await draft_slack.act(wish, subject["brief"], channel, user, f"event:{body['event_id']}", context)
        return
    try:
        number = await _number(name, subject, channel, context)
        if number is None:
            if name in NUMBER_EMOJI:
                await _explain(context, subject, channel, ts, user)
            return
        assert subject is not None
        person = await context.directory.actor(user)
        await approve_actions.approve(
            context.services,
            brief_id=subject["brief"],
            number=number,
            person=person,
            delivery=f"event:{body['event_id']}",
        )
    except UserError as error:
        await context.whisper(channel, user, error.sentence)


async def _removed(event: dict[str, Any], body: dict[str, Any], context: Context) -> None:
    if event.get("item", {}).get("type") != "message":
        return
    channel, ts, user = event["item"]["channel"], event["item"]["ts"], event["user"]
    name = str(event.get("reaction", "")).partition("::")[0]
    subject = await context.services.database.read(
        lambda tx: outbox_table.message_subject(tx, channel=channel, ts=ts)
    )
    try:
        number = await _number(name, subject, channel, context)
        if number is None or subject is None:
            return
        person = await context.directory.actor(user)
        too_late = await approve_actions.withdraw(
            context.services,
            brief_id=subject["brief"],
            number=number,
            person=person,
            delivery=f"event:{body['event_id']}",
        )
    except UserError:
        return  # a number that the grid never had, or somebody who could not have approved
    if too_late:
        await context.whisper(channel, user, too_late)


async def _number(name: str, subject: sqlite3.Row | None, channel: str, context: Context) -> int | None:
    """Which cell an emoji on one of our messages means, from 1; None when it approves nothing.

    A number on a grid means that cell. The channel's own emoji means the one picture that a message is about.
    Raises UserError when it is about several.
    """
    if subject is None or subject["brief"] is None:
        return None
    if name in NUMBER_EMOJI:
        return NUMBER_EMOJI.index(name) + 1 if subject["role"] == "grid" else None

    def look(tx: Transaction) -> int | None:
        emoji = channel_table.policy_of(tx, channel).approval.emoji
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


async def _explain(context: Context, subject: sqlite3.Row | None, channel: str, ts: str, user: str) -> None:
    """A number on something else than a grid: say once a day to that person why nothing happens.

    Numbers under other people's messages are mostly votes, so one quiet hint must do.
    """
    today = clock.now().date().isoformat()
    key = f"hint:{channel}:{user}:{today}" if subject is None else f"hint:{channel}:{ts}:{user}"
    if not await context.services.database.write(lambda tx: seen_table.first_time(tx, key, clock.now())):
        return
    await context.whisper(channel, user, say("answer-no-grid-number"))
