"""The durable way to Slack: effects are committed with what they announce, then sent once, in order, across crashes.

Slack has no idempotency key, so a post carries its effect's key in the message metadata; where a crash
leaves open whether a post happened, the outbox looks before it posts again.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import clock
from bot.slack import outbox_table
from bot.slack.blocks import with_files
from bot.slack.files import FileNotReady, error_code, upload
from bot.slack.outbox_table import Subject
from bot.store import Database, PictureStore, pictures

log = logging.getLogger(__name__)

EVENT_TYPE = "draftroom_brief"
#: How often an effect that Slack refuses is tried before it is given up, with growing pauses between.
ATTEMPTS_LIMIT = 8
#: How long an effect waits for Slack to be reachable, or for its operator to renew a token.
PATIENCE = timedelta(days=1)
#: Longest pause between two tries, in seconds.
PAUSE_LIMIT_S = 60.0
#: How many messages are looked through after a crash for one that may have been posted.
LOOK_BACK = 100

#: Errors that no repetition cures.
_FINAL = frozenset(
    "channel_not_found not_in_channel is_archived message_not_found cant_update_message restricted_action"
    " msg_too_long thread_not_found".split()
)
#: Errors that whoever runs the bot can cure meanwhile.
_OPERATORS = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "missing_scope"})
#: A reaction that is there already, or gone already, is what we wanted.
_FINE = frozenset({"already_reacted", "no_reaction"})


def metadata(key: str, subject: Subject) -> dict[str, Any]:
    """What a message of ours says of itself to programs: its effect and what it shows."""
    shown = {name: value for name, value in vars(subject).items() if value is not None}
    return {"event_type": EVENT_TYPE, "event_payload": {"effect": key, **shown}}


class Outbox:
    """Sends what is committed. One lane per channel keeps messages in order; channels do not wait on each other."""

    def __init__(
        self,
        database: Database,
        picture_store: PictureStore,
        client: AsyncWebClient,
        on_failure: Callable[[str, str], Awaitable[None]],
    ) -> None:
        """`on_failure(effect key, Slack's error)` hears of effects that were given up."""
        self._database = database
        self._pictures = picture_store
        self._client = client
        self._on_failure = on_failure
        self._wake = asyncio.Event()
        self._lanes: dict[str, asyncio.Task[None]] = {}
        database.watch({"effects"}, self.wake)

    def wake(self) -> None:
        """Say that something was committed."""
        self._wake.set()

    async def run(self) -> None:
        """Send until cancelled."""
        try:
            while True:
                self._wake.clear()
                for channel in await self._database.read(outbox_table.waiting_channels):
                    lane = self._lanes.get(channel)
                    if lane is None or lane.done():
                        lane = self._lanes[channel] = asyncio.create_task(self._drain(channel))
                        # Something may be committed between a lane's last look and its end.
                        lane.add_done_callback(lambda _: self.wake())
                try:
                    async with asyncio.timeout(1.0):
                        await self._wake.wait()
                except TimeoutError:
                    continue
        finally:
            for lane in self._lanes.values():
                lane.cancel()
            await asyncio.gather(*self._lanes.values(), return_exceptions=True)

    async def _drain(self, channel: str) -> None:
        """Send a channel's effects one after the other until none is due."""
        while row := await self._database.write(lambda tx: outbox_table.take(tx, channel, clock.now())):
            try:
                await self._send(row)
            except asyncio.CancelledError:
                raise
            except Exception as error:
                await self._set_back(row, error)

    async def _send(self, row: dict[str, Any]) -> None:
        payload = json.loads(row["payload"])
        if row["action"] in ("react", "unreact"):
            await self._react(row, payload["name"])
            await self._database.write(lambda tx: outbox_table.mark_sent(tx, row, row["target_ts"], {}))
            return
        file_ids = await self._upload_attachments(row, payload)
        content = {
            "channel": row["channel"],
            "text": payload["text"],
            "blocks": with_files(payload["blocks"], file_ids),
            "metadata": metadata(row["key"], Subject(**payload["subject"])),
        }
        if row["action"] == "update":
            answer = await self._client.chat_update(ts=row["target_ts"], **content)
        else:
            ts = await self._find_posted(row) if row["in_doubt"] else None
            if ts is None:
                answer = await self._client.chat_postMessage(
                    thread_ts=row["thread_ts"], unfurl_links=False, unfurl_media=False, **content
                )
                ts = str(answer["ts"])
            row["target_ts"] = ts
        await self._database.write(
            lambda tx: outbox_table.mark_sent(tx, row, row["target_ts"], payload["subject"])
        )

    async def _react(self, row: dict[str, Any], name: str) -> None:
        call = self._client.reactions_add if row["action"] == "react" else self._client.reactions_remove
        try:
            await call(channel=row["channel"], timestamp=row["target_ts"], name=name)
        except SlackApiError as error:
            if error_code(error) not in _FINE:
                raise

    async def _upload_attachments(self, row: dict[str, Any], payload: dict[str, Any]) -> dict[int, str]:
        """Upload what is not uploaded yet; each id is committed, so that a retry does not upload it twice."""
        done: dict[str, str] = json.loads(row["files"])
        for index, attachment in enumerate(payload["attachments"]):
            if str(index) in done:
                continue
            picture = await self._database.read(partial(pictures.find, sha256=attachment["sha256"]))
            data = await asyncio.to_thread(self._pictures.read, picture)
            shared = bool(attachment.get("shared"))
            done[str(index)] = await upload(
                self._client,
                data,
                filename=attachment["filename"],
                alt_text=attachment["alt_text"],
                channel=row["channel"] if shared else None,
                thread_ts=row["thread_ts"] if shared else None,
            )
            await self._database.write(partial(outbox_table.keep_files, key=row["key"], files=dict(done)))
        return {int(index): file_id for index, file_id in done.items()}

    async def _find_posted(self, row: dict[str, Any]) -> str | None:
        """The message of an effect that may have been posted before a crash."""
        arguments: dict[str, Any] = {
            "channel": row["channel"],
            "include_all_metadata": True,
            "limit": LOOK_BACK,
        }
        if row["thread_ts"]:
            answer = await self._client.conversations_replies(ts=row["thread_ts"], **arguments)
        else:
            answer = await self._client.conversations_history(**arguments)
        for message in answer["messages"]:
            if message.get("metadata", {}).get("event_payload", {}).get("effect") == row["key"]:
                return str(message["ts"])
        return None

    async def _set_back(self, row: dict[str, Any], error: Exception) -> None:
        """Decide whether an effect that failed is tried again, and when."""
        verdict = _judge(error, row["attempts"], clock.now() - clock.from_text(row["created_at"]))
        if verdict.final:
            log.error("gave up the effect %s: %s", row["key"], verdict.code)
            await self._database.write(lambda tx: outbox_table.mark_failed(tx, row["key"], verdict.code))
            await self._on_failure(row["key"], verdict.code)
            return
        log.warning("effect %s is tried again in %.1f s: %s", row["key"], verdict.pause_s, verdict.code)
        not_before = clock.to_text(clock.now() + timedelta(seconds=verdict.pause_s))
        # No answer leaves open whether Slack posted; a refusal does not.
        in_doubt = not isinstance(error, SlackApiError)
        await self._database.write(
            lambda tx: outbox_table.mark_waiting(tx, row["key"], not_before, in_doubt, verdict.code)
        )
        asyncio.get_running_loop().call_later(verdict.pause_s, self.wake)


