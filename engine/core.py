"""The engine without a web framework: accepts requests, remembers results by key, tells its state.

The HTTP server is one adapter on top of it; another may follow.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from engine import draft, fix, pro
from engine.events import EventLog
from engine.limits import Limits
from engine.meter import EnergyCounter
from engine.metrics import Metrics
from engine.pipelines import LoadedModel, ModelUnavailable, load_model
from engine.protocol import Reader, RenderRequest
from engine.refusal import Refused
from engine.rendering import Renderer
from engine.scheduler import Control, Job, Worker
from engine.tiers import Profile, Tier

log = logging.getLogger("engine.core")

#: sides must divide by this until a model that says otherwise is loaded, in pixels
USUAL_MULTIPLE = 16


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
    fingerprint: str
    readers: int = 0
    ended: float | None = None


class Ticket:
    """One reader's hold on a job; closing the last one of an unfinished job cancels it."""

    def __init__(self, shared: _Shared) -> None:
        self._shared = shared
        shared.readers += 1
        self._open = True

    @property
    def request(self) -> RenderRequest:
        return self._shared.job.request

    @property
    def log(self) -> EventLog:
        return self._shared.job.log

    def close(self) -> None:
        """Stop reading."""
        if not self._open:
            return
        self._open = False
        self._shared.readers -= 1
        if not self._shared.readers and not self.log.ended:
            self._shared.job.cancel()


