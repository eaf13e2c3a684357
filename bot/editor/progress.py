"""Tells whoever watches a fix how it gets on. In memory only: what counts is in the database."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

#: Events kept for one watcher; of more, the oldest are dropped.
WAITING_LIMIT = 8


class Progress:
    """Watchers by job."""

    def __init__(self) -> None:
        self._watchers: dict[str, set[asyncio.Queue[dict[str, Any]]]] = {}

    def tell(self, job: str, event: dict[str, Any]) -> None:
        """An event of a job; never waits and never raises."""
        for queue in self._watchers.get(job, ()):
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(event)

    @contextmanager
    def watch(self, job: str) -> Iterator[asyncio.Queue[dict[str, Any]]]:
        """A queue that fills with the job's events while the block runs."""
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(WAITING_LIMIT)
        self._watchers.setdefault(job, set()).add(queue)
        try:
            yield queue
        finally:
            self._watchers[job].discard(queue)
            if not self._watchers[job]:
                del self._watchers[job]
