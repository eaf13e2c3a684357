"""From a job to its committed result: follow the engine's stream, keep the pictures, commit them once. Knows no step.

What a kind of job asks of the engine, and what is said of the result, is its handler's: `job.py` in the step's folder.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from operator import add
from typing import Any

from bot import clock, ledger
from bot.briefs import loras
from bot.briefs import table as briefs_table
from bot.briefs.model import Brief, Job, JobState, Task, Version
from bot.briefs.services import Services
from bot.images_api.client import EngineClient
from bot.images_api.types import (
    EditRequest,
    EngineEvent,
    EngineFailed,
    GenerateRequest,
    Lacking,
    Lora,
    Picture,
    Preview,
    Queued,
    Silence,
)
from bot.ledger import BudgetState, Usage
from bot.store import Picture as StoredPicture
from bot.store import Transaction, pictures
from bot.texts import say
from bot.web.metrics import JOB_SECONDS, JOBS
from bot.worker import failures
from bot.worker import table as worker_table
from bot.worker.previews import FirstLooks
from bot.worker.runner import LeaseLost

#: By so much more than a job's age can a picture's device time be, in seconds: clocks are not alike.
SECONDS_GRACE = 60


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A finished picture from the engine."""

    png: bytes
    seed: int
    #: Its share of what the request took.
    usage: Usage
    #: Words that were asked for and cannot be read in it.
    missing_words: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the engine made of one request."""

    pictures: list[Drawn]
    #: What the server could not do, in words; empty when it did all.
    note: str


@dataclass(frozen=True, kw_only=True)
class NewVersion:
    """A picture that becomes a version, as it will be written."""

    #: cell, pro or fix.
    kind: str
    drawn: Drawn
    prompt: str
    #: None: the next of its kind in the brief.
    number: int | None = None
    mask: str | None = None
    instruction: str | None = None
    reference: str | None = None


@dataclass(frozen=True, kw_only=True)
class Committed:
    """What stands in the database as the messages about it are queued, in the same transaction."""

    versions: list[Version]
    pictures: list[StoredPicture]
    #: SHA-256 of the sheet that shows them; empty where there is none.
    sheet: str
    seconds: float
    cost_micro: int
    state: BudgetState
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a handler made."""

    versions: Sequence[NewVersion]
    #: PNG that shows them, beside the pictures themselves.
    sheet: bytes | None = None
    #: Queues what is to be said.
    tell: Callable[[Transaction, Committed], None]


#: `watch(job id, event)` hears how a job gets on; must never raise.
Watch = Callable[[str, dict[str, Any]], None]


def unwatched(job: str, event: dict[str, Any]) -> None:
    """Nobody looks."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """One try at a job, with what its handler needs for it."""

    services: Services
    engine: EngineClient
    preview: Callable[[Brief, bytes], Awaitable[None]]
    job: Job
    brief: Brief
    owner: str

    async def draw(self, request: GenerateRequest | EditRequest, *, watch: Watch | None = None) -> Answer:
        """Follow the engine's events: first looks go to the preview, or to who watches; pictures into the answer.

        A server that does not say seeds or device time is believed to have used those asked for, and is
        charged by the time that it took. Raises the engine's errors.
        """
        request, lacking = await self._with_loras(request)
        events: AsyncIterator[EngineEvent] = (
            self.engine.edit(request) if isinstance(request, EditRequest) else self.engine.generate(request)
        )
        looks = FirstLooks(brief=self.brief, request=request, show=self.preview)
        found: dict[int, Drawn] = {}
        note, silent = say("engine-no-loras", names=", ".join(lacking)) if lacking else "", False
        began = time.monotonic()
        try:
            async for event in events:
                match event:
                    case Queued() if watch:
                        watch(self.job.id, {"type": "queued", "position": event.position})
                    case Preview() if watch:
                        watch(self.job.id, {"type": "preview", "png": event.png, "number": event.number})
                    case Preview():
                        looks.add(event.index, event.png)
                    case Picture():
                        silent = silent or event.seed is None
                        waited = (time.monotonic() - began) / request.count
                        found[event.index] = Drawn(
                            png=event.png,
                            seed=request.seeds[event.index] if event.seed is None else event.seed,
                            usage=self._usage(event, waited),
                            missing_words=event.missing_words,
                        )
                    case Silence():
                        await failures.engine_away(
                            self.services, self.job, event.sentence, event.seconds_left
                        )
                    case Lacking():
                        note = event.sentence
        finally:
            await looks.stop()
        if request.seeds and silent and not note:
            note = say("engine-seeds-unsaid")
        if sorted(found) != list(range(request.count)):
            raise EngineFailed(say("engine-too-few", pictures=len(found), asked=request.count))
        return Answer(pictures=[found[index] for index in range(request.count)], note=note)

    async def _with_loras(
        self, request: GenerateRequest | EditRequest
    ) -> tuple[GenerateRequest | EditRequest, list[str]]:
        """The request with the LoRAs that its prompt's tags name, as far as its tier has them; which it lacks."""
        prompt, named = loras.split(request.prompt)
        if not named:
            return request, []
        if self.engine.known_loras(request.tier or "") is None:
            await self.engine.vocabulary()
        has = self.engine.known_loras(request.tier or "") or ()
        used = tuple(Lora(name=name, weight=weight) for name, weight in named.items() if name in has)
        return replace(request, prompt=prompt, loras=used), [name for name in named if name not in has]

    def _usage(self, picture: Picture, waited_s: float) -> Usage:
        """What one picture took, as the server says it, or as far as it can be told from outside.

        Raises EngineFailed where no device can have worked so long since the job was ordered.
        """
        width, height = picture.size
        age_s = (clock.now() - self.job.created_at).total_seconds()
        if picture.seconds is not None and picture.seconds > max(age_s, 0) + SECONDS_GRACE:
            raise EngineFailed(say("engine-amount", what="seconds", value=f"{picture.seconds:.0f}"))
        return Usage(
            pixels=width * height,
            steps=int(picture.details.get("steps", 0)),
            seconds=waited_s if picture.seconds is None else picture.seconds,
            joules=picture.joules,
            input_tokens=picture.input_tokens,
            output_tokens=picture.output_tokens,
        )

    async def draw_one(self, request: GenerateRequest | EditRequest, *, watch: Watch | None = None) -> Drawn:
        """The same for a request of one picture."""
        (drawn,) = (await self.draw(request, watch=watch)).pictures
        return drawn

    async def read(self, sha256: str) -> bytes:
        """A kept picture's bytes."""
        picture = await self.services.database.read(lambda tx: pictures.find(tx, sha256))
        return await asyncio.to_thread(self.services.picture_store.read, picture)

    async def parent(self) -> Version:
        """The version that the job starts from."""
        assert self.job.parent is not None
        number = self.job.parent
        return await self.services.database.read(lambda tx: briefs_table.version(tx, number))

    async def say(self, work: Callable[[Transaction, datetime], None]) -> None:
        """Commit how far it is. Raises LeaseLost where the job was stopped meanwhile."""
        at = clock.now()

        def held(tx: Transaction) -> None:
            self.claim(tx)
            work(tx, at)

        await self.services.database.write(held)

    def claim(self, tx: Transaction) -> None:
        """A result counts only while its lease does. Raises LeaseLost."""
        if not worker_table.holds_lease(tx, job_id=self.job.id, owner=self.owner):
            raise LeaseLost(self.job.id)


