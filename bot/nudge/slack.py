"""The buttons under “enough is enough”: approve one of the nearest, stop here, ask for help."""

from __future__ import annotations

from slack_sdk.errors import SlackApiError

from bot.approve import actions as approve_actions
from bot.briefs.keys import brief_key
from bot.briefs.model import UserError
from bot.nudge import actions as nudge_actions
from bot.slack import outbox_table
from bot.slack.context import Context
from bot.slack.incoming import Click
from bot.slack.web_api import unless_away
from bot.texts import say


async def approve(click: Click, context: Context) -> None:
    """Render one of the nearest. Raises UserError."""
    brief, _, number = click.value.partition(":")
    new = await approve_actions.approve(
        context.services,
        brief_id=brief,
        number=int(number),
        person=await context.colleague(click),
        event_id=click.event_id,
    )
    if not new:
        raise UserError(say("answer-rendered-there"))


async def stop(click: Click, context: Context) -> None:
    """It is enough. Raises UserError."""
    person = await context.colleague(click)
    await nudge_actions.stop(context.services, click.value, person=person)


async def ask_for_help(click: Click, context: Context) -> None:
    """Ask the channel for another pair of eyes. Raises UserError."""
    person = await context.colleague(click)
    ts = await context.services.database.read(lambda tx: outbox_table.sent_ts(tx, brief_key(click.value)))
    try:
        link = await context.client.chat_getPermalink(channel=click.channel, message_ts=ts or "")
    except SlackApiError as error:
        unless_away(error)
        raise UserError(say("answer-grid-gone")) from error
    await nudge_actions.ask_for_help(
        context.services, click.value, person=person, link=str(link["permalink"])
    )
