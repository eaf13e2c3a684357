"""What waits for money runs with the grant, whatever is killed in between; wishes die young; a stop says what is lost."""

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import clock, ledger
from bot.approve import actions as approve_actions
from bot.briefs.model import BriefRequest, Channel, Tier, UserError
from bot.budget import actions as budget_actions
from bot.budget.command import AskForMore
from bot.budget.refused import GRANTED, GrantedRequests, Runners
from bot.draft import actions as draft_actions
from bot.draft import again as draft_again
from bot.fix import actions as fix_actions
from bot.fix.request import FixRequest
from bot.ledger import default_prices, verify
from bot.listeners.mention_text import parse_reply
from bot.pictures.box import Box
from bot.slack.people import Directory
from bot.slack.web_api import WebApi, failure
from bot.worker import background, background_table
from bot.worker import table as worker_table
from bot.worker.background import BackgroundJobs
from sandbox.server import Server
from tests.bot.editor_world import draft
from tests.bot.office import ADA, BEN, CHANNEL, rows
from tests.sandbox.workplace import settings, web_client

GENERAL = Channel(id="C0GENERAL", name="general")


def later(monkeypatch, by):
    """The clock goes on."""
    now = clock.now() + by
    monkeypatch.setattr(clock, "now", lambda: now)


async def refused_draft(office):
    """A draft that the budget doesn't cover, and a request for more; the request's number."""

    services = replace(office.services, rule=replace(office.services.rule, amount_micro=1))
    with pytest.raises(UserError):
        await draft_actions.open_brief(
            services, BriefRequest(prompt="a golden bowl"), person=BEN, channel=GENERAL, source_key="e1"
        )
    await budget_actions.ask_for_more(
        services, AskForMore(amount="", reason=""), channel=GENERAL, person=BEN, event_id="e2"
    )
    (row,) = await rows(office.database, "SELECT id FROM budget_requests")
    return services, row["id"]


@asynccontextmanager
async def bot_runs(office, told):
    """The part of the bot that does background jobs, over a practice workspace."""
    async with Server(settings()) as server:
        services = replace(office.services, rule=replace(office.services.rule, amount_micro=1))
        runners = Runners({"draft": draft_actions.run_refused, "approve": approve_actions.run_refused})
        handler = GrantedRequests(
            services=services,
            runners=runners,
            directory=Directory(web_client(server), team="T0PRACTICE"),
        )

        async def tell(job, sentence):
            told.append((job.person, sentence))

        work = asyncio.create_task(BackgroundJobs(office.database, {GRANTED: handler}, tell).run())
        try:
            yield
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)


async def finished(office):
    """Wait until no background job waits."""
    async with asyncio.timeout(20):
        while await rows(office.database, "SELECT 1 FROM background_jobs WHERE state = 'waiting'"):
            await asyncio.sleep(0.02)


async def test_what_was_granted_before_the_bot_was_killed_runs_at_the_next_start(office):
    services, number = await refused_draft(office)
    await budget_actions.decide(services, number, granted=True, person=ADA)
    # Killed here; nobody was there to run it.
    assert await rows(office.database, "SELECT * FROM briefs") == []
    told = []
    async with bot_runs(office, told):
        await finished(office)
    (brief,) = await rows(office.database, "SELECT prompt, author FROM briefs")
    assert (brief["prompt"], brief["author"]) == ("a golden bowl", BEN.id)
    # Killed after it ran and before that was noted: it runs no second time.
    await office.database.write(lambda tx: tx.execute("UPDATE background_jobs SET state = 'waiting'"))
    async with bot_runs(office, told):
        await finished(office)
    assert len(await rows(office.database, "SELECT * FROM briefs")) == 1
    assert told == []
    assert await office.database.read(verify) == []


async def test_what_waited_for_too_long_is_granted_but_does_not_run(office, monkeypatch):
    services, number = await refused_draft(office)
    later(monkeypatch, timedelta(days=19))
    await budget_actions.decide(services, number, granted=True, person=ADA)
    assert await rows(office.database, "SELECT * FROM background_jobs") == []
    assert len(await rows(office.database, "SELECT * FROM grants")) == 1
    (message,) = await rows(office.database, "SELECT payload FROM effects WHERE key LIKE 'plea:%:decided'")
    assert "doesn't run by itself" in message["payload"]
    assert "on its way" not in message["payload"]


async def test_what_was_granted_and_then_slept_for_days_says_so_and_does_not_run(office, monkeypatch):
    services, number = await refused_draft(office)
    await budget_actions.decide(services, number, granted=True, person=ADA)
    later(monkeypatch, timedelta(days=2))
    told = []
    async with bot_runs(office, told):
        await finished(office)
    assert await rows(office.database, "SELECT * FROM briefs") == []
    ((person, sentence),) = told
    assert person == BEN.id
    assert "Send it again" in sentence


