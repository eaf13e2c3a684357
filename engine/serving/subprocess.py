"""A device in a process of its own, which can be killed when it hangs and whose crash takes nobody along.

Both ends of one pipe: the parent tells a batch, then answers the child's question at each step, perhaps with a more
urgent batch to be run right there. What passes is pickled between the engine's own two processes and nowhere else.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from engine.profiles.profile import Profile
from engine.render.events import Event, Failed, Picture
from engine.render.job import Cancelled, Control, Job, RenderFailed
from engine.render.metrics import Metrics
from engine.render.request import RenderRequest
from engine.serving.limits import Limits
from engine.serving.workers import CannotStart, DeviceLost, Facts

log = logging.getLogger("engine.serving.subprocess")


@dataclass(frozen=True, kw_only=True)
class _Told:
    """A job as the child gets it; the monotonic clock is the same in both processes."""

    request: RenderRequest
    id: str
    accepted: float
    started: float | None
    delivered: frozenset[int]


class ChildDevice:
    """The parent's end: starts the process, hands it batches, kills it."""

    def __init__(self, profile: Profile, *, device: str, limits: Limits, metrics: Metrics) -> None:
        self.name = device
        self._metrics = metrics
        # A fresh interpreter: a fork would copy locks and CUDA's state in whatever state they are.
        context = multiprocessing.get_context("spawn")
        self._pipe, other = context.Pipe()
        self._other: Connection | None = other
        self._process = context.Process(
            target=_main, args=(other, profile, device, limits), name=f"engine-{device}", daemon=True
        )

    @property
    def pid(self) -> int | None:
        """The process's number, once it was started."""
        return self._process.pid

    def prepare(self) -> Facts:
        """As in `Device`."""
        self._process.start()
        if self._other is not None:
            # Only the child holds its end now, so that its death is seen as the end of the pipe.
            self._other.close()
            self._other = None
        while True:
            try:
                kind, *rest = self._receive()
            except DeviceLost as error:
                raise CannotStart(f"The model could not be started: {error}") from error
            if kind == "ready":
                facts: Facts = rest[0]
                return facts
            if kind == "cannot":
                raise CannotStart(rest[0])
            self._tell((), kind, rest)

    def run(self, jobs: Sequence[Job], control: Control) -> None:
        """As in `Device`."""
        told = [
            _Told(
                request=job.request,
                id=job.id,
                accepted=job.accepted,
                started=job.started,
                delivered=frozenset(job.delivered),
            )
            for job in jobs
        ]
        self._send(("run", told), innocent=True)
        silent = True
        while True:
            # Until it says its first word, its end may well have had nothing to do with these jobs.
            kind, *rest = self._receive(innocent=silent)
            silent = False
            if kind == "step":
                try:
                    with control.uninterrupted() if rest[0] else contextlib.nullcontext():
                        control.step()
                except Cancelled:
                    self._send(("cancel",))
                else:
                    self._send(("go", [number for number, job in enumerate(jobs) if job.over]))
            elif kind == "must_yield":
                self._send(control.must_yield)
            elif kind == "done":
                return
            elif kind == "cancelled":
                raise Cancelled
            elif kind == "failed":
                sentence, code, status = rest
                raise RenderFailed(sentence, code=code, status=status)
            else:
                self._tell(jobs, kind, rest)

    @property
    def ended(self) -> str | None:
        """As in `Device`."""
        return None if self._process.is_alive() else self._end()

    def kill(self) -> None:
        """End the process at once."""
        with contextlib.suppress(ValueError, AttributeError):
            self._process.kill()

    def _tell(self, jobs: Sequence[Job], kind: str, rest: list[Any]) -> None:
        if kind == "event":
            job, event = jobs[rest[0]], rest[1]
            if isinstance(event, Failed):
                job.fail(event.sentence, code=event.code, status=event.status)
                return
            if isinstance(event, Picture):
                job.delivered.add(event.index)
            job.log.append(event)
        elif kind == "metric":
            kind, name, value, labels = rest
            getattr(self._metrics, kind)(name, value, **labels)

    def _send(self, message: Any, *, innocent: bool = False) -> None:
        try:
            self._pipe.send(message)
        except (OSError, ValueError) as error:
            raise DeviceLost(self._end(), innocent=innocent) from error

    def _receive(self, *, innocent: bool = False) -> Any:
        try:
            return self._pipe.recv()
        except (EOFError, OSError) as error:
            raise DeviceLost(self._end(), innocent=innocent) from error

    def _end(self) -> str:
        self._process.join(5)
        code = self._process.exitcode
        if code == -signal.SIGKILL:
            return (
                "The worker's process was killed, as a machine does that runs out of memory; "
                "ask for fewer or smaller pictures."
            )
        return f"The worker's process ended unexpectedly (status {code}); the engine's log says more."


