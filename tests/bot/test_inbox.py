"""What was acknowledged before its work was done is dealt with after a crash: through Bolt's own dispatch."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult

from bot import clock
from bot.briefs.model import UserError
from bot.slack import inbox as inbox_module
from bot.slack import seen_table
from bot.slack.acknowledge import Outcome, in_time
from bot.slack.inbox import Inbox
from bot.slack.web_api import failure
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


async def slow(error):
    await asyncio.sleep(0.05)
    if error:
        raise error


async def test_what_is_refused_after_it_was_acknowledged_is_known(monkeypatch):
    monkeypatch.setattr("bot.slack.acknowledge.IN_TIME_S", 0.01)
    late = []

    async def acknowledge():
        late.append(True)

    assert await in_time(slow(None), acknowledge) == Outcome(late=True)
    outcome = await in_time(slow(UserError("No such picture.")), acknowledge)
    assert outcome.refusal.sentence == "No such picture."
    assert len(late) == 2


async def test_what_breaks_after_it_was_acknowledged_is_told(database, monkeypatch):
    monkeypatch.setattr("bot.slack.acknowledge.IN_TIME_S", 0.01)
    guarded = Guarded(database)

    @guarded.app.command("/draft")
    async def command(ack):
        await in_time(slow(KeyError("url")), ack)

    answer = await guarded.gets(COMMAND)
    assert answer.status == 200
    assert not answer.body
    await guarded.emptied()
    (sentence,) = guarded.told
    assert "Something broke" in sentence


REACTION = {
    "type": "event_callback",
    "event_id": "Ev1",
    "team_id": "T1",
    "event": {
        "type": "reaction_added",
        "user": "U0ADA",
        "reaction": "one",
        "item": {"type": "message", "channel": "C1", "ts": "1.0"},
        "item_user": "U0BOT",
        "event_ts": "2.0",
    },
}


class Guarded:
    """A guarded app, what its people were told, and what became of a body that it got."""

    def __init__(self, database):
        self.database, self.inbox, self.told = database, Inbox(database), []
        self.app = AsyncApp(authorize=authorised)
        self.inbox.guard(self.app, self._tell)

    async def _tell(self, body, sentence):
        self.told.append(sentence)

    async def gets(self, body):
        return await self.app.async_dispatch(AsyncBoltRequest(body=dict(body), mode="socket_mode"))

    async def kept(self):
        return await self.database.read(lambda tx: [r[0] for r in tx.execute("SELECT event FROM inbox")])

    async def emptied(self):
        async with asyncio.timeout(5):
            while await self.kept():
                await asyncio.sleep(0.01)


@pytest.mark.parametrize("body", [FORM, COMMAND, REACTION], ids=["form", "command", "reaction"])
async def test_whatever_is_acknowledged_is_kept_until_its_listener_ends(database, body):
    guarded, go, kept = Guarded(database), asyncio.Event(), []

    async def listener(ack):
        await ack()
        kept.extend(await guarded.kept())
        await go.wait()

    guarded.app.view("draft_form")(listener)
    guarded.app.command("/draft")(listener)
    guarded.app.event("reaction_added")(listener)
    answer = await guarded.gets(body)
    assert answer.status == 200
    async with asyncio.timeout(5):
        while not kept:
            await asyncio.sleep(0.01)
    go.set()
    await guarded.emptied()
    assert len(kept) == 1


async def test_a_command_that_breaks_before_its_acknowledgement_is_answered_with_a_sentence(database):
    guarded = Guarded(database)

    @guarded.app.command("/draft")
    async def command(ack):
        raise RecursionError("maximum recursion depth exceeded")

    answer = await guarded.gets(COMMAND)
    assert answer.status == 200
    assert "Something broke" in answer.body
    assert await guarded.kept() == []


async def test_an_event_that_breaks_ends_with_a_sentence_and_is_not_replayed(database):
    guarded = Guarded(database)

    @guarded.app.event("reaction_added")
    async def reaction():
        raise RecursionError("maximum recursion depth exceeded")

    await guarded.gets(REACTION)
    async with asyncio.timeout(5):
        while not guarded.told:
            await asyncio.sleep(0.01)
    await guarded.emptied()
    assert "Something broke" in guarded.told[0]
    assert await guarded.inbox.replay(guarded.app) == 0


async def test_a_full_disk_is_told_in_words(database):
    guarded = Guarded(database)

    @guarded.app.command("/draft")
    async def command(ack):
        def write(tx):
            tx.execute("PRAGMA max_page_count = 1")
            tx.execute("CREATE TABLE t AS SELECT zeroblob(10000000) AS x")

        await database.write(write)

    answer = await guarded.gets(COMMAND)
    assert "disk is full" in answer.body


async def test_what_slack_was_away_for_is_dealt_with_when_it_is_back(database, monkeypatch):
    monkeypatch.setattr(inbox_module, "AWAY", timedelta(0))
    guarded, tries = Guarded(database), []

    @guarded.app.event("reaction_added")
    async def reaction():
        tries.append(True)
        if len(tries) < 4:
            raise failure("no_answer")

    await guarded.gets(REACTION)
    async with asyncio.timeout(5):
        while len(tries) < 4:
            await guarded.inbox.replay(guarded.app)
            await asyncio.sleep(0.02)
    await guarded.emptied()
    assert guarded.told == []


async def test_what_kills_the_bot_is_replayed_twice_at_most(database):
    await Inbox(database).keep(REACTION)
    counts = []
    for _ in range(4):
        # A new process each time, whose listener never ends.
        guarded = Guarded(database)

        @guarded.app.event("reaction_added")
        async def reaction():
            await asyncio.Event().wait()

        counts.append(await guarded.inbox.replay(guarded.app))
    assert counts == [1, 1, 0, 0]


async def test_a_persons_reactions_count_in_the_order_in_which_they_were_made(database):
    of, at = ("C1", "1.0", "U0ADA"), clock.now()
    begun = f"{at.timestamp():.6f}", f"{at.timestamp() + 1:.6f}"

    async def newest(event_ts, name="one"):
        return await database.write(lambda tx: seen_table.is_newest(tx, of, name, event_ts, at))

    assert await newest(begun[1])
    assert not await newest(begun[0])
    assert await newest(begun[1])
    assert await newest(begun[0], "two")