@dataclass(frozen=True, kw_only=True)
class _Verdict:
    code: str
    final: bool
    pause_s: float


def _judge(error: Exception, attempts: int, age: timedelta) -> _Verdict:
    """What a failure means for its effect."""
    pause_s = min(0.3 * 2.0 ** min(attempts, 10), PAUSE_LIMIT_S)
    if isinstance(error, SlackApiError):
        code = error_code(error)
        if code == "ratelimited":
            pause_s = float(error.response.headers.get("Retry-After", 1))
            return _Verdict(code=code, final=False, pause_s=pause_s)
        if code in _OPERATORS:
            return _Verdict(code=code, final=age > PATIENCE, pause_s=PAUSE_LIMIT_S)
        return _Verdict(code=code, final=code in _FINAL or attempts >= ATTEMPTS_LIMIT, pause_s=pause_s)
    if isinstance(error, (aiohttp.ClientError, TimeoutError, FileNotReady, OSError)):
        code = str(error) or type(error).__name__
        return _Verdict(code=code, final=age > PATIENCE, pause_s=pause_s)
    log.error("the outbox met a defect", exc_info=error)
    code = f"{type(error).__name__}: {error}"
    return _Verdict(code=code, final=attempts >= ATTEMPTS_LIMIT, pause_s=pause_s)
