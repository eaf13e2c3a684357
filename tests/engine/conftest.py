"""A tiny model on disk, and engines that serve it over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from engine.profiles.profile import Profile, load_profile
from tests.engine.served import Serve, Serving, serving
from tests.engine.tiny_models import save_tiny_sd3, write_profile


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny, randomly initialised SD3 pipeline."""
    return save_tiny_sd3(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="session")
def tiny_profile(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Profile:
    """The profile that serves the tiny model."""
    return load_profile(str(write_profile(tmp_path_factory.mktemp("profiles") / "tiny.toml", tiny_model)))


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
