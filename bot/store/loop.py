"""Work that stands in the database and is done by itself: taken after each commit that brought some, and when due.

The outbox, the runner of jobs, the background jobs, what follows from a commit, and the inbox are such loops. None of
them ends by itself, whatever happens to the database or to a piece of work.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from typing import Generic, TypeVar

from bot.store.database import Database

log = logging.getLogger(__name__)
W = TypeVar("W")

#: Longest sleep without a look at the database, in seconds.
IDLE_S = 5.0
#: Shortest sleep, so that work that is due and can't be taken does not spin, in seconds.
SHORTEST_S = 0.02
#: Pause after a failure, in seconds; doubles with each in a row, up to the limit.
FIRST_PAUSE_S, PAUSE_LIMIT_S = 0.5, 30.0


class Loop(Generic[W]):
    """Takes pieces of work and does each in a task of its own, until cancelled."""

    def __init__(
        self,
        name: str,
        database: Database,
        *,
        watches: Collection[str],
        take: Callable[[Collection[W]], Awaitable[W | None]],
        do: Callable[[W], Awaitable[None]],
        due_s: Callable[[], Awaitable[float | None]] | None = None,
    ) -> None:
        """`take(in hand)` claims a piece that can be done beside those, or none; `do(piece)` does it and says in the
        database what became of it; `due_s()` is how many seconds from now the next one falls due. What any of them
        raises is logged, and taken up again after a pause. `watches`: the tables whose changes may bring work.
        """
        self._name = name
        self._take, self._do, self._due_s = take, do, due_s
        self._wake = asyncio.Event()
        #: What is being done.
        self.in_hand: dict[asyncio.Task[None], W] = {}
        #: Failures in a row, and whether the last one is still to be paused for.
        self._failures, self._trouble = 0, False
        #: Nothing new is taken any more.
        self._draining = False
        database.watch(watches, self.wake)

    def wake(self) -> None:
        """Look again now."""
        self._wake.set()

    async def drain(self) -> None:
        """Take nothing new from now on; returns when what is in hand is done."""
        self._draining = True
        while self.in_hand:
            await asyncio.wait(list(self.in_hand))

    async def run(self) -> None:
        """Work until cancelled; what is in hand then is cancelled too."""
        try:
            while True:
                self._wake.clear()
                due_s: float | None = None
                try:
                    while not (self._trouble or self._draining):
                        work = await self._take(self.in_hand.values())
                        if work is None:
                            break
                        self._start(work)
                    due_s = await self._due_s() if self._due_s else None
                except Exception as error:
                    self._failed(error)
                if self._trouble:
                    self._trouble = False
                    # Nothing wakes us earlier: a full disk must not be asked as often as it can answer.
                    pause_s = FIRST_PAUSE_S * 2.0 ** min(self._failures - 1, 10)
                    await asyncio.sleep(min(pause_s, PAUSE_LIMIT_S))
                    continue
                if not self.in_hand:
                    self._failures = 0
                await self._sleep(IDLE_S if due_s is None else due_s)
        finally:
            tasks = list(self.in_hand)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(min(max(seconds, SHORTEST_S), IDLE_S)):
                await self._wake.wait()
        except TimeoutError:
            return

    def _start(self, work: W) -> None:
        task: asyncio.Task[None] = asyncio.ensure_future(self._do(work))
        self.in_hand[task] = work
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.in_hand.pop(task, None)
        if not task.cancelled() and (error := task.exception()):
            self._failed(error)
        self._wake.set()

    def _failed(self, error: BaseException) -> None:
        self._failures, self._trouble = self._failures + 1, True
        log.error("%s failed and goes on after a pause", self._name, exc_info=error)