#: Does one kind of job. Raises the engine's errors, UserError or LeaseLost.
Handler = Callable[[Run], Awaitable[Result]]


@dataclass(frozen=True, kw_only=True)
class Renderer:
    """Does jobs by their kind's handler. `preview(brief, sheet)` is told of first looks and must never raise."""

    services: Services
    engine: EngineClient
    preview: Callable[[Brief, bytes], Awaitable[None]]
    handlers: Mapping[type[Task], Handler]
    #: Within each result's transaction: money was spent in that channel.
    settled: Callable[[Transaction, str, datetime], None]

    async def render(self, job: Job, owner: str) -> None:
        """Do one job and commit its result. Raises the engine's errors, UserError or LeaseLost."""
        brief = await self.services.database.read(lambda tx: briefs_table.brief(tx, job.brief))
        run = Run(
            services=self.services,
            engine=self.engine,
            preview=self.preview,
            job=job,
            brief=brief,
            owner=owner,
        )
        result = await self.handlers[type(job.task)](run)
        await self._commit(run, result)

    async def _commit(self, run: Run, result: Result) -> None:
        """The pictures, their versions, the money, the job's end and what is said: all or nothing, and once."""
        store = self.services.picture_store
        kept = [await asyncio.to_thread(store.keep, new.drawn.png) for new in result.versions]
        sheet = await asyncio.to_thread(store.keep, result.sheet) if result.sheet else None
        used = reduce(add, (new.drawn.usage for new in result.versions))
        job, at = run.job, clock.now()

        def work(tx: Transaction) -> None:
            run.claim(tx)
            for picture in [*kept, sheet] if sheet else kept:
                pictures.record(tx, picture, at)
            versions = [
                briefs_table.add_version(
                    tx,
                    job=job,
                    kind=new.kind,
                    number=new.number or briefs_table.count_versions(tx, job.brief, new.kind) + 1,
                    prompt=new.prompt,
                    seed=new.drawn.seed,
                    picture=picture.sha256,
                    seconds=new.drawn.usage.seconds,
                    at=at,
                    mask=new.mask,
                    instruction=new.instruction,
                    reference=new.reference,
                )
                for new, picture in zip(result.versions, kept, strict=True)
            ]
            cost = self.services.prices.measured(job.tier, used)
            ledger.settle(tx, job=job.id, amount_micro=cost, at=at)
            worker_table.move_job(tx, job.id, JobState.DONE, at)
            self.settled(tx, run.brief.channel, at)
            result.tell(
                tx,
                Committed(
                    versions=versions,
                    pictures=kept,
                    sheet=sheet.sha256 if sheet else "",
                    seconds=used.seconds,
                    cost_micro=cost,
                    state=ledger.budget_of(tx, run.brief.channel, at, self.services.rule),
                    at=at,
                ),
            )

        await self.services.database.write(work)
        JOBS.labels(job.task.kind, "done").inc()
        JOB_SECONDS.labels(job.task.kind).observe(max(0.0, (at - job.created_at).total_seconds()))
