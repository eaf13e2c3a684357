"""The brand kit as people use it: see it, set it, and ask how near a channel's pictures are to it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass

from bot import clock, drift_chart
from bot.delivering import named
from bot.desk import Desk
from bot.drift_chart import Point
from bot.errands import Errand, finish, send
from bot.slack import brand, effects
from bot.slack.directory import Channel, Person
from bot.slack.effects import Subject
from bot.store import Picture, Transaction, pictures
from bot.studio import drift, kits, records
from bot.studio.brand import Kit, ShowDrift
from bot.studio.drift import Drift
from bot.studio.kits import KeptKit
from bot.studio.model import Remedy, Version
from bot.swatches import alt_text, swatches
from bot.texts import say


@dataclass(frozen=True, kw_only=True)
class Branding:
    """The use cases around a channel's kit."""

    desk: Desk

    async def kit(self, channel: str) -> tuple[Kit | None, str | None]:
        """The kit in force, and the uploaded file that shows its palette, where there is one."""

        def find(tx: Transaction) -> tuple[Kit | None, str | None]:
            kept = kits.in_force(tx, channel)
            row = (
                tx.execute("SELECT files FROM effects WHERE key = ?", [_key(kept)]).fetchone()
                if kept
                else None
            )
            return (kept.kit if kept else None), (json.loads(row["files"]).get("0") if row else None)

        return await self.desk.database.read(find)

    def may_set(self, person: Person) -> bool:
        """Whether this person may set kits: the same people as set budgets."""
        return person.is_admin or person.id in self.desk.purse.setters

    async def set_kit(self, kit: Kit, *, channel: Channel, person: Person, delivery: str) -> None:
        """Put a kit in force and say so in the channel. Raises Remedy for a person who may not."""
        if not self.may_set(person):
            raise Remedy(say("brand-may-not"))
        shown: Picture | None = None
        if kit.palette:
            png = await asyncio.to_thread(swatches, kit.palette)
            shown = await asyncio.to_thread(self.desk.picture_store.keep, png)
        at = clock.now()

        def work(tx: Transaction) -> None:
            if not records.first_time(tx, delivery, at):
                return
            self.desk.purse.ensure_channel(tx, channel, person, at)
            number = kits.set_kit(tx, kit, channel=channel.id, person=person.id, at=at)
            if shown:
                pictures.record(tx, shown, at)
            effects.queue_post(
                tx,
                key=_key(KeptKit(id=number, kit=kit)),
                channel=channel.id,
                message=brand.changed(
                    kit,
                    person=person.id,
                    shown=shown.sha256 if shown else None,
                    alt_text=alt_text(kit.palette),
                ),
                subject=Subject(role="notice"),
                at=at,
            )

        await self.desk.database.write(work)
        self.desk.committed()

    async def ask_drift(self, asked: ShowDrift, *, channel: Channel, person: Person, delivery: str) -> str:
        """Queue a drift chart; a sentence for the person. Raises Remedy where there is nothing to show."""
        at = clock.now()

        def work(tx: Transaction) -> int:
            kept = _with_palette(tx, channel.id)
            found = kits.drifts(tx, channel=channel.id, kit=kept.id, count=asked.count)
            if not found:
                raise Remedy(say("drift-no-pictures"))
            send(
                tx,
                kind="drift",
                channel=channel.id,
                person=person.id,
                wish={"count": asked.count},
                delivery=delivery,
                at=at,
            )
            return len(found)

        count = await self.desk.database.write(work)
        self.desk.committed()
        return say("drift-promised", pictures=count)


@dataclass(frozen=True, kw_only=True)
class DriftCharts:
    """Does the errands that draw charts."""

    desk: Desk

    def is_due(self, tx: Transaction, errand: Errand) -> bool:
        """At once."""
        return True

    async def run(self, errand: Errand) -> None:
        """Measure what was not measured yet, draw the chart, post it."""
        count = int(errand.wish["count"])

        def find(tx: Transaction) -> tuple[KeptKit, str, list[tuple[Version, Picture, Drift | None]]]:
            kept = _with_palette(tx, errand.channel)
            name = tx.execute("SELECT name FROM channels WHERE id = ?", [errand.channel]).fetchone()["name"]
            found = []
            for number, measured in kits.drifts(tx, channel=errand.channel, kit=kept.id, count=count):
                version = records.version(tx, number)
                found.append((version, pictures.find(tx, version.picture), measured))
            return kept, name, found

        kept, name, rows = await self.desk.database.read(find)
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
        png = await asyncio.to_thread(drift_chart.chart, points, kept.kit, name)
        shown = await asyncio.to_thread(self.desk.picture_store.keep, png)
        summary = drift.summary([point.distance for point in points], kept.kit.tolerance)
        at = clock.now()

        def work(tx: Transaction) -> None:
            pictures.record(tx, shown, at)
            for version, found in zip(versions, drifts, strict=True):
                kits.keep_drift(tx, version=version.id, kit=kept.id, drift=found)
            effects.queue_post(
                tx,
                key=f"errand:{errand.id}",
                channel=errand.channel,
                message=brand.drift_chart(
                    [(points[index].name, drifts[index]) for index in summary.outliers],
                    kit=kept.kit,
                    count=len(points),
                    picture=shown.sha256,
                    alt_text=drift_chart.alt_text(points, kept.kit),
                    person=errand.person,
                ),
                subject=Subject(role="notice"),
                at=at,
            )
            finish(tx, errand, at)

        await self.desk.database.write(work)
        self.desk.committed()

    def _measure(self, picture: Picture, kit: Kit) -> Drift:
        return drift.measure(self.desk.picture_store.read(picture), kit.palette)


def _key(kept: KeptKit) -> str:
    return f"brand:{kept.id}"


def _with_palette(tx: Transaction, channel: str) -> KeptKit:
    kept = kits.in_force(tx, channel)
    if kept is None or not kept.kit.palette:
        raise Remedy(say("brand-no-palette"))
    return kept
