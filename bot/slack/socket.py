"""The Socket Mode connection, watched: a client that stays disconnected is replaced by a fresh one."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

log = logging.getLogger(__name__)

#: How often the connection is looked at, in seconds.
WATCH_S = 1.0
#: The client reconnects by itself; after this many seconds without success it is replaced.
SILENCE_LIMIT_S = 10.0
#: How often the client pings and looks at its connection, in seconds: after a cut people are heard again within 3 s.
PING_S = 1.5
#: How long a client may take to close, in seconds.
CLOSE_LIMIT_S = 5.0


class SocketLink:
    """Keeps one working Socket Mode client. A reconnecting client can go silent for good; a new one does not."""

    def __init__(self, app: AsyncApp, app_token: str) -> None:
        self._app = app
        self._app_token = app_token
        self._handler = self._fresh()
        #: Nothing is to be heard any more.
        self._closed = False

    async def connect(self) -> None:
        """Open the first connection. Raises SlackApiError when the token is not accepted."""
        await self._handler.connect_async()  # type: ignore[no-untyped-call]

    async def is_connected(self) -> bool:
        """Whether Slack is heard now."""
        return bool(await self._handler.client.is_connected())

    async def watch(self) -> None:
        """Look after the connection until it is closed."""
        last_seen = time.monotonic()
        while not self._closed:
            await asyncio.sleep(WATCH_S)
            if self._closed or await self._handler.client.is_connected():
                last_seen = time.monotonic()
            elif time.monotonic() - last_seen > SILENCE_LIMIT_S:
                log.warning(
                    "Socket Mode has been silent for %.0f s; starting a fresh client", SILENCE_LIMIT_S
                )
                await self._replace()
                last_seen = time.monotonic()

    async def close(self) -> None:
        """Close the connection for good; one that is just being made anew must not keep the program from ending."""
        self._closed = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_LIMIT_S):
                await self._handler.close_async()  # type: ignore[no-untyped-call]

    async def _replace(self) -> None:
        old, self._handler = self._handler, self._fresh()
        try:
            async with asyncio.timeout(CLOSE_LIMIT_S):
                await old.close_async()  # type: ignore[no-untyped-call]
            # A client that was closed meanwhile does not connect.
            await self._handler.connect_async()  # type: ignore[no-untyped-call]
        except Exception as error:
            log.warning("the fresh client could not connect yet: %s", type(error).__name__)

    def _fresh(self) -> AsyncSocketModeHandler:
        return AsyncSocketModeHandler(self._app, self._app_token, ping_interval=PING_S)
