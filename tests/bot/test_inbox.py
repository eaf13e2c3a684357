"""What was acknowledged before its work was done is dealt with after a crash: through Bolt's own dispatch."""

from __future__ import annotations

import asyncio

import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot.briefs.model import UserError
from bot.slack.acknowledge import in_time
from bot.slack.inbox import Inbox
from bot.store import Database

FORM = {
    "type": "view_submission",
    "token": "an old secret",
    "team": {"id": "T1"},
    "user": {"id": "U0ADA"},
    "view": {"id": "V123", "type": "modal", "callback_id": "draft_form", "state": {"values": {}}},
}
COMMAND = {
    "command": "/draft",
    "text": "a cup --like https://example.test/p1",
    "trigger_id": "T123",
    "team_id": "T1",
    "user_id": "U0ADA",
    "channel_id": "C1",
}


@pytest.fixture
def database(tmp_path):
    found = Database(tmp_path / "draftroom.sqlite3")
    yield found
    found.close()


async def authorised(**_):
    return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_user_id="U0BOT")


@pytest.mark.parametrize("body", [FORM, COMMAND], ids=["form", "command"])
async def test_what_was_acknowledged_early_comes_again_after_a_crash(database, body):
    await Inbox(database).keep(body)
    await Inbox(database).keep(body)

    app, seen = AsyncApp(authorize=authorised), []
    inbox = Inbox(database)

    @app.view("draft_form")
    async def form(ack, body):
        await ack()
        seen.append(body["view"]["id"])
        await inbox.done(body)

    @app.command("/draft")
    async def command(ack, body):
        await ack()
        seen.append(body["text"])
        await inbox.done(body)

    assert await inbox.replay(app) == 1
    async with asyncio.timeout(5):
        while await database.read(lambda tx: tx.execute("SELECT 1 FROM inbox").fetchone()):
            await asyncio.sleep(0.01)
    assert seen == ["V123" if body is FORM else COMMAND["text"]]
    assert await inbox.replay(app) == 0


async def test_no_secret_is_kept(database):
    await Inbox(database).keep(FORM)
    (row,) = await database.read(lambda tx: tx.execute("SELECT body FROM inbox").fetchall())
    assert "an old secret" not in row["body"]


async def test_what_breaks_after_it_was_acknowledged_is_told(monkeypatch):
    monkeypatch.setattr("bot.slack.acknowledge.IN_TIME_S", 0.01)
    late = []

    async def acknowledge():
        late.append(True)

    async def slow(error):
        await asyncio.sleep(0.05)
        if error:
            raise error

    assert await in_time(slow(None), acknowledge) is None
    assert await in_time(slow(UserError("No such picture.")), acknowledge) == "No such picture."
    assert "Something broke" in await in_time(slow(KeyError("url")), acknowledge)
    assert len(late) == 3
