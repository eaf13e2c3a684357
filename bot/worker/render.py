"""What each tier asks of the engine and what becomes of its answer: pictures stored, versions written, money settled.

Every result is committed in one transaction with the settle and the message that shows it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import add

from bot import clock, ledger
from bot.approve import messages as approve_messages
from bot.approve import table as approve_table
from bot.batch.actions import SeriesDesk
from bot.brand import check as brand_check
from bot.briefs import emoji
from bot.briefs import table as briefs_table
from bot.briefs.keys import brief_key, job_key
from bot.briefs.model import Brief, Job, JobState, Tier, Version
from bot.briefs.services import Services
from bot.budget import holds
from bot.channel import table as channel_table
from bot.draft import grid_messages, vocabulary, warnings
from bot.draft import job as draft_job
from bot.fix import job as fix_job
from bot.fix import messages as fix_messages
from bot.images_api.client import EngineClient
from bot.images_api.types import (
    EditRequest,
    EngineEvent,
    EngineFailed,
    GenerateRequest,
    Lacking,
    Options,
    Picture,
    Preview,
)
from bot.ledger import Usage
from bot.pictures import sheets
from bot.product import actions as product_actions
from bot.slack import outbox_table
from bot.slack.outbox_table import Subject
from bot.store import Picture as StoredPicture
from bot.store import Transaction, pictures
from bot.texts import say
from bot.worker import table as worker_table
from bot.worker.previews import FirstLooks
from bot.worker.runner import LeaseLost


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A finished picture from the engine."""

    png: bytes
    seed: int
    #: Its share of what the request took.
    usage: Usage


@dataclass(frozen=True, kw_only=True)
class _Answer:
    pictures: list[Drawn]
    #: What the server could not do, in words; empty when it did all.
    note: str


