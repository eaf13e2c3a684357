"""First looks: best effort, never durable. A preview that cannot be shown in time is dropped without a trace.

Only the files are remembered, to be deleted once what was drawn stands in their place.
"""

from __future__ import annotations

import asyncio
import io
import logging
import time
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass

from PIL import Image
from slack_sdk.errors import SlackApiError

from bot import clock
from bot.briefs.keys import brief_key
from bot.briefs.model import Brief, JobState
from bot.draft import grid_messages, warnings
from bot.draft import table as draft_table
from bot.slack import files, outbox_table
from bot.slack.outbox import metadata
from bot.slack.outbox_table import Subject
from bot.slack.web_api import Meaning, WebApi, error_code, judge, meaning_of
from bot.store import Database, Loop, Transaction
from bot.texts import say
from bot.worker import table as worker_table
from marks.writing import encode, marks_of

log = logging.getLogger(__name__)

#: First looks a minute: each takes calls of the methods that finished grids need.
PACE = 12
#: Looks at a file that Slack still processes, and the pause before each, in seconds; grows with each.
LOOKS, PAUSE_S = 4, 0.3
#: JPEG quality, of 100.
QUALITY = 82


@dataclass(frozen=True, kw_only=True)
class _Left:
    """A first look whose time is over."""

    file: str
    brief: str
    in_doubt: bool


class Previews:
    """Shows a half-finished grid in the placeholder's message, and clears up after it."""

    def __init__(self, database: Database, client: WebApi) -> None:
        self._database = database
        self._client = client
        #: Monotonic moments of the last ones.
        self._lately: deque[float] = deque(maxlen=PACE)
        self._loop: Loop[_Left] = Loop(
            "previews",
            database,
            watches={"previews", "effects"},
            take=self._over,
            do=self._clear,
            due_s=self._opens_s,
        )

    async def run(self) -> None:
        """Delete the files of first looks that are over, until cancelled."""
        await self._loop.run()

    async def show(self, brief: Brief, sheet: bytes, key: str) -> None:
        """Put the sheet into the message that the effect `key` posted. Never raises."""
        try:
            await self._show(brief, sheet, key)
        except Exception as error:
            log.info("a first look at %s was dropped: %s", brief.id, error_code(error))

    async def _show(self, brief: Brief, sheet: bytes, key: str) -> None:
        ts = await self._database.read(lambda tx: outbox_table.sent_ts(tx, key))
        if ts is None or self._too_many() or not await self._still_drawn(brief):
            return
        self._lately.append(time.monotonic())
        name, at = f"preview-{brief.id}.jpg", clock.now()
        jpeg = await asyncio.to_thread(_jpeg, sheet)
        alt_text = say("preview-file-alt", prompt=brief.prompt)
        file_id = await files.send(self._client, jpeg, filename=name, alt_text=alt_text)
        await self._database.write(lambda tx: draft_table.add_preview(tx, file_id, brief.id, at))
        await files.complete(self._client, file_id, filename=name)
        for look in range(LOOKS):
            await asyncio.sleep(PAUSE_S * (look + 1))
            if await files.may_be_shown(self._client, file_id):
                break
        else:
            return
        if not await self._still_drawn(brief):
            return
        warning = await self._database.read(lambda tx: warnings.carried(tx, key))
        message = warnings.with_advice(grid_messages.previewing(brief, file_id), warning, before="drafting")
        await self._doubt(file_id, True)
        try:
            await self._client.chat_update(
                channel=brief.channel,
                ts=ts,
                text=message.text,
                blocks=list(message.blocks),
                metadata=metadata(key, Subject(role="grid", brief=brief.id)),
            )
        except SlackApiError as error:
            if judge(error, attempts=0, failures=0, age=clock.now() - at).in_doubt:
                raise
        await self._doubt(file_id, False)

    async def _doubt(self, file_id: str, doubt: bool) -> None:
        """Until Slack has answered, it may carry the update out at any later moment."""
        await self._database.write(lambda tx: draft_table.doubt_preview(tx, file_id, doubt))

    def _too_many(self) -> bool:
        """First looks yield to finished grids."""
        methods = ("files.getUploadURLExternal", "files.completeUploadExternal", "files.info", "chat.update")
        if any(self._client.closed_for(method) for method in methods):
            return True
        return len(self._lately) == PACE and time.monotonic() - self._lately[0] < 60.0

    async def _still_drawn(self, brief: Brief) -> bool:
        """Whether a first look is still of use: the draft was not stopped and is not finished."""
        job = await self._database.read(lambda tx: worker_table.job_by_key(tx, f"draft:{brief.id}"))
        return job is not None and job.state is JobState.RUNNING

    async def _over(self, in_hand: Collection[_Left]) -> _Left | None:
        if in_hand or self._client.closed_for("files.delete"):
            return None

        find = draft_table.preview_over

        row = await self._database.read(find)
        return _Left(file=row["file"], brief=row["brief"], in_doubt=bool(row["in_doubt"])) if row else None

    async def _clear(self, left: _Left) -> None:
        """Delete the file: an update that Slack carries out now is refused, and what it did before is put right."""
        try:
            await self._client.files_delete(file=left.file)
        except SlackApiError as error:
            meaning = meaning_of(error_code(error))
            if meaning is Meaning.WAIT:
                return
            if meaning in (Meaning.OUTAGE, Meaning.OPERATOR):
                raise
        at = clock.now()

        def work(tx: Transaction) -> None:
            draft_table.drop_preview(tx, left.file)
            if left.in_doubt:
                target = brief_key(left.brief)
                outbox_table.queue_repeated(tx, key=f"{target}:again:{left.file}", target=target, at=at)

        await self._database.write(work)

    async def _opens_s(self) -> float | None:
        return self._client.closed_for("files.delete") or None


def _jpeg(png: bytes) -> bytes:
    with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
        return encode(image.convert("RGB"), "JPEG", marks_of(png), quality=QUALITY)
