"""Says once per brief that it drags on, measured on what happened, and does what the buttons under it ask."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot import clock
from bot.briefs import table as briefs_table
from bot.briefs.keys import brief_key
from bot.briefs.model import Person, UserError, Version
from bot.briefs.services import Services
from bot.channel import table as channel_table
from bot.draft.warnings import straight_micro
from bot.nudge import messages as nudge_messages
from bot.nudge import table as nudge_table
from bot.nudge.table import Chain, Criterion
from bot.pictures import sheets
from bot.slack import outbox_table, seen_table
from bot.slack.outbox_table import Subject
from bot.store import Transaction, pictures
from bot.texts import say

#: How far two looks overlap: what was committed as the first one looked is seen by the second.
OVERLAP = timedelta(minutes=1)
#: Pictures shown again.
NEAREST = 4


async def stop(services: Services, root: str, *, person: Person) -> None:
    """Call it a day: nothing more is said of the brief. Raises UserError when that was done before."""
    at = clock.now()

    def work(tx: Transaction) -> None:
        chain = next(iter(nudge_table.chains(tx, [root])), None)
        if chain is None or not nudge_table.say(tx, root, "stopped", at):
            raise UserError(say("exit-stopped-already"))
        brief = briefs_table.brief(tx, chain.newest)
        outbox_table.queue_post(
            tx,
            key=f"exit:{root}:stopped",
            channel=chain.channel,
            thread=brief_key(brief.id),
            message=nudge_messages.stopped(
                brief, chain, person=person.id, currency=services.settings.currency
            ),
            subject=Subject(role="notice", brief=brief.id),
            at=at,
        )

    await services.database.write(work)


async def ask_for_help(services: Services, brief_id: str, *, person: Person, link: str) -> None:
    """Ask the channel to look at a brief; once per person. Raises UserError for a second time."""
    at = clock.now()

    def work(tx: Transaction) -> None:
        key = f"help:{brief_id}:{person.id}"
        if not seen_table.first_time(tx, key, at):
            raise UserError(say("exit-asked-already"))
        brief = briefs_table.brief(tx, brief_id)
        outbox_table.queue_post(
            tx,
            key=key,
            channel=brief.channel,
            message=nudge_messages.help_wanted(brief, person=person.id, link=link),
            subject=Subject(role="notice", brief=brief.id),
            at=at,
        )

    await services.database.write(work)


@dataclass(frozen=True, kw_only=True)
class Exits:
    """The use cases around the exit criteria."""

    services: Services
    #: When it was looked last: from then on only what happened since is looked at.
    _looked: list[datetime] = field(default_factory=list)

    async def look(self) -> None:
        """Say what is to be said of any brief; each thing exactly once, however often and whenever this runs."""
        at = clock.now()

        def stirred(tx: Transaction) -> list[str]:
            if not self._looked:
                return nudge_table.lately(tx, at)
            channels = channel_table.known(tx)
            minutes = {one: channel_table.policy_of(tx, one).exits.minutes for one in channels}
            since = min(self._looked[0], at) - OVERLAP
            return nudge_table.stirred(tx, since, at, {one: most for one, most in minutes.items() if most})

        def find(tx: Transaction) -> list[tuple[Chain, Criterion]]:
            return [
                (chain, kind)
                for chain in nudge_table.chains(tx, stirred(tx))
                for kind in nudge_table.reached(chain, channel_table.policy_of(tx, chain.channel).exits, at)
            ]

        for chain, kind in await self.services.database.read(find):
            await self._say(chain, kind)
        self._looked[:] = [at]

    async def _say(self, chain: Chain, kind: Criterion) -> None:
        def find(tx: Transaction) -> list[Version]:
            found = nudge_table.nearest(tx, chain.newest, chain.root, NEAREST)
            return [briefs_table.version(tx, one) for one in found]

        shown = await self.services.database.read(find)
        cells = [await self._read(one) for one in shown]
        sheet_png = await asyncio.to_thread(sheets.contact_sheet, cells)
        sheet = await asyncio.to_thread(self.services.picture_store.keep, sheet_png)
        at, settings = clock.now(), self.services.settings

        def work(tx: Transaction) -> None:
            if not nudge_table.say(tx, chain.root, kind, at):
                return
            pictures.record(tx, sheet, at)
            brief = briefs_table.brief(tx, chain.newest)
            outbox_table.queue_post(
                tx,
                key=f"exit:{chain.root}:{kind}",
                channel=chain.channel,
                thread=brief_key(brief.id),
                message=nudge_messages.enough(
                    kind,
                    chain,
                    channel_table.policy_of(tx, chain.channel).exits,
                    brief,
                    shown=shown,
                    sheet=sheet.sha256,
                    straight_micro=straight_micro(brief, self.services.prices, settings),
                    currency=settings.currency,
                ),
                subject=Subject(role="notice", brief=brief.id),
                at=at,
            )

        await self.services.database.write(work)

    async def _read(self, version: Version) -> bytes:
        picture = await self.services.database.read(lambda tx: pictures.find(tx, version.picture))
        return await asyncio.to_thread(self.services.picture_store.read, picture)
