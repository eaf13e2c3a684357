"""Slack's bad days on purpose: every kind of wrong answer, over raw HTTP and through the official client."""

import asyncio
import json
import sys
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.client import Control, Person, Refused
from sandbox.faults import BadPlan, Faults, read
from sandbox.server import Server
from tests.sandbox.workplace import MANIFEST, SNEAKERS, eventually, png, settings, web_client


def spoil(server: Server, *calls: dict[str, Any], **rest: Any) -> None:
    server.workspace.faults.set(read({"calls": calls, **rest}))


def texts(server: Server) -> list[str]:
    return [m.text for m in server.workspace.state.channels[SNEAKERS].messages.values()]


async def raw_post(server: Server, text: str = "x") -> tuple[int, str, bytes, Any]:
    """chat.postMessage without any client library: status, content type, body, headers."""
    headers = {"Authorization": f"Bearer {server.settings.bot_token}"}
    sent = {"channel": SNEAKERS, "text": text}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{server.url}/api/chat.postMessage", json=sent) as answer,
    ):
        return answer.status, answer.content_type, await answer.read(), answer.headers


@pytest.mark.parametrize(
    ("answer", "status", "kind", "holds"),
    [
        ("500_text", 500, "text/plain", b"Internal Server Error"),
        ("502_html", 502, "text/html", b"<h1>502 Bad Gateway</h1>"),
        ("502_html_as_json", 502, "application/json", b"<h1>502 Bad Gateway</h1>"),
        ("503_text", 503, "text/plain", b"upstream connect error"),
        ("empty", 200, "application/json", b""),
        ("internal_error", 200, "application/json", b'"internal_error"'),
        ("is_archived", 200, "application/json", b'"is_archived"'),
    ],
)
@pytest.mark.parametrize("work", ["none", "done"])
async def test_an_answer_is_spoiled_and_the_work_done_or_not(server, answer, status, kind, holds, work):
    spoil(server, {"method": "chat.postMessage", "answer": answer, "work": work, "times": 1})
    got = await raw_post(server, "spoiled")
    assert got[:2] == (status, kind)
    assert holds in got[2]
    assert texts(server) == (["spoiled"] if work == "done" else [])
    assert json.loads((await raw_post(server, "again"))[2])["ok"] is True


@pytest.mark.parametrize("work", ["none", "done"])
async def test_json_may_be_cut_off(server, client, work):
    spoil(server, {"answer": "cut_json", "work": work})
    status, kind, body, _ = await raw_post(server)
    assert (status, kind, body[:10]) == (
        200,
        "application/json",
        b'{"ok": tru' if work == "done" else b'{"ok":true',
    )
    with pytest.raises(ValueError):
        json.loads(body)
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel=SNEAKERS, text="x")
    assert len(texts(server)) == (2 if work == "done" else 0)


@pytest.mark.parametrize("error", ["ratelimited", "rate_limited"])
@pytest.mark.parametrize("value", ["7", "0", "-3", "soon", "", None])
async def test_a_429_says_what_it_was_told_to_say(server, client, error, value):
    spoil(server, {"method": "chat.*", "answer": "429", "retry_after": value, "error": error})
    status, _, body, headers = await raw_post(server)
    assert (status, json.loads(body)) == (429, {"ok": False, "error": error})
    assert headers.get("Retry-After") == value
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=SNEAKERS, text="x")
    assert (caught.value.response.status_code, caught.value.response["error"]) == (429, error)
    await client.auth_test()


async def test_a_connection_may_be_reset_after_the_work(server, client):
    spoil(server, {"answer": "reset", "work": "done", "times": 2})
    with pytest.raises(aiohttp.ClientError):
        await raw_post(server, "raw")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=SNEAKERS, text="sdk")
    assert texts(server) == ["raw", "sdk"]


