"""Finding pictures again: a person's newest briefs, and a grid posted anew."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from bot import clock
from bot.briefs import table as briefs_table
from bot.briefs.keys import brief_key
from bot.briefs.model import Channel, Found, UserError
from bot.briefs.services import Services
from bot.draft import messages as draft_messages
from bot.home import table as home_table
from bot.slack import outbox_table
from bot.store import Transaction
from bot.texts import say

#: Briefs in one list.
LISTED = 10
#: Pro renders and fixes that a grid shown again leads to: the newest ones.
LANDMARKS = 8


async def mine(services: Services, person: str) -> list[Found]:
    """A person's newest briefs, newest first."""

    def look(tx: Transaction) -> list[Found]:
        return [home_table.found(tx, brief) for brief in briefs_table.recent_briefs(tx, person, LISTED)]

    return await services.database.read(look)


async def show(
    services: Services,
    brief_id: str,
    *,
    channel: Channel,
    event_id: str,
    permalink: Callable[[str, str], Awaitable[str]],
) -> None:
    """Post a finished grid anew, as it was last shown, with what is left now and links to what was made of it.

    `permalink(channel, ts)` is a message's address, or nothing. Raises UserError where there is none to show.
    """
    key, at = f"show:{event_id}", clock.now()
    places = await services.database.read(partial(_places, brief_id=brief_id, channel=channel))
    links = await asyncio.gather(*(permalink(channel.id, ts) for _, _, ts in places))
    landmarks = [
        draft_messages.Landmark(role=role, number=number, link=link)
        for (role, number, _), link in zip(places, links, strict=True)
        if link
    ]

    def work(tx: Transaction) -> None:
        shown = outbox_table.shown(tx, brief_key(brief_id))
        if shown is None:
            raise UserError(say("grid-unfinished"))
        message, subject = shown
        blocks = [*message.blocks, draft_messages.shown_again(landmarks)]
        outbox_table.queue_post(
            tx,
            key=key,
            channel=channel.id,
            message=replace(message, blocks=blocks),
            subject=subject,
            at=at,
        )
        for name in outbox_table.reactions(tx, brief_key(brief_id)):
            outbox_table.queue_reaction(tx, key=f"{key}:{name}", target=key, name=name, at=at)

    await services.database.write(work)


def _places(tx: Transaction, brief_id: str, channel: Channel) -> list[tuple[str, int, str]]:
    """A brief's first message, and those of its newest renders and fixes: role, number, time stamp. Raises UserError."""
    try:
        brief = briefs_table.brief(tx, brief_id)
    except KeyError:
        raise UserError(say("brief-unknown", brief=brief_id)) from None
    if brief.channel != channel.id:
        raise UserError(say("brief-elsewhere", brief=brief_id, channel=brief.channel))
    if not briefs_table.cells(tx, brief_id):
        raise UserError(
            say("brief-without-pictures", brief=brief_id, state=home_table.found(tx, brief).state)
        )
    first = outbox_table.sent_ts(tx, brief_key(brief_id))
    places = home_table.landmarks(tx, brief_id, LANDMARKS)
    return [("grid", 0, first), *places] if first else places
