"""Signed HTTP delivery: a real Bolt app behind a web server checks the signatures."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp

from sandbox.client import Person, Refused
from sandbox.server import Server
from sandbox.to_app.http_delivery import signature
from tests.sandbox.workplace import SNEAKERS, eventually, settings, web_client


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@asynccontextmanager
async def listening(app: web.Application, port: int) -> AsyncIterator[None]:
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield
    finally:
        await runner.cleanup()


@asynccontextmanager
async def bolt(
    secret: str = "practice-signing-secret", **changes: Any
) -> AsyncIterator[tuple[Server, AsyncApp]]:
    port = free_port()
    url = f"http://127.0.0.1:{port}/slack/events"
    async with Server(settings(request_url=url, **changes)) as server:
        app = AsyncApp(client=web_client(server), signing_secret=secret)
        async with listening(app.web_app("/slack/events"), port):
            yield server, app


async def test_the_address_is_verified_and_commands_and_events_arrive_signed():
    events: list[dict[str, Any]] = []
    async with bolt() as (server, app), Person(server.url, "U0ADA") as ada:

        @app.command("/draft")
        async def draft(ack, body, client):
            await ack(f"got {body['text']}")

        @app.event("message")
        async def message(event):
            events.append(event)

        @app.action("go")
        async def go(ack, body):
            await ack()
            events.append(body)

        await eventually(lambda: server.workspace.bot_connected)
        assert (await ada.type(SNEAKERS, "/draft a red apple")).response_text == "got a red apple"
        await ada.say(SNEAKERS, "hello — “you”")
        await eventually(lambda: events)
        assert events[0]["text"] == "hello — “you”"
        element = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
        posted = await web_client(server).chat_postMessage(
            channel=SNEAKERS, text="x", blocks=[{"type": "actions", "elements": [element]}]
        )
        await ada.click(posted["message"], "go", channel=SNEAKERS)
        assert events[-1]["actions"][0]["action_id"] == "go"


async def test_an_app_with_another_secret_is_never_verified_and_takes_nothing():
    async with bolt(secret="another secret") as (server, _), Person(server.url, "U0ADA") as ada:
        assert await server.link.http.verify() is False
        with pytest.raises(Refused) as refused:
            await ada.type(SNEAKERS, "/draft x")
        assert refused.value.error == "dispatch_failed"


async def test_failed_events_are_retried_with_their_headers_until_they_are_taken():
    seen: list[tuple[str | None, str | None, str]] = []

    async def take(request: web.Request) -> web.Response:
        body = await request.read()
        timestamp = request.headers["X-Slack-Request-Timestamp"]
        assert request.headers["X-Slack-Signature"] == signature("practice-signing-secret", timestamp, body)
        payload = json.loads(body)
        if payload["type"] == "url_verification":
            return web.json_response({"challenge": payload["challenge"]})
        headers = request.headers
        seen.append(
            (headers.get("X-Slack-Retry-Num"), headers.get("X-Slack-Retry-Reason"), payload["event_id"])
        )
        if len(seen) == 1:
            return web.Response(status=500)
        if len(seen) == 2:
            await asyncio.sleep(1)
        return web.Response()

    app = web.Application()
    app.router.add_post("/slack/events", take)
    port = free_port()
    url = f"http://127.0.0.1:{port}/slack/events"
    async with (
        listening(app, port),
        Server(settings(request_url=url, ack_timeout_s=0.3)) as server,
        Person(server.url, "U0ADA") as ada,
    ):
        await ada.say(SNEAKERS, "hello")
        await eventually(lambda: len(seen) == 3)
        await asyncio.sleep(0.3)
    assert [(number, reason) for number, reason, _ in seen] == [
        (None, None),
        ("1", "http_error"),
        ("2", "http_timeout"),
    ]
    assert len({event_id for _, _, event_id in seen}) == 1


async def test_an_app_can_decline_retries():
    seen: list[str] = []

    async def refuse(request: web.Request) -> web.Response:
        seen.append((await request.json())["type"])
        return web.Response(status=500, headers={"X-Slack-No-Retry": "1"})

    app = web.Application()
    app.router.add_post("/slack/events", refuse)
    port = free_port()
    url = f"http://127.0.0.1:{port}/slack/events"
    async with (
        listening(app, port),
        Server(settings(request_url=url)) as server,
        Person(server.url, "U0ADA") as ada,
    ):
        await ada.say(SNEAKERS, "hello")
        await asyncio.sleep(0.5)
    assert seen.count("event_callback") == 1
