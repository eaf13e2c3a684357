"""Slack's bad days against the real outbox and client: rubbish, lost answers, rate limits, lasting refusals."""

import asyncio
import io
import json
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from PIL import Image
from slack_sdk.errors import SlackApiError

from bot import clock, ledger
from bot.approve import actions as approve_actions
from bot.approve.messages import GRID_BLOCK
from bot.briefs.keys import brief_key
from bot.briefs.model import BriefRequest, UserError
from bot.channel import table as channel_table
from bot.channel.settings import ApprovalRule, Policy
from bot.draft.actions import open_brief
from bot.draft.grid_messages import grid
from bot.draft.previews import Previews
from bot.slack import files, outbox, outbox_table, web_api
from bot.slack.blocks import Attachment, Message, image, section
from bot.slack.outbox import Outbox
from bot.slack.outbox_table import Subject
from bot.slack.people import Directory
from bot.slack.web_api import WebApi, error_code, failure, judge
from bot.start.jobs import give_up
from bot.store import pictures
from bot.worker import failures
from sandbox.faults import read
from sandbox.server import Server
from sandbox.settings import Settings
from tests.bot.office import ADA, BEN, finish_draft, rows
from tests.bot.office import CHANNEL as CHANNEL_OF_ADA

CHANNEL = "C0SNEAKERS"
RUBBISH = ["500_text", "502_html", "502_html_as_json", "503_text", "cut_json", "empty"]


