"""The durable runner: leases jobs, keeps the leases alive, tries again when the engine is away, gives up in time.

Knows neither Slack nor what a tier does: that is the `render` it is given.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import timedelta
from functools import partial

from bot import clock
from bot.briefs import table as briefs_table
from bot.briefs.model import Job, JobState, Tier, UserError
from bot.images_api.client import EngineBlocked, EngineBusy, EngineFailed, EngineRefused, EngineUnreachable
from bot.store import Database, Loop, Transaction
from bot.store.pictures import PictureGone
from bot.texts import say
from bot.worker import table as worker_table

log = logging.getLogger(__name__)

#: Pause before an unreachable engine is tried again, in seconds; doubles up to the limit.
FIRST_PAUSE_S = 0.5
PAUSE_LIMIT_S = 10.0
#: For so long a job is tried again before its thread hears of it, in seconds: a full queue is no trouble yet.
QUIET_S = 20.0
#: How often a job that meets a defect of ours, or a crash of the engine's, is tried.
ATTEMPTS_LIMIT = 3


class LeaseLost(Exception):
    """Another runner took the job, or it was cancelled: the result is dropped."""


def _of(job: Job, **more: object) -> dict[str, object]:
    """What a line of the log says of a job to programs."""
    return {"brief": job.brief, "job": job.id, "kind": job.task.kind, "person": job.person, **more}


class Runner:
    """Runs jobs until cancelled. Each tier has its own number of places."""

    def __init__(
        self,
        *,
        database: Database,
        render: Callable[[Job, str], Awaitable[None]],
        give_up: Callable[[str, str], Awaitable[None]],
        trouble: Callable[[Job, str, float], Awaitable[None]],
        blocked: Callable[[Job, str], Awaitable[None]],
        places: Mapping[Tier, int],
        lease_s: float,
        patience_s: float,
    ) -> None:
        """`render(job, owner)` does a job and commits its result, or raises one of the engine's errors or a
        UserError; `give_up(job id, sentence)` ends it; `trouble(job, sentence, seconds left)` hears of the first
        failure in a row; `blocked(job, sentence)` of what the engine's checker refused, before the job is given up.
        """
        self._database = database
        self._render = render
        self._give_up = give_up
        self._trouble = trouble
        self._blocked = blocked
        self._places = places
        self._lease = timedelta(seconds=lease_s)
        self._patience_s = patience_s
        self._owner = uuid.uuid4().hex
        #: Channels in the order in which a job of theirs was leased last: the one at the front waited longest.
        self._served: dict[str, None] = {}
        self._loop = Loop(
            "the runner", database, watches={"jobs"}, take=self._next, do=self._work, due_s=self._due_s
        )
        #: Monotonic moment of the first failure in a row, by job.
        self._trouble_since: dict[str, float] = {}
        #: Jobs whose threads heard of it already.
        self._troubles_said: set[str] = set()

    async def run(self) -> None:
        """Lease and run jobs until cancelled. What is cut off then is taken up at the next start."""
        at = clock.now()
        cut_off = await self._database.write(lambda tx: worker_table.release_leases(tx, at))
        if cut_off:
            log.info("taking up %d jobs that the last run left unfinished", cut_off)
        await self._loop.run()

    async def drain(self) -> None:
        """Lease nothing new; returns when the jobs in hand are done."""
        await self._loop.drain()

    async def _next(self, at_work: Collection[Job]) -> Job | None:
        """The next job for which its tier has a place, leased."""
        await self._drop_cancelled({job.id for job in at_work})
        taken = Counter(job.tier for job in at_work)
        free = [tier for tier, places in self._places.items() if taken[tier] < places]
        at = clock.now()

        def lease(tx: Transaction) -> tuple[Job, str] | None:
            job = worker_table.lease_next(
                tx, tiers=free, owner=self._owner, lease=self._lease, at=at, served=list(self._served)
            )
            return (job, briefs_table.brief(tx, job.brief).channel) if job else None

        leased = await self._database.write(lease)
        if leased is None:
            return None
        job, channel = leased
        self._served.pop(channel, None)
        self._served[channel] = None
        log.info("%s begins", job.id, extra=_of(job, channel=channel, attempt=job.attempts))
        return job

    async def _drop_cancelled(self, at_work: Collection[str]) -> None:
        """Stop the work on jobs that somebody cancelled; the engine hears of it by the closed connection."""
        if at_work:
            gone = await self._database.read(lambda tx: worker_table.cancelled(tx, at_work))
            for task, job in self._loop.in_hand.items():
                if job.id in gone:
                    task.cancel()

    async def _due_s(self) -> float | None:
        due = await self._database.read(worker_table.next_wakeup)
        return None if due is None else (due - clock.now()).total_seconds()

    async def _work(self, job: Job) -> None:
        render = asyncio.create_task(self._try(job))
        heartbeat = asyncio.create_task(self._keep_lease(job, render))
        try:
            await render
        except asyncio.CancelledError:
            render.cancel()
            await asyncio.gather(render, return_exceptions=True)
            raise
        finally:
            heartbeat.cancel()

    async def _keep_lease(self, job: Job, render: asyncio.Task[None]) -> None:
        """Renew the lease at a third of its length; when it is lost, stop the work."""
        while True:
            await asyncio.sleep(self._lease.total_seconds() / 3)
            renew = partial(
                worker_table.renew_lease, job_id=job.id, owner=self._owner, until=clock.now() + self._lease
            )
            kept = await self._database.write(renew)
            if not kept:
                render.cancel()
                return

    async def _try(self, job: Job) -> None:
        began = time.monotonic()
        try:
            await self._render(job, self._owner)
            log.info("%s is done", job.id, extra=_of(job, seconds=round(time.monotonic() - began, 3)))
        except LeaseLost:
            log.info("dropped a result of %s, which is no longer ours", job.id)
        except EngineBlocked as error:
            await self._blocked(job, str(error))
            await self._give_up(job.id, str(error))
        except (UserError, EngineRefused) as error:
            await self._give_up(job.id, str(error))
        except EngineBusy as error:
            return await self._wait(job, str(error), error.retry_after_s)
        except EngineUnreachable as error:
            return await self._wait(job, str(error), None)
        except EngineFailed as error:
            if time.monotonic() - began > QUIET_S and job.attempts < ATTEMPTS_LIMIT:
                # The next tries may take as long again.
                await self._trouble(job, str(error), self._patience_s)
            await self._try_again(job, str(error))
        except PictureGone:
            await self._give_up(job.id, say("picture-gone"))
        except Exception:
            log.exception("a defect in rendering %s", job.id)
            await self._try_again(job, say("bot-broke"))
        self._trouble_since.pop(job.id, None)
        self._troubles_said.discard(job.id)

    async def _try_again(self, job: Job, sentence: str) -> None:
        if job.attempts >= ATTEMPTS_LIMIT:
            await self._give_up(job.id, sentence)
        else:
            await self._requeue(job, FIRST_PAUSE_S)

    async def _wait(self, job: Job, sentence: str, retry_after_s: float | None) -> None:
        """Put the job back until the engine may answer; give up when patience ends."""
        since = self._trouble_since.setdefault(job.id, time.monotonic())
        waited = time.monotonic() - since
        if waited >= self._patience_s:
            del self._trouble_since[job.id]
            self._troubles_said.discard(job.id)
            await self._give_up(job.id, sentence)
            return
        soon = retry_after_s is not None and waited + retry_after_s < QUIET_S
        if not soon and job.id not in self._troubles_said:
            self._troubles_said.add(job.id)
            await self._trouble(job, sentence, self._patience_s - waited)
        pause = min(max(FIRST_PAUSE_S, waited / 2), PAUSE_LIMIT_S) if retry_after_s is None else retry_after_s
        await self._requeue(job, min(pause, max(0.1, self._patience_s - waited)))

    async def _requeue(self, job: Job, pause_s: float) -> None:
        at = clock.now()

        def work(tx: Transaction) -> None:
            if worker_table.holds_lease(tx, job_id=job.id, owner=self._owner):
                not_before = at + timedelta(seconds=pause_s)
                worker_table.move_job(tx, job.id, JobState.QUEUED, at, not_before=not_before)

        await self._database.write(work)
