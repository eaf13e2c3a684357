"""Handing pictures over at exact sizes: what was asked becomes an errand; cropping is free, painting more is not."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from bot import clock
from bot.briefs import table as briefs_table
from bot.briefs.keys import brief_key
from bot.briefs.model import Channel, JobState, Named, Person, Tier, UserError, Version
from bot.briefs.services import Services
from bot.briefs.table import named
from bot.deliver import messages as deliver_messages
from bot.deliver import table as deliver_table
from bot.deliver.messages import Delivered, Offer, Undelivered
from bot.deliver.request import PICTURES_LIMIT, Deliver, check_files
from bot.fix import actions as fix_actions
from bot.fix.order import FixOrder, FixPart
from bot.ledger import about
from bot.marking import table as marking_table
from bot.marking.actions import Journey, Marking
from bot.marking.table import Outgoing
from bot.pictures import cropping, masks, opening
from bot.pictures.extend import extend
from bot.pictures.extend import fits as canvas_fits
from bot.slack import outbox_table
from bot.slack.outbox_table import Subject
from bot.store import Picture, Transaction, pictures
from bot.texts import say
from bot.worker import table as worker_table
from bot.worker.background_table import BackgroundJob, finish, is_known, send

#: A size whose shape is this near to the picture's, as a factor, is cropped also where painting was asked for.
SAME_SHAPE = 1.01


@dataclass(frozen=True, kw_only=True)
class _Chosen:
    name: Named
    version: Version
    picture: Picture


async def hand_over(
    services: Services, request: Deliver, *, channel: Channel, person: Person, event_id: str
) -> str:
    """Queue a delivery, once for an event; a sentence for the person.

    Raises UserError for what isn't there or can't be paid.
    """
    chosen = await services.database.read(lambda tx: _chosen(tx, request, channel.id))
    check_files(len(chosen), len(request.sizes))
    orders = await asyncio.to_thread(_orders, services, request, chosen) if request.extend else {}
    at = clock.now()

    def work(tx: Transaction) -> bool:
        # Any of them: more may be approved since it came first.
        if any(is_known(tx, f"{event_id}:{one.version.brief}") for one in chosen):
            return False
        for brief in dict.fromkeys(one.version.brief for one in chosen):
            items = []
            for number, one in enumerate(chosen):
                if one.version.brief != brief:
                    continue
                for size in request.sizes:
                    item: dict[str, Any] = {
                        "name": str(one.name),
                        "version": one.version.id,
                        "size": size,
                    }
                    if (number, size) in orders:
                        order, kept = orders[number, size]
                        for picture in kept:
                            pictures.record(tx, picture, at)
                        key = f"deliver:{event_id}:{number}:{order.width}x{order.height}"
                        item["job"] = fix_actions.queue_fix(
                            services, tx, order, person=person.id, key=key, at=at
                        ).id
                    items.append(item)
            head = briefs_table.current_version(tx, brief)
            payload = {
                "brief": brief,
                "items": items,
                "format": request.format,
                "cap": request.cap,
                "head": head.id if head else items[0]["version"],
            }
            send(
                tx,
                kind="deliver",
                channel=channel.id,
                person=person.id,
                payload=payload,
                event_id=f"{event_id}:{brief}",
                at=at,
            )
        return True

    if not await services.database.write(work):
        return say("deliver-ordered")
    return _promise(len(chosen) * len(request.sizes), chosen, bool(orders))


def _orders(
    services: Services, request: Deliver, chosen: Sequence[_Chosen]
) -> dict[tuple[int, tuple[int, int]], tuple[FixOrder, list[Picture]]]:
    """What has to be painted, by picture and size. Raises UserError where it would be too large."""
    found = {}
    for number, one in enumerate(chosen):
        data = services.picture_store.read(one.picture)
        original = opening.open_picture(data)
        for width, height in request.sizes:
            across, down = _canvas(original.size, (width, height))
            if (across, down) == original.size:
                continue
            left, top = (across - original.width) // 2, (down - original.height) // 2
            larger = extend(original, left, across - original.width - left, top, down - original.height - top)
            wide = masks.to_png(larger.picture, made_of=data, step="canvas extended")
            canvas, mask = (services.picture_store.keep(image) for image in (wide, masks.to_png(larger.mask)))
            order = FixOrder(
                target=one.version,
                parts=(
                    FixPart(
                        instruction=f"continue the picture to {width}x{height}",
                        region=say("fix-extended-canvas"),
                        mask=mask.sha256,
                    ),
                ),
                mask=mask.sha256,
                width=canvas.width,
                height=canvas.height,
                canvas=canvas.sha256,
                offset=larger.offset,
            )
            found[number, (width, height)] = order, [canvas, mask]
    return found


@dataclass(frozen=True, kw_only=True)
class Deliveries:
    """Makes the files that were ordered, once what they need is painted."""

    services: Services

    def is_due(self, tx: Transaction, background_job: BackgroundJob) -> bool:
        """Whether all that has to be painted for it is painted, or given up."""
        jobs = [item["job"] for item in background_job.payload["items"] if "job" in item]
        return all(worker_table.job(tx, job).state not in (JobState.QUEUED, JobState.RUNNING) for job in jobs)

    async def run(self, background_job: BackgroundJob) -> None:
        """Make the files and post them in the brief's thread."""
        payload = background_job.payload
        found = await self.services.database.read(lambda tx: [_source(tx, item) for item in payload["items"]])
        made: list[Delivered] = []
        missing: list[Undelivered] = []
        kept: list[Picture] = []
        gone: list[Outgoing] = []
        labels: set[str] = set()
        many = len({item["name"] for item in payload["items"]}) > 1
        for item, source in zip(payload["items"], found, strict=True):
            width, height = item["size"]
            if source is None:
                missing.append(Undelivered(size=(width, height), why=say("deliver-not-painted")))
                continue
            version, picture = source
            try:
                journey = await self.services.database.read(partial(self._marking.journey, version=version))
                file, out = await asyncio.to_thread(self._cut, picture, journey, item, payload)
            except UserError as error:
                missing.append(Undelivered(size=(width, height), why=error.sentence))
                continue
            stored = await asyncio.to_thread(self.services.picture_store.keep, file.data)
            kept.append(stored)
            gone.append(out)
            labels.add("none" if journey.history.untouched else journey.label)
            label = item["name"].replace("/", "-") if many else payload["brief"]
            made.append(
                Delivered(
                    file=file,
                    sha256=stored.sha256,
                    filename=f"{label}-{width}x{height}.{payload['format']}",
                    version=version,
                    extended="job" in item,
                )
            )
        at = clock.now()

        def work(tx: Transaction) -> None:
            for picture in kept:
                pictures.record(tx, picture, at)
            marking_table.add_outgoing(tx, gone, person=background_job.person, at=at)
            self._keep_head(tx, payload, background_job.person, at)
            brief = briefs_table.brief(tx, payload["brief"])
            outbox_table.queue_post(
                tx,
                key=f"errand:{background_job.id}",
                channel=background_job.channel,
                thread=brief_key(brief.id),
                message=deliver_messages.delivered(
                    brief,
                    made,
                    missing,
                    person=background_job.person,
                    labelled=bool(labels - {"none"}),
                    offers=_offers(tx, self.services, made, payload),
                ),
                subject=Subject(role="notice", brief=brief.id),
                at=at,
            )
            finish(tx, background_job, at)

        await self.services.database.write(work)

    @property
    def _marking(self) -> Marking:
        return Marking(services=self.services)

    def _cut(
        self, picture: Picture, journey: Journey, item: dict[str, Any], payload: dict[str, Any]
    ) -> tuple[cropping.File, Outgoing]:
        data, (width, height) = self.services.picture_store.read(picture), item["size"]
        finish, done = self._marking.finish(
            journey,
            data,
            title=f"{item['name']} {width}x{height}",
            step=f"delivered at {width}x{height}",
            extended="job" in item,
        )
        file = cropping.cut(
            data, width=width, height=height, format=payload["format"], cap=payload["cap"], finish=finish
        )
        return file, self._marking.outgoing(journey, file.data, done)

    def _keep_head(self, tx: Transaction, payload: dict[str, Any], person: str, at: datetime) -> None:
        """A canvas that was painted for a delivery is no step of the thread: it goes on from where it was."""
        jobs = {item["job"] for item in payload["items"] if "job" in item}
        current = briefs_table.current_version(tx, payload["brief"])
        if current and current.job in jobs:
            briefs_table.go_back(tx, version=briefs_table.version(tx, payload["head"]), person=person, at=at)


