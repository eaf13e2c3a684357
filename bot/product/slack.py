"""`@Draftroom backgrounds` with a product's picture, and the buttons that start what it would cost."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.briefs.model import UserError
from bot.editor import slack as editor_slack
from bot.product import messages as product_messages
from bot.product.actions import Backgrounds
from bot.product.paint import Painting
from bot.product.request import Backdrops, read_csv, spread
from bot.slack.context import Context
from bot.slack.files import fetch
from bot.texts import say


async def mentioned(asked: Backdrops, event: dict[str, Any], context: Context) -> None:
    """A mention with a product's picture, a mask beside it, a CSV file, or prompts alone. Raises UserError."""
    person = await context.directory.actor(event["user"])
    channel = await context.directory.channel(event["channel"])
    event_id, prompts = f"backgrounds:{channel.id}:{event['ts']}", asked.prompts
    files = event.get("files") or []
    tables = [file for file in files if str(file.get("name", "")).lower().endswith((".csv", ".tsv", ".txt"))]
    shown = [file for file in files if file not in tables]
    if len(tables) > 1 or len(shown) > 2:
        raise UserError(say("backdrops-attach"))
    if tables:
        prompts = spread(
            [*prompts, *read_csv(await fetch(context.client, tables[0], token=context.bot_token))]
        )
    use = Backgrounds(services=context.services)
    if not shown:
        await use.order(prompts, channel=channel, person=person, event_id=event_id)
        return
    await use.cut(
        await fetch(context.client, shown[0], token=context.bot_token),
        name=str(shown[0].get("title") or shown[0].get("name") or say("product-unnamed"))[:80],
        mask=await fetch(context.client, shown[1], token=context.bot_token) if len(shown) == 2 else None,
        prompts=prompts,
        channel=channel,
        person=person,
        event_id=event_id,
    )


def register(app: AsyncApp, context: Context) -> None:
    """Listen to the buttons."""

    @app.action(product_messages.START)
    async def start(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await _decide(int(action["value"]), True, body, context)
        await ack()

    @app.action(product_messages.DROP)
    async def drop(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await _decide(int(action["value"]), False, body, context)
        await ack()

    @app.action(product_messages.PAINT)
    async def paint(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        channel, user = body["channel"]["id"], body["user"]["id"]
        try:
            await _paint(action["value"], channel, user, context)
        except UserError as error:
            await context.whisper(channel, user, error.sentence)


async def _paint(what: str, channel: str, user: str, context: Context) -> None:
    """The person's link to the editor, in which they paint the product. Raises UserError."""
    person = await context.directory.actor(user)
    version = await Painting(services=context.services).begin(
        what, person=person, channel=await context.directory.channel(channel)
    )
    await editor_slack.give_link(context, version, person=person, channel=channel, thread=None, product=what)


async def _decide(number: int, start: bool, body: dict[str, Any], context: Context) -> None:
    channel, user = body["channel"]["id"], body["user"]["id"]
    try:
        person = await context.directory.actor(user)
        await Backgrounds(services=context.services).decide(number, start=start, person=person)
    except UserError as error:
        await context.whisper(channel, user, error.sentence)
