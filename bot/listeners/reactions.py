"""The table of emoji: each finds the step that answers it. Reactions come and go; Bolt drops the bot's own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, Final
from weakref import WeakValueDictionary

from slack_bolt.async_app import AsyncApp

from bot import clock
from bot.approve import slack as approve_slack
from bot.briefs.emoji import NUMBER_EMOJI
from bot.briefs.model import UserError
from bot.draft import slack as draft_slack
from bot.editor import slack as editor_slack
from bot.slack import outbox_table, seen_table
from bot.slack.context import Context
from bot.slack.incoming import Reaction

Handler = Callable[[Reaction, Context], Awaitable[None]]

#: Any other emoji: it may be the one with which a channel approves.
ANY: Final = "*"
#: Who answers an emoji on one of the bot's messages. Slack has older and newer names for some.
ADDED: Final[Mapping[str, Handler]] = {
    **dict.fromkeys(NUMBER_EMOJI, approve_slack.by_emoji),
    "repeat": draft_slack.again_by_emoji,
    "arrows_counterclockwise": draft_slack.again_by_emoji,
    "pencil2": draft_slack.change_by_emoji,
    "pencil": draft_slack.change_by_emoji,
    "octagonal_sign": draft_slack.stop_by_emoji,
    "black_square_for_stop": draft_slack.stop_by_emoji,
    "wastebasket": draft_slack.remove_by_emoji,
    "art": draft_slack.vary_by_emoji,
    "leftwards_arrow_with_hook": editor_slack.back_by_emoji,
    ANY: approve_slack.by_emoji,
}
#: The same for one that is taken away.
REMOVED: Final[Mapping[str, Handler]] = {ANY: approve_slack.emoji_gone}


def register(app: AsyncApp, context: Context) -> None:
    """Listen to reactions coming and going: in order per message and person, and nothing that is out of date."""
    turns: WeakValueDictionary[tuple[str, ...], asyncio.Lock] = WeakValueDictionary()

    async def in_order(event: dict[str, Any], body: dict[str, Any], table: Mapping[str, Handler]) -> None:
        reaction = await read(event, body, context)
        if reaction is None:
            return
        of = reaction.channel, reaction.ts, reaction.user
        async with turns.setdefault(of, asyncio.Lock()):
            name, event_ts = str(event.get("reaction")), str(event.get("event_ts") or "")
            if await context.services.database.write(
                lambda tx: seen_table.is_newest(tx, of, name, event_ts, clock.now())
            ):
                work = table.get(reaction.emoji, table[ANY])(reaction, context)
                if table is ADDED:
                    await context.explained(work, reaction)
                else:
                    # Who takes away what did nothing is told nothing.
                    with suppress(UserError):
                        await work

    @app.event("reaction_added")
    async def added(event: dict[str, Any], body: dict[str, Any]) -> None:
        await in_order(event, body, ADDED)

    @app.event("reaction_removed")
    async def removed(event: dict[str, Any], body: dict[str, Any]) -> None:
        await in_order(event, body, REMOVED)


async def read(event: dict[str, Any], body: dict[str, Any], context: Context) -> Reaction | None:
    """The reaction that an event tells of; None where it is on no message."""
    if event.get("item", {}).get("type") != "message":
        return None
    channel, ts = event["item"]["channel"], event["item"]["ts"]
    return Reaction(
        emoji=str(event.get("reaction", "")).partition("::")[0],
        channel=channel,
        ts=ts,
        user=event["user"],
        event_id=f"event:{body['event_id']}",
        subject=await context.services.database.read(
            lambda tx: outbox_table.message_subject(tx, channel=channel, ts=ts)
        ),
    )
