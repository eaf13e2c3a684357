"""What a job is on its way through the engine, and what running work asks at each of its steps."""

from __future__ import annotations

import secrets
import threading
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from engine.render.events import Event, Failed
from engine.render.request import RenderRequest


class Cancelled(Exception):
    """Nobody waits for this work any more."""


class RenderFailed(Exception):
    """The work cannot be finished; the message is a sentence for whoever asked."""

    def __init__(self, sentence: str, *, code: str = "render_failed", status: int = 500) -> None:
        super().__init__(sentence)
        self.code = code
        self.status = status


class Log(Protocol):
    """Where a job's events are told."""

    def append(self, event: Event) -> None:
        """Tell whoever reads them."""


@dataclass(eq=False, kw_only=True)
class Job:
    """One accepted request on its way through a worker."""

    request: RenderRequest
    log: Log
    #: what `DELETE /v1/images/jobs/ID` calls it
    id: str = field(default_factory=lambda: f"job-{secrets.token_hex(8)}")
    #: when it was accepted, on the monotonic clock, in seconds
    accepted: float = field(default_factory=time.monotonic)
    #: when a worker first touched it
    started: float | None = None
    first_preview: float | None = None
    #: indexes of the pictures that were told already: a second attempt makes the others
    delivered: set[int] = field(default_factory=set)
    #: how often it lost its worker through no fault of its own
    restarts: int = 0
    #: whether it ended badly while others of its batch go on
    failed: bool = False
    _cancel: threading.Event = field(default_factory=threading.Event)

    @property
    def queue_seconds(self) -> float:
        return (self.started if self.started is not None else time.monotonic()) - self.accepted

    @property
    def cancelled(self) -> bool:
        return self._cancel.is_set()

    @property
    def over(self) -> bool:
        """Whether nothing more needs to be painted for it."""
        return self.cancelled or self.failed

    def cancel(self) -> None:
        """Stop the work at its next step."""
        self._cancel.set()

    def fail(self, sentence: str, *, code: str, status: int = 500) -> None:
        """End it with a sentence; the rest of its batch goes on."""
        self.failed = True
        self.log.append(Failed(sentence=sentence, code=code, status=status))


class Control(Protocol):
    """What running work asks at each step boundary."""

    def step(self) -> None:
        """Raise Cancelled when nobody waits for the work; otherwise let more urgent work run first."""

    @property
    def must_yield(self) -> bool:
        """Whether more urgent work waits."""

    def uninterrupted(self) -> AbstractContextManager[None]:
        """While the shared weights are in another state, nothing else may use them."""
