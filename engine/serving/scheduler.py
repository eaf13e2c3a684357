"""Whose turn it is: one bounded queue for every device.

Knows nothing of torch, processes or HTTP; `workers` empties the queue.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable, Mapping, Sequence

from engine.profiles.profile import Tier
from engine.render.events import Queued
from engine.render.job import Job
from engine.render.metrics import Metrics
from engine.render.request import RenderRequest
from engine.serving.errors import Refused
from engine.serving.limits import Limits
from engine.serving.queueing import Entry, FairQueue

URGENCY = {Tier.DRAFT: 0, Tier.FIX: 1, Tier.PRO: 2}
#: tiers as their levels lie in the queue, most urgent first
BY_URGENCY = tuple(sorted(Tier, key=lambda tier: URGENCY[tier]))
#: levels per tier: one for each request priority from 10 (first) to -10
LEVELS_PER_TIER = 21
#: device seconds of a picture until one was measured
UNKNOWN_PACE_SECONDS = 2.0


def base_level(tier: Tier) -> int:
    """The most urgent level of a tier."""
    return URGENCY[tier] * LEVELS_PER_TIER


def batch_key(request: RenderRequest) -> Hashable | None:
    """Requests with equal keys may be denoised together; None stays alone."""
    if request.tier is not Tier.DRAFT or request.is_edit:
        return None
    return (request.width, request.height, request.steps, request.guidance, request.loras)


class Scheduler:
    """The queue that all workers of an engine share. Thread-safe."""

    def __init__(self, *, limits: Limits, batch_pictures: int, metrics: Metrics) -> None:
        self._limits = limits
        self._batch_pictures = batch_pictures
        self._metrics = metrics
        self._queue: FairQueue[Job] = FairQueue()
        self._entries: dict[Job, Entry[Job]] = {}
        self._condition = threading.Condition()
        self._stopping = False
        self._running: list[Job] = []
        #: how many devices share the work
        self.devices = 1
        #: smoothed device seconds of a picture, to tell the turned-away when to come again
        self._pace = dict.fromkeys(Tier, UNKNOWN_PACE_SECONDS)
        self._measured: set[Tier] = set()

    @property
    def waiting(self) -> int:
        with self._condition:
            return len(self._queue)

    def waiting_by_tier(self) -> dict[Tier, int]:
        """Jobs that wait, by tier."""
        with self._condition:
            return {
                tier: sum(self._queue.waiting(base_level(tier) + level) for level in range(LEVELS_PER_TIER))
                for tier in Tier
            }

    def submit(self, job: Job) -> None:
        """Let a job wait for its turn. Raises Refused (429) when too many wait already."""
        with self._condition:
            entry = self._entry(job)
            if len(self._queue) >= self._limits.waiting_jobs:
                seconds = self._seconds_ahead(entry.level)
                self._metrics.refused("queue_full")
                raise Refused(
                    f"The engine is busy: {len(self._queue)} jobs wait. Try again in {seconds:.0f} s.",
                    status=429,
                    code="queue_full",
                    retry_after=seconds,
                )
            job.log.append(Queued(position=len(self._queue) + len(self._running), job=job.id))
            self._push(entry)

    def requeue(self, job: Job) -> None:
        """Let a job that lost its worker go first among its kind; it paints what was not delivered."""
        with self._condition:
            if job in self._running:
                self._running.remove(job)
            if not self._stopping:
                self._push(self._entry(job), first=True)

    def withdraw(self, job: Job) -> bool:
        """Take a job that still waits out of the queue; returns whether it waited."""
        with self._condition:
            entry = self._entries.pop(job, None)
            if entry is None:
                return False
            self._queue.remove(entry)
            self._condition.notify_all()
            return True

    def _entry(self, job: Job) -> Entry[Job]:
        request = job.request
        return Entry(
            item=job,
            level=base_level(request.tier) + 10 - request.priority,
            key=request.fairness_key,
            cost=len(request.seeds),
            batch_key=batch_key(request),
        )

    def _push(self, entry: Entry[Job], *, first: bool = False) -> None:
        self._entries[entry.item] = entry
        self._queue.push(entry, first=first)
        self._condition.notify_all()

    def _seconds_ahead(self, level: int) -> float:
        """How long the devices need for what is at least as urgent and waits, in seconds."""
        ahead = self._queue.cost_ahead(level)
        seconds = sum(self._pace[BY_URGENCY[at // LEVELS_PER_TIER]] * cost for at, cost in ahead.items())
        return max(1.0, seconds / max(1, self.devices))

    def expect_pace(self, seconds: Mapping[Tier, float]) -> None:
        """What a picture of each tier will probably take, until one was measured."""
        for tier, guess in seconds.items():
            if tier not in self._measured:
                self._pace[tier] = guess

    def learn_pace(self, tier: Tier, seconds: float) -> None:
        """Remember how long a picture of this tier took."""
        # The first measurement replaces the guess; later ones are smoothed in.
        weight = 0.2 if tier in self._measured else 1.0
        self._measured.add(tier)
        self._pace[tier] += weight * (seconds - self._pace[tier])

    def has_more_urgent_than(self, level: int) -> bool:
        with self._condition:
            return self._queue.has_more_urgent_than(level)

    def take(self, *, more_urgent_than: int | None = None) -> list[Job]:
        """The next jobs to run together, which then count as running; empty when none may run."""
        with self._condition:
            return self._take(more_urgent_than)

    def wait_and_take(self) -> list[Job]:
        """As `take`, after waiting for work; empty when the scheduler was stopped."""
        with self._condition:
            while not self._stopping:
                if jobs := self._take(None):
                    return jobs
                self._condition.wait()
            return []

    def _take(self, more_urgent_than: int | None) -> list[Job]:
        if self._stopping:
            return []
        entries = self._queue.take(more_urgent_than=more_urgent_than, most=self._batch_pictures)
        jobs = [entry.item for entry in entries]
        for job in jobs:
            self._entries.pop(job, None)
        self._running.extend(jobs)
        return jobs

    def ended(self, jobs: Sequence[Job]) -> None:
        """These jobs no longer run."""
        with self._condition:
            self._running = [job for job in self._running if job not in jobs]
            self._condition.notify_all()

    def wait_until_idle(self, seconds: float) -> bool:
        """Wait until nothing runs or waits, for so long at most; returns whether that is so."""
        with self._condition:
            return self._condition.wait_for(lambda: not self._running and not len(self._queue), seconds)

    def fail_waiting(self, sentence: str, *, status: int, code: str) -> None:
        """End everything that waits."""
        with self._condition:
            waiting = list(self._entries)
            for job in waiting:
                self._queue.remove(self._entries.pop(job))
            self._condition.notify_all()
        for job in waiting:
            job.fail(sentence, code=code, status=status)

    def stop(self) -> None:
        """Hand out nothing more; what waits is told so, what runs is cancelled."""
        with self._condition:
            self._stopping = True
            for job in self._running:
                job.cancel()
        self.fail_waiting("The engine is stopping; send the request again soon.", status=503, code="stopping")
