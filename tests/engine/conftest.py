"""A tiny model on disk, and engines that serve it over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from calls import Caller
from tiny_models import save_tiny_sd3, write_profile

from engine.core import Engine
from engine.limits import Limits
from engine.server import make_app
from engine.tiers import Profile, load_profile


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny, randomly initialised SD3 pipeline."""
    return save_tiny_sd3(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="session")
def tiny_profile(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Profile:
    """The profile that serves the tiny model."""
    return load_profile(str(write_profile(tmp_path_factory.mktemp("profiles") / "tiny.toml", tiny_model)))


@dataclass(frozen=True, kw_only=True)
class Serving:
    """An engine behind an address, and a caller for it."""

    engine: Engine
    url: str
    call: Caller


Serve = Callable[..., Awaitable[Serving]]


@asynccontextmanager
async def serving(
    profile: Profile, *, limits: Limits | None = None, token: str | None = None
) -> AsyncIterator[Serving]:
    """An engine on a free port, once it is ready or has said why not."""
    engine = Engine(profile, limits)
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


@pytest.fixture
async def serve(tiny_profile: Profile) -> AsyncIterator[Serve]:
    """Starts engines of one's own."""
    async with AsyncExitStack() as stack:

        async def start(profile: Profile | None = None, **options: Any) -> Serving:
            return await stack.enter_async_context(serving(profile or tiny_profile, **options))

        yield start


@pytest.fixture
async def tiny(serve: Serve) -> Serving:
    """A ready engine with the tiny model, of this test alone."""
    return await serve()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_tiny(tiny_profile: Profile) -> AsyncIterator[Serving]:
    """A ready engine that the module's tests share, for requests that leave no trace."""
    async with serving(tiny_profile) as engine:
        yield engine
