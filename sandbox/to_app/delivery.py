"""Getting things to the app: events with retries, commands and interactions with an answer, over any transport."""

import asyncio
import logging
from typing import Protocol

from sandbox.faults import Faults
from sandbox.model import Json
from sandbox.settings import Settings

log = logging.getLogger(__name__)


class Undelivered(Exception):
    """Nobody acknowledged; `reason` is Slack's retry reason (timeout, http_error, connection_failed…)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Transport(Protocol):
    """One way to the app: Socket Mode or signed HTTP."""

    async def send(self, kind: str, payload: Json, *, retry: int = 0, reason: str = "") -> Json:
        """Deliver one envelope (kind: slash_commands, interactive, events_api) and return the
        acknowledgement's payload, {} when bare. Raises Undelivered."""
        ...

    async def close(self) -> None:
        """Stop delivering."""
        ...


class Delivery:
    """Events go out in the background and are retried; everything else is asked once."""

    def __init__(self, transport: Transport, settings: Settings, faults: Faults) -> None:
        self.transport = transport
        self._faults = faults
        self._delays = settings.retry_delays_s
        self._tasks: set[asyncio.Task[None]] = set()

    def event(self, payload: Json) -> None:
        """Start delivering an event_callback, as often and as late as the plan of faults says; never waits."""
        for late_s in self._faults.event(payload["event"]["type"]):
            task = asyncio.create_task(self._event(payload, late_s))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _event(self, payload: Json, late_s: float) -> None:
        reason = ""
        if late_s:
            await asyncio.sleep(late_s)
        for attempt in range(len(self._delays) + 1):
            if attempt:
                await asyncio.sleep(self._delays[attempt - 1])
            try:
                await self.transport.send("events_api", payload, retry=attempt, reason=reason)
                return
            except Undelivered as problem:
                reason = problem.reason
                if reason == "no_retry":
                    return
        log.warning("Gave up on event %s (%s).", payload.get("event_id"), reason)

    async def ask(self, kind: str, payload: Json) -> Json:
        """Deliver a command or an interaction and return what the acknowledgement carried."""
        return await self.transport.send(kind, payload)

    async def close(self) -> None:
        """Stop retrying and close the transport."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.transport.close()
