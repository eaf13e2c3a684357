"""Finding pictures again: a person's newest briefs, and a grid posted anew."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial

from bot import clock
from bot.batch import sheet as batch_sheet
from bot.batch import table as batch_table
from bot.briefs import table as briefs_table
from bot.briefs.keys import brief_key
from bot.briefs.model import Channel, Found, UserError
from bot.briefs.services import Services
from bot.draft import messages as draft_messages
from bot.home import table as home_table
from bot.pictures import sheets
from bot.slack import outbox_table
from bot.slack.blocks import Attachment, Message
from bot.store import Picture, Transaction, pictures
from bot.store.pictures import PictureGone
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
    renewed = await _renewed(services, brief_id)
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
        for picture in renewed.values():
            pictures.record(tx, picture, at)
        message = _with(message, {old: new.sha256 for old, new in renewed.items()})
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


async def _renewed(services: Services, brief_id: str) -> dict[str, Picture]:
    """Instead of a sheet that is kept no longer, by its hash: the same made again. Raises UserError where it can't be."""

    def look(tx: Transaction) -> tuple[list[Picture], list[Picture], bool]:
        shown = outbox_table.shown(tx, brief_key(brief_id))
        cells = (
            [pictures.find(tx, cell.picture) for cell in briefs_table.cells(tx, brief_id)] if shown else []
        )
        held = [pictures.find(tx, one.sha256) for one in _attachments(shown[0])] if shown else []
        return held, cells, batch_table.of_brief(tx, brief_id) is not None

    store = services.picture_store
    held, cells, is_series = await services.database.read(look)
    gone = [one for one in held if one not in cells and not await asyncio.to_thread(store.path(one).exists)]
    if not gone:
        return {}
    try:
        if is_series:
            sheet = await batch_sheet.drawn_again(services, brief_id)
        else:
            pngs = [await asyncio.to_thread(store.read, cell) for cell in cells]
            sheet = await asyncio.to_thread(sheets.contact_sheet, pngs)
    except PictureGone:
        raise UserError(say("picture-gone")) from None
    return dict.fromkeys((one.sha256 for one in gone), await asyncio.to_thread(store.keep, sheet))


def _attachments(message: Message) -> list[Attachment]:
    """The pictures that a message shows, in its classic form, too."""
    return [*message.attachments, *(_attachments(message.classic) if message.classic else ())]


def _with(message: Message, other: Mapping[str, str]) -> Message:
    """The message with other pictures, by their hashes."""
    attachments = [replace(one, sha256=other.get(one.sha256, one.sha256)) for one in message.attachments]
    classic = _with(message.classic, other) if message.classic else None
    return replace(message, attachments=attachments, classic=classic)


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
