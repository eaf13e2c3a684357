"""Marked pictures: understands a drawn-over copy, shows what was understood, and fixes it once somebody says so."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from bot import clock, ledger
from bot.briefs import table as briefs_table
from bot.briefs.keys import brief_key
from bot.briefs.model import Tier, UserError, Version
from bot.briefs.services import Services
from bot.draft import colours
from bot.fix import actions as fix_actions
from bot.fix import messages as fix_messages
from bot.fix import table as fix_table
from bot.fix.order import FixOrder, painted_part
from bot.marking import refused
from bot.pictures import markup, masks, opening, sheets
from bot.pictures.turns import in_turn
from bot.slack import outbox_table
from bot.slack.blocks import Message
from bot.slack.outbox_table import Subject
from bot.store import Picture, Transaction, pictures
from bot.texts import say

#: How many of a thread's pictures a copy is compared with, the newest first.
COMPARED_LIMIT = 6
#: Marks that differ by no more than this are the same: a factor, and a share of the picture.
EQUAL_FACTOR = 1.04
EQUAL_SHARE = 0.002


@dataclass(frozen=True, kw_only=True)
class Markups:
    """The use cases of marked pictures."""

    services: Services

    async def understand(
        self, upload: bytes, *, brief: str, person: str, instruction: str, event_id: str
    ) -> None:
        """Post what was understood of a drawn-over copy, with a button that confirms it. Spends nothing.

        Raises UserError when it is no copy of any picture in the thread, or nothing is drawn on it.
        """
        await self._check(instruction, brief=brief, person=person)
        candidates = await self.services.database.read(lambda tx: _candidates(tx, brief))
        if not candidates:
            raise UserError(say("markup-no-picture"))
        version, picture, found = await in_turn(self._read, candidates, upload)
        mask = await in_turn(lambda: self._keep(masks.to_png(found.mask)))
        shown = await in_turn(
            lambda: self._keep(
                sheets.mask_overlay(self.services.picture_store.read(picture), masks.to_png(found.mask))
            )
        )
        at = clock.now()

        def work(tx: Transaction) -> None:
            if fix_table.markup_by_event(tx, event_id):
                return
            for one in (mask, shown):
                pictures.record(tx, one, at)
            made = fix_table.Markup(
                id=secrets.token_hex(5),
                brief=brief,
                version=version.id,
                mask=mask.sha256,
                person=person,
                instruction=instruction,
                state="waiting",
            )
            fix_table.add_markup(tx, made, event_id=event_id, at=at)
            channel = briefs_table.brief(tx, brief).channel
            outbox_table.queue_post(
                tx,
                key=f"markup:{made.id}",
                channel=channel,
                thread=brief_key(brief),
                message=fix_messages.understood(
                    made,
                    shown=shown.sha256,
                    share=found.share,
                    estimate_micro=self.services.prices.estimate(
                        Tier.FIX, int(colours.read(instruction) is None), picture.width, picture.height
                    ),
                    state=ledger.budget_of(tx, channel, at, self.services.rule),
                ),
                subject=Subject(role="notice", brief=brief, version=version.id),
                at=at,
            )

        await self.services.database.write(work)

    async def confirm(self, markup_id: str, *, person: str, instruction: str = "") -> None:
        """Fix what was understood. Raises UserError when that was done before, or nothing says what to do."""
        marked = await self.find(markup_id)
        await self._check(instruction or marked.instruction, brief=marked.brief, person=person)
        at = clock.now()

        def work(tx: Transaction) -> None:
            marked = _waiting(tx, markup_id)
            said = instruction or marked.instruction
            if not said:
                raise UserError(say("markup-say-what"))
            version = briefs_table.version(tx, marked.version)
            picture = pictures.find(tx, version.picture)
            fix_table.end_markup(tx, markup_id, "confirmed", said)
            order = FixOrder(
                target=version,
                parts=(painted_part(said, region=say("editor-region-marked"), mask=marked.mask),),
                mask=marked.mask,
                width=picture.width,
                height=picture.height,
            )
            fix_actions.queue_fix(self.services, tx, order, person=person, key=f"markup:{markup_id}", at=at)
            self._end(tx, marked, fix_messages.confirmed(said, person=person))

        await self.services.database.write(work)

    async def drop(self, markup_id: str, *, person: str) -> None:
        """Forget what was understood. Raises UserError when it was confirmed or dropped before."""

        def work(tx: Transaction) -> None:
            marked = _waiting(tx, markup_id)
            fix_table.end_markup(tx, markup_id, "dropped", marked.instruction)
            self._end(tx, marked, fix_messages.dropped(person=person))

        await self.services.database.write(work)

    async def find(self, markup_id: str) -> fix_table.Markup:
        """A marked picture that waits for a word. Raises UserError."""
        return await self.services.database.read(lambda tx: _waiting(tx, markup_id))

    async def _check(self, instruction: str, *, brief: str, person: str) -> None:
        """Raise UserError where the operator refuses these words."""
        place = await self.services.database.read(lambda tx: briefs_table.brief(tx, brief).channel)
        await refused.check(self.services, [instruction], channel=place, person=person)

    def _end(self, tx: Transaction, marked: fix_table.Markup, message: Message) -> None:
        outbox_table.queue_update(
            tx,
            key=f"markup:{marked.id}:ended",
            target=f"markup:{marked.id}",
            message=message,
            subject=Subject(role="notice", brief=marked.brief, version=marked.version),
            at=clock.now(),
        )

    def _read(
        self, candidates: list[tuple[Version, Picture]], upload: bytes
    ) -> tuple[Version, Picture, markup.Markup]:
        """The picture that the copy differs least from, and what is drawn on it."""
        read: list[tuple[Version, Picture, markup.Markup]] = []
        refusal = UserError(say("markup-nothing-to-compare"))
        for version, picture in candidates:
            original = opening.open_picture(self.services.picture_store.read(picture))
            try:
                found = markup.read(original, upload)
            except markup.NothingDrawn:
                # An untouched copy of this one: nothing can differ less.
                raise
            except UserError as error:
                refusal = error
                continue
            read.append((version, picture, found))
        if not read:
            raise refusal
        # Versions that differ only under the marks fit equally well: then the one that comes first counts.
        least = min(found.share for *_, found in read)
        return next(one for one in read if one[2].share <= least * EQUAL_FACTOR + EQUAL_SHARE)

    def _keep(self, png: bytes) -> Picture:
        return self.services.picture_store.keep(png)


def _candidates(tx: Transaction, brief: str) -> list[tuple[Version, Picture]]:
    """The thread's pictures: what it goes on from, then the newest."""
    current = briefs_table.current_version(tx, brief)
    rest = [
        version
        for version in reversed(briefs_table.versions(tx, brief))
        if current is None or version.id != current.id
    ]
    chosen = ([current] if current else []) + rest
    return [(version, pictures.find(tx, version.picture)) for version in chosen[:COMPARED_LIMIT]]


def _waiting(tx: Transaction, markup_id: str) -> fix_table.Markup:
    found = fix_table.markup(tx, markup_id)
    if found is None or found.state != "waiting":
        raise UserError(say("markup-dealt-with"))
    return found
