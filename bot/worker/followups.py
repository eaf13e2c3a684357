"""Looks after commits, and now and then, whether something follows from what happened. Knows not what."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Sequence

from bot.store import Database, Loop

log = logging.getLogger(__name__)


class Followups:
    """Calls each step until cancelled, one at a time. What a step has to do stands in the database."""

    def __init__(self, database: Database, steps: Sequence[Callable[[], Awaitable[None]]]) -> None:
        self._steps = steps
        self._loop: Loop[None] = Loop(
            "what follows", database, watches={"jobs", "approvals"}, take=self._look, do=self._nothing
        )

    def wake(self) -> None:
        """Look now: something may hang on the clock alone."""
        self._loop.wake()

    async def run(self) -> None:
        """Look until cancelled; a step that fails is logged and tried at the next look."""
        await self._loop.run()

    async def _look(self, _: Collection[None]) -> None:
        for step in self._steps:
            try:
                await step()
            except Exception:
                log.exception("what follows from a commit could not be done; it is tried again")

    async def _nothing(self, _: None) -> None:
        """All is done by looking."""