class _RemoteLog:
    """Tells a job's events to the parent."""

    def __init__(self, pipe: Connection, number: int) -> None:
        self._pipe = pipe
        self._number = number

    def append(self, event: Event) -> None:
        self._pipe.send(("event", self._number, event))


class _RemoteMetrics(Metrics):
    """Counts in the parent."""

    def __init__(self, pipe: Connection) -> None:
        super().__init__()
        self._pipe = pipe

    def count(self, name: str, amount: float = 1.0, **labels: str) -> None:
        self._pipe.send(("metric", "count", name, amount, labels))

    def observe(self, name: str, value: float, **labels: str) -> None:
        self._pipe.send(("metric", "observe", name, value, labels))

    def gauge(self, name: str, value: float, **labels: str) -> None:
        self._pipe.send(("metric", "gauge", name, value, labels))


class _Child:
    """The child's end: a local device that asks the parent at each step."""

    def __init__(self, pipe: Connection, profile: Profile, device: str, limits: Limits) -> None:
        # Only here, in the child, is torch imported.
        from engine.serving.in_process import LocalDevice

        self._pipe = pipe
        self._device = LocalDevice(profile, device=device, limits=limits, metrics=_RemoteMetrics(pipe))

    def serve(self) -> None:
        try:
            facts = self._device.prepare()
        except CannotStart as error:
            self._pipe.send(("cannot", str(error)))
            return
        self._pipe.send(("ready", facts))
        while True:
            _, told = self._pipe.recv()
            self.run(told)

    def run(self, told: Sequence[_Told]) -> None:
        jobs = [
            Job(
                request=one.request,
                log=_RemoteLog(self._pipe, number),
                id=one.id,
                accepted=one.accepted,
                started=one.started,
                delivered=set(one.delivered),
            )
            for number, one in enumerate(told)
        ]
        answer: tuple[Any, ...] = ("done",)
        try:
            self._device.run(jobs, _RemoteControl(self, self._pipe, jobs))
        except Cancelled:
            answer = ("cancelled",)
        except RenderFailed as error:
            answer = ("failed", str(error), error.code, error.status)
        except (EOFError, BrokenPipeError):
            raise
        except MemoryError:
            sentence = "The engine ran out of memory: ask for fewer or smaller pictures."
            answer = ("failed", sentence, "out_of_memory", 500)
        except Exception as error:
            log.exception("rendering failed")
            sentence = f"The engine failed while rendering ({type(error).__name__}); its log says more."
            answer = ("failed", sentence, "internal_error", 500)
        self._pipe.send(answer)


class _RemoteControl:
    """`Control` in the child: the parent decides."""

    def __init__(self, child: _Child, pipe: Connection, jobs: Sequence[Job]) -> None:
        self._child = child
        self._pipe = pipe
        self._jobs = jobs
        self._uninterrupted = False

    def step(self) -> None:
        if all(job.over for job in self._jobs):
            raise Cancelled
        self._pipe.send(("step", self._uninterrupted))
        while True:
            kind, *rest = self._pipe.recv()
            if kind == "run":
                self._child.run(rest[0])
            elif kind == "cancel":
                raise Cancelled
            else:
                for number in rest[0]:
                    self._jobs[number].cancel()
                return

    @property
    def must_yield(self) -> bool:
        if self._uninterrupted:
            return False
        self._pipe.send(("must_yield",))
        return bool(self._pipe.recv())

    @contextlib.contextmanager
    def uninterrupted(self) -> Iterator[None]:
        before, self._uninterrupted = self._uninterrupted, True
        try:
            yield
        finally:
            self._uninterrupted = before


def _main(pipe: Connection, profile: Profile, device: str, limits: Limits) -> None:
    """The child's program: serves until the parent closes the pipe."""
    # Whoever stops the engine means the parent, which lets accepted work finish first.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        _Child(pipe, profile, device, limits).serve()
    sys.stderr.flush()
    # Threads of torch may still be busy with what nobody waits for.
    os._exit(0)
