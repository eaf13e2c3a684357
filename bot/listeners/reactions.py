"""Number emoji on a grid: approving a cell, and taking the approval back."""

from __future__ import annotations

import sqlite3
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot import clock
from bot.listeners import grids
from bot.listeners.context import Context
from bot.slack.grids import EMOJI
from bot.slack.views import NUMBER_EMOJI
from bot.studio import records
from bot.studio.model import Remedy


def register(app: AsyncApp, context: Context) -> None:
    """Listen to reactions coming and going. Bolt drops the bot's own."""

    @app.event("reaction_added")
    async def added(event: dict[str, Any], body: dict[str, Any]) -> None:
        await _added(event, body, context)
        await context.inbox.done(body)

    @app.event("reaction_removed")
    async def removed(event: dict[str, Any], body: dict[str, Any]) -> None:
        await _removed(event, body, context)
        await context.inbox.done(body)


async def _added(event: dict[str, Any], body: dict[str, Any], context: Context) -> None:
    number, wish = _number(event), _wish(event)
    if number is None and wish is None:
        return
    channel, ts, user = event["item"]["channel"], event["item"]["ts"], event["user"]
    subject = await context.desk.database.read(lambda tx: records.message_subject(tx, channel=channel, ts=ts))
    if wish is not None:
        if subject is not None and subject["role"] == "grid":
            await grids.act(wish, subject["brief"], channel, user, f"event:{body['event_id']}", context)
        return
    assert number is not None
    if subject is None or subject["role"] != "grid":
        await _explain(context, subject, channel, ts, user)
        return
    try:
        person = await context.directory.actor(user)
        await context.desk.approve(
            brief_id=subject["brief"], number=number, person=person, delivery=f"event:{body['event_id']}"
        )
    except Remedy as error:
        await context.whisper(channel, user, str(error.args[0]))


async def _removed(event: dict[str, Any], body: dict[str, Any], context: Context) -> None:
    number = _number(event)
    if number is None:
        return
    channel, ts, user = event["item"]["channel"], event["item"]["ts"], event["user"]
    subject = await context.desk.database.read(lambda tx: records.message_subject(tx, channel=channel, ts=ts))
    if subject is None or subject["role"] != "grid":
        return
    try:
        person = await context.directory.actor(user)
        too_late = await context.desk.withdraw(
            brief_id=subject["brief"], number=number, person=person, delivery=f"event:{body['event_id']}"
        )
    except Remedy:
        return  # a number that the grid never had, or somebody who could not have approved
    if too_late:
        await context.whisper(channel, user, too_late)


def _number(event: dict[str, Any]) -> int | None:
    """Which cell an emoji means, from 1; None for any other emoji or for something that is no message."""
    name = str(event.get("reaction", "")).partition("::")[0]
    if event.get("item", {}).get("type") != "message" or name not in NUMBER_EMOJI:
        return None
    return NUMBER_EMOJI.index(name) + 1


def _wish(event: dict[str, Any]) -> str | None:
    """What another emoji on a grid asks for; None for most of them."""
    if event.get("item", {}).get("type") != "message":
        return None
    return EMOJI.get(str(event.get("reaction", "")).partition("::")[0])


async def _explain(context: Context, subject: sqlite3.Row | None, channel: str, ts: str, user: str) -> None:
    """A number on something else than a grid: say once a day to that person why nothing happens.

    Numbers under other people's messages are mostly votes, so one quiet hint must do.
    """
    today = clock.now().date().isoformat()
    key = f"hint:{channel}:{user}:{today}" if subject is None else f"hint:{channel}:{ts}:{user}"
    if not await context.desk.database.write(lambda tx: records.first_time(tx, key, clock.now())):
        return
    await context.whisper(
        channel,
        user,
        "That message isn't one of my grids, so your number renders nothing and costs nothing."
        " React on a grid that I posted, or start one with `/draft a red sneaker on a teal background`.",
    )
