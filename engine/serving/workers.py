"""Workers: a thread for each device that runs what the scheduler hands out, and a watchdog that replaces lost ones.

A running Pro render or fix calls `Control.step` at each step boundary; waiting drafts run right there, on the
same thread, and the render goes on as if nothing had happened. Knows nothing of torch or HTTP.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from engine.profiles.profile import Profile, Tier
from engine.render.events import Done, Failed
from engine.render.job import Cancelled, Control, Job, RenderFailed
from engine.render.metrics import Metrics
from engine.serving.limits import Limits
from engine.serving.scheduler import Scheduler, base_level

log = logging.getLogger("engine.serving.workers")

#: replacements are counted over so long, in seconds
REPLACEMENT_WINDOW_SECONDS = 600.0
#: how often a job that may be innocent of its worker's end is tried again
MOST_RESTARTS = 3


class CannotStart(Exception):
    """A device cannot serve; the message is a sentence that says what to do."""


class DeviceLost(Exception):
    """What ran on a device is gone; the message is a sentence. `innocent` when nothing had begun to run yet."""

    def __init__(self, sentence: str, *, innocent: bool = False) -> None:
        super().__init__(sentence)
        self.innocent = innocent


class _Gone(Exception):
    """The worker was replaced while this thread was away: whatever it was doing is no longer its own."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a device tells once it is ready."""

    #: the profile, with what “auto” came to
    profile: Profile
    #: what rendered sides must divide by, in pixels
    multiple: int
    #: what a picture of each tier will probably take, in seconds
    pace: Mapping[Tier, float]
    #: tiers that can be shown further pictures to go by
    takes_references: frozenset[Tier] = frozenset()
    #: why the weights lie and run as they do, as sentences
    reasons: tuple[str, ...] = ()


class Device(Protocol):
    """Where pictures are painted: a model in this process, or in one of its own."""

    name: str

    def prepare(self) -> Facts:
        """Load and warm up. Raises CannotStart."""

    def run(self, jobs: Sequence[Job], control: Control) -> None:
        """Paint jobs that agree on their batch key. Raises Cancelled, RenderFailed, DeviceLost."""

    @property
    def ended(self) -> str | None:
        """Why the device is gone, as a sentence; None while it is there."""

    def kill(self) -> None:
        """End whatever runs, where that is possible; called from another thread."""


class WorkerState(Enum):
    """Where a worker stands."""

    LOADING = "loading"
    READY = "ready"
    #: the device cannot serve
    FAILED = "failed"
    #: hung or crashed, and replaced by another
    LOST = "lost"


