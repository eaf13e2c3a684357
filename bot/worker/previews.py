"""Gathers previews of a grid while it is drawn and shows the newest state, one look at a time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.briefs.model import Brief
from bot.images_api.types import Options
from bot.pictures import sheets

#: How long the first cell's preview waits for the others', in seconds.
GATHER_S = 0.1
#: First looks of one grid.
LOOKS = 2
#: How long a finished grid waits for a first look that is on its way to Slack, in seconds.
LAST_LOOK_S = 2.0


@dataclass(kw_only=True)
class FirstLooks:
    """Gathers previews of a grid's cells and shows the newest state, one look at a time."""

    brief: Brief
    request: Options
    show: Callable[[Brief, bytes], Awaitable[None]]
    _cells: dict[int, bytes] = field(default_factory=dict)
    _task: asyncio.Task[None] | None = None
    _newer: bool = False
    _shown: int = 0
    _whole: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, index: int, png: bytes) -> None:
        """A cell's preview came. Only drafts show first looks; a Pro render has its own placeholder."""
        self._cells[index] = png
        self._newer = True
        if len(self._cells) == self.request.count:
            self._whole.set()
        if self._shown < LOOKS and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._show())

    async def stop(self) -> None:
        """No look may overwrite the finished grid: wait a little for the one on its way, drop the rest."""
        self._newer = False
        self._whole.set()
        if self._task is not None:
            await asyncio.wait([self._task], timeout=LAST_LOOK_S)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _show(self) -> None:
        while self._newer and self._shown < LOOKS:
            self._shown += 1
            # The cells of one step arrive together; wait for the rest of them.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(GATHER_S):
                    await self._whole.wait()
            self._newer = False
            cells = [self._cells.get(index) for index in range(self.request.count)]
            sheet = await asyncio.to_thread(sheets.contact_sheet, cells, cell_size=self.request.size)
            await self.show(self.brief, sheet)
