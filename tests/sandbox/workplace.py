"""How the tests start a practice workspace on a real port and point the official clients at it."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.server import Server
from sandbox.settings import Settings

MANIFEST = Path(__file__).parent / "fixtures" / "manifest.yml"
SNEAKERS = "C0SNEAKERS"


def settings(**changes: Any) -> Settings:
    return Settings(**{"port": 0, "manifest": MANIFEST, "retry_delays_s": (0.0, 0.1, 0.1), **changes})


def png(size: tuple[int, int] = (8, 6), colour: str = "teal") -> bytes:
    held = io.BytesIO()
    Image.new("RGB", size, colour).save(held, "PNG")
    return held.getvalue()


def web_client(server: Server, token: str | None = None) -> AsyncWebClient:
    return AsyncWebClient(
        token=token or server.settings.bot_token, base_url=f"{server.url}/api/", retry_handlers=[]
    )


@asynccontextmanager
async def bot(server: Server) -> AsyncIterator[AsyncApp]:
    """A real Bolt app on a real Socket Mode connection; register listeners on it at any time."""
    app = AsyncApp(
        client=web_client(server),
        # Bolt drops the bot's own events by default; here they are what is looked at.
        ignoring_self_events_enabled=False,
    )
    handler = AsyncSocketModeHandler(
        app, server.settings.app_token, web_client=web_client(server), ping_interval=1
    )
    await handler.connect_async()
    await eventually(lambda: server.workspace.bot_connected)
    try:
        yield app
    finally:
        await handler.close_async()


async def eventually(check: Callable[[], Any], timeout_s: float = 5.0) -> Any:
    """Wait until `check()` is true and return what it gave."""
    for _ in range(int(timeout_s / 0.02)):
        if found := check():
            return found
        await asyncio.sleep(0.02)
    raise AssertionError("It did not happen in time.")