async def test_the_official_clients_own_retries_post_twice_where_an_answer_is_lost(server):
    """What an app must expect of slack_sdk's default: the workspace shows it as Slack would."""
    spoil(server, {"method": "chat.postMessage", "answer": "reset", "work": "done", "times": 1})
    client = AsyncWebClient(
        token=server.settings.bot_token,
        base_url=f"{server.url}/api/",
        retry_handlers=[AsyncConnectionErrorRetryHandler()],
    )
    await client.chat_postMessage(channel=SNEAKERS, text="twice")
    assert texts(server) == ["twice", "twice"]


async def test_a_call_may_hang_until_the_caller_leaves(server):
    spoil(server, {"answer": "hang"})
    client = AsyncWebClient(
        token=server.settings.bot_token, base_url=f"{server.url}/api/", timeout=1, retry_handlers=[]
    )
    with pytest.raises(TimeoutError):
        await client.chat_postMessage(channel=SNEAKERS, text="x")
    spoil(server, {"answer": "hang", "hang_s": 0.05})
    with pytest.raises(aiohttp.ClientError):
        await raw_post(server)
    assert texts(server) == []


async def test_a_workspace_stops_while_calls_hang():
    async with Server(settings()) as server:
        spoil(server, {"answer": "hang"})
        waiting = asyncio.create_task(raw_post(server))
        await eventually(lambda: server.workspace.faults.report["calls"][0]["struck"])
        await asyncio.wait_for(server.stop(), 5)
        with pytest.raises(aiohttp.ClientError):
            await waiting


async def test_what_was_lost_may_be_carried_out_late(server, client):
    spoil(server, {"method": "chat.update", "answer": "503_text", "work": "late", "late_s": 0.1})
    ts = (await client.chat_postMessage(channel=SNEAKERS, text="first"))["ts"]
    with pytest.raises(SlackApiError):
        await client.chat_update(channel=SNEAKERS, ts=ts, text="late")
    assert texts(server) == ["first"]
    await eventually(lambda: texts(server) == ["late"])


async def test_success_may_be_said_where_nothing_was_done(server, client):
    spoil(server, {"method": "reactions.add", "answer": "ok"})
    ts = (await client.chat_postMessage(channel=SNEAKERS, text="x"))["ts"]
    await client.reactions_add(channel=SNEAKERS, timestamp=ts, name="one")
    assert server.workspace.state.channels[SNEAKERS].messages[ts].reactions == {}


async def test_faults_are_counted_by_method_channel_and_number(server, client):
    spoil(
        server,
        {"method": "chat.*", "channel": "C0GENERAL", "answer": "not_in_channel", "after": 1, "times": 2},
    )
    answers = []
    for channel in ("C0GENERAL", SNEAKERS, "C0GENERAL", "C0GENERAL", "C0GENERAL"):
        try:
            await client.chat_postMessage(channel=channel, text="x")
            answers.append("ok")
        except SlackApiError as problem:
            answers.append(problem.response["error"])
    assert answers == ["ok", "ok", "not_in_channel", "not_in_channel", "ok"]


async def test_uploads_downloads_and_answers_by_address_go_wrong_too(server, app, ada, client):
    spoil(
        server, {"method": "upload", "answer": "503_text"}, {"method": "response_url", "answer": "500_text"}
    )
    with pytest.raises(SlackRequestError):
        await client.files_upload_v2(file=png(), filename="a.png", channel=SNEAKERS)
    answered: list[int] = []

    @app.command("/draft")
    async def draft(ack, respond):
        await ack()
        answered.append((await respond("later")).status_code)

    await ada.type(SNEAKERS, "/draft x")
    await eventually(lambda: answered)
    assert answered == [500]
    message = await ada.upload(SNEAKERS, png(), "mine.png")
    spoil(server, {"method": "download", "answer": "502_html"})
    headers = {"Authorization": f"Bearer {server.settings.bot_token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.get(message["files"][0]["url_private"]) as got,
    ):
        assert (got.status, got.content_type) == (502, "text/html")


# -- plans