class Worker:
    """One device and the thread that keeps it busy."""

    def __init__(
        self,
        device: Device,
        scheduler: Scheduler,
        *,
        metrics: Metrics,
        changed: Callable[[Worker], None],
    ) -> None:
        self.device = device
        self.state = WorkerState.LOADING
        self.reason: str | None = None
        self.facts: Facts | None = None
        self._scheduler = scheduler
        self._metrics = metrics
        self._changed = changed
        self._lock = threading.Lock()
        #: batches under way, the innermost last
        self._stack: list[Sequence[Job]] = []
        self._beat = time.monotonic()
        self._thread = threading.Thread(target=self._main, name=f"engine-{device.name}", daemon=True)

    def start(self) -> None:
        """Start the thread; it prepares the device first (loads and warms up the model)."""
        self._thread.start()

    @property
    def lost(self) -> bool:
        return self.state is WorkerState.LOST

    @property
    def silent_seconds(self) -> float:
        """How long the running work has not reached another step; 0 while nothing runs."""
        with self._lock:
            return time.monotonic() - self._beat if self._stack else 0.0

    @property
    def busy(self) -> bool:
        """Whether something runs."""
        with self._lock:
            return bool(self._stack)

    def beat(self) -> None:
        """Something was done just now."""
        self._beat = time.monotonic()

    def has_more_urgent_than(self, level: int) -> bool:
        return self._scheduler.has_more_urgent_than(level)

    def run_more_urgent_than(self, level: int) -> None:
        """Run everything that waits at more urgent levels; called on the worker's own thread."""
        while jobs := self._scheduler.take(more_urgent_than=level):
            self._metrics.overtook()
            self._run_batch(jobs)
            if self.lost:
                raise _Gone

    def abandon(self, sentence: str, *, innocent: bool = False) -> None:
        """Give the device up: the innermost work fails with the sentence, what it had interrupted starts again."""
        with self._lock:
            if self.lost:
                return
            self.state, self.reason = WorkerState.LOST, sentence
            stack = list(self._stack)
        log.error("%s: %s", self.device.name, sentence)
        self._metrics.worker_lost()
        self.device.kill()
        # Told first, so that nobody who hears of the failure still finds the engine ready.
        self._changed(self)
        for depth, jobs in enumerate(stack):
            for job in jobs:
                if job.over:
                    self._scheduler.ended([job])
                elif depth == len(stack) - 1 and not (innocent and job.restarts < MOST_RESTARTS):
                    self._metrics.failed(job.request.tier, "worker_lost")
                    job.fail(sentence, code="worker_lost")
                    self._scheduler.ended([job])
                else:
                    job.restarts += 1
                    self._scheduler.requeue(job)

    def _main(self) -> None:
        try:
            self.facts = self.device.prepare()
        except CannotStart as error:
            self._become(WorkerState.FAILED, str(error))
            return
        except Exception as error:
            log.exception("the model could not be started")
            sentence = f"The model could not be started ({type(error).__name__}: {error})."
            self._become(WorkerState.FAILED, sentence)
            return
        self._scheduler.expect_pace(self.facts.pace)
        self._become(WorkerState.READY, None)
        while not self.lost and (jobs := self._scheduler.wait_and_take()):
            self._run_batch(jobs)

    def _become(self, state: WorkerState, reason: str | None) -> None:
        with self._lock:
            if self.lost:
                return
            self.state, self.reason = state, reason
        self._changed(self)

    def _run_batch(self, taken: Sequence[Job]) -> None:
        for job in taken:
            self._drop_if_cancelled(job)
        jobs = [job for job in taken if not job.over]
        if not jobs:
            self._scheduler.ended(taken)
            return
        now = time.monotonic()
        for job in jobs:
            if job.started is None:
                job.started = now
                self._metrics.started(job.request.tier, now - job.accepted)
        with self._lock:
            # Given up while it waited for work: what it took is another one's.
            taken_in_vain = self.lost
            if not taken_in_vain:
                self._stack.append(jobs)
                self.beat()
        if taken_in_vain:
            self._scheduler.ended([job for job in taken if job.over])
            for job in jobs:
                self._scheduler.requeue(job)
            return
        control = _WorkerControl(self, jobs)
        try:
            self.device.run(jobs, control)
            if not self.lost:
                pictures = sum(len(job.request.seeds) for job in jobs)
                taken_seconds = time.monotonic() - now - control.interrupted_seconds
                self._scheduler.learn_pace(jobs[0].request.tier, taken_seconds / pictures)
                for job in jobs:
                    job.log.append(Done())
        except _Gone:
            pass
        except Cancelled:
            for job in jobs:
                self._drop_if_cancelled(job)
        except DeviceLost as error:
            self.abandon(str(error), innocent=error.innocent)
        except RenderFailed as error:
            self._fail(jobs, str(error), error.code, error.status)
        except MemoryError:
            sentence = "The engine ran out of memory: ask for fewer or smaller pictures."
            self._fail(jobs, sentence, "out_of_memory")
        except Exception as error:
            log.exception("rendering failed")
            sentence = f"The engine failed while rendering ({type(error).__name__}); its log says more."
            self._fail(jobs, sentence, "internal_error")
        finally:
            with self._lock:
                self._stack.pop()
                self.beat()
            if not self.lost:
                self._scheduler.ended(taken)

    def _fail(self, jobs: Sequence[Job], sentence: str, code: str, status: int = 500) -> None:
        if self.lost:
            return
        for job in jobs:
            if not job.over:
                self._metrics.failed(job.request.tier, code)
                job.fail(sentence, code=code, status=status)

    def _drop_if_cancelled(self, job: Job) -> None:
        if job.cancelled:
            self._metrics.cancelled(job.request.tier)
            job.log.append(Failed(sentence="The request was cancelled.", status=499, code="cancelled"))


