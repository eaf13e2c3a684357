"""Says once per brief that it drags on, measured on what happened, and does what the buttons under it ask."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot import clock, sheets
from bot.advising import straight_micro
from bot.desk import Desk, brief_key
from bot.slack import effects, exits
from bot.slack.directory import Person
from bot.slack.effects import Subject
from bot.store import Transaction, pictures
from bot.studio import chains, channel_policy, records
from bot.studio.chains import Chain, Criterion
from bot.studio.model import Remedy, Version
from bot.texts import say

#: Pictures shown again.
NEAREST = 4


@dataclass(frozen=True, kw_only=True)
class Exits:
    """The use cases around the exit criteria."""

    desk: Desk

    async def look(self) -> None:
        """Say what is to be said of any brief; each thing exactly once, however often and whenever this runs."""
        at = clock.now()

        def find(tx: Transaction) -> list[tuple[Chain, Criterion]]:
            return [
                (chain, kind)
                for chain in chains.chains(tx, at)
                for kind in chains.reached(chain, channel_policy.policy_of(tx, chain.channel).exits, at)
            ]

        for chain, kind in await self.desk.database.read(find):
            await self._say(chain, kind)

    async def _say(self, chain: Chain, kind: Criterion) -> None:
        def find(tx: Transaction) -> list[Version]:
            found = chains.nearest(tx, chain.newest, chain.root, NEAREST)
            return [records.version(tx, one) for one in found]

        shown = await self.desk.database.read(find)
        cells = [await self._read(one) for one in shown]
        sheet_png = await asyncio.to_thread(sheets.contact_sheet, cells)
        sheet = await asyncio.to_thread(self.desk.picture_store.keep, sheet_png)
        at, settings = clock.now(), self.desk.settings

        def work(tx: Transaction) -> None:
            if not chains.say(tx, chain.root, kind, at):
                return
            pictures.record(tx, sheet, at)
            brief = records.brief(tx, chain.newest)
            effects.queue_post(
                tx,
                key=f"exit:{chain.root}:{kind}",
                channel=chain.channel,
                thread=brief_key(brief.id),
                message=exits.enough(
                    kind,
                    chain,
                    channel_policy.policy_of(tx, chain.channel).exits,
                    brief,
                    shown=shown,
                    sheet=sheet.sha256,
                    straight_micro=straight_micro(brief, self.desk.purse.prices, settings),
                    currency=settings.currency,
                ),
                subject=Subject(role="notice", brief=brief.id),
                at=at,
            )

        await self.desk.database.write(work)
        self.desk.committed()

    async def stop(self, root: str, *, person: Person) -> None:
        """Call it a day: nothing more is said of the brief. Raises Remedy when that was done before."""
        at = clock.now()

        def work(tx: Transaction) -> None:
            chain = next(iter(chains.chains(tx, at, root)), None)
            if chain is None or not chains.say(tx, root, "stopped", at):
                raise Remedy(say("exit-stopped-already"))
            brief = records.brief(tx, chain.newest)
            effects.queue_post(
                tx,
                key=f"exit:{root}:stopped",
                channel=chain.channel,
                thread=brief_key(brief.id),
                message=exits.stopped(brief, chain, person=person.id, currency=self.desk.settings.currency),
                subject=Subject(role="notice", brief=brief.id),
                at=at,
            )

        await self.desk.database.write(work)
        self.desk.committed()

    async def ask_for_help(self, brief_id: str, *, person: Person, link: str) -> None:
        """Ask the channel to look at a brief; once per person. Raises Remedy for a second time."""
        at = clock.now()

        def work(tx: Transaction) -> None:
            key = f"help:{brief_id}:{person.id}"
            if not records.first_time(tx, key, at):
                raise Remedy(say("exit-asked-already"))
            brief = records.brief(tx, brief_id)
            effects.queue_post(
                tx,
                key=key,
                channel=brief.channel,
                message=exits.help_wanted(brief, person=person.id, link=link),
                subject=Subject(role="notice", brief=brief.id),
                at=at,
            )

        await self.desk.database.write(work)
        self.desk.committed()

    async def _read(self, version: Version) -> bytes:
        picture = await self.desk.database.read(lambda tx: pictures.find(tx, version.picture))
        return await asyncio.to_thread(self.desk.picture_store.read, picture)