def test_a_seed_decides_alike_each_time():
    def run(seed: int) -> list[bool]:
        faults = Faults(read({"seed": seed, "calls": [{"answer": "reset", "chance": 0.5}]}))
        return [faults.call("chat.postMessage") is not None for _ in range(50)]

    assert run(1) == run(1) != run(2)
    assert 10 < sum(run(1)) < 40


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        ({"calls": [{"method": "x"}]}, "calls.0.answer"),
        ({"calls": [{"answer": "reset", "chance": 2}]}, "calls.0.chance"),
        ({"calls": [{"answer": "reset", "tims": 2}]}, "calls.0.tims"),
        ({"events": [{"copies": [-1, 2]}]}, "events.0.copies.0"),
        ([], "its top"),
    ],
)
def test_a_plan_that_cannot_be_read_is_a_sentence(plan, sentence):
    with pytest.raises(BadPlan, match=sentence):
        read(plan)


async def test_a_plan_is_set_read_and_ended_at_run_time(server, client):
    async with Control(server.url) as control:
        await control.set_faults({"calls": [{"method": "auth.test", "answer": "fatal_error"}]})
        with pytest.raises(SlackApiError):
            await client.auth_test()
        assert (await control.faults())["calls"][0]["struck"] == 1
        await control.set_faults({})
        await client.auth_test()
        with pytest.raises(Refused, match="answer"):
            await control.set_faults({"calls": [{}]})
    async with aiohttp.ClientSession() as session:
        async with session.put(f"{server.url}/control/faults", data="{}") as answer:
            assert answer.status == 415
        async with session.delete(f"{server.url}/control/faults") as answer:
            assert (await answer.json())["calls"] == []


async def test_a_plan_may_be_given_at_the_start(tmp_path):
    plan = tmp_path / "faults.json"
    plan.write_text(json.dumps({"calls": [{"method": "auth.test", "answer": "503_text"}]}))
    words = ["-m", "sandbox", "--port", "0", "--manifest", str(MANIFEST), "--faults", str(plan)]
    program = await asyncio.create_subprocess_exec(sys.executable, *words, stdout=asyncio.subprocess.PIPE)
    url = (await program.stdout.readline()).decode().split()[-1]
    async with aiohttp.ClientSession() as session, session.post(f"{url}/api/auth.test") as answer:
        assert answer.status == 503
    program.terminate()
    assert await program.wait() == 0
    plan.write_text("{")
    program = await asyncio.create_subprocess_exec(sys.executable, *words, stderr=asyncio.subprocess.PIPE)
    _, complaint = await program.communicate()
    assert (program.returncode, b"is not valid JSON" in complaint) == (2, True)


# -- files


async def test_a_file_may_take_its_time_and_is_refused_in_blocks_until_then(server, client):
    spoil(server, file_delay_s=30)
    slow = (await client.files_upload_v2(file=png(), filename="a.png"))["files"][0]["id"]
    block = {"type": "image", "slack_file": {"id": slow}, "alt_text": "a"}
    assert (await client.files_info(file=slow))["file"]["mimetype"] == ""
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=SNEAKERS, blocks=[block], text="x")
    assert caught.value.response["error"] == "invalid_blocks"
    server.workspace.state.files[slow].ready_at = 0
    assert (await client.files_info(file=slow))["file"]["mimetype"] == "image/png"
    await client.chat_postMessage(channel=SNEAKERS, blocks=[block], text="x")


# -- events


async def test_events_come_several_times_late_and_out_of_order(server, app, ada):
    heard: list[tuple[str, str]] = []

    @app.event("message")
    async def message(body):
        heard.append((body["event_id"], body["event"]["text"]))

    spoil(server, seed=3, events=[{"event": "message", "copies": [1, 4], "late_s": [0, 0.2]}])
    for number in range(8):
        await ada.say(SNEAKERS, str(number))
    await eventually(lambda: len({event for event, _ in heard}) == 8)
    spoil(server)
    await ada.say(SNEAKERS, "last")
    await eventually(lambda: "last" in [text for _, text in heard])
    firsts = list(dict.fromkeys(text for _, text in heard))
    assert firsts != sorted(firsts)
    assert len(heard) > 9
    assert all(1 <= [event for event, _ in heard].count(one) <= 4 for one, _ in heard)


