"""A practice workspace on a real port, people in it, and the official clients pointed at it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.client import Person
from sandbox.server import Server
from tests.sandbox.workplace import bot, settings, web_client


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with Server(settings()) as running:
        yield running


@pytest.fixture
def client(server: Server) -> AsyncWebClient:
    return web_client(server)


@pytest.fixture
async def app(server: Server) -> AsyncIterator[AsyncApp]:
    async with bot(server) as running:
        yield running


@pytest.fixture
async def person(server: Server) -> AsyncIterator[Callable[[str], Awaitable[Person]]]:
    async with AsyncExitStack() as stack:

        async def enter(user: str) -> Person:
            return await stack.enter_async_context(Person(server.url, user))

        yield enter


@pytest.fixture
async def ada(server: Server) -> AsyncIterator[Person]:
    async with Person(server.url, "U0ADA") as someone:
        yield someone