def _chosen(tx: Transaction, request: Deliver, channel: str) -> list[_Chosen]:
    versions = (
        [(one, _version(tx, one, channel)) for one in request.names]
        if request.names
        else _approved(tx, channel)
    )
    return [
        _Chosen(name=name, version=version, picture=pictures.find(tx, version.picture))
        for name, version in versions
    ]


def _approved(tx: Transaction, channel: str) -> list[tuple[Named, Version]]:
    """Every Pro render in the channel whose draft stands approved, newest first. Raises UserError."""
    found = deliver_table.approved(tx, channel, PICTURES_LIMIT)
    if not found:
        raise UserError(say("deliver-none-approved"))
    return [(named(version), version) for version in found]


def _version(tx: Transaction, name: Named, channel: str) -> Version:
    """The version that a name means. Raises UserError when there is none, or when it lies in another channel."""
    try:
        brief = briefs_table.brief(tx, name.brief)
    except KeyError:
        raise UserError(say("brief-unknown", brief=name.brief)) from None
    if brief.channel != channel:
        raise UserError(say("brief-elsewhere", brief=brief.id, channel=brief.channel))
    cells = briefs_table.cells(tx, brief.id)
    if not cells:
        raise UserError(say("deliver-no-pictures", brief=brief.id))
    if not name.kind and not name.number:
        current = briefs_table.current_version(tx, brief.id) or (cells[0] if len(cells) == 1 else None)
        if current is None:
            raise UserError(say("deliver-which", brief=brief.id, drafts=len(cells)))
        return current
    kind = {"draft": "cell", "": "cell"}.get(name.kind, name.kind)
    version = briefs_table.newest_of(tx, brief.id, kind, name.number)
    if version is None:
        raise UserError(
            say(
                "deliver-no-such-picture",
                picture=str(name),
                brief=brief.id,
                drafts=len(cells),
                pros=briefs_table.count_versions(tx, brief.id, "pro"),
                fixes=briefs_table.count_versions(tx, brief.id, "fix"),
            )
        )
    # A bare number is the picture of that number, in the best form that it has.
    return version if name.kind else briefs_table.pro_of(tx, version.id) or version


