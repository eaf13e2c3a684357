"""Now and then it is asked what is due.

A scheduler's own clock skips or repeats an hour when clocks change, and forgets what it missed while
the bot was down. So each tick asks the database what is due and not yet claimed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC
from typing import Any, Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import clock

#: Pause between two looks at what is due, in seconds.
TICK_S: Final = 60.0


class Tick:
    """Calls back now and then every `interval_s` seconds, one call at a time.

    A callback that raises is logged by the scheduler and called again at the next tick.
    """

    def __init__(self, callback: Callable[[], Awaitable[Any]], interval_s: float = TICK_S) -> None:
        self._callback = callback
        self._interval_s = interval_s
        self._busy = asyncio.Lock()
        self._stopped = False
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    def start(self) -> None:
        """Begin, with the first call at once. Needs a running event loop."""
        self._scheduler.add_job(
            self._call,
            "interval",
            seconds=self._interval_s,
            next_run_time=clock.now(),
            max_instances=1,
            coalesce=True,
            # However late a tick is, it is worth running: what is due stands in the database.
            misfire_grace_time=None,
        )
        self._scheduler.start()

    async def stop(self) -> None:
        """Let a running call finish, then stop. A second stop changes nothing."""
        self._stopped = True
        async with self._busy:
            if self._scheduler.running:
                self._scheduler.shutdown(wait=False)

    async def _call(self) -> None:
        async with self._busy:
            if not self._stopped:
                await self._callback()
