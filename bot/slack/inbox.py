"""Whatever is acknowledged stands here first: Slack never sends it again, and a crash would lose it.

The acknowledgement itself writes it down, so that no listener can forget to; its end takes it out again. What a crash
left over is dealt with at the next start, what Slack was away for when it is back.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import logging
import sqlite3
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import timedelta
from typing import Any
from weakref import WeakValueDictionary

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncBoltRequest
from slack_bolt.listener.async_listener_completion_handler import AsyncCustomListenerCompletionHandler
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError

from bot import clock
from bot.slack import inbox_table
from bot.slack.acknowledge import IN_TIME_S
from bot.slack.web_api import error_code, is_away
from bot.store import Database, Loop
from bot.store.pictures import PictureGone
from bot.texts import say
from bot.web.metrics import ACKNOWLEDGED

log = logging.getLogger(__name__)

#: An event that was left over longer ago is dropped: nobody expects an answer to it any more.
KEPT_FOR = timedelta(hours=1)
#: How often one is dealt with after crashes, at most: it may be what they come from.
REPLAYS = 2
#: Pause before one is dealt with again for which Slack was away.
AWAY = timedelta(seconds=3)
#: Pause between two looks whether all is acknowledged, or dealt with, in seconds.
LOOK_S = 0.05
#: Events that people wait for something to come of.
_KINDS = frozenset({"reaction_added", "reaction_removed", "app_mention", "app_home_opened"})

#: SQLite's codes of a disk that is full, or that refuses.
_NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR)
Tell = Callable[[dict[str, Any], str], Awaitable[None]]


class Inbox:
    """What is acknowledged and not dealt with yet."""

    def __init__(self, database: Database) -> None:
        self._database = database
        #: What is being dealt with, by name: gone by itself where nobody listens to it.
        self._working: WeakValueDictionary[str, _KeepingAck] = WeakValueDictionary()
        #: What is to be dealt with once more, later.
        self._again: set[str] = set()
        #: Nothing that waits is taken up any more.
        self._draining = False

    def guard(self, app: AsyncApp, tell: Tell) -> None:
        """Keep what is acknowledged until its listener ends. One that raises ends with a sentence, by `tell`."""

        @app.middleware
        async def keep(
            body: dict[str, Any], context: AsyncBoltContext, next: Callable[[], Awaitable[None]]
        ) -> BoltResponse | None:
            if _matters(body):
                name, ack = _name_of(body), _KeepingAck(self, body, time.monotonic())
                if body.get("type") == "event_callback" and name in self._working:
                    # Slack tells of it again while its listener works. It is kept, so this is enough to say.
                    return await ack()
                self._working[name] = context["ack"] = ack
            await next()
            return None

        @app.error
        async def broke(
            error: Exception, body: dict[str, Any], context: AsyncBoltContext
        ) -> BoltResponse | None:
            acknowledged = context.ack.response is not None
            if acknowledged and is_away(error) and _matters(body):
                log.warning("%s is dealt with again later: %s", body.get("type"), error_code(error))
                self._again.add(_name_of(body))
                return None
            log.error("a listener broke", exc_info=error)
            sentence = _sentence(error)
            if not acknowledged and (answer := _answered(body, sentence)):
                return answer
            await tell(body, sentence)
            return None

        async def ended(body: dict[str, Any]) -> None:
            if _matters(body):
                await self._ended(body)

        app.listener_runner.listener_completion_handler = AsyncCustomListenerCompletionHandler(log, ended)

    async def run(self, app: AsyncApp) -> None:
        """Deal with what was left over, now and when Slack is back, until cancelled."""

        async def take(_: Collection[None]) -> None:
            if not self._draining:
                await self.replay(app)

        async def nothing(_: None) -> None:
            """All is done by looking."""

        loop: Loop[None] = Loop("the inbox", self._database, watches=(), take=take, do=nothing)
        await loop.run()

    async def acknowledged(self) -> None:
        """Returns when all that was heard is acknowledged, or should be: later, Slack could not be told any more."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(IN_TIME_S + LOOK_S):
                while any(ack.response is None for ack in self._working.values()):
                    await asyncio.sleep(LOOK_S)
        # Bolt sends an answer a moment after it was given.
        await asyncio.sleep(LOOK_S)

    async def drain(self) -> None:
        """Take nothing up again; returns when all that was heard is dealt with."""
        self._draining = True
        while self._working:
            await asyncio.sleep(LOOK_S)

    async def keep(self, body: dict[str, Any]) -> None:
        """Keep what is about to be acknowledged."""
        # Slack's old verification token travels in every body; a secret has no place in a database.
        kept = {name: value for name, value in body.items() if name != "token"}
        await self._database.write(lambda tx: inbox_table.keep(tx, _name_of(body), kept, clock.now()))

    async def done(self, body: dict[str, Any]) -> None:
        """It was dealt with."""
        name = _name_of(body)
        # First: one that comes again from here on is dealt with anew, and kept for itself.
        self._working.pop(name, None)
        await self._database.write(lambda tx: inbox_table.forget(tx, name))

    async def replay(self, app: AsyncApp) -> int:
        """Deal with what was left over and with what waits. How many events that were."""
        at, in_hand = clock.now(), sorted(self._working)
        bodies = await self._database.write(
            lambda tx: inbox_table.take(tx, in_hand, older=at - KEPT_FOR, tries=REPLAYS, at=at)
        )
        for body in bodies:
            await app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
        if bodies:
            log.info("dealing with %d events that were left over", len(bodies))
        return len(bodies)

    async def _ended(self, body: dict[str, Any]) -> None:
        name = _name_of(body)
        if name not in self._again:
            await self.done(body)
            return
        self._again.discard(name)
        # Slack's absence is not its fault: it is not counted.
        later = clock.now() + AWAY
        await self._database.write(lambda tx: inbox_table.again(tx, name, later))
        self._working.pop(name, None)


