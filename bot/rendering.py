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

from bot import advising, backgrounds, clock, drafting, fixing, ledger, marks, sheets
from bot.desk import Desk, brief_key, job_key
from bot.engine_client import EngineClient
from bot.engine_types import (
    EditRequest,
    EngineEvent,
    EngineFailed,
    GenerateRequest,
    Lacking,
    Options,
    Picture,
    Preview,
)
from bot.first_looks import FirstLooks
from bot.jobs import LeaseLost
from bot.ledger import Usage
from bot.series import SeriesDesk
from bot.slack import effects, views
from bot.slack.effects import Subject
from bot.store import Picture as StoredPicture
from bot.store import Transaction, pictures
from bot.studio import channel_policy, records, vocabulary
from bot.studio.model import Brief, Job, JobState, Tier, Version
from bot.texts import say


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

    desk: Desk
    engine: EngineClient
    preview: Callable[[Brief, bytes], Awaitable[None]]
    #: Hears how fixes get on, for whoever watches one on the editor's page.
    watch: fixing.Watch = fixing.unwatched

    async def render(self, job: Job, owner: str) -> None:
        """Do one job and commit its result. Raises the engine's errors, Remedy or LeaseLost."""
        brief = await self.desk.database.read(lambda tx: records.brief(tx, job.brief))
        match job.tier:
            case Tier.DRAFT if "backgrounds" in job.request:

                async def draw(request: EditRequest) -> tuple[bytes, int, Usage]:
                    (drawn,) = (await self._collect(self.engine.edit(request), request, brief)).pictures
                    return drawn.png, drawn.seed, drawn.usage

                words = await self.engine.vocabulary()
                await backgrounds.render(self.desk, job, brief, owner, draw=draw, known_words=words)
            case Tier.DRAFT if "series" in job.request:

                async def one(request: GenerateRequest) -> tuple[bytes, int, Usage]:
                    (drawn,) = (await self._collect(self.engine.generate(request), request, brief)).pictures
                    return drawn.png, drawn.seed, drawn.usage

                await SeriesDesk(desk=self.desk).render(job, brief, owner, draw=one)
            case Tier.DRAFT:
                await self._draft(job, brief, owner)
            case Tier.PRO:
                await self._pro(job, brief, owner)
            case Tier.FIX:
                await self._fix(job, brief, owner)

    async def _draft(self, job: Job, brief: Brief, owner: str) -> None:
        request = await drafting.request_of(job, brief, _size(job), read=self._read)
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
        sheet = await asyncio.to_thread(self.desk.picture_store.keep, sheet_png)
        kept = [await asyncio.to_thread(self.desk.picture_store.keep, picture.png) for picture in drawn]
        brand = await marks.look(self.desk, brief, [picture.png for picture in drawn])
        at = clock.now()

        def work(tx: Transaction) -> None:
            _claim(tx, job, owner)
            pictures.record(tx, sheet, at)
            for number, (picture, stored) in enumerate(zip(drawn, kept, strict=True), 1):
                pictures.record(tx, stored, at)
                cell = records.add_version(
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
            rule = channel_policy.policy_of(tx, brief.channel).approval
            effects.queue_update(
                tx,
                key=f"{brief_key(brief.id)}:grid",
                target=brief_key(brief.id),
                message=advising.with_advice(
                    brand.under(views.grid, told=True)(
                        brief,
                        sheet=sheet.sha256,
                        cells=len(drawn),
                        seconds=used.seconds,
                        cost_micro=cost,
                        state=ledger.budget_of(tx, brief.channel, at, self.desk.purse.rule),
                        notes=[note for note in (answer.note, *advice) if note],
                        rule=rule,
                    ),
                    advising.carried(tx, brief_key(brief.id)),
                    before="again",
                ),
                subject=Subject(role="grid", brief=brief.id),
                at=at,
            )
            extra = (rule.emoji,) if rule.emoji and len(drawn) == 1 else ()
            for name in (*views.NUMBER_EMOJI[: len(drawn)], *extra):
                effects.queue_reaction(
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
        png = await backgrounds.restored(self.desk, brief, drawn.png)
        stored = await asyncio.to_thread(self.desk.picture_store.keep, png)
        brand = await marks.look(self.desk, brief, [png], product_kept=png is not drawn.png)
        at = clock.now()

        def work(tx: Transaction) -> None:
            _claim(tx, job, owner)
            pictures.record(tx, stored, at)
            version = records.add_version(
                tx,
                job=job,
                kind="pro",
                number=records.count_versions(tx, brief.id, "pro") + 1,
                prompt=cell.prompt,
                seed=drawn.seed,
                picture=stored.sha256,
                seconds=drawn.usage.seconds,
                at=at,
            )
            brand.keep(tx, 0, version.id)
            cost = self._settle(tx, job, drawn.usage, at)
            effects.queue_update(
                tx,
                key=f"{job_key(job)}:done",
                target=job_key(job),
                message=brand.under(views.pro_done)(
                    brief,
                    version,
                    cell=cell.number,
                    people=records.approvers(tx, cell.id) or [job.person],
                    size=(stored.width, stored.height),
                    cost_micro=cost,
                    state=ledger.budget_of(tx, brief.channel, at, self.desk.purse.rule),
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
            events = fixing.watched(self.engine.edit(request), job, self.watch)
            (drawn,) = (await self._collect(events, request, brief)).pictures
            return drawn.png, drawn.seed, drawn.usage

        fixed = await fixing.make(job, brief, original, read=self._read, draw=draw)
        mask_png = await self._read(mask)
        stored = await asyncio.to_thread(self.desk.picture_store.keep, fixed.png)
        brand = await marks.look(self.desk, brief, [fixed.png])
        comparison_png = await asyncio.to_thread(sheets.before_after, original, fixed.png, mask_png)
        comparison = await asyncio.to_thread(self.desk.picture_store.keep, comparison_png)
        at = clock.now()

        def work(tx: Transaction) -> None:
            _claim(tx, job, owner)
            pictures.record(tx, stored, at)
            pictures.record(tx, comparison, at)
            version = records.add_version(
                tx,
                job=job,
                kind="fix",
                number=records.count_versions(tx, brief.id, "fix") + 1,
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
            effects.queue_update(
                tx,
                key=f"{job_key(job)}:done",
                target=job_key(job),
                message=brand.under(views.fix_done)(
                    brief,
                    version,
                    region=str(job.request["region"]),
                    person=job.person,
                    comparison=comparison.sha256,
                    outside=fixed.outside,
                    cost_micro=cost,
                    state=ledger.budget_of(tx, brief.channel, at, self.desk.purse.rule),
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
            version = records.version(tx, parent_id)
            return version, pictures.find(tx, version.picture)

        version, picture = await self.desk.database.read(find)
        return version, await asyncio.to_thread(self.desk.picture_store.read, picture)

    async def _read(self, sha256: str) -> bytes:
        picture = await self.desk.database.read(lambda tx: pictures.find(tx, sha256))
        return await asyncio.to_thread(self.desk.picture_store.read, picture)

    def _settle(self, tx: Transaction, job: Job, used: Usage, at: datetime) -> int:
        cost = self.desk.purse.prices.measured(job.tier, used)
        ledger.settle(tx, job=job.id, amount_micro=cost, at=at)
        records.move_job(tx, job.id, JobState.DONE, at)
        self.desk.purse.tell_alert(tx, records.brief(tx, job.brief).channel, at)
        return cost

    async def _commit(self, work: Callable[[Transaction], None]) -> None:
        await self.desk.database.write(work)
        self.desk.committed()


def _claim(tx: Transaction, job: Job, owner: str) -> None:
    """A result counts only while its lease does."""
    if not records.holds_lease(tx, job_id=job.id, owner=owner):
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
