"""What was acknowledged before its work was done is dealt with after a crash: through Bolt's own dispatch."""

from __future__ import annotations

import asyncio
import gc
from datetime import timedelta
from types import SimpleNamespace

import pytest
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult

from bot import clock
from bot.briefs.model import UserError
from bot.listeners import mentions
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


CLICK = {
    "type": "block_actions",
    "trigger_id": "T9",
    "team": {"id": "T1"},
    "user": {"id": "U0ADA"},
    "actions": [{"type": "button", "action_id": "again", "block_id": "b", "value": "1"}],
}


async def test_a_click_that_is_kept_for_an_outage_is_acknowledged_all_the_same(database):
    guarded = Guarded(database)

    @guarded.app.action("again")
    async def pressed(ack):
        await ack()
        raise failure("no_answer")

    answer = await guarded.gets(CLICK)
    assert answer.status == 200
    assert await guarded.kept() == ["T9"]
    assert guarded.told == []


async def test_an_event_that_comes_again_while_it_is_dealt_with_is_dropped(database):
    guarded, go, seen = Guarded(database), asyncio.Event(), []

    @guarded.app.event("reaction_added")
    async def reaction(event):
        seen.append(event["reaction"])
        await go.wait()

    answers = [await guarded.gets(REACTION), await guarded.gets(REACTION)]
    assert [answer.status for answer in answers] == [200, 200]
    await asyncio.sleep(0.05)
    assert seen == ["one"]
    assert await guarded.kept() == ["Ev1"]
    go.set()
    await guarded.emptied()
    # Once it ended, whoever it is for knows it again by its id.
    await guarded.gets(REACTION)
    await guarded.emptied()
    assert seen == ["one", "one"]


async def test_an_event_for_which_nobody_listens_is_not_taken_for_one_at_work(database):
    guarded = Guarded(database)
    assert (await guarded.gets(REACTION)).status == 404
    gc.collect()
    assert (await guarded.gets(REACTION)).status == 404


def mention(event_id, kind, **more):
    """One of the events by which Slack tells of a message that names the bot."""
    event = {
        "type": kind,
        "user": "U0ADA",
        "text": "<@U0BOT> a cup",
        "channel": "C1",
        "ts": "1.0",
        "event_ts": "1.0",
    }
    return {"type": "event_callback", "event_id": event_id, "team_id": "T1", "event": event | more}


MENTION = mention("Ev2", "app_mention")
#: The same message, told as one with a file.
WITH_FILE = mention("Ev3", "message", subtype="file_share", files=[{"id": "F1", "mimetype": "image/png"}])


def mentioned(guarded, monkeypatch, ends):
    """Listen to mentions; each is answered as `ends` says in turn: with an error, or well. What was answered."""
    answered, left = [], list(ends)

    async def handle(event, context):
        answered.append(event["ts"])
        await asyncio.sleep(0.05)
        if left and (error := left.pop(0)):
            raise error

    monkeypatch.setattr(inbox_module, "AWAY", timedelta(0))
    monkeypatch.setattr(mentions, "_handle", handle)
    mentions.register(guarded.app, SimpleNamespace(bot_user="U0BOT"))
    return answered


async def until_empty(guarded):
    """Deal with what waits until nothing does."""
    async with asyncio.timeout(5):
        while await guarded.kept():
            await guarded.inbox.replay(guarded.app)
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("bodies", [[MENTION], [MENTION, WITH_FILE], [WITH_FILE, MENTION]])
async def test_a_mention_that_met_an_outage_is_answered_when_slack_is_back(database, monkeypatch, bodies):
    guarded = Guarded(database)
    answered = mentioned(guarded, monkeypatch, [failure("no_answer")])
    for body in bodies:
        await guarded.gets(body)
    await until_empty(guarded)
    assert answered == ["1.0", "1.0"]
    assert guarded.told == []


async def test_a_mention_is_answered_once_whichever_way_slack_tells_of_it(database, monkeypatch):
    guarded = Guarded(database)
    answered = mentioned(guarded, monkeypatch, [])
    for body in (MENTION, WITH_FILE):
        await guarded.gets(body)
    await until_empty(guarded)
    await guarded.gets(mention("Ev4", "app_mention"))
    await until_empty(guarded)
    assert answered == ["1.0"]


async def test_a_mention_that_meets_a_defect_says_so_once(database, monkeypatch):
    guarded = Guarded(database)
    answered = mentioned(guarded, monkeypatch, [KeyError("user")])
    for body in (MENTION, WITH_FILE):
        await guarded.gets(body)
    await until_empty(guarded)
    assert answered == ["1.0"]
    assert len(guarded.told) == 1


async def test_a_stop_waits_for_what_was_heard_and_takes_nothing_up(database, monkeypatch):
    monkeypatch.setattr(inbox_module, "AWAY", timedelta(0))
    guarded, go, acknowledge, seen = Guarded(database), asyncio.Event(), asyncio.Event(), []

    @guarded.app.command("/draft")
    async def command(ack, body):
        seen.append(body["trigger_id"])
        await acknowledge.wait()
        await ack()
        await go.wait()

    heard = asyncio.create_task(guarded.gets(COMMAND))
    async with asyncio.timeout(5):
        while not seen:
            await asyncio.sleep(0.01)
    acknowledged = asyncio.create_task(guarded.inbox.acknowledged())
    await asyncio.sleep(0.2)
    assert not acknowledged.done()
    acknowledge.set()
    await asyncio.wait_for(acknowledged, 5)
    assert (await heard).status == 200
    await guarded.inbox.keep({**COMMAND, "trigger_id": "T124"})
    drained = asyncio.create_task(guarded.inbox.drain())
    await asyncio.sleep(0)
    run = asyncio.create_task(guarded.inbox.run(guarded.app))
    await asyncio.sleep(0.2)
    assert not drained.done()
    go.set()
    await asyncio.wait_for(drained, 5)
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)
    async with asyncio.timeout(5):
        while len(await guarded.kept()) > 1:
            await asyncio.sleep(0.01)
    # What waits is for the next start.
    assert (seen, await guarded.kept()) == (["T123"], ["T124"])


async def test_a_stop_does_not_wait_for_ever_for_an_acknowledgement(database, monkeypatch):
    monkeypatch.setattr(inbox_module, "IN_TIME_S", 0.1)
    guarded, heard = Guarded(database), asyncio.Event()

    @guarded.app.command("/draft")
    async def command():
        heard.set()
        await asyncio.Event().wait()

    work = asyncio.create_task(guarded.gets(COMMAND))
    async with asyncio.timeout(5):
        await heard.wait()
        await guarded.inbox.acknowledged()
    work.cancel()