@dataclass(frozen=True, kw_only=True)
class Renderer:
    """Does jobs. `preview(brief, sheet)` is told of first looks and must never raise."""

    services: Services
    engine: EngineClient
    preview: Callable[[Brief, bytes], Awaitable[None]]
    #: Hears how fixes get on, for whoever watches one on the editor's page.
    watch: fix_job.Watch = fix_job.unwatched

    async def render(self, job: Job, owner: str) -> None:
        """Do one job and commit its result. Raises the engine's errors, UserError or LeaseLost."""
        brief = await self.services.database.read(lambda tx: briefs_table.brief(tx, job.brief))
        match job.tier:
            case Tier.DRAFT if "backgrounds" in job.request:

                async def draw(request: EditRequest) -> tuple[bytes, int, Usage]:
                    (drawn,) = (await self._collect(self.engine.edit(request), request, brief)).pictures
                    return drawn.png, drawn.seed, drawn.usage

                words = await self.engine.vocabulary()
                await product_actions.render(self.services, job, brief, owner, draw=draw, known_words=words)
            case Tier.DRAFT if "series" in job.request:

                async def one(request: GenerateRequest) -> tuple[bytes, int, Usage]:
                    (drawn,) = (await self._collect(self.engine.generate(request), request, brief)).pictures
                    return drawn.png, drawn.seed, drawn.usage

                await SeriesDesk(services=self.services).render(job, brief, owner, draw=one)
            case Tier.DRAFT:
                await self._draft(job, brief, owner)
            case Tier.PRO:
                await self._pro(job, brief, owner)
            case Tier.FIX:
                await self._fix(job, brief, owner)

    async def _draft(self, job: Job, brief: Brief, owner: str) -> None:
        request = await draft_job.request_of(job, brief, _size(job), read=self._read)
        events = (
            self.engine.edit(request) if isinstance(request, EditRequest) else self.engine.generate(request)
        )
        answer = await self._collect(events, request, brief)
        words = await self.engine.vocabulary()
        advice = [
            vocabulary.advice(brief.prompt, words),
            vocabulary.style_advice(brief.style, brief.style_words, words),
        ]
        drawn = answer.pictures
        sheet_png = await asyncio.to_thread(sheets.contact_sheet, [picture.png for picture in drawn])
        sheet = await asyncio.to_thread(self.services.picture_store.keep, sheet_png)
        kept = [await asyncio.to_thread(self.services.picture_store.keep, picture.png) for picture in drawn]
        brand = await brand_check.look(self.services, brief, [picture.png for picture in drawn])
        at = clock.now()

        def work(tx: Transaction) -> None:
            _claim(tx, job, owner)
            pictures.record(tx, sheet, at)
            for number, (picture, stored) in enumerate(zip(drawn, kept, strict=True), 1):
                pictures.record(tx, stored, at)
                cell = briefs_table.add_version(
                    tx,
                    job=job,
                    kind="cell",
                    number=number,
                    prompt=brief.whole_prompt,
                    seed=picture.seed,
                    picture=stored.sha256,
                    seconds=picture.usage.seconds,
                    at=at,
                    reference=brief.reference.sha256 if brief.reference else None,
                )
                brand.keep(tx, number - 1, cell.id)
            used = reduce(add, (picture.usage for picture in drawn))
            cost = self._settle(tx, job, used, at)
            rule = channel_table.policy_of(tx, brief.channel).approval
            outbox_table.queue_update(
                tx,
                key=f"{brief_key(brief.id)}:grid",
                target=brief_key(brief.id),
                message=warnings.with_advice(
                    brand.under(grid_messages.grid, told=True)(
                        brief,
                        sheet=sheet.sha256,
                        cells=len(drawn),
                        seconds=used.seconds,
                        cost_micro=cost,
                        state=ledger.budget_of(tx, brief.channel, at, self.services.rule),
                        notes=[note for note in (answer.note, *advice) if note],
                        rule=rule,
                    ),
                    warnings.carried(tx, brief_key(brief.id)),
                    before="again",
                ),
                subject=Subject(role="grid", brief=brief.id),
                at=at,
            )
            extra = (rule.emoji,) if rule.emoji and len(drawn) == 1 else ()
            for name in (*emoji.NUMBER_EMOJI[: len(drawn)], *extra):
                outbox_table.queue_reaction(
                    tx, key=f"{brief_key(brief.id)}:{name}", target=brief_key(brief.id), name=name, at=at
                )

        await self._commit(work)

    async def _pro(self, job: Job, brief: Brief, owner: str) -> None:
        cell, original = await self._parent(job)
        request = EditRequest(
            prompt=cell.prompt,
            negative_prompt=brief.negative_prompt or None,
            image=original,
            size=_size(job),
            seeds=(cell.seed,),
            tier=job.tier,
            partial_images=0,
            fairness_key=brief.channel,
            idempotency_key=job.id,
        )
        (drawn,) = (await self._collect(self.engine.edit(request), request, brief)).pictures
        png = await product_actions.restored(self.services, brief, drawn.png)
        stored = await asyncio.to_thread(self.services.picture_store.keep, png)
        brand = await brand_check.look(self.services, brief, [png], product_kept=png is not drawn.png)
        at = clock.now()

        def work(tx: Transaction) -> None:
            _claim(tx, job, owner)
            pictures.record(tx, stored, at)
            version = briefs_table.add_version(
                tx,
                job=job,
                kind="pro",
                number=briefs_table.count_versions(tx, brief.id, "pro") + 1,
                prompt=cell.prompt,
                seed=drawn.seed,
                picture=stored.sha256,
                seconds=drawn.usage.seconds,
                at=at,
            )
            brand.keep(tx, 0, version.id)
            cost = self._settle(tx, job, drawn.usage, at)
            outbox_table.queue_update(
                tx,
                key=f"{job_key(job)}:done",
                target=job_key(job),
                message=brand.under(approve_messages.pro_done)(
                    brief,
                    version,
                    cell=cell.number,
                    people=approve_table.approvers(tx, cell.id) or [job.person],
                    size=(stored.width, stored.height),
                    cost_micro=cost,
                    state=ledger.budget_of(tx, brief.channel, at, self.services.rule),
                ),
                subject=Subject(role="pro", brief=brief.id, version=version.id),
                at=at,
            )

        await self._commit(work)

    async def _fix(self, job: Job, brief: Brief, owner: str) -> None:
        _, original = await self._parent(job)
        if "canvas" in job.request:
            original = await self._read(str(job.request["canvas"]))
        mask = str(job.request["mask"])

        async def draw(request: EditRequest) -> tuple[bytes, int, Usage]:
            events = fix_job.watched(self.engine.edit(request), job, self.watch)
            (drawn,) = (await self._collect(events, request, brief)).pictures
            return drawn.png, drawn.seed, drawn.usage

        fixed = await fix_job.make(job, brief, original, read=self._read, draw=draw)
        mask_png = await self._read(mask)
        stored = await asyncio.to_thread(self.services.picture_store.keep, fixed.png)
        brand = await brand_check.look(self.services, brief, [fixed.png])
        comparison_png = await asyncio.to_thread(sheets.before_after, original, fixed.png, mask_png)
        comparison = await asyncio.to_thread(self.services.picture_store.keep, comparison_png)
        at = clock.now()

        def work(tx: Transaction) -> None:
            _claim(tx, job, owner)
            pictures.record(tx, stored, at)
            pictures.record(tx, comparison, at)
            version = briefs_table.add_version(
                tx,
                job=job,
                kind="fix",
                number=briefs_table.count_versions(tx, brief.id, "fix") + 1,
                prompt=str(job.request["prompt"]),
                seed=fixed.seed,
                picture=stored.sha256,
                mask=mask,
                instruction=str(job.request["instruction"]),
                seconds=fixed.usage.seconds,
                at=at,
            )
            brand.keep(tx, 0, version.id)
            cost = self._settle(tx, job, fixed.usage, at)
            outbox_table.queue_update(
                tx,
                key=f"{job_key(job)}:done",
                target=job_key(job),
                message=brand.under(fix_messages.fix_done)(
                    brief,
                    version,
                    region=str(job.request["region"]),
                    person=job.person,
                    comparison=comparison.sha256,
                    outside=fixed.outside,
                    cost_micro=cost,
                    state=ledger.budget_of(tx, brief.channel, at, self.services.rule),
                ),
                subject=Subject(role="fix", brief=brief.id, version=version.id),
                at=at,
            )

        await self._commit(work)

    async def _collect(self, events: AsyncIterator[EngineEvent], request: Options, brief: Brief) -> _Answer:
        """Follow the engine's events: first looks go to the preview, finished pictures into the answer.

        A server that does not say seeds or device time is believed to have used those asked for, and is
        charged by the time that it took.
        """
        looks = FirstLooks(brief=brief, request=request, show=self.preview)
        found: dict[int, Drawn] = {}
        note, silent = "", False
        began = time.monotonic()
        try:
            async for event in events:
                if isinstance(event, Preview):
                    looks.add(event.index, event.png)
                elif isinstance(event, Picture):
                    silent = silent or event.seed is None
                    waited = (time.monotonic() - began) / request.count
                    found[event.index] = Drawn(
                        png=event.png,
                        seed=request.seeds[event.index] if event.seed is None else event.seed,
                        usage=_usage(event, request, waited),
                    )
                elif isinstance(event, Lacking):
                    note = event.sentence
        finally:
            await looks.stop()
        if request.seeds and silent and not note:
            note = say("engine-seeds-unsaid")
        if sorted(found) != list(range(request.count)):
            raise EngineFailed(say("engine-too-few", pictures=len(found), asked=request.count))
        return _Answer(pictures=[found[index] for index in range(request.count)], note=note)

    async def _parent(self, job: Job) -> tuple[Version, bytes]:
        assert job.parent is not None
        parent_id = job.parent

        def find(tx: Transaction) -> tuple[Version, StoredPicture]:
            version = briefs_table.version(tx, parent_id)
            return version, pictures.find(tx, version.picture)

        version, picture = await self.services.database.read(find)
        return version, await asyncio.to_thread(self.services.picture_store.read, picture)

    async def _read(self, sha256: str) -> bytes:
        picture = await self.services.database.read(lambda tx: pictures.find(tx, sha256))
        return await asyncio.to_thread(self.services.picture_store.read, picture)

    def _settle(self, tx: Transaction, job: Job, used: Usage, at: datetime) -> int:
        cost = self.services.prices.measured(job.tier, used)
        ledger.settle(tx, job=job.id, amount_micro=cost, at=at)
        worker_table.move_job(tx, job.id, JobState.DONE, at)
        holds.tell_alert(self.services, tx, briefs_table.brief(tx, job.brief).channel, at)
        return cost

    async def _commit(self, work: Callable[[Transaction], None]) -> None:
        await self.services.database.write(work)


def _claim(tx: Transaction, job: Job, owner: str) -> None:
    """A result counts only while its lease does."""
    if not worker_table.holds_lease(tx, job_id=job.id, owner=owner):
        raise LeaseLost(job.id)


def _usage(picture: Picture, request: Options, waited_s: float) -> Usage:
    """What one picture took, as the server says it, or as far as it can be told from outside."""
    width, height = request.size or (0, 0)
    steps = picture.details.get("steps")
    return Usage(
        pixels=width * height,
        steps=steps if isinstance(steps, int) else 0,
        seconds=waited_s if picture.seconds is None else picture.seconds,
        joules=picture.joules,
        input_tokens=picture.input_tokens,
        output_tokens=picture.output_tokens,
    )


def _size(job: Job) -> tuple[int, int]:
    return _integer(job, "width"), _integer(job, "height")


def _integer(job: Job, name: str) -> int:
    value = job.request[name]
    assert isinstance(value, int)
    return value
