"""A fix is ordered: target, mask, money, job, in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from PIL import Image

from bot import clock
from bot.briefs import table as briefs_table
from bot.briefs.keys import brief_key, job_key
from bot.briefs.model import Channel, Job, Person, Tier, UserError, Version
from bot.briefs.services import Services
from bot.briefs.table import cell_of
from bot.briefs.typed import SEED_LIMIT
from bot.budget import holds
from bot.budget.refused import Payload, within_means
from bot.fix import messages as fix_messages
from bot.fix.aim import aim
from bot.fix.order import FixOrder, FixPart, painted_part
from bot.fix.regions import parse_region
from bot.fix.request import FixRequest
from bot.marking import refused
from bot.pictures import masks, opening
from bot.pictures.turns import in_turn
from bot.slack import outbox_table
from bot.slack.outbox_table import Subject
from bot.store import Picture, Transaction, pictures
from bot.texts import say
from bot.worker import table as worker_table


async def request_fix(
    services: Services,
    request: FixRequest,
    *,
    brief_id: str,
    person: Person,
    mask_upload: bytes | None,
    event_id: str,
) -> Job:
    """Queue a masked edit of a version. Raises UserError when the mask or the target does not fit."""
    target, picture = await services.database.read(lambda tx: _fix_target(tx, brief_id, request))
    await check_words(services, request, brief_id=brief_id, person=person.id)
    order, kept = await in_turn(order_fix, services, request, target, picture, mask_upload)
    at = clock.now()

    def work(tx: Transaction) -> Job:
        for mask in kept:
            pictures.record(tx, mask, at)
        return queue_fix(services, tx, order, person=person.id, key=f"fix:{event_id}", at=at)

    job = await within_means(services, work, to_payload(request, brief_id), person, brief_id)
    return job


async def check_words(services: Services, request: FixRequest, *, brief_id: str, person: str) -> None:
    """Raise UserError where the operator refuses one of its instructions."""
    place = await services.database.read(lambda tx: briefs_table.brief(tx, brief_id).channel)
    words = [one.instruction for one in (request, *request.more)]
    await refused.check(services, words, channel=place, person=person)


async def picture_to_fix(services: Services, request: FixRequest, *, brief_id: str) -> bytes:
    """The picture that a request is about. Raises UserError when it doesn't say which."""
    _, picture = await services.database.read(lambda tx: _fix_target(tx, brief_id, request))
    return await asyncio.to_thread(services.picture_store.read, picture)


def order_fix(
    services: Services, request: FixRequest, target: Version, picture: Picture, mask_upload: bytes | None
) -> tuple[FixOrder, list[Picture]]:
    """What a request means for one version, and its masks, stored. Raises UserError when one does not fit."""
    original = opening.open_picture(services.picture_store.read(picture))
    parts, kept = zip(
        *(_part(services, one, original, target.prompt, mask_upload) for one in (request, *request.more)),
        strict=True,
    )
    whole = kept[0] if len(kept) == 1 else _joined(services, kept)
    order = FixOrder(
        target=target, parts=parts, mask=whole.sha256, width=picture.width, height=picture.height
    )
    return order, [*kept, whole]


def queue_fix(
    services: Services, tx: Transaction, order: FixOrder, *, person: str, key: str, at: datetime
) -> Job:
    """Within a transaction: the job, its reservation, and its message unless its result is staged.

    The same key again is the same job. The order's masks must be recorded. Raises UserError when the channel cannot afford it.
    """
    if known := worker_table.job_by_key(tx, key):
        return known
    brief = briefs_table.brief(tx, order.target.brief)
    earlier = worker_table.count_jobs(tx, brief.id, Tier.FIX)
    task = order.task(seed=(order.target.seed + 1 + earlier) % SEED_LIMIT)
    job = worker_table.new_job(brief, task, person=person, parent=order.target.id, at=at)
    worker_table.add_job(tx, job, idempotency_key=key, not_before=at)
    state = holds.reserve(services, tx, job, brief, order.drawn, order.width, order.height, at)
    if order.staged:
        return job
    outbox_table.queue_post(
        tx,
        key=job_key(job),
        channel=brief.channel,
        thread=brief_key(brief.id),
        message=fix_messages.fix_waiting(
            region=task.region,
            instruction=task.instruction,
            person=person,
            estimate_micro=services.prices.estimate(Tier.FIX, order.drawn, order.width, order.height),
            state=state,
        ),
        subject=Subject(role="fix", brief=brief.id),
        at=at,
    )
    return job


def _fix_target(tx: Transaction, brief_id: str, request: FixRequest) -> tuple[Version, Picture]:
    if request.cell is not None:
        target = cell_of(tx, briefs_table.brief(tx, brief_id), request.cell)
    else:
        drawn = briefs_table.cells(tx, brief_id)
        newest = briefs_table.current_version(tx, brief_id) or (drawn[0] if len(drawn) == 1 else None)
        if newest is None:
            raise UserError(say("fix-which-picture"))
        target = newest
    return target, pictures.find(tx, target.picture)


def _joined(services: Services, kept: Sequence[Picture]) -> Picture:
    """Everything that any of the masks lets change."""
    opened = [opening.open_picture(services.picture_store.read(mask)).convert("L") for mask in kept]
    return services.picture_store.keep(masks.to_png(masks.union(opened)))


def _part(
    services: Services, request: FixRequest, original: Image.Image, prompt: str, upload: bytes | None
) -> tuple[FixPart, Picture]:
    """What is to change in one region, and its mask, stored."""
    keep, region = services.picture_store.keep, request.region_text or say("fix-painted-region")
    if upload is not None:
        mask = keep(masks.to_png(masks.from_upload(upload, *original.size)))
        return painted_part(request.instruction, region=region, mask=mask.sha256), mask
    assert request.region is not None
    aimed = aim(original, request.region, words=region, instruction=request.instruction, prompt=prompt)
    mask = keep(masks.to_png(aimed.mask))
    part = FixPart(
        instruction=request.instruction,
        region=region,
        mask=mask.sha256,
        colour=aimed.colour,
        retold=aimed.retold,
        on_ground=aimed.on_ground,
    )
    return part, mask


def to_payload(request: FixRequest, brief_id: str) -> Payload | None:
    """A fix that waits for money, all of it; None where a part is painted, since what was painted is not kept."""
    wanted = (request, *request.more)
    if any(one.region is None for one in wanted):
        return None
    return {
        "kind": "fix",
        "brief": brief_id,
        "parts": [[one.region_text, one.instruction] for one in wanted],
        "cell": request.cell,
    }


def from_payload(kept: Mapping[str, Any]) -> FixRequest:
    """The fix that waited, from what was kept of it; before fixes had parts, that was one region. Raises UserError."""
    parts = kept.get("parts") or [[kept["region"], kept["instruction"]]]
    first, *more = (
        FixRequest(
            region=parse_region(region), region_text=region, instruction=instruction, cell=kept["cell"]
        )
        for region, instruction in parts
    )
    return replace(first, more=tuple(more))


async def run_refused(
    services: Services, payload: Mapping[str, Any], *, person: Person, channel: Channel, event_id: str
) -> None:
    """Queue the fix that waited for money. Raises UserError."""
    await request_fix(
        services,
        from_payload(payload),
        brief_id=payload["brief"],
        person=person,
        mask_upload=None,
        event_id=event_id,
    )