@pytest.fixture
async def slack():
    """A practice workspace in this process."""
    manifest = Path(__file__).parents[2] / "manifest.yml"
    async with Server(Settings(port=0, manifest=manifest, file_delay_s=0.0)) as running:
        yield running


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Doubt and slow files last as long as the practice workspace's do, not Slack's."""
    monkeypatch.setattr(web_api, "DOUBT_S", 0.2)
    monkeypatch.setattr(outbox, "FILE_PAUSE_S", 0.1)


def spoil(slack, *calls, **rest):
    slack.workspace.faults.set(read({"calls": calls, **rest}))


def api(slack):
    return WebApi(token=slack.settings.bot_token, base_url=f"{slack.url}/api/")


@asynccontextmanager
async def sending(office, slack):
    """An outbox at work; yields the list of effects that it gave up."""
    given_up = []

    async def on_failure(key, code):
        given_up.append((key, code))

    box = Outbox(office.database, office.services.picture_store, api(slack), on_failure)
    task = asyncio.create_task(box.run())
    try:
        yield given_up
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def keep_picture(office, colour="teal"):
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "PNG")
    picture = office.services.picture_store.keep(out.getvalue())
    await office.database.write(lambda tx: pictures.record(tx, picture, clock.now()))
    return picture.sha256


async def queue(office, key, text, *, target=None, picture=None, channel=CHANNEL, react=None):
    attachments = [Attachment(sha256=picture, filename="x.png", alt_text="a square")] if picture else []
    blocks = [section(text), *([image(0, "a square")] if picture else [])]
    message = Message(text=text, blocks=blocks, attachments=attachments)
    subject, at = Subject(role="notice"), clock.now()

    def work(tx):
        if react:
            outbox_table.queue_reaction(tx, key=key, target=target, name=react, at=at)
        elif target:
            outbox_table.queue_update(tx, key=key, target=target, message=message, subject=subject, at=at)
        else:
            outbox_table.queue_post(tx, key=key, channel=channel, message=message, subject=subject, at=at)

    await office.database.write(work)


async def settled(office, timeout_s=30):
    async with asyncio.timeout(timeout_s):
        while await rows(office.database, "SELECT 1 FROM effects WHERE state IN ('waiting', 'sending')"):
            await asyncio.sleep(0.02)


def shown(slack, channel=CHANNEL):
    return list(slack.workspace.state.channels[channel].messages.values())


def texts(slack, channel=CHANNEL):
    return [message.text for message in shown(slack, channel)]


@pytest.mark.parametrize("answer", RUBBISH)
@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update", "reactions.add", "files.*", "upload"])
async def test_rubbish_in_place_of_an_answer_costs_nothing_but_a_moment(office, slack, method, answer):
    picture = await keep_picture(office)
    await queue(office, "one", "a placeholder")
    await queue(office, "one:grid", "a grid", target="one", picture=picture)
    await queue(office, "one:1", "", target="one", react="one")
    spoil(slack, {"method": method, "answer": answer, "times": 1})
    async with sending(office, slack) as given_up:
        await settled(office)
    assert given_up == []
    (message,) = shown(slack)
    assert message.text == "a grid"
    assert list(message.reactions) == ["one"]


@pytest.mark.parametrize("answer", ["internal_error", "fatal_error", "503_text", "cut_json", "reset", "ok"])
async def test_a_post_that_happened_though_its_answer_was_lost_is_not_posted_twice(office, slack, answer):
    await queue(office, "one", "only once")
    spoil(slack, {"method": "chat.postMessage", "answer": answer, "work": "done", "times": 1})
    async with sending(office, slack):
        await settled(office)
    assert texts(slack) == ["only once"]


async def test_a_lost_post_is_found_under_many_others_even_if_the_look_is_refused_at_first(office, slack):
    await queue(office, "one", "only once")
    spoil(
        slack,
        {"method": "chat.postMessage", "answer": "internal_error", "work": "done", "times": 1},
        {"method": "conversations.history", "answer": "fatal_error", "times": 2},
    )
    async with sending(office, slack):
        async with asyncio.timeout(5):
            while not shown(slack):
                await asyncio.sleep(0.01)
        for number in range(450):
            slack.workspace.state.post(
                slack.workspace.state.channels[CHANNEL], "U0ADA", text=f"chatter {number}"
            )
        await settled(office)
    assert texts(slack).count("only once") == 1


async def test_a_lost_answer_in_a_thread_of_many_is_found(office, slack):
    await queue(office, "root", "root")
    async with sending(office, slack):
        await settled(office)
    (root,) = shown(slack)
    room = slack.workspace.state.channels[CHANNEL]
    for number in range(250):
        slack.workspace.state.post(room, "U0ADA", text=f"chatter {number}", thread_ts=root.ts)
    message = Message(text="an answer", blocks=[section("an answer")])
    await office.database.write(
        lambda tx: outbox_table.queue_post(
            tx,
            key="answer",
            channel=CHANNEL,
            message=message,
            subject=Subject(role="notice"),
            at=clock.now(),
            thread="root",
        )
    )
    spoil(slack, {"method": "chat.postMessage", "answer": "internal_error", "work": "done", "times": 1})
    async with sending(office, slack):
        await settled(office)
    assert texts(slack).count("an answer") == 1


async def test_an_outage_has_patience_however_often_it_answers(office, slack):
    await queue(office, "one", "patient")
    await office.database.write(lambda tx: tx.execute("UPDATE effects SET attempts = 50"))
    spoil(slack, {"method": "chat.postMessage", "answer": "internal_error", "times": 3})
    async with sending(office, slack) as given_up:
        await settled(office)
    assert given_up == []
    assert texts(slack) == ["patient"]


@pytest.mark.parametrize("retry_after", ["0", "-3", "soon", None, "nan", "inf", "1e999"])
@pytest.mark.parametrize("error", ["ratelimited", "rate_limited"])
async def test_a_rate_limit_with_a_senseless_pause_is_survived(slack, retry_after, error):
    spoil(slack, {"answer": "429", "retry_after": retry_after, "error": error, "times": 1})
    client = api(slack)
    with pytest.raises(SlackApiError) as caught:
        await client.auth_test()
    verdict = judge(caught.value, attempts=99, failures=9, age=timedelta(hours=1))
    assert not verdict.final
    assert 0 < verdict.pause_s <= 1


async def test_a_rate_limit_belongs_to_its_method_and_is_not_run_into_again(office, slack):
    """Of 48 reactions on 12 grids, none is asked for while the method is closed."""
    for number in range(12):
        await queue(office, f"{number}", f"grid {number}", channel=["C0SNEAKERS", "C0GENERAL"][number % 2])
        for name in ("one", "two", "three", "four"):
            await queue(office, f"{number}:{name}", "", target=f"{number}", react=name)
    calls = Counter()
    take = slack.workspace.rates.take

    def counted(key, tier):
        wait = take(key, tier)
        calls[key.split()[0], bool(wait)] += 1
        return wait

    slack.workspace.rates.take = counted
    slack.workspace.rates.factor = 0.8
    async with sending(office, slack) as given_up:
        await settled(office, 60)
    assert given_up == []
    assert calls["reactions.add", False] == 48
    assert calls["reactions.add", True] <= 12


async def test_a_channel_that_takes_no_files_gets_words_and_no_numbers(office, slack):
    picture = await keep_picture(office)
    await queue(office, "one", "a placeholder")
    await queue(office, "one:grid", "a grid", target="one", picture=picture)
    await queue(office, "one:1", "", target="one", react="one")
    spoil(slack, {"method": "files.getUploadURLExternal", "answer": "file_uploads_disabled"})
    async with sending(office, slack) as given_up:
        await settled(office)
    assert given_up == []
    (message,) = shown(slack)
    assert message.text == "a grid"
    assert "Slack doesn't take files here (file_uploads_disabled)" in str(message.blocks)
    assert not message.reactions


async def test_a_message_that_may_not_be_changed_any_more_is_followed_by_one_that_shows_it(office, slack):
    picture = await keep_picture(office)
    await queue(office, "one", "a placeholder")
    await queue(office, "one:grid", "a grid", target="one", picture=picture)
    await queue(office, "one:1", "", target="one", react="one")
    spoil(slack, {"method": "chat.update", "answer": "edit_window_closed"})
    async with sending(office, slack) as given_up:
        await settled(office)
    assert given_up == []
    placeholder, grid = shown(slack)
    assert (grid.text, grid.thread_ts) == ("a grid", placeholder.ts)
    assert list(grid.reactions) == ["one"]
    assert not placeholder.reactions


async def test_numbers_wait_for_the_grid(office, slack):
    await queue(office, "one", "a placeholder")
    await queue(office, "one:grid", "a grid", target="one")
    await queue(office, "one:1", "", target="one", react="one")
    spoil(slack, {"method": "chat.update", "answer": "internal_error"})
    async with sending(office, slack):
        async with asyncio.timeout(10):
            while slack.workspace.faults.report["calls"][0]["struck"] < 2:
                await asyncio.sleep(0.02)
        assert not shown(slack)[0].reactions
        spoil(slack)
        await settled(office)
    assert list(shown(slack)[0].reactions) == ["one"]


@pytest.mark.parametrize(
    "fault",
    [
        {"method": "files.info", "answer": "429", "retry_after": "0.3", "times": 2},
        {"method": "files.info", "answer": "503_text", "times": 2},
        {"method": "files.completeUploadExternal", "answer": "internal_error", "work": "done", "times": 1},
        {"method": "files.completeUploadExternal", "answer": "internal_error", "times": 1},
        {"method": "chat.update", "answer": "invalid_blocks", "times": 2},
    ],
)
async def test_no_bytes_are_uploaded_twice(office, slack, fault):
    picture = await keep_picture(office)
    await queue(office, "one", "a placeholder")
    await queue(office, "one:grid", "a grid", target="one", picture=picture)
    spoil(slack, fault)
    async with sending(office, slack):
        await settled(office)
    assert texts(slack) == ["a grid"]
    assert len(slack.workspace.state.files) == 1


async def test_a_slow_file_holds_up_no_other_message_of_its_channel(office, slack):
    slack.workspace.faults.set(read({"file_delay_s": 3}))
    await queue(office, "slow", "with a picture", picture=await keep_picture(office))
    await queue(office, "quick", "without one")
    async with sending(office, slack):
        await settled(office)
    assert texts(slack) == ["without one", "with a picture"]


async def test_what_people_wrote_travels_in_no_address(slack):
    client, seen = api(slack), []
    request = client._request

    async def watched(*, http_verb, api_url, req_args):
        seen.append((http_verb, req_args.get("params")))
        return await request(http_verb=http_verb, api_url=api_url, req_args=req_args)

    client._request = watched
    file_id = await files.send(client, b"x" * 10, filename="x.png", alt_text="字" * 900)
    assert file_id in slack.workspace.state.files
    assert all(not params for _, params in seen)


def test_no_error_makes_the_judging_of_errors_raise():
    class Response:
        data = "upstream connect error"
        headers = None

    for response in (None, "text", b"\xff", 7, [], {}, {"error": None}, Response()):
        error = SlackApiError("", response)
        verdict = judge(error, attempts=1, failures=1, age=timedelta())
        assert verdict.code == error_code(error)
        assert verdict.pause_s > 0


async def test_a_disk_that_is_full_for_a_while_leaves_nothing_stuck(office, slack):
    await queue(office, "one", "after all")
    full = [True]
    write = office.database.write

    async def refusing(work):
        if full:
            raise web_api.sqlite3.OperationalError("database or disk is full")
        return await write(work)

    async with sending(office, slack):
        await settled(office)
        await queue(office, "two", "and on")
        office.database.write = refusing
        await asyncio.sleep(0.7)
        full.clear()
        await settled(office)
    assert texts(slack) == ["after all", "and on"]


async def draft_with_first_look(office, slack, *fault):
    """A draft whose first look met that fault, then its finished grid; what the file was."""
    brief = await open_brief(
        office.services,
        BriefRequest(prompt="a red apple", cells=1),
        person=ADA,
        channel=CHANNEL_OF_ADA,
        source_key="look",
    )
    key = f"brief:{brief.id}"
    async with asyncio.timeout(10):
        while not shown(slack):
            await asyncio.sleep(0.02)
    await office.database.write(
        lambda tx: tx.execute("UPDATE jobs SET state = 'running', lease_owner = 'me', lease_until = '9'")
    )
    out = io.BytesIO()
    Image.effect_noise((256, 256), 40).save(out, "PNG")
    previews = Previews(office.database, api(slack))
    task = asyncio.create_task(previews.run())
    spoil(slack, *fault)
    await previews.show(brief, out.getvalue(), key)
    looks = list(slack.workspace.state.files.values())
    await office.database.write(
        lambda tx: tx.execute(
            "UPDATE jobs SET state = 'done', lease_owner = NULL, lease_until = NULL, finished_at = '9'"
        )
    )
    await queue(office, f"{key}:grid", "the finished grid", target=key, picture=await keep_picture(office))
    async with asyncio.timeout(15):
        while await rows(office.database, "SELECT 1 FROM previews"):
            await asyncio.sleep(0.02)
    await settled(office)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return looks


async def test_a_first_look_is_a_small_file_that_goes_once_the_grid_stands(office, slack):
    async with sending(office, slack):
        (look,) = await draft_with_first_look(office, slack)
    assert look.mimetype == "image/jpeg"
    assert look.id not in slack.workspace.state.files
    assert texts(slack) == ["the finished grid"]


@pytest.mark.parametrize("answer", ["503_text", "internal_error", "reset"])
async def test_a_first_look_that_slack_carries_out_late_does_not_stay_over_the_grid(office, slack, answer):
    late = {"method": "chat.update", "answer": answer, "work": "late", "late_s": 0.8, "times": 1}
    async with sending(office, slack):
        await draft_with_first_look(office, slack, late)
        await asyncio.sleep(1.0)
    assert texts(slack) == ["the finished grid"]


async def approved_by_a_group(office):
    """A grid of a channel whose user group approves, with one picture on its way to Pro: services, brief and job."""
    asked = []

    async def members(group):
        asked.append(group)
        return frozenset({BEN.id})

    services = replace(office.services, members=members)
    brief = await open_brief(
        services, BriefRequest(prompt="a cup"), person=ADA, channel=CHANNEL_OF_ADA, source_key="k"
    )
    await finish_draft(office, brief)
    sheet = await keep_picture(office)
    rule, at = ApprovalRule(who="group", group="S0DESIGN"), clock.now()

    def show(tx):
        channel_table.set_policy(tx, Policy(approval=rule), channel=brief.channel, person=ADA.id, at=at)
        state = ledger.budget_of(tx, brief.channel, at, services.rule)
        outbox_table.queue_update(
            tx,
            key=f"{brief_key(brief.id)}:grid",
            target=brief_key(brief.id),
            message=grid(brief, sheet=sheet, cells=4, state=state, rule=rule),
            subject=Subject(role="grid", brief=brief.id),
            at=at,
        )

    await office.database.write(show)
    assert await approve_actions.approve(services, brief_id=brief.id, number=2, person=BEN, event_id="e")
    (job,) = await rows(office.database, "SELECT id FROM jobs WHERE tier = 'pro'")
    assert asked == ["S0DESIGN"]
    return services, brief, job["id"]


async def marks_of(office, brief):
    """What the grid says of its pictures' approvals by now."""
    (row,) = await rows(
        office.database,
        "SELECT payload FROM effects WHERE target = ? AND action = 'update' ORDER BY rowid DESC LIMIT 1",
        brief_key(brief.id),
    )
    return str([b for b in json.loads(row["payload"])["blocks"] if b.get("block_id") == GRID_BLOCK])


