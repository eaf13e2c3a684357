"""Reports as the rest of the bot sees them: figures, names, files, links, and who may set client and margin."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from bot import clock
from bot.briefs import table as briefs_table
from bot.briefs.model import BriefKind, Channel, Person, UserError
from bot.briefs.services import Services
from bot.budget import holds
from bot.channel import actions as channel_actions
from bot.channel import table as channel_table
from bot.ledger.periods import zone_named
from bot.marking.sources import source_type
from bot.reports import table as reports_table
from bot.reports import terms
from bot.reports.export import csv_of
from bot.reports.figures import Report
from bot.reports.spans import Span, parse_span, read_span
from bot.reports.table import report_of
from bot.reports.terms import Terms
from bot.slack.people import Directory
from bot.store import Picture, PictureStore, Transaction, pictures
from bot.texts import say
from bot.web.links import BadLink, Links
from bot.web.table import signouts

PURPOSE = "costs"
#: How long a link to a page works, in seconds: long enough to go through a finance department.
LINK_LIFE_S = 7 * 24 * 3600


class NoReport(Exception):
    """The link opens no report; the message is a sentence for whoever holds it."""


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """What a good link opens."""

    channel: str
    span: Span
    #: Seconds since 1970.
    expires_at: int


@dataclass(frozen=True, kw_only=True)
class Reports:
    """Makes reports, for Slack and for the page."""

    services: Services
    directory: Directory
    picture_store: PictureStore
    links: Links

    async def span(self, text: str, *, channel: Channel, person: Person) -> Span:
        """The days that somebody named, on the channel's calendar. Raises UserError."""
        at = clock.now()

        def work(tx: Transaction) -> str:
            channel_actions.ensure_channel(self.services, tx, channel, person, at)
            return channel_table.timezone_of(tx, channel.id)

        return parse_span(text, at.astimezone(zone_named(await self.services.database.write(work))).date())

    async def report(self, channel: str, span: Span) -> Report:
        """The figures of a known channel in the currency of its budget."""
        state = await holds.budget_of(self.services, channel)
        return await self.services.database.read(lambda tx: report_of(tx, channel, span, state.currency))

    async def names(self, report: Report) -> dict[str, str]:
        """Who the ids in a report are; those whom Slack does not tell are left out."""
        people = {line.person for line in report.lines}
        for asset in report.assets:
            people |= {asset.author, *asset.approvers}
        return await self._names(sorted(people))

    async def _names(self, people: Iterable[str]) -> dict[str, str]:
        async def name(person: str) -> tuple[str, str]:
            try:
                return person, (await self.directory.person(person)).name
            except UserError:
                return person, ""

        found = await asyncio.gather(*map(name, people))
        return {person: name for person, name in found if name}

    async def csv(self, report: Report) -> bytes:
        """The report as a file for spreadsheets."""
        names = await self.names(report)

        def find(tx: Transaction) -> list[tuple[str, BriefKind, list[Picture]]]:
            return [
                (
                    asset.brief,
                    briefs_table.brief(tx, asset.brief).kind,
                    [pictures.find(tx, sha256) for sha256 in asset.shown],
                )
                for asset in report.assets
            ]

        made = await self.services.database.read(find)

        def write() -> bytes:
            sources = {name: source_type(self.picture_store, found, kind) for name, kind, found in made}
            return csv_of(report, names, sources)

        return await asyncio.to_thread(write)

    async def link(self, *, person: str, channel: str, span: Span) -> str:
        """The page with these figures, below the site's own address; to keep or to hand to finance."""
        number = await self.services.database.read(lambda tx: signouts(tx, person))
        token = self.links.make(
            PURPOSE, person=person, subject=f"{channel}:{span}:{number}", life_s=LINK_LIFE_S
        )
        return f"/costs/{token}"

    async def claimed(self, token: str) -> Claimed:
        """What a link opens. Raises NoReport."""
        try:
            found = self.links.read(PURPOSE, token)
            channel, days, number = found.subject.split(":")
            span = read_span(days)
        except (BadLink, ValueError) as error:
            raise NoReport(say("costs-page-link-expired")) from error
        if await self.services.database.read(lambda tx: signouts(tx, found.person)) != int(number):
            raise NoReport(say("costs-page-link-void"))
        try:
            await self.directory.colleague(found.person, channel)
        except UserError as error:
            raise NoReport(say("costs-page-not-inside")) from error
        return Claimed(channel=channel, span=span, expires_at=found.expires_at)

    async def picture(self, sha256: str, *, channel: str) -> bytes:
        """The bytes of a picture of one of the channel's briefs. Raises KeyError, FileNotFoundError."""

        def find(tx: Transaction) -> Picture:
            if not briefs_table.stands_in(tx, sha256, channel=channel):
                raise KeyError(sha256)
            return pictures.find(tx, sha256)

        picture = await self.services.database.read(find)
        return await asyncio.to_thread(self.picture_store.read, picture)

    async def terms(self, channel: Channel, person: Person) -> Terms:
        """The client code and margin that hold for new briefs of a channel."""
        at = clock.now()

        def work(tx: Transaction) -> Terms:
            channel_actions.ensure_channel(self.services, tx, channel, person, at)
            return reports_table.terms_of(tx, channel.id)

        return await self.services.database.write(work)

    async def set_terms(
        self, *, channel: Channel, person: Person, client: str | None = None, margin: str | None = None
    ) -> Terms:
        """Set a channel's client code or margin, as typed. Raises UserError, and changes nothing then."""
        named = {user.strip() for user in self.services.settings.budget_setters.split(",")}
        if not person.is_admin and person.id not in named:
            raise UserError(say("costs-terms-not-allowed"))
        code = None if client is None else terms.parse_client(client)
        margin_bp = None if margin is None else terms.parse_margin(margin)
        at = clock.now()

        def work(tx: Transaction) -> Terms:
            channel_actions.ensure_channel(self.services, tx, channel, person, at)
            return reports_table.set_terms(
                tx, channel=channel.id, client=code, margin_bp=margin_bp, person=person.id, at=at
            )

        return await self.services.database.write(work)
