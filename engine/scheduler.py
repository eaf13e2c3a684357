"""One worker thread per device: runs jobs by priority, fairly, in small batches, and lets urgent ones overtake.

A running Pro render or fix calls `Control.step` at each step boundary; waiting drafts run right there, on the
same thread, and the render goes on as if nothing had happened. Knows nothing of torch or HTTP.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from engine.events import Done, EventLog, Failed, Queued
from engine.limits import Limits
from engine.metrics import Metrics
from engine.protocol import RenderRequest
from engine.queueing import Entry, FairQueue
from engine.refusal import Refused
from engine.tiers import Tier

log = logging.getLogger("engine.scheduler")

URGENCY = {Tier.DRAFT: 0, Tier.FIX: 1, Tier.PRO: 2}
#: levels per tier: one for each request priority from 10 (first) to -10
LEVELS_PER_TIER = 21


class Cancelled(Exception):
    """Nobody waits for this work any more."""


class RenderFailed(Exception):
    """The work cannot be finished; the message is a sentence for whoever asked."""


@dataclass(eq=False, kw_only=True)
class Job:
    """One accepted request on its way through the worker."""

    request: RenderRequest
    log: EventLog
    #: when it was accepted, on the monotonic clock, in seconds
    accepted: float = field(default_factory=time.monotonic)
    #: when the worker first touched it
    started: float | None = None
    first_preview: float | None = None
    _cancel: threading.Event = field(default_factory=threading.Event)

    @property
    def queue_seconds(self) -> float:
        return (self.started if self.started is not None else time.monotonic()) - self.accepted

    @property
    def cancelled(self) -> bool:
        return self._cancel.is_set()

    def cancel(self) -> None:
        """Stop the work at its next step."""
        self._cancel.set()


class Control:
    """What running work asks at each step boundary."""

    def __init__(self, worker: Worker, jobs: Sequence[Job]) -> None:
        self._worker = worker
        self._jobs = jobs
        self._level = min(base_level(job.request.tier) for job in jobs)
        self._uninterrupted = False

    def step(self) -> None:
        """Raise Cancelled when nobody waits for the work; otherwise let more urgent work run first."""
        if all(job.cancelled for job in self._jobs):
            raise Cancelled
        if not self._uninterrupted:
            self._worker.run_more_urgent_than(self._level)

    @property
    def must_yield(self) -> bool:
        """Whether more urgent work waits."""
        return not self._uninterrupted and self._worker.has_more_urgent_than(self._level)

    @contextmanager
    def uninterrupted(self) -> Iterator[None]:
        """While the shared weights are in another state, nothing else may use them."""
        before, self._uninterrupted = self._uninterrupted, True
        try:
            yield
        finally:
            self._uninterrupted = before


def base_level(tier: Tier) -> int:
    """The most urgent level of a tier."""
    return URGENCY[tier] * LEVELS_PER_TIER


class Worker:
    """The queue of one device and the thread that empties it."""

    def __init__(
        self,
        *,
        prepare: Callable[[], None],
        run: Callable[[Sequence[Job], Control], None],
        batch_key: Callable[[RenderRequest], Hashable | None],
        limits: Limits,
        batch_pictures: int,
        metrics: Metrics,
    ) -> None:
        self._prepare = prepare
        self._run = run
        self._batch_key = batch_key
        self._limits = limits
        self._batch_pictures = batch_pictures
        self._metrics = metrics
        self._queue: FairQueue[Job] = FairQueue()
        self._condition = threading.Condition()
        self._stopping = False
        self._running: list[Job] = []
        #: smoothed device seconds of a picture, to tell the turned-away when to come again
        self._pace = dict.fromkeys(Tier, 2.0)
        self._thread = threading.Thread(target=self._main, name="engine-worker", daemon=True)

    def start(self) -> None:
        """Start the thread; it prepares itself first (loads and warms up the model)."""
        self._thread.start()

    @property
    def waiting(self) -> int:
        with self._condition:
            return len(self._queue)

    def wait_until_idle(self, seconds: float) -> bool:
        """Wait until nothing runs or waits, for so long at most; returns whether that is so."""
        with self._condition:
            return self._condition.wait_for(lambda: not self._running and not len(self._queue), seconds)

    def waiting_by_tier(self) -> dict[Tier, int]:
        """Jobs that wait, by tier."""
        with self._condition:
            return {
                tier: sum(self._queue.waiting(base_level(tier) + level) for level in range(LEVELS_PER_TIER))
                for tier in Tier
            }

    def submit(self, job: Job) -> None:
        """Let a job wait for its turn. Raises Refused (429) when too many wait already."""
        request = job.request
        level = base_level(request.tier) + 10 - request.priority
        entry = Entry(
            item=job,
            level=level,
            key=request.fairness_key,
            cost=len(request.seeds),
            batch_key=self._batch_key(request),
        )
        with self._condition:
            if len(self._queue) >= self._limits.waiting_jobs:
                seconds = self._seconds_ahead(level)
                self._metrics.refused("queue_full")
                raise Refused(
                    f"The engine is busy: {len(self._queue)} jobs wait. Try again in {seconds:.0f} s.",
                    status=429,
                    code="queue_full",
                    retry_after=seconds,
                )
            job.log.append(Queued(position=len(self._queue) + len(self._running)))
            self._queue.push(entry)
            self._condition.notify_all()

    def _seconds_ahead(self, level: int) -> float:
        tiers = sorted(Tier, key=lambda tier: URGENCY[tier])
        ahead = self._queue.cost_ahead(level)
        return max(1.0, sum(self._pace[tiers[lv // LEVELS_PER_TIER]] * cost for lv, cost in ahead.items()))

    def learn_pace(self, tier: Tier, seconds: float) -> None:
        """Remember how long a picture of this tier took."""
        self._pace[tier] += 0.2 * (seconds - self._pace[tier])

    def has_more_urgent_than(self, level: int) -> bool:
        with self._condition:
            return self._queue.has_more_urgent_than(level)

    def run_more_urgent_than(self, level: int) -> None:
        """Run everything that waits at more urgent levels; called on the worker's own thread."""
        while True:
            with self._condition:
                entries = self._queue.take(more_urgent_than=level, most=self._batch_pictures)
            if not entries:
                return
            self._metrics.overtook()
            self._run_batch([entry.item for entry in entries])

    def stop(self) -> None:
        """End the thread at its next step; what waits is told so, what runs is cancelled."""
        with self._condition:
            self._stopping = True
            for job in self._running:
                job.cancel()
            while entries := self._queue.take():
                for entry in entries:
                    entry.item.log.append(
                        Failed(sentence="The engine is stopping; send the request again soon.", status=503)
                    )
            self._condition.notify_all()

    def join(self, seconds: float) -> None:
        """Wait for the thread to end."""
        self._thread.join(seconds)

    def _main(self) -> None:
        self._prepare()
        while True:
            with self._condition:
                while not self._stopping and not len(self._queue):
                    self._condition.wait()
                if self._stopping:
                    return
                entries = self._queue.take(most=self._batch_pictures)
            self._run_batch([entry.item for entry in entries])

    def _run_batch(self, jobs: Sequence[Job]) -> None:
        jobs = [job for job in jobs if not self._drop_if_cancelled(job)]
        if not jobs:
            return
        with self._condition:
            self._running.extend(jobs)
        now = time.monotonic()
        for job in jobs:
            job.started = now
            self._metrics.started(job.request.tier, now - job.accepted)
        try:
            self._run(jobs, Control(self, jobs))
            for job in jobs:
                job.log.append(Done())
        except Cancelled:
            for job in jobs:
                self._drop_if_cancelled(job)
        except RenderFailed as error:
            self._fail(jobs, str(error), "render_failed")
        except MemoryError:
            self._fail(
                jobs, "The engine ran out of memory: ask for fewer or smaller pictures.", "out_of_memory"
            )
        except Exception as error:
            log.exception("rendering failed")
            sentence = f"The engine failed while rendering ({type(error).__name__}); its log says more."
            self._fail(jobs, sentence, "internal_error")
        finally:
            with self._condition:
                self._running = [job for job in self._running if job not in jobs]
                self._condition.notify_all()

    def _fail(self, jobs: Sequence[Job], sentence: str, code: str) -> None:
        for job in jobs:
            self._metrics.failed(job.request.tier, code)
            job.log.append(Failed(sentence=sentence, code=code))

    def _drop_if_cancelled(self, job: Job) -> bool:
        if job.cancelled:
            self._metrics.cancelled(job.request.tier)
            job.log.append(Failed(sentence="The request was cancelled.", status=499, code="cancelled"))
        return job.cancelled
