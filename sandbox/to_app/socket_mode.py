"""Socket Mode: tickets, the websocket, envelopes and their acknowledgements. Knows nothing of what they carry."""

import asyncio
import contextlib
import json
import logging
import secrets
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import WSMsgType, web

from sandbox.model import Json
from sandbox.settings import APP_ID, Settings
from sandbox.state import now_iso
from sandbox.to_app.delivery import Undelivered

log = logging.getLogger(__name__)

#: A ticket from apps.connections.open is good once, for this long.
TICKET_LIFE_S = 30.0
#: Slack allows this many connections per app.
MAX_CONNECTIONS = 10
#: Seconds between pings.
PING_S = 15.0
#: Why Slack asks a client to leave a connection.
REASONS = ("warning", "refresh_requested", "link_disabled", "too_many_websockets")
#: What can become of all connections: a `disconnect` message, or one of these.
TROUBLES = (*REASONS, "close", "abort", "silence")
#: Seconds between the warning and the refresh of a connection.
WARNING_S = 2.0


@dataclass(eq=False)
class _Connection:
    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    retiring: bool = False
    #: Nothing is sent any more and nothing heard: the network lost it without a word.
    silent: bool = False


class SocketMode:
    """All open Socket Mode connections of the app; each envelope goes to one of them."""

    def __init__(self, settings: Settings, *, on_presence: Callable[[bool], None] = lambda _: None) -> None:
        self._settings = settings
        self._on_presence = on_presence
        self._tickets: dict[str, float] = {}
        self._connections: list[_Connection] = []
        self._answers: dict[str, asyncio.Future[Json]] = {}
        self._arrived = asyncio.Event()
        self._turn = 0
        self._closing = False

    @property
    def connections(self) -> int:
        """How many connections can take envelopes now."""
        return len(self._ready())

    def _ready(self) -> list[_Connection]:
        return [c for c in self._connections if not c.retiring and not c.socket.closed]

    def open_ticket(self, base_url: str) -> str:
        """A websocket address that works once."""
        ticket = secrets.token_urlsafe(24)
        self._tickets[ticket] = time.monotonic() + TICKET_LIFE_S
        return f"{base_url.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={APP_ID}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """GET /link/: upgrade, say hello, then take acknowledgements until it closes."""
        expires = self._tickets.pop(request.query.get("ticket", ""), 0.0)
        if expires < time.monotonic() or self._closing:
            return web.Response(status=401, text="This ticket is unknown, used or expired.")
        # Pings are sent and answered here, so that a silent connection can leave them out.
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        connection = _Connection(socket, request.transport)
        if len(self._ready()) >= MAX_CONNECTIONS:
            await self._say_goodbye(connection, "too_many_websockets")
            await socket.close()
            return socket
        self._connections.append(connection)
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self._ready()),
                "debug_info": {
                    "host": "practice-applink",
                    "build_number": 1,
                    "approximate_connection_time": int(self._settings.refresh_s or 18060),
                    "started": now_iso(),
                },
                "connection_info": {"app_id": APP_ID},
            }
        )
        self._arrived.set()
        if len(self._ready()) == 1:
            self._on_presence(True)
        timers = [asyncio.create_task(self._ping(connection))]
        if self._settings.refresh_s:
            timers.append(asyncio.create_task(self._retire_later(connection)))
        try:
            async for frame in socket:
                if connection.silent:
                    continue
                if frame.type is WSMsgType.TEXT:
                    self._acknowledge(connection, frame.data)
                elif frame.type is WSMsgType.PING:
                    with contextlib.suppress(ConnectionError, RuntimeError):
                        await socket.pong(frame.data)
        finally:
            for timer in timers:
                timer.cancel()
            self._connections.remove(connection)
            if not self._ready():
                self._arrived.clear()
                self._on_presence(False)
        return socket

    def _acknowledge(self, connection: _Connection, data: str) -> None:
        try:
            message = json.loads(data)
            envelope_id = message["envelope_id"]
        except (ValueError, KeyError, TypeError):
            log.warning("A Socket Mode client sent something that is no acknowledgement.")
            return
        answer = self._answers.get(envelope_id)
        if answer is not None and not answer.done():
            payload = message.get("payload")
            answer.set_result(payload if isinstance(payload, dict) else {"text": payload} if payload else {})

    async def send(self, kind: str, payload: Json, *, retry: int = 0, reason: str = "") -> Json:
        """Send one envelope over one connection and wait for its acknowledgement."""
        patience = self._settings.ack_timeout_s
        if kind == "events_api" and not self._ready():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(patience):
                    await self._arrived.wait()
        ready = self._ready()
        if not ready:
            raise Undelivered("connection_failed")
        self._turn += 1
        connection = ready[self._turn % len(ready)]
        envelope: Json = {
            "envelope_id": str(uuid.uuid4()),
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": retry, "retry_reason": reason}
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._answers[envelope["envelope_id"]] = answer
        try:
            if not connection.silent:
                await connection.socket.send_json(envelope)
            async with asyncio.timeout(patience):
                return await answer
        except TimeoutError as problem:
            raise Undelivered("timeout") from problem
        except (ConnectionError, RuntimeError) as problem:
            raise Undelivered("connection_failed") from problem
        finally:
            self._answers.pop(envelope["envelope_id"], None)

    async def _retire_later(self, connection: _Connection) -> None:
        await asyncio.sleep(self._settings.refresh_s)
        await self._retire(connection)

    async def _retire(self, connection: _Connection) -> None:
        # As Slack: a warning, then the refresh; the client opens its next connection before this one closes.
        await self._say_goodbye(connection, "warning")
        await asyncio.sleep(min(WARNING_S, self._settings.refresh_s or WARNING_S))
        connection.retiring = True
        await self._say_goodbye(connection, "refresh_requested")
        await asyncio.sleep(WARNING_S)
        await connection.socket.close()

    async def _say_goodbye(self, connection: _Connection, reason: str) -> None:
        with contextlib.suppress(ConnectionError, RuntimeError):
            await connection.socket.send_json(
                {"type": "disconnect", "reason": reason, "debug_info": {"host": "practice-applink"}}
            )

    async def _ping(self, connection: _Connection) -> None:
        with contextlib.suppress(ConnectionError, RuntimeError):
            while True:
                await asyncio.sleep(PING_S)
                if not connection.silent:
                    await connection.socket.ping()

    async def trouble(self, how: str) -> int:
        """Trouble every connection; returns how many. Raises ValueError where `how` is none of TROUBLES.

        `close` ends the websocket with an error, `abort` resets the connection, `silence` leaves it open for ever
        with nothing said or heard.
        """
        if how not in TROUBLES:
            raise ValueError(f"Connections know no {how}: {', '.join(TROUBLES)}.")
        found = self._ready()
        for connection in found:
            if how in REASONS:
                connection.retiring = how != "warning"
                await self._say_goodbye(connection, how)
            elif how == "close":
                await connection.socket.close(code=1011)
            elif how == "silence":
                connection.silent = True
            elif connection.transport:
                connection.transport.abort()
        return len(found)

    async def close(self) -> None:
        """Close every connection; the workspace is going away."""
        self._closing = True
        for connection in list(self._connections):
            await connection.socket.close(code=1001)
