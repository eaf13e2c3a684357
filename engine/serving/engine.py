"""The engine without a web framework: accepts requests, remembers results by key, tells its state.

The HTTP server is one adapter on top of it; another may follow. It knows torch only through its devices.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

from engine.pixels.words import can_read
from engine.profiles.profile import Profile, Tier, cores
from engine.render.events import EventLog, Failed
from engine.render.job import Job
from engine.render.metrics import Metrics
from engine.render.request import RenderRequest
from engine.serving.errors import Refused
from engine.serving.limits import Limits
from engine.serving.requests import Reader
from engine.serving.scheduler import Scheduler
from engine.serving.workers import Device, Pool, WorkerState

log = logging.getLogger("engine.serving.engine")

#: sides must divide by this until a model that says otherwise is loaded, in pixels
USUAL_MULTIPLE = 16
#: how many jobs' ids are remembered, to tell those that ended from those that never were
KNOWN_JOBS = 1_000
LOADING = "The model is still loading; try again in a few seconds."


class State(Enum):
    """Where the engine stands."""

    #: the model is being read and warmed up
    LOADING = "loading"
    #: requests are served
    READY = "ready"
    #: the model cannot be used; only a restart helps
    FAILED = "failed"
    #: accepted work is finished, nothing new is accepted
    DRAINING = "draining"


@dataclass(eq=False, kw_only=True)
class _Shared:
    """A job and how many wait for it."""

    job: Job
    log: EventLog
    fingerprint: str
    readers: int = 0
    ended: float | None = None


class Ticket:
    """One reader's hold on a job; closing the last one of an unfinished job cancels it."""

    def __init__(self, shared: _Shared, cancel: Callable[[Job], None]) -> None:
        self._shared = shared
        self._cancel = cancel
        shared.readers += 1
        self._open = True

    @property
    def id(self) -> str:
        """What the job is called."""
        return self._shared.job.id

    @property
    def request(self) -> RenderRequest:
        return self._shared.job.request

    @property
    def log(self) -> EventLog:
        return self._shared.log

    def close(self) -> None:
        """Stop reading."""
        if not self._open:
            return
        self._open = False
        self._shared.readers -= 1
        if not self._shared.readers and not self.log.ended:
            self._cancel(self._shared.job)


