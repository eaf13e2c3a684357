"""What happens to a job, as events, and the log that carries them from the worker to any number of readers."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from typing import TypeAlias

from engine.pixels.array import Pixels


@dataclass(frozen=True, kw_only=True)
class Queued:
    """The job was accepted; `position` jobs are ahead of it."""

    position: int
    #: what `DELETE /v1/images/jobs/ID` calls it
    job: str = ""


@dataclass(frozen=True, kw_only=True)
class Preview:
    """An unfinished picture: `number` counts this picture's previews from 0."""

    index: int
    number: int
    pixels: Pixels


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What one finished picture took."""

    #: device seconds of this picture's share
    seconds: float
    #: seconds between acceptance and the first work on the job
    queue_seconds: float
    #: denoising steps that were run
    steps: int
    #: energy of this picture's share, where the device tells
    joules: float | None
    #: pictures that were denoised together, this one included
    batch: int


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A finished picture."""

    index: int
    seed: int
    pixels: Pixels
    measured: Measured
    #: settings that make the picture again, without the request's own text
    recipe: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Done:
    """Every picture was delivered."""


@dataclass(frozen=True, kw_only=True)
class Failed:
    """The job ended without its pictures; `sentence` says why and what may help."""

    sentence: str
    status: int = 500
    code: str = "render_failed"


Event: TypeAlias = Queued | Preview | Picture | Done | Failed


class EventLog:
    """A job's events in order. Appended from any thread, read by any number of asyncio readers."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._lock = threading.Lock()
        self._events: list[Event] = []
        self._changed = asyncio.Event()

    @property
    def ended(self) -> bool:
        """Whether the last event was told."""
        with self._lock:
            return bool(self._events) and isinstance(self._events[-1], Done | Failed)

    @property
    def succeeded(self) -> bool:
        """Whether every picture was delivered."""
        with self._lock:
            return bool(self._events) and isinstance(self._events[-1], Done)

    def append(self, event: Event) -> None:
        """Tell the readers. Nothing is told after the end."""
        with self._lock:
            if self._events and isinstance(self._events[-1], Done | Failed):
                return
            self._events.append(event)
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        # Each waiter holds the old flag; a fresh one lets the next wait begin.
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def get(self, number: int, *, patience_seconds: float) -> Event | None:
        """The event with this number (from 0), or None when it did not happen within the patience."""
        while True:
            changed = self._changed
            with self._lock:
                if number < len(self._events):
                    return self._events[number]
            try:
                async with asyncio.timeout(patience_seconds):
                    await changed.wait()
            except TimeoutError:
                return None
