"""First looks: best effort, never durable. A preview that cannot be shown in time is dropped without a trace."""

from __future__ import annotations

import logging

from slack_sdk.web.async_client import AsyncWebClient

from bot.briefs.model import Brief, JobState
from bot.draft import grid_messages, warnings
from bot.slack import outbox_table
from bot.slack.files import upload
from bot.slack.outbox import metadata
from bot.slack.outbox_table import Subject
from bot.store import Database
from bot.texts import say
from bot.worker import table as worker_table

log = logging.getLogger(__name__)


class Previews:
    """Shows a half-finished grid in the placeholder's message."""

    def __init__(self, database: Database, client: AsyncWebClient) -> None:
        self._database = database
        self._client = client

    async def show(self, brief: Brief, sheet: bytes, key: str) -> None:
        """Put the sheet into the message that the effect `key` posted. Never raises."""
        try:
            ts = await self._database.read(lambda tx: outbox_table.sent_ts(tx, key))
            if ts is None or not await self._still_drawn(brief):
                return
            file_id = await upload(
                self._client,
                sheet,
                filename=f"preview-{brief.id}.png",
                alt_text=say("preview-file-alt", prompt=brief.prompt),
            )
            if not await self._still_drawn(brief):
                return
            warning = await self._database.read(lambda tx: warnings.carried(tx, key))
            message = warnings.with_advice(
                grid_messages.previewing(brief, file_id), warning, before="drafting"
            )
            await self._client.chat_update(
                channel=brief.channel,
                ts=ts,
                text=message.text,
                blocks=list(message.blocks),
                metadata=metadata(key, Subject(role="grid", brief=brief.id)),
            )
        except Exception as error:
            log.info("a first look at %s was dropped: %s", brief.id, type(error).__name__)

    async def _still_drawn(self, brief: Brief) -> bool:
        """Whether a first look is still of use: the draft was not stopped and is not finished."""
        job = await self._database.read(lambda tx: worker_table.job_by_key(tx, f"draft:{brief.id}"))
        return job is not None and job.state is JobState.RUNNING