async def test_it_stays_while_slack_is_away(office, monkeypatch):
    monkeypatch.setattr(background, "PAUSE_S", 0.05)
    services, number = await refused_draft(office)
    await budget_actions.decide(services, number, granted=True, person=ADA)
    async with Server(settings()) as server:
        gone = WebApi(token="xoxb-gone", base_url=f"{server.url}/api/")
    tries, told = [], []

    class Counted(GrantedRequests):
        async def run(self, background_job):
            tries.append(background_job.id)
            await super().run(background_job)

    async def tell(job, sentence):
        told.append(sentence)

    handler = Counted(
        services=office.services, runners=Runners({}), directory=Directory(gone, team="T0PRACTICE")
    )
    work = asyncio.create_task(BackgroundJobs(office.database, {GRANTED: handler}, tell).run())
    async with asyncio.timeout(20):
        while len(tries) < 2 and not told:
            await asyncio.sleep(0.02)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    (row,) = await rows(office.database, "SELECT state FROM background_jobs")
    assert (row["state"], told) == ("waiting", [])


async def test_slacks_absence_while_it_runs_keeps_it_and_holds_up_nothing_else(office, monkeypatch):
    monkeypatch.setattr(background, "PAUSE_S", 0.3)
    services, number = await refused_draft(office)
    await budget_actions.decide(services, number, granted=True, person=ADA)
    await office.database.write(
        lambda tx: background_table.send(
            tx, kind="other", channel=GENERAL.id, person=ADA.id, payload={}, event_id="o", at=clock.now()
        )
    )
    began, told = [], []

    async def tell(job, sentence):
        told.append(sentence)

    class Other:
        def is_due(self, tx, job):
            return True

        async def run(self, job):
            began.append("other")
            await office.database.write(lambda tx: background_table.finish(tx, job, clock.now()))

    async def draft(services, payload, **rest):
        began.append("draft")
        if began.count("draft") < 2:
            raise failure("no_answer")
        await draft_actions.run_refused(services, payload, **rest)

    async with Server(settings()) as server:
        directory = Directory(web_client(server), team="T0PRACTICE")
        handler = GrantedRequests(services=services, runners=Runners({"draft": draft}), directory=directory)
        handlers = {GRANTED: handler, "other": Other()}
        work = asyncio.create_task(BackgroundJobs(office.database, handlers, tell).run())
        try:
            await finished(office)
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
    assert began == ["draft", "other", "draft"]
    assert len(await rows(office.database, "SELECT * FROM briefs")) == 1
    assert told == []


async def test_what_slack_refuses_while_it_runs_is_told(office):
    services, number = await refused_draft(office)
    await budget_actions.decide(services, number, granted=True, person=ADA)
    told = []

    async def draft(services, payload, **rest):
        raise failure("missing_scope")

    async def tell(job, sentence):
        told.append(sentence)

    async with Server(settings()) as server:
        directory = Directory(web_client(server), team="T0PRACTICE")
        handler = GrantedRequests(services=services, runners=Runners({"draft": draft}), directory=directory)
        work = asyncio.create_task(BackgroundJobs(office.database, {GRANTED: handler}, tell).run())
        try:
            await finished(office)
            async with asyncio.timeout(5):
                while not told:
                    await asyncio.sleep(0.01)
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
    assert "missing_scope" in told[0]


class Heavy:
    """Work without an end."""

    def __init__(self):
        self.began = 0

    def is_due(self, tx, job):
        return True

    async def run(self, job):
        self.began += 1
        await asyncio.Event().wait()


async def starts_with(office, heavy, told, *, killed, starts):
    """The bot begins work without an end so many times, and is killed or stopped each time."""
    await draft(office, "first")
    await office.database.write(
        lambda tx: background_table.send(
            tx, kind="heavy", channel=CHANNEL.id, person=ADA.id, payload={}, event_id="h", at=clock.now()
        )
    )

    async def tell(job, sentence):
        told.append((job.person, sentence))

    for start in range(1, starts + 1):
        work = asyncio.create_task(BackgroundJobs(office.database, {"heavy": heavy}, tell).run())
        async with asyncio.timeout(20):
            while heavy.began + len(told) < start:
                await asyncio.sleep(0.01)
            if told:
                await finished(office)
        (row,) = await rows(office.database, "SELECT tries FROM background_jobs")
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        if killed:
            # What is killed writes nothing any more.
            await office.database.write(
                lambda tx, row=row: tx.execute("UPDATE background_jobs SET tries = :tries", row)
            )