async def test_an_event_may_be_lost(server, app, ada):
    heard: list[str] = []

    @app.event("message")
    async def message(event):
        heard.append(event["text"])

    spoil(server, events=[{"event": "message", "copies": [0, 0], "times": 1}])
    await ada.say(SNEAKERS, "lost")
    await ada.say(SNEAKERS, "heard")
    await eventually(lambda: heard)
    assert heard == ["heard"]


@pytest.mark.parametrize(
    ("habit", "expected"),
    [
        ("whole", [("message", 1), ("app_mention", 1)]),
        ("bare", [("app_mention", 0), ("message", 1)]),
        ("none", [("message", 1)]),
    ],
)
async def test_a_mention_with_files_comes_whole_bare_or_not_at_all(server, app, ada, habit, expected):
    heard: list[tuple[str, int]] = []

    @app.event("message")
    async def message(event):
        heard.append(("message", len(event.get("files", []))))

    @app.event("app_mention")
    async def mention(event):
        heard.append(("app_mention", len(event.get("files", []))))

    spoil(server, mentions_of_files=habit)
    await ada.upload(SNEAKERS, png(), "mask.png", text="@Draftroom fix left: blue")
    await eventually(lambda: len(heard) == len(expected))
    assert heard == expected
    await ada.say(SNEAKERS, "@Draftroom no file")
    await eventually(lambda: ("app_mention", 0) in heard[len(expected) :])


# -- connections


@pytest.mark.parametrize("how", ["refresh_requested", "link_disabled", "close", "abort"])
async def test_a_bolt_app_comes_back_after_its_connection_was_troubled(server, app, ada, how):
    heard: list[str] = []

    @app.event("message")
    async def message(event):
        heard.append(event["text"])

    async with Control(server.url) as control:
        assert await control.connections(how) == 1
        with pytest.raises(Refused, match="silence"):
            await control.connections("nonsense")
    # The official client looks after its connection between pings.
    await eventually(lambda: server.workspace.sockets.connections == 1, timeout_s=10)
    await ada.say(SNEAKERS, "still there?")
    await eventually(lambda: "still there?" in heard)


async def test_a_silent_connection_neither_speaks_nor_answers():
    async with Server(settings(ack_timeout_s=0.2)) as server, Person(server.url, "U0ADA") as ada:
        await silence(server, ada)


async def silence(server: Server, ada: Person) -> None:
    client = web_client(server)
    opened = await client.apps_connections_open(app_token=server.settings.app_token)
    async with aiohttp.ClientSession() as session, Control(server.url) as control:
        socket = await session.ws_connect(opened["url"], autoping=False)
        assert (await socket.receive_json(timeout=2))["type"] == "hello"
        await socket.ping(b"1")
        assert (await socket.receive(timeout=2)).type is aiohttp.WSMsgType.PONG
        assert await control.connections("silence") == 1
        await socket.ping(b"2")
        with pytest.raises(Refused, match="within 3 seconds"):
            await ada.type(SNEAKERS, "/draft x")
        another = await client.apps_connections_open(app_token=server.settings.app_token)
        fresh = await session.ws_connect(another["url"])
        assert (await fresh.receive_json(timeout=2))["type"] == "hello"
        await control.connections("close")
        # Whatever it was sent after it fell silent, its end is all that came.
        assert (await socket.receive(timeout=2)).type is aiohttp.WSMsgType.CLOSE


async def test_a_forged_person_is_no_control(server):
    async with Person(server.url, "U0ADA") as ada:
        with pytest.raises(aiohttp.ContentTypeError):
            await ada.call("POST", "practice/refresh")