def _source(tx: Transaction, item: dict[str, Any]) -> tuple[Version, Picture] | None:
    """What a file is cut from: the picture itself, or its painted canvas; None where that failed."""
    version = briefs_table.version(tx, item["version"])
    if "job" in item:
        canvas = worker_table.version_of_job(tx, item["job"])
        if canvas is None:
            return None
        return version, pictures.find(tx, briefs_table.version(tx, canvas).picture)
    return version, pictures.find(tx, version.picture)


def _canvas(picture: tuple[int, int], wanted: tuple[int, int]) -> tuple[int, int]:
    """The picture's size, grown in one direction to the wanted shape. Raises UserError where that is too large."""
    across, down = picture
    wide, tall = (
        max(across, round(down * wanted[0] / wanted[1])),
        max(down, round(across * wanted[1] / wanted[0])),
    )
    if wide <= across * SAME_SHAPE and tall <= down * SAME_SHAPE:
        return picture
    if not canvas_fits(wide, tall):
        raise UserError(
            say(
                "deliver-too-large",
                picture=f"{across}x{down}",
                wanted=f"{wanted[0]}x{wanted[1]}",
                extended=f"{wide}x{tall}",
            ),
            "extend",
        )
    return wide, tall


def _offers(
    tx: Transaction, services: Services, made: Sequence[Delivered], payload: dict[str, Any]
) -> list[Offer]:
    """Painting more around each picture of which a size cut something off, and what that would cost."""
    cut: dict[int, list[Delivered]] = {}
    for one in made:
        if one.file.lost_percent >= deliver_messages.LOST and not one.extended:
            cut.setdefault(one.version.id, []).append(one)
    found = []
    for files in cut.values():
        version, picture = files[0].version, pictures.find(tx, files[0].version.picture)
        sizes, micro = [], 0
        for file in (one.file for one in files):
            try:
                canvas = _canvas((picture.width, picture.height), (file.width, file.height))
            except UserError:
                continue  # too large to be painted, so it isn't offered
            micro += services.prices.estimate(Tier.FIX, 1, *canvas)
            sizes.append(f"{file.width}x{file.height}")
        cap = f" --max {payload['cap'] / 1000:.3f}kb" if payload["cap"] else ""
        command = f"deliver {named(version)} {' '.join(sizes)} --format {payload['format']}{cap} --extend"
        if sizes:
            cost = about(micro, services.prices.currency)
            found.append(Offer(name=str(named(version)), command=command, cost=cost))
    return found


def _promise(count: int, chosen: Sequence[_Chosen], painted: bool) -> str:
    return say(
        "deliver-promised",
        files=count,
        pictures=", ".join(f"`{one.name}`" for one in chosen),
        threads=len({one.version.brief for one in chosen}),
        painted="yes" if painted else "no",
    )
