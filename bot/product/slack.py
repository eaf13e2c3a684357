"""`@Draftroom backgrounds` with a product's picture, and the button that leads to painting it."""

from __future__ import annotations

from typing import Any

from bot.briefs.model import UserError
from bot.editor import slack as editor_slack
from bot.product import actions, paint
from bot.product.request import Backdrops, read_csv, spread
from bot.slack.context import Context
from bot.slack.files import fetch
from bot.slack.incoming import Answer, Click, Command
from bot.texts import say


async def mentioned(backdrops: Backdrops, event: dict[str, Any], context: Context) -> None:
    """A mention with a product's picture, a mask beside it, a CSV file, or prompts alone. Raises UserError."""
    person = await context.colleague_in(event["channel"], event["user"])
    channel = await context.directory.channel(event["channel"])
    event_id, prompts = f"backgrounds:{channel.id}:{event['ts']}", backdrops.prompts
    files = event.get("files") or []
    tables = [file for file in files if str(file.get("name", "")).lower().endswith((".csv", ".tsv", ".txt"))]
    shown = [file for file in files if file not in tables]
    if len(tables) > 1 or len(shown) > 2:
        raise UserError(say("backdrops-attach"))
    if tables:
        prompts = spread(
            [*prompts, *read_csv(await fetch(context.client, tables[0], token=context.bot_token))]
        )
    if not shown:
        await actions.order(
            context.services,
            prompts,
            shadow=backdrops.shadow,
            channel=channel,
            person=person,
            event_id=event_id,
        )
        return
    await actions.cut(
        context.services,
        await fetch(context.client, shown[0], token=context.bot_token),
        name=str(shown[0].get("title") or shown[0].get("name") or say("product-unnamed"))[:80],
        mask=await fetch(context.client, shown[1], token=context.bot_token) if len(shown) == 2 else None,
        prompts=prompts,
        shadow=bool(backdrops.shadow),
        channel=channel,
        person=person,
        event_id=event_id,
    )


async def answer(request: Backdrops, command: Command, context: Context) -> Answer:
    """`/draft backgrounds` with prompts, for the product that the person has. Raises UserError."""
    person, channel = await context.who_and_where(command)
    await actions.order(
        context.services,
        request.prompts,
        shadow=request.shadow,
        channel=channel,
        person=person,
        event_id=command.event_id,
    )
    return None


async def begin_painting(click: Click, context: Context) -> None:
    """The person's link to the editor, in which they paint the product. Raises UserError."""
    person, channel = await context.who_and_where(click)
    version = await paint.begin(context.services, click.value, person=person, channel=channel)
    await editor_slack.give_link(
        context, version, person=person, channel=channel.id, thread=None, product=click.value
    )
