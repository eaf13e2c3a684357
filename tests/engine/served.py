"""Engines behind addresses, for tests to use as any client would."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from aiohttp import web

from engine.api.server import make_app
from engine.profiles.profile import Profile
from engine.serving.engine import Engine
from engine.serving.limits import Limits
from tests.engine.calls import Caller


@dataclass(frozen=True, kw_only=True)
class Serving:
    """An engine behind an address, and a caller for it."""

    engine: Engine
    url: str
    call: Caller


Serve = Callable[..., Awaitable[Serving]]


@asynccontextmanager
async def serving(
    profile: Profile, *, limits: Limits | None = None, token: str | None = None, isolated: bool = False
) -> AsyncIterator[Serving]:
    """An engine on a free port, once it is ready or has said why not."""
    engine = Engine(profile, limits, isolated=isolated)
    runner = web.AppRunner(
        make_app(engine, token=token, loopback=True), handler_cancellation=True, shutdown_timeout=0.5
    )
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    engine.start()
    await engine.settled()
    async with aiohttp.ClientSession() as session:
        yield Serving(engine=engine, url=url, call=Caller(session, url))
    await engine.drain(0)
    await runner.cleanup()
