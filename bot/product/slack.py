"""`@Draftroom backgrounds` with a product's picture, and the buttons that start what it would cost."""

from __future__ import annotations

from typing import Any

from bot.briefs.model import UserError
from bot.editor import slack as editor_slack
from bot.product.actions import Backgrounds
from bot.product.paint import Painting
from bot.product.request import Backdrops, read_csv, spread
from bot.slack.context import Context
from bot.slack.files import fetch
from bot.slack.incoming import Answer, Click, Command
from bot.texts import say


async def mentioned(asked: Backdrops, event: dict[str, Any], context: Context) -> None:
    """A mention with a product's picture, a mask beside it, a CSV file, or prompts alone. Raises UserError."""
    person = await context.colleague_in(event["channel"], event["user"])
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


async def answer(request: Backdrops, command: Command, context: Context) -> Answer:
    """`/draft backgrounds` with prompts, for the product that the channel has. Raises UserError."""
    person, channel = await context.who_and_where(command)
    await Backgrounds(services=context.services).order(
        request.prompts, channel=channel, person=person, event_id=command.event_id
    )
    return None


async def start(click: Click, context: Context) -> None:
    """Paint what was asked for. Raises UserError."""
    await _decide(click, context, start=True)


async def drop(click: Click, context: Context) -> None:
    """Paint nothing of it. Raises UserError."""
    await _decide(click, context, start=False)


async def _decide(click: Click, context: Context, *, start: bool) -> None:
    person = await context.colleague(click)
    await Backgrounds(services=context.services).decide(int(click.value), start=start, person=person)


async def paint(click: Click, context: Context) -> None:
    """The person's link to the editor, in which they paint the product. Raises UserError."""
    person, channel = await context.who_and_where(click)
    version = await Painting(services=context.services).begin(click.value, person=person, channel=channel)
    await editor_slack.give_link(
        context, version, person=person, channel=channel.id, thread=None, product=click.value
    )
