"""Looks after every commit, and now and then, whether something follows from what happened. Knows not what."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

log = logging.getLogger(__name__)

#: Longest pause between two looks, in seconds; what hangs on the clock alone is late by so much at most.
IDLE_S = 15.0


class Afterwards:
    """Calls each step until cancelled, one at a time. What a step has to do stands in the database."""

    def __init__(self, steps: Sequence[Callable[[], Awaitable[None]]], idle_s: float = IDLE_S) -> None:
        self._steps = steps
        self._idle_s = idle_s
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Say that something was committed."""
        self._wake.set()

    async def run(self) -> None:
        """Look until cancelled; a step that fails is logged and tried at the next look."""
        while True:
            self._wake.clear()
            for step in self._steps:
                try:
                    await step()
                except Exception:
                    log.exception("what follows from a commit could not be done; it is tried again")
            try:
                async with asyncio.timeout(self._idle_s):
                    await self._wake.wait()
            except TimeoutError:
                continue