class Engine:
    """One profile's model behind a queue. Create and use it inside a running asyncio loop."""

    def __init__(self, profile: Profile, limits: Limits | None = None, *, isolated: bool = False) -> None:
        """With `isolated` each device's model lives in a process of its own, which can be killed and replaced."""
        self.profile = profile
        self.limits = limits or Limits()
        self.metrics = Metrics()
        self.created = int(time.time())
        self._state = State.LOADING
        self._reason: str | None = LOADING
        self._loop = asyncio.get_running_loop()
        self._settled = asyncio.Event()
        self._multiple = USUAL_MULTIPLE
        self._takes_references: frozenset[Tier] = frozenset()
        self._shared: OrderedDict[str, _Shared] = OrderedDict()
        self._jobs: WeakValueDictionary[str, _Shared] = WeakValueDictionary()
        #: ids of the latest jobs, also of those that are gone
        self._known: deque[str] = deque(maxlen=KNOWN_JOBS)
        self._load_seconds = 5.0
        self._started = time.monotonic()
        self._scheduler = Scheduler(
            limits=self.limits, batch_pictures=profile.batch_pictures, metrics=self.metrics
        )
        names = profile.device_names
        # Workers that share the CPU share its cores too.
        self._threads = profile.threads or (max(1, cores() // len(names)) if len(names) > 1 else 0)
        self._pool = Pool(
            [partial(self._device, device, isolated) for device in names],
            self._scheduler,
            limits=self.limits,
            metrics=self.metrics,
            changed=self._changed,
        )

    def _device(self, device: str, isolated: bool) -> Device:
        profile = replace(self.profile, threads=self._threads)
        # Torch is imported where it is used: with isolation that is never this process.
        if isolated:
            from engine.serving.subprocess import ChildDevice

            return ChildDevice(profile, device=device, limits=self.limits, metrics=self.metrics)
        from engine.serving.in_process import LocalDevice

        return LocalDevice(profile, device=device, limits=self.limits, metrics=self.metrics)

    def start(self) -> None:
        """Begin loading; `settled` tells when it succeeded or failed."""
        self._started = time.monotonic()
        self._pool.start()

    async def settled(self) -> bool:
        """Wait until a model is loaded or none can be; returns whether the engine is ready."""
        await self._settled.wait()
        return self.ready

    @property
    def ready(self) -> bool:
        return self._state is State.READY

    @property
    def reason(self) -> str | None:
        """Why the engine is not ready, as a sentence; None when it is."""
        return self._reason

    @property
    def queue(self) -> int:
        """How many jobs wait."""
        return self._scheduler.waiting

    @property
    def multiple(self) -> int:
        """What rendered sides must divide by, in pixels."""
        return self._multiple

    @property
    def finder(self) -> str | None:
        """The model that finds things by their names, where the profile has one."""
        return self.profile.segmenter.model if self.profile.segmenter else None

    @property
    def reader(self) -> Reader:
        """Reads requests against this engine's profile and limits."""
        return Reader(
            profile=self.profile,
            limits=self.limits,
            multiple=self.multiple,
            takes_references=self._takes_references,
        )

    def check_ready(self) -> None:
        """Raise Refused (503) with the reason unless requests are served."""
        if not self.ready:
            raise Refused(
                self._reason or "The engine is not ready.",
                status=503,
                code="not_ready",
                retry_after=self._load_seconds if self._state is not State.FAILED else None,
            )

    def submit(self, request: RenderRequest) -> Ticket:
        """Accept a request, or join the one with the same idempotency key. Raises Refused."""
        self.check_ready()
        self._forget_old()
        key = request.idempotency_key
        fingerprint = _fingerprint(request)
        if key is not None and (found := self._shared.get(key)) is not None:
            usable = not found.job.cancelled and (not found.log.ended or found.log.succeeded)
            if usable and found.fingerprint != fingerprint:
                raise Refused(
                    "This idempotency key was used for a different request; use a new key.",
                    param="idempotency_key",
                    code="idempotency_key_reused",
                )
            if usable:
                return Ticket(found, self._cancel)
        events = EventLog(self._loop)
        shared = _Shared(job=Job(request=request, log=events), log=events, fingerprint=fingerprint)
        self._scheduler.submit(shared.job)
        self._jobs[shared.job.id] = shared
        self._known.append(shared.job.id)
        if key is not None:
            self._shared[key] = shared
        return Ticket(shared, self._cancel)

    def cancel(self, name: str) -> bool:
        """Stop a job, by its id or its idempotency key, at its next step; whoever waits for it is told.

        Returns whether it was still under way. Raises Refused (404) when there is no such job.
        """
        shared = self._jobs.get(name) or self._shared.get(name)
        if shared is None and name in self._known:
            return False
        if shared is None:
            raise Refused(
                f"There is no job “{name[:100]}” here, or it ended a while ago.",
                status=404,
                param="id",
                code="job_not_found",
            )
        if shared.log.ended:
            return False
        self._cancel(shared.job)
        return True

    def _cancel(self, job: Job) -> None:
        job.cancel()
        if self._scheduler.withdraw(job):
            # No worker will ever meet it: it ends here.
            self.metrics.cancelled(job.request.tier)
            job.log.append(Failed(sentence="The request was cancelled.", status=499, code="cancelled"))

    def metrics_text(self) -> str:
        """The metrics in Prometheus' text format."""
        return self.metrics.text(waiting=self._scheduler.waiting_by_tier(), ready=self.ready)

    async def drain(self, seconds: float) -> None:
        """Accept nothing more, let accepted work finish for so long, then stop the worker."""
        self._state, self._reason = State.DRAINING, "The engine is stopping; try again in a minute."
        await asyncio.to_thread(self._scheduler.wait_until_idle, seconds)
        self._pool.stop()

    def _forget_old(self) -> None:
        now = time.monotonic()
        for key, shared in list(self._shared.items()):
            if not shared.log.ended:
                continue
            shared.ended = shared.ended or now
            if now - shared.ended > self.limits.replay_seconds or not shared.log.succeeded:
                del self._shared[key]
        while len(self._shared) > self.limits.replay_results:
            oldest = next((key for key, shared in self._shared.items() if shared.log.ended), None)
            if oldest is None:
                return
            del self._shared[oldest]

    def _changed(self) -> None:
        """A worker's state changed; called from any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._refresh)

    def _refresh(self) -> None:
        if self._state is State.DRAINING:
            self._settled.set()
            return
        workers = self._pool.workers
        ready = [worker for worker in workers if worker.state is WorkerState.READY]
        loading = [worker for worker in workers if worker.state is WorkerState.LOADING]
        for worker in ready:
            # The loaded profile says what “auto” came to.
            if worker.facts is not None:
                self.profile, self._multiple = worker.facts.profile, worker.facts.multiple
                self._takes_references = worker.facts.takes_references
        self._scheduler.devices = max(1, len(ready))
        if ready:
            if self._state is State.LOADING and not self._settled.is_set():
                self._load_seconds = max(1.0, time.monotonic() - self._started)
            self._state, self._reason = State.READY, None
        elif loading:
            self._state, self._reason = State.LOADING, loading[0].reason or LOADING
        else:
            self._state = State.FAILED
            self._reason = workers[0].reason or "No worker can serve."
            self._scheduler.fail_waiting(self._reason, status=503, code="not_ready")
        if not loading or ready:
            self._settled.set()

    @property
    def workers(self) -> list[dict[str, Any]]:
        """Every worker as `/health` tells it."""
        return [
            {"device": worker.device.name, "state": worker.state.value, "reason": worker.reason}
            for worker in self._pool.workers
        ]


def _fingerprint(request: RenderRequest) -> str:
    """Equal for requests that ask for the same pictures, however they want them delivered."""
    digest = hashlib.sha256()
    for part in (request.image, request.region, *request.references):
        digest.update(b"-" if part is None else part.tobytes())
    asked = replace(
        request,
        image=None,
        region=None,
        references=(),
        stream=False,
        partial_images=0,
        output_format="png",
        compression=None,
        priority=0,
        # Drawn seeds differ each time: of those only their number was asked for.
        seeds=request.seeds if request.seeded else (len(request.seeds),),
    )
    digest.update(repr(asked).encode())
    return digest.hexdigest()


def describe_model(engine: Engine) -> dict[str, Any]:
    """The engine's model as `/v1/models` lists it."""
    profile = engine.profile
    tiers: dict[str, dict[str, Any]] = {}
    loras: dict[str, list[dict[str, Any]]] = {}
    for tier, settings in profile.tiers.items():
        tiers[tier.value] = {"size": settings.size, "steps": settings.steps, "guidance": settings.guidance}
        if tier is not Tier.DRAFT:
            tiers[tier.value]["strength"] = settings.strength
        loras[tier.value] = [
            {
                "name": one.name,
                "weight": one.weight,
                "triggers": list(one.triggers),
                "licence": one.licence,
                "commercial_use": one.commercial,
            }
            for one in profile.loras(tier).values()
        ]
    return {
        "id": profile.name,
        "object": "model",
        "created": engine.created,
        "owned_by": profile.owner,
        "draftroom": {
            "profile": profile.name,
            "licence": profile.licence,
            "tiers": tiers,
            "loras": loras,
            #: tiers whose model draws the words that a prompt asks for
            "writes": [tier.value for tier in Tier if profile.writes(tier)],
            "size_multiple": engine.multiple,
            "max_side": profile.max_side,
            "batch_pictures": profile.batch_pictures,
            #: whether answers say which of the asked-for words can be read in the picture
            "reads_words": can_read(),
            "finds_by_name": engine.finder,
            "vocabulary": profile.vocabulary,
        },
    }