class _KeepingAck(AsyncAck):
    """An acknowledgement that writes down first what it acknowledges."""

    def __init__(self, inbox: Inbox, body: dict[str, Any], received: float) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._inbox, self._body, self._received = inbox, body, received

    def __setattr__(self, name: str, value: Any) -> None:
        """What was answered stands: Bolt takes it back from a listener that raises, before it was sent."""
        if name == "response" and value is None and getattr(self, "response", None) is not None:
            return
        super().__setattr__(name, value)

    async def __call__(self, *args: Any, **kwargs: Any) -> BoltResponse:
        await self._inbox.keep(self._body)
        ACKNOWLEDGED.observe(time.monotonic() - self._received)
        return await super().__call__(*args, **kwargs)


def _matters(body: dict[str, Any]) -> bool:
    if body.get("type") == "event_callback":
        event = body.get("event", {})
        return event.get("type") in _KINDS or bool(event.get("type") == "message" and event.get("files"))
    return bool(_name_of(body))


def _name_of(body: dict[str, Any]) -> str:
    """What Slack calls an event, a form or a command."""
    view = body.get("view") or {}
    return str(body.get("event_id") or body.get("trigger_id") or view.get("id") or "")


def _sentence(error: Exception) -> str:
    if isinstance(error, SlackApiError):
        return say("slack-refused", code=error_code(error))
    if isinstance(error, PictureGone):
        return say("picture-gone")
    full = (
        getattr(error, "sqlite_errorcode", 0) & 0xFF in _NO_ROOM or getattr(error, "errno", 0) == errno.ENOSPC
    )
    return say("bot-disk-full") if full else say("bot-broke")


def _answered(body: dict[str, Any], sentence: str) -> BoltResponse | None:
    """The acknowledgement that says the sentence, where one can."""
    answer: dict[str, Any] = {"response_type": "ephemeral", "text": sentence}
    if body.get("type") == "view_submission":
        fields = body["view"].get("state", {}).get("values", {})
        if not fields:
            return None
        answer = {"response_action": "errors", "errors": {next(iter(fields)): sentence}}
    elif "command" not in body:
        return None
    headers: dict[str, str | Sequence[str]] = {"content-type": "application/json;charset=utf-8"}
    return BoltResponse(status=200, body=json.dumps(answer), headers=headers)
