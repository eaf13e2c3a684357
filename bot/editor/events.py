"""How a fix gets on, as events for the page: its place in the queue, first looks over the selection, its end."""

from __future__ import annotations

import asyncio
import base64
import io
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

from PIL import Image

from bot.briefs import table as briefs_table
from bot.briefs.model import FixTask, Job, JobState
from bot.editor.actions import PREVIEWS, Editing
from bot.pictures import masks, opening
from bot.pictures.turns import in_turn
from bot.store import Transaction, pictures
from bot.texts import say

#: Pause between two looks at the database while nothing is told, in seconds.
LOOK_S = 0.25
#: Looks without news after which a comment keeps the connection open.
QUIET_LOOKS = 40
#: Room around the selection in a first look, in pixels.
MARGIN_PX = 4


async def follow(
    editing: Editing, progress: Progress, job_id: str, *, brief: str
) -> AsyncIterator[dict[str, Any]]:
    """Events until the job has ended: queued, waiting, preview, done, stopped, failed. Raises UserError for another's job."""
    box: tuple[int, int, int, int] | None = None
    waiting = quiet = 0
    with progress.watch(job_id) as news:
        while True:
            job, version = await editing.outcome(job_id, brief=brief)
            if job.state is JobState.DONE and version is not None:
                outside = await _measured(editing, job, version)
                yield {"type": "done", "version": version, "outside": outside}
                return
            if job.state is JobState.CANCELLED:
                yield {"type": "stopped", "sentence": say("following-stopped")}
                return
            if job.state is JobState.FAILED:
                yield {"type": "failed", "sentence": say("following-failed", failure=str(job.failure))}
                return
            if job.state is JobState.QUEUED and job.attempts > waiting:
                waiting = job.attempts
                yield {"type": "waiting", "sentence": say("following-waiting")}
            try:
                async with asyncio.timeout(LOOK_S):
                    event = await news.get()
            except TimeoutError:
                quiet += 1
                if quiet % QUIET_LOOKS == 0:
                    yield {"type": "still"}
                continue
            if event["type"] == "preview":
                if box is None:
                    box = await asyncio.to_thread(_box, await _mask(editing, job))
                yield await asyncio.to_thread(_look, event, box)
            else:
                yield event


async def _mask(editing: Editing, job: Job) -> bytes:
    assert isinstance(job.task, FixTask)
    sha256 = job.task.mask
    picture = await editing.services.database.read(lambda tx: pictures.find(tx, sha256))
    return await editing.read(picture)


def _box(mask_png: bytes) -> tuple[int, int, int, int]:
    mask = opening.open_picture(mask_png).convert("L")
    left, top, right, bottom = mask.getbbox() or (0, 0, *mask.size)
    return (
        max(0, left - MARGIN_PX),
        max(0, top - MARGIN_PX),
        min(mask.width, right + MARGIN_PX),
        min(mask.height, bottom + MARGIN_PX),
    )


def _look(event: dict[str, Any], box: tuple[int, int, int, int]) -> dict[str, Any]:
    """A first look, cut to the selection's box: [left, top, width, height] and a JPEG."""
    out = io.BytesIO()
    opening.open_picture(event["png"]).crop(box).convert("RGB").save(out, "JPEG", quality=80)
    left, top, right, bottom = box
    return {
        "type": "preview",
        "progress": min(1.0, (event["number"] + 1) / (PREVIEWS + 1)),
        "box": [left, top, right - left, bottom - top],
        "jpeg": base64.b64encode(out.getvalue()).decode(),
    }


async def _measured(editing: Editing, job: Job, version: int) -> int:
    """How many pixels differ outside of the mask between the stored pictures, counted once more."""
    assert job.parent is not None
    parent, canvas = job.parent, job.task.canvas if isinstance(job.task, FixTask) else None

    def find(tx: Transaction) -> list[pictures.Picture]:
        made = briefs_table.version(tx, version)
        before = canvas or briefs_table.version(tx, parent).picture
        return [pictures.find(tx, name) for name in (before, made.picture, str(made.mask))]

    files = await editing.services.database.read(find)
    before, after, mask = [await editing.read(picture) for picture in files]
    return await in_turn(_outside, before, after, mask)


def _outside(before: bytes, after: bytes, mask: bytes) -> int:
    old, new = opening.open_picture(before), opening.open_picture(after)
    compared: Image.Image = old if old.mode == new.mode else old.convert(new.mode)
    return masks.changed_outside(compared, new, opening.open_picture(mask).convert("L"))


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
