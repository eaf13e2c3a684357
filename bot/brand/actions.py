"""The brand kit as people use it: see it, set it, and ask how near a channel's pictures are to it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot import clock
from bot.brand import chart, drift
from bot.brand import messages as brand_messages
from bot.brand import table as brand_table
from bot.brand.chart import Point
from bot.brand.drift import Drift
from bot.brand.kit import Kit, ShowDrift
from bot.brand.swatches import alt_text, swatches
from bot.brand.table import KeptKit
from bot.briefs import table as briefs_table
from bot.briefs.model import Channel, Person, UserError, Version
from bot.briefs.services import Services
from bot.briefs.table import named
from bot.channel import actions as channel_actions
from bot.channel import table as channel_table
from bot.marking import refused
from bot.slack import outbox_table, seen_table
from bot.slack.outbox_table import Subject
from bot.store import Picture, Transaction, pictures
from bot.texts import say
from bot.worker.background_table import BackgroundJob, finish, send


async def kit_of(services: Services, channel: str) -> tuple[Kit | None, str | None]:
    """The kit in force, and the uploaded file that shows its palette, where there is one."""

    def find(tx: Transaction) -> tuple[Kit | None, str | None]:
        kept = brand_table.in_force(tx, channel)
        return (kept.kit, outbox_table.file_of(tx, _key(kept))) if kept else (None, None)

    return await services.database.read(find)


def may_set(services: Services, person: Person) -> bool:
    """Whether this person may set kits: the same people as set budgets."""
    return person.is_admin or person.id in channel_actions.setters(services)


async def set_kit(services: Services, kit: Kit, *, channel: Channel, person: Person, event_id: str) -> None:
    """Put a kit in force and say so in the channel. Raises UserError for a person who may not."""
    if not may_set(services, person):
        raise UserError(say("brand-may-not"))
    await refused.check(services, [kit.added], channel=channel.id, person=person.id)
    shown: Picture | None = None
    if kit.palette:
        png = await asyncio.to_thread(swatches, kit.palette)
        shown = await asyncio.to_thread(services.picture_store.keep, png)
    at = clock.now()

    def work(tx: Transaction) -> None:
        if not seen_table.first_time(tx, event_id, at):
            return
        channel_actions.ensure_channel(services, tx, channel, person, at)
        number = brand_table.set_kit(tx, kit, channel=channel.id, person=person.id, at=at)
        if shown:
            pictures.record(tx, shown, at)
        outbox_table.queue_post(
            tx,
            key=_key(KeptKit(id=number, kit=kit)),
            channel=channel.id,
            message=brand_messages.changed(
                kit,
                person=person.id,
                shown=shown.sha256 if shown else None,
                alt_text=alt_text(kit.palette),
            ),
            subject=Subject(role="notice"),
            at=at,
        )

    await services.database.write(work)


async def ask_drift(
    services: Services, request: ShowDrift, *, channel: Channel, person: Person, event_id: str
) -> str:
    """Queue a drift chart; a sentence for the person. Raises UserError where there is nothing to show."""
    at = clock.now()

    def work(tx: Transaction) -> int:
        kept = _with_palette(tx, channel.id)
        found = brand_table.drifts(tx, channel=channel.id, kit=kept.id, count=request.count)
        if not found:
            raise UserError(say("drift-no-pictures"))
        send(
            tx,
            kind="drift",
            channel=channel.id,
            person=person.id,
            payload={"count": request.count},
            event_id=event_id,
            at=at,
        )
        return len(found)

    count = await services.database.write(work)
    return say("drift-promised", pictures=count)


@dataclass(frozen=True, kw_only=True)
class DriftCharts:
    """Does the errands that draw charts."""

    services: Services

    def is_due(self, tx: Transaction, background_job: BackgroundJob) -> bool:
        """At once."""
        return True

    async def run(self, background_job: BackgroundJob) -> None:
        """Measure what was not measured yet, draw the chart, post it."""
        count = int(background_job.payload["count"])

        def find(tx: Transaction) -> tuple[KeptKit, str, list[tuple[Version, Picture, Drift | None]]]:
            kept = _with_palette(tx, background_job.channel)
            name = channel_table.name_of(tx, background_job.channel)
            found = []
            for number, measured in brand_table.drifts(
                tx, channel=background_job.channel, kit=kept.id, count=count
            ):
                version = briefs_table.version(tx, number)
                found.append((version, pictures.find(tx, version.picture), measured))
            return kept, name, found

        kept, name, rows = await self.services.database.read(find)
        drifts: list[Drift] = []
        for _, picture, measured in rows:
            if measured is None:
                measured = await asyncio.to_thread(self._measure, picture, kept.kit)
            drifts.append(measured)
        versions = [version for version, _, _ in rows]
        points = [
            Point(name=str(named(version)), distance=found.distance)
            for version, found in zip(versions, drifts, strict=True)
        ]
        png = await asyncio.to_thread(chart.chart, points, kept.kit, name)
        shown = await asyncio.to_thread(self.services.picture_store.keep, png)
        summary = drift.summary([point.distance for point in points], kept.kit.tolerance)
        at = clock.now()

        def work(tx: Transaction) -> None:
            pictures.record(tx, shown, at)
            for version, found in zip(versions, drifts, strict=True):
                brand_table.keep_drift(tx, version=version.id, kit=kept.id, drift=found)
            outbox_table.queue_post(
                tx,
                key=f"errand:{background_job.id}",
                channel=background_job.channel,
                message=brand_messages.drift_chart(
                    [(points[index].name, drifts[index]) for index in summary.outliers],
                    kit=kept.kit,
                    count=len(points),
                    picture=shown.sha256,
                    alt_text=chart.alt_text(points, kept.kit),
                    person=background_job.person,
                ),
                subject=Subject(role="notice"),
                at=at,
            )
            finish(tx, background_job, at)

        await self.services.database.write(work)

    def _measure(self, picture: Picture, kit: Kit) -> Drift:
        return drift.measure(self.services.picture_store.read(picture), kit.palette)


def _key(kept: KeptKit) -> str:
    return f"brand:{kept.id}"


def _with_palette(tx: Transaction, channel: str) -> KeptKit:
    kept = brand_table.in_force(tx, channel)
    if kept is None or not kept.kit.palette:
        raise UserError(say("brand-no-palette"))
    return kept
