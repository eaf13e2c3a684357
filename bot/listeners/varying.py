"""🎨 by choice, button and emoji: a new grid near one picture."""

from __future__ import annotations

import re
import sqlite3
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.listeners.context import Context
from bot.second_thoughts import SecondThoughts
from bot.slack import varying
from bot.studio.model import Remedy, Use
from bot.varying import Variations, use_of


def register(app: AsyncApp, context: Context) -> None:
    """Listen to the choice and the buttons; the reaction comes through `reactions`."""

    @app.action(varying.CHOOSE_ACTION)
    async def chosen(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        option = action.get("selected_option") or {}
        if option:
            await _vary_cell(context, body, str(option["value"]))
        await ack()

    @app.action(re.compile(rf"^{varying.CELL_ACTION}_[a-z]+_[1-9]$"))
    async def pressed(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await _vary_cell(context, body, str(action["value"]))
        await ack()

    @app.action(re.compile(rf"^{varying.VERSION_ACTION}_[a-z]+$"))
    async def pressed_under_picture(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await vary_version(
            context,
            int(action["value"]),
            use_of(str(action["action_id"]).rpartition("_")[2]),
            channel=body["channel"]["id"],
            user=body["user"]["id"],
            delivery=f"button:{body['trigger_id']}",
            thread_ts=(body.get("message") or {}).get("thread_ts"),
        )
        await ack()


async def by_emoji(subject: sqlite3.Row, *, channel: str, user: str, delivery: str, context: Context) -> None:
    """🎨 on one of our messages: varies the picture that it shows, or asks which of several."""
    if subject["role"] in ("pro", "fix") and subject["version"] is not None:
        await vary_version(
            context, subject["version"], Use.SUBTLE, channel=channel, user=user, delivery=delivery
        )
        return
    if subject["role"] != "grid" or subject["brief"] is None:
        return
    variations = Variations(desk=context.desk)
    cells = await variations.cells(subject["brief"])
    if cells > 1:
        brief = await SecondThoughts(desk=context.desk).brief(subject["brief"])
        question = varying.which_one(brief, cells)
        await context.client.chat_postEphemeral(
            channel=channel, user=user, text=question.text, blocks=list(question.blocks)
        )
        return
    try:
        person, place = await context.directory.actor(user), await context.directory.channel(channel)
        await variations.of_cell(
            subject["brief"], 1, Use.SUBTLE, person=person, channel=place, delivery=delivery
        )
    except Remedy as error:
        await context.whisper(channel, user, str(error.args[0]))


async def vary_version(
    context: Context,
    version: int,
    use: Use,
    *,
    channel: str,
    user: str,
    delivery: str,
    thread_ts: str | None = None,
) -> None:
    """Vary a picture of ours; what cannot be done is told to that person."""
    try:
        person, place = await context.directory.actor(user), await context.directory.channel(channel)
        await Variations(desk=context.desk).of_version(
            version, use, person=person, channel=place, delivery=delivery
        )
    except Remedy as error:
        await context.whisper(channel, user, str(error.args[0]), thread_ts)


async def _vary_cell(context: Context, body: dict[str, Any], value: str) -> None:
    brief, number, use = value.split("/")
    channel, user = body["channel"]["id"], body["user"]["id"]
    try:
        person, place = await context.directory.actor(user), await context.directory.channel(channel)
        await Variations(desk=context.desk).of_cell(
            brief,
            int(number),
            use_of(use),
            person=person,
            channel=place,
            delivery=f"button:{body['trigger_id']}",
        )
    except Remedy as error:
        await context.whisper(channel, user, str(error.args[0]))