async def test_what_brings_the_bot_down_each_time_is_told_and_begun_no_more(office):
    heavy, told = Heavy(), []
    await starts_with(office, heavy, told, killed=True, starts=4)
    assert heavy.began == 3
    ((person, sentence),) = told
    assert person == ADA.id
    assert "begun three times" in sentence
    (row,) = await rows(office.database, "SELECT state, failure FROM background_jobs")
    assert row == {"state": "failed", "failure": sentence}


async def test_what_a_stop_cuts_off_is_begun_again_however_often_the_bot_is_stopped(office):
    heavy, told = Heavy(), []
    await starts_with(office, heavy, told, killed=False, starts=5)
    assert (heavy.began, told) == (5, [])
    assert await rows(office.database, "SELECT state, tries FROM background_jobs") == [
        {"state": "waiting", "tries": 0}
    ]


async def test_all_of_a_fix_of_several_regions_waits_for_money_and_runs(office):
    brief = await draft(office, "first")
    request = parse_reply("fix #2 left: make it blue\ntop right: add a hat", has_mask=False)
    poor = replace(office.services, rule=replace(office.services.rule, amount_micro=1))
    with pytest.raises(UserError):
        await fix_actions.request_fix(
            poor, request, brief_id=brief.id, person=BEN, mask_upload=None, event_id="e"
        )
    (kept,) = await rows(office.database, "SELECT payload FROM refused_requests")
    await fix_actions.run_refused(
        office.services, json.loads(kept["payload"]), person=BEN, channel=CHANNEL, event_id="granted:1"
    )
    (job,) = await rows(office.database, "SELECT request FROM jobs WHERE tier = 'fix'")
    await fix_actions.request_fix(
        office.services, request, brief_id=brief.id, person=BEN, mask_upload=None, event_id="e2"
    )
    _, at_once = await rows(
        office.database, "SELECT request FROM jobs WHERE tier = 'fix' ORDER BY created_at"
    )
    granted, at_once = json.loads(job["request"]), json.loads(at_once["request"])
    assert [part["instruction"] for part in granted["parts"]] == ["make it blue", "add a hat"]
    assert granted["parts"] == at_once["parts"]
    assert granted["mask"] == at_once["mask"]


@pytest.mark.parametrize("painted", [0, 1])
def test_what_is_painted_in_part_is_not_kept_in_part(painted):
    first, second = (
        replace(part, region=None) if number == painted else part
        for number, part in enumerate(
            [
                FixRequest(
                    region=Box(left=0, top=0, right=1, bottom=1), region_text="whole", instruction="x", cell=1
                )
                for _ in range(2)
            ]
        )
    )
    assert fix_actions.to_payload(replace(first, more=(second,)), "red-apple") is None


async def test_a_fix_that_was_kept_before_fixes_had_parts_still_runs(office):
    brief = await draft(office, "first")
    kept = {"kind": "fix", "brief": brief.id, "region": "left", "instruction": "make it blue", "cell": 2}
    await fix_actions.run_refused(office.services, kept, person=BEN, channel=CHANNEL, event_id="granted:1")
    (job,) = await rows(office.database, "SELECT request FROM jobs WHERE tier = 'fix'")
    assert json.loads(job["request"])["instruction"] == "make it blue"


@pytest.mark.parametrize("runs", [True, False])
async def test_a_stop_says_what_is_lost_and_keeps_it(office, monkeypatch, runs):
    services = replace(office.services, prices=default_prices("USD"))
    brief = await draft_actions.open_brief(
        services, BriefRequest(prompt="a cup"), person=BEN, channel=GENERAL, source_key="e1"
    )
    if runs:
        far = clock.now() + timedelta(seconds=9)
        leased = await office.database.write(
            lambda tx: worker_table.lease_next(
                tx, tiers=[Tier.DRAFT], owner="me", lease=timedelta(minutes=1), at=far
            )
        )
        assert leased
        later(monkeypatch, timedelta(seconds=29))
    await draft_again.stop(services, brief.id, person=BEN)
    lost = await rows(office.database, "SELECT * FROM lost_time")
    (message,) = await rows(office.database, "SELECT payload FROM effects WHERE key LIKE '%:stopped'")
    assert "Nothing was charged" in message["payload"]
    if runs:
        assert 19 < lost[0]["seconds"] < 21
        assert lost[0]["cost_micro"] == pytest.approx(4_000, abs=100)
        assert "Up to 20 s of the engine's time, &lt;\\u00a01" in message["payload"]
    else:
        assert lost == []
        assert "engine's time" not in message["payload"]
    assert await office.database.read(verify) == []
    state = await office.database.read(
        lambda tx: ledger.budget_of(tx, GENERAL.id, clock.now(), services.rule)
    )
    assert (state.spent_micro, state.held_micro) == (0, 0)