class _WorkerControl:
    """`Control` for work on a worker's own thread."""

    def __init__(self, worker: Worker, jobs: Sequence[Job]) -> None:
        self._worker = worker
        self._jobs = jobs
        self._level = min(base_level(job.request.tier) for job in jobs)
        self._uninterrupted = False
        #: time that other work took in between
        self.interrupted_seconds = 0.0

    def step(self) -> None:
        self._worker.beat()
        if self._worker.lost:
            raise _Gone
        if all(job.over for job in self._jobs):
            raise Cancelled
        if not self._uninterrupted and self._worker.has_more_urgent_than(self._level):
            started = time.monotonic()
            self._worker.run_more_urgent_than(self._level)
            self.interrupted_seconds += time.monotonic() - started

    @property
    def must_yield(self) -> bool:
        return not self._uninterrupted and self._worker.has_more_urgent_than(self._level)

    @contextmanager
    def uninterrupted(self) -> Iterator[None]:
        before, self._uninterrupted = self._uninterrupted, True
        try:
            yield
        finally:
            self._uninterrupted = before


class Pool:
    """The workers of an engine, one for each device, and the watchdog that replaces those that are lost."""

    def __init__(
        self,
        devices: Sequence[Callable[[], Device]],
        scheduler: Scheduler,
        *,
        limits: Limits,
        metrics: Metrics,
        changed: Callable[[], None],
    ) -> None:
        """Each of `devices` makes one device, again when it was lost; `changed` is called from any thread."""
        self._makers = list(devices)
        self._scheduler = scheduler
        self._limits = limits
        self._metrics = metrics
        self._told = changed
        self._lock = threading.Lock()
        #: when workers were replaced lately, on the monotonic clock
        self._replaced: list[float] = []
        self._stopping = threading.Event()
        self._workers = [self._worker(make) for make in self._makers]
        scheduler.devices = len(self._workers)
        self._watchdog = threading.Thread(target=self._watch, name="engine-watchdog", daemon=True)

    def start(self) -> None:
        """Start every worker."""
        for worker in self.workers:
            worker.start()
        self._watchdog.start()

    @property
    def workers(self) -> list[Worker]:
        """Those of now; a lost one is here only when it will not be replaced."""
        with self._lock:
            return list(self._workers)

    def stop(self) -> None:
        """End the workers at their next step, and their devices."""
        self._stopping.set()
        self._scheduler.stop()
        for worker in self.workers:
            worker.device.kill()

    def _worker(self, make: Callable[[], Device]) -> Worker:
        return Worker(make(), self._scheduler, metrics=self._metrics, changed=self._changed)

    def _changed(self, worker: Worker) -> None:
        if worker.lost and not self._stopping.is_set():
            self._replace(worker)
        self._told()

    def _replace(self, lost: Worker) -> None:
        with self._lock:
            now = time.monotonic()
            self._replaced = [at for at in self._replaced if now - at < REPLACEMENT_WINDOW_SECONDS]
            if len(self._replaced) >= self._limits.replacements or lost not in self._workers:
                return
            self._replaced.append(now)
            place = self._workers.index(lost)
            # Its reason stays, to say why the engine is not ready while the next one loads.
            fresh = self._worker(self._makers[place])
            fresh.reason = f"{lost.reason} A new worker is loading the model."
            self._workers[place] = fresh
        fresh.start()

    def _watch(self) -> None:
        most = self._limits.hung_step_seconds
        while not self._stopping.wait(min(1.0, most / 4)):
            for worker in self.workers:
                if (
                    worker.state is WorkerState.READY
                    and not worker.busy
                    and (sentence := worker.device.ended)
                ):
                    worker.abandon(sentence)
                if worker.silent_seconds > most:
                    worker.abandon(
                        f"The render made no progress for {most:g} s, so it was stopped and its worker replaced; "
                        "send it again."
                    )
