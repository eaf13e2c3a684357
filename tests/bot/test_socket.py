"""The Socket Mode connection at its end: what was heard is answered on it, and nothing opens it again."""

from __future__ import annotations

import asyncio

import pytest
from slack_bolt.async_app import AsyncApp

from bot.slack import socket
from bot.slack.inbox import Inbox
from bot.slack.socket import SocketLink
from bot.store import Database
from sandbox.client import Person
from sandbox.server import Server
from tests.sandbox.workplace import eventually, settings, web_client


@pytest.fixture
async def server():
    async with Server(settings()) as running:
        yield running


@pytest.fixture
async def link(server, monkeypatch):
    """A connection that is taken for silent after a moment."""
    monkeypatch.setattr(socket, "WATCH_S", 0.02)
    monkeypatch.setattr(socket, "SILENCE_LIMIT_S", 0.1)
    made = SocketLink(AsyncApp(client=web_client(server)), server.settings.app_token)
    await made.connect()
    await eventually(lambda: server.workspace.bot_connected)
    yield made
    await made.close()


async def test_what_is_silent_is_opened_again(server, link):
    watch = asyncio.create_task(link.watch())
    await link._handler.close_async()
    await eventually(lambda: not server.workspace.bot_connected)
    await eventually(lambda: server.workspace.bot_connected)
    assert not watch.done()
    watch.cancel()
    await asyncio.gather(watch, return_exceptions=True)


async def test_what_is_closed_is_not_opened_again(server, link):
    watch = asyncio.create_task(link.watch())
    await asyncio.sleep(0.05)
    await link.close()
    await eventually(lambda: not server.workspace.bot_connected)
    await asyncio.wait_for(watch, 5)
    assert not server.workspace.bot_connected
    assert not await link.is_connected()


async def test_what_is_closed_while_it_is_opened_again_stays_closed(server, link):
    replaced = asyncio.create_task(link._replace())
    await asyncio.sleep(0)
    await link.close()
    await asyncio.wait_for(replaced, 10)
    await eventually(lambda: not server.workspace.bot_connected)
    assert not await link.is_connected()


async def test_what_was_heard_before_the_end_is_answered(server, tmp_path):
    database, heard = Database(tmp_path / "draftroom.sqlite3"), asyncio.Event()
    app, inbox = AsyncApp(client=web_client(server)), Inbox(database)

    async def tell(body, sentence):
        raise AssertionError(sentence)

    inbox.guard(app, tell)

    @app.command("/draft")
    async def command(ack):
        heard.set()
        await asyncio.sleep(0.3)
        await ack("It is done.")

    made = SocketLink(app, server.settings.app_token)
    await made.connect()
    async with Person(server.url, "U0ADA") as ada:
        typed = asyncio.create_task(ada.type("C0SNEAKERS", "/draft a cup"))
        async with asyncio.timeout(10):
            await heard.wait()
        await inbox.acknowledged()
        await made.close()
        assert (await typed).response_text == "It is done."
    database.close()
