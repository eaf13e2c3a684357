"""Reference pictures: from a link, a brief's name or an upload to a kept picture that drafts start from.

Nothing here costs anything; what cannot be had is a sentence before any brief is opened.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot import clock
from bot.briefs import table as briefs_table
from bot.briefs.model import BriefRequest, Channel, Person, Reference, Use, UserError, Version
from bot.briefs.services import Services
from bot.briefs.sizes import shape_of
from bot.briefs.table import cell_of
from bot.draft.like import STRENGTHS, BriefPicture, parse_like
from bot.draft.vary import name_of
from bot.pictures import opening
from bot.slack import linked, outbox_table
from bot.slack.context import Context
from bot.slack.files import download
from bot.slack.linked import LinkedMessage
from bot.slack.people import Directory
from bot.store import Picture, Transaction, pictures
from bot.texts import say

#: Smallest side of a picture that a draft can start from, in pixels.
LEAST_SIDE_PX = 16


@dataclass(frozen=True, kw_only=True)
class References:
    """Finds, checks and keeps the pictures that drafts start from."""

    services: Services
    directory: Directory
    client: AsyncWebClient
    bot_token: str

    async def resolved(
        self,
        request: BriefRequest,
        *,
        person: Person,
        channel: Channel,
        file: dict[str, Any] | None = None,
        version: int | None = None,
    ) -> BriefRequest:
        """The request with what it is drawn from: an attached file, a picture of ours, or what `--like` names.

        Raises UserError.
        """
        if file is not None:
            picture, name = await self._attached(file)
        elif version is not None:
            of_ours = await self.services.database.read(lambda tx: briefs_table.version(tx, version))
            picture, name = await self._ours(of_ours, person, channel)
        elif request.like:
            picture, name = await self._liked(request.like, person, channel)
        else:
            return request
        percent = request.strength_percent or STRENGTHS[Use.LIKE]
        shape = request.aspect if request.shaped else shape_of(picture.width, picture.height)
        return replace(
            request,
            like="",
            aspect=shape,
            shaped=True,
            reference=Reference(sha256=picture.sha256, name=name, strength_percent=percent),
        )

    async def attached(self, file: dict[str, Any], *, side: int | None = None) -> tuple[Picture, str]:
        """An uploaded file, kept, and its name. Raises UserError when it is no picture, too large, or not to be had.

        With `side` a photo that is too large to work on comes scaled down to that longer side, in pixels.
        Where the file is to be `only_of` somebody, another's is not to be had: whoever sends a form writes its ids.
        """
        known = await linked.full_file(self.client, file)
        if "only_of" in file and known.get("user") != file["only_of"]:
            raise UserError(say("shown-file-hidden"))
        linked.check_picture(known)
        url = known.get("url_private_download") or known.get("url_private") or ""
        picture = await self.keep(await download(self.client, url, token=self.bot_token), side=side)
        return picture, str(known.get("name") or known.get("title") or say("reference-unnamed"))

    async def _attached(self, file: dict[str, Any]) -> tuple[Picture, str]:
        try:
            return await self.attached(file, side=opening.LOOKED_AT_SIDE)
        except UserError as error:
            raise UserError(error.sentence, "reference") from error

    async def keep(self, data: bytes, *, side: int | None = None) -> Picture:
        """A picture as `opening.kept` has it. Raises UserError for what cannot be opened."""
        data = await asyncio.to_thread(opening.kept, data, side=side)
        picture = await asyncio.to_thread(self.services.picture_store.keep, data)
        if min(picture.width, picture.height) < LEAST_SIDE_PX:
            raise UserError(
                say(
                    "reference-too-small",
                    width=picture.width,
                    height=picture.height,
                    least=LEAST_SIDE_PX,
                )
            )
        await self.services.database.write(lambda tx: pictures.record(tx, picture, clock.now()))
        return picture

    async def _liked(self, text: str, person: Person, channel: Channel) -> tuple[Picture, str]:
        match parse_like(text):
            case BriefPicture() as named:
                version = await self.services.database.read(lambda tx: _of_brief(tx, named))
                return await self._ours(version, person, channel)
            case LinkedMessage() as link:
                return await self._linked(link, person, channel)

    async def _ours(self, version: Version, person: Person, channel: Channel) -> tuple[Picture, str]:
        def find(tx: Transaction) -> tuple[str, Picture]:
            return briefs_table.brief(tx, version.brief).channel, pictures.find(tx, version.picture)

        place, picture = await self.services.database.read(find)
        await self._check_may_see(place, person, channel)
        return picture, name_of(version)

    async def _linked(self, link: LinkedMessage, person: Person, channel: Channel) -> tuple[Picture, str]:
        await self._check_may_see(link.channel, person, channel)
        ours = await self.services.database.read(lambda tx: _of_message(tx, link))
        if ours is not None:
            return await self._ours(ours, person, channel)
        message = await linked.message_at(self.client, link)
        files = linked.pictures_in(message)
        if not files:
            raise UserError(say("reference-no-picture"), "like")
        if len(files) > 1:
            raise UserError(say("reference-several", count=len(files)), "like")
        return await self.attached(files[0], side=opening.LOOKED_AT_SIDE)

    async def _check_may_see(self, place: str, person: Person, channel: Channel) -> None:
        """A picture may be used by those who can see it: its channel is this one, public, or theirs too."""
        if place != channel.id and not await linked.may_see(self.client, place, person.id):
            raise UserError(say("reference-hidden"), "like")


def _of_brief(tx: Transaction, named: BriefPicture) -> Version:
    """The version that `red-apple-2/2` names. Raises UserError."""
    try:
        briefs_table.brief(tx, named.brief)
    except KeyError:
        raise UserError(say("brief-unknown", brief=named.brief), "like") from None
    if named.number is not None:
        return cell_of(tx, briefs_table.brief(tx, named.brief), named.number)
    drawn = briefs_table.cells(tx, named.brief)
    newest = briefs_table.current_version(tx, named.brief) or (drawn[0] if len(drawn) == 1 else None)
    if newest is None:
        raise UserError(
            say("reference-which", brief=named.brief, count=len(drawn))
            if drawn
            else say("reference-none-yet", brief=named.brief),
            "like",
        )
    return newest


def _of_message(tx: Transaction, link: LinkedMessage) -> Version | None:
    """The picture that one of our messages shows; None for other people's. Raises UserError where it shows none."""
    subject = outbox_table.message_subject(tx, channel=link.channel, ts=link.ts)
    if subject is None:
        return None
    if subject["version"] is not None:
        return briefs_table.version(tx, subject["version"])
    if subject["role"] != "grid" or subject["brief"] is None:
        raise UserError(say("reference-no-picture-of-mine"), "like")
    return _of_brief(tx, BriefPicture(brief=subject["brief"], number=_only(tx, subject["brief"])))


def _only(tx: Transaction, brief: str) -> int | None:
    """1 where the grid has one picture; a grid of several has to be asked for by number."""
    drawn = briefs_table.cells(tx, brief)
    if len(drawn) > 1:
        raise UserError(say("reference-which-cell", brief=brief, count=len(drawn)), "like")
    return 1 if drawn else None


def references(context: Context) -> References:
    """Where drafts get the pictures that they start from."""
    return References(
        services=context.services,
        directory=context.directory,
        client=context.client,
        bot_token=context.bot_token,
    )