@pytest.mark.parametrize("error", [None, failure("no_answer"), failure("missing_scope"), UserError("No.")])
async def test_a_pro_render_whose_message_is_refused_is_under_its_grid_no_longer(office, slack, error):
    services, brief, job = await approved_by_a_group(office)
    assert job in await marks_of(office, brief)
    if error:

        async def away(group):
            raise error

        services = replace(services, members=away)
    directory = Directory(api(slack), team="T0PRACTICE")
    await failures.effect_refused(
        services, directory, f"job:{job}", "is_archived", give_up=partial(give_up, services)
    )
    (row,) = await rows(office.database, "SELECT state FROM jobs WHERE id = ?", job)
    assert row["state"] == "failed"
    assert job not in await marks_of(office, brief)
    assert await office.database.read(ledger.verify) == []


class Dead(Exception):
    """The process ends here."""


async def test_a_render_that_is_given_up_leaves_its_grid_in_the_same_transaction(office, monkeypatch):
    services, brief, job = await approved_by_a_group(office)

    def die(*_, **__):
        raise Dead

    with monkeypatch.context() as dying:
        dying.setattr(approve_actions, "mark_grid", die)
        with pytest.raises(Dead):
            await give_up(services, job, "The engine is on strike.")
    (row,) = await rows(office.database, "SELECT state FROM jobs WHERE id = ?", job)
    assert row["state"] == "queued", "an ended job would leave the grid saying that it comes"
    await give_up(services, job, "The engine is on strike.")
    (row,) = await rows(office.database, "SELECT state FROM jobs WHERE id = ?", job)
    assert row["state"] == "failed"
    assert job not in await marks_of(office, brief)