class Engine:
    """One profile's model behind a queue. Create and use it inside a running asyncio loop."""

    def __init__(self, profile: Profile, limits: Limits | None = None) -> None:
        self.profile = profile
        self.limits = limits or Limits()
        self.metrics = Metrics()
        self.created = int(time.time())
        self._state = State.LOADING
        self._reason: str | None = "The model is still loading; try again in a few seconds."
        self._loop = asyncio.get_running_loop()
        self._settled = asyncio.Event()
        self._model: LoadedModel | None = None
        self._renderer: Renderer | None = None
        self._shared: OrderedDict[str, _Shared] = OrderedDict()
        self._worker = Worker(
            prepare=self._prepare,
            run=self._run,
            batch_key=draft.batch_key,
            limits=self.limits,
            batch_pictures=profile.batch_pictures,
            metrics=self.metrics,
        )

    def start(self) -> None:
        """Begin loading; `settled` tells when it succeeded or failed."""
        self._worker.start()

    async def settled(self) -> bool:
        """Wait until the model is loaded or cannot be; returns whether the engine is ready."""
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
        return self._worker.waiting

    @property
    def multiple(self) -> int:
        """What rendered sides must divide by, in pixels."""
        return self._model.multiple if self._model else USUAL_MULTIPLE

    @property
    def reader(self) -> Reader:
        """Reads requests against this engine's profile and limits."""
        return Reader(profile=self.profile, limits=self.limits, multiple=self.multiple)

    def check_ready(self) -> None:
        """Raise Refused (503) with the reason unless requests are served."""
        if not self.ready:
            raise Refused(
                self._reason or "The engine is not ready.",
                status=503,
                code="not_ready",
                retry_after=5.0 if self._state is not State.FAILED else None,
            )

    def submit(self, request: RenderRequest) -> Ticket:
        """Accept a request, or join the one with the same idempotency key. Raises Refused."""
        self.check_ready()
        self._forget_old()
        key = request.idempotency_key
        fingerprint = _fingerprint(request)
        if key is not None and (found := self._shared.get(key)) is not None:
            usable = not found.job.cancelled and (not found.job.log.ended or found.job.log.succeeded)
            if usable and found.fingerprint != fingerprint:
                raise Refused(
                    "This idempotency key was used for a different request; use a new key.",
                    param="idempotency_key",
                    code="idempotency_key_reused",
                )
            if usable:
                return Ticket(found)
        shared = _Shared(job=Job(request=request, log=EventLog(self._loop)), fingerprint=fingerprint)
        self._worker.submit(shared.job)
        if key is not None:
            self._shared[key] = shared
        return Ticket(shared)

    def metrics_text(self) -> str:
        """The metrics in Prometheus' text format."""
        return self.metrics.text(waiting=self._worker.waiting_by_tier(), ready=self.ready)

    async def drain(self, seconds: float) -> None:
        """Accept nothing more, let accepted work finish for so long, then stop the worker."""
        self._state, self._reason = State.DRAINING, "The engine is stopping; try again in a minute."
        await asyncio.to_thread(self._worker.wait_until_idle, seconds)
        self._worker.stop()

    def _forget_old(self) -> None:
        now = time.monotonic()
        for key, shared in list(self._shared.items()):
            if not shared.job.log.ended:
                continue
            shared.ended = shared.ended or now
            if now - shared.ended > self.limits.replay_seconds or not shared.job.log.succeeded:
                del self._shared[key]
        while len(self._shared) > self.limits.replay_results:
            oldest = next((key for key, shared in self._shared.items() if shared.job.log.ended), None)
            if oldest is None:
                return
            del self._shared[oldest]

    def _prepare(self) -> None:
        """On the worker's thread: load, warm up, and tell the loop how it went."""
        state, reason = State.READY, None
        try:
            model = load_model(self.profile, metrics=self.metrics, most_prompts=self.limits.cached_prompts)
            index = (model.device.index or 0) if model.device.type == "cuda" else None
            renderer = Renderer(model, self.metrics, EnergyCounter(index))
            # The loaded profile says what “auto” came to.
            self.profile, self._model, self._renderer = model.profile, model, renderer
            renderer.warm_up(self._warm_up_request())
        except ModelUnavailable as error:
            state, reason = State.FAILED, str(error)
        except Exception as error:
            log.exception("the model could not be started")
            state = State.FAILED
            reason = f"The model could not be started ({type(error).__name__}: {error})."
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._settle, state, reason)

    def _settle(self, state: State, reason: str | None) -> None:
        if self._state is State.LOADING:
            self._state, self._reason = state, reason
        self._settled.set()

    def _warm_up_request(self) -> RenderRequest:
        fields = {"prompt": "a picture", "seed": 0, "n": min(4, self.profile.batch_pictures)}
        return self.reader.generation(fields)

    def _run(self, jobs: Sequence[Job], control: Control) -> None:
        renderer = self._renderer
        if renderer is None:
            raise RuntimeError("no model is loaded")
        tier = jobs[0].request.tier
        started = time.monotonic()
        if tier is Tier.DRAFT:
            draft.render(renderer, jobs, control)
        elif tier is Tier.PRO:
            pro.render(renderer, jobs[0], control)
        else:
            fix.render(renderer, jobs[0], control)
        pictures = sum(len(job.request.seeds) for job in jobs)
        self._worker.learn_pace(tier, (time.monotonic() - started) / pictures)


def _fingerprint(request: RenderRequest) -> str:
    """Equal for requests that ask for the same pictures, however they want them delivered."""
    digest = hashlib.sha256()
    for part in (request.image, request.region):
        digest.update(b"-" if part is None else part.tobytes())
    asked = replace(
        request,
        image=None,
        region=None,
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
    for tier, settings in profile.tiers.items():
        tiers[tier.value] = {"size": settings.size, "steps": settings.steps, "guidance": settings.guidance}
        if tier is not Tier.DRAFT:
            tiers[tier.value]["strength"] = settings.strength
    return {
        "id": profile.name,
        "object": "model",
        "created": engine.created,
        "owned_by": profile.owner,
        "draftroom": {
            "profile": profile.name,
            "licence": profile.licence,
            "tiers": tiers,
            "size_multiple": engine.multiple,
            "max_side": profile.max_side,
            "batch_pictures": profile.batch_pictures,
            "vocabulary": profile.vocabulary,
        },
    }
