"""People that are no colleagues: of other teams, guests, deactivated; and what a channel shared by Slack Connect sends."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from sandbox.client import Person, Refused
from sandbox.server import Server
from tests.sandbox.workplace import SNEAKERS, bot, eventually, png, settings, web_client

PARTNER_ROOM = "C0PARTNER"


@pytest.fixture
async def server():
    async with Server(settings(strangers=True)) as running:
        yield running


async def test_users_info_tells_colleagues_from_all_others(client):
    async def about(user: str) -> dict[str, Any]:
        return (await client.users_info(user=user))["user"]

    ada, eve, zoe, otis, uma = [await about(name) for name in ("U0ADA", "U0EVE", "U0ZOE", "U0OTIS", "U0UMA")]
    assert (ada["team_id"], ada["is_admin"], "is_stranger" in ada) == ("T0PRACTICE", True, False)
    assert (eve["team_id"], eve["is_admin"], eve["is_stranger"]) == ("T0PARTNER", True, False)
    assert eve["enterprise_user"]["enterprise_name"] == "Partner Group"
    assert (zoe["team_id"], zoe["is_stranger"]) == ("T0ELSEWHERE", True)
    assert (otis["deleted"], "tz" in otis, "is_admin" in otis) == (True, False, False)
    assert (uma["is_restricted"], uma["is_ultra_restricted"]) == (True, True)
    assert (await about("U0GUEST"))["is_ultra_restricted"] is False
    members = (await client.users_list())["members"]
    assert {member["id"] for member in members} >= {"U0EVE", "U0ZOE", "U0OTIS", "U0UMA"}


async def test_a_shared_channel_says_so(client):
    shared = (await client.conversations_info(channel=PARTNER_ROOM))["channel"]
    assert (shared["is_shared"], shared["is_ext_shared"], shared["is_org_shared"]) == (True, True, False)
    assert shared["connected_team_ids"] == ["T0PARTNER"]
    own = (await client.conversations_info(channel=SNEAKERS))["channel"]
    assert (own["is_ext_shared"], own["connected_team_ids"]) == (False, [])


async def test_events_of_a_shared_channel_name_the_strangers_team_and_hide_its_files(server, client):
    seen: list[dict[str, Any]] = []
    async with bot(server) as app, Person(server.url, "U0EVE") as eve, Person(server.url, "U0ADA") as ada:

        @app.event("message")
        async def message(body):
            seen.append(body)

        @app.event("app_mention")
        async def mention(body):
            seen.append(body)

        @app.event("reaction_added")
        async def reacted(body):
            seen.append(body)

        sent = await eve.upload(PARTNER_ROOM, png(), "brief.png", text="@Draftroom look")
        await eventually(lambda: len(seen) == 2)
        for body in seen:
            assert body["is_ext_shared_channel"] is True
            assert (body["team_id"], body["event"]["user_team"]) == ("T0PRACTICE", "T0PARTNER")
            stub = body["event"]["files"][0]
            assert (stub["file_access"], "url_private" in stub) == ("check_file_info", False)
        whole = (await client.files_info(file=sent["files"][0]["id"]))["file"]
        assert whole["url_private"]
        await eve.react(PARTNER_ROOM, sent["ts"], "one")
        await ada.upload(SNEAKERS, png(), "own.png")
        await eventually(lambda: len(seen) == 4)
        assert [body["is_ext_shared_channel"] for body in seen[2:]] == [True, False]
        assert seen[3]["event"]["files"][0]["url_private"]


async def test_a_stranger_may_press_buttons_but_has_no_commands(server, client):
    async with bot(server) as app, Person(server.url, "U0EVE") as eve:
        pressed: list[dict[str, Any]] = []

        @app.action("go")
        async def go(ack, body):
            await ack()
            pressed.append(body)

        element = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
        blocks = [{"type": "actions", "elements": [element]}]
        sent = await client.chat_postMessage(channel=PARTNER_ROOM, text="x", blocks=blocks)
        await eve.click({"channel": PARTNER_ROOM, "ts": sent["ts"]}, "go")
        await eventually(lambda: pressed)
        assert (pressed[0]["user"]["team_id"], pressed[0]["team"]["id"]) == ("T0PARTNER", "T0PRACTICE")
        with pytest.raises(Refused, match="not a command of this workspace"):
            await eve.type(PARTNER_ROOM, "/draft x")


async def test_who_was_deactivated_can_do_nothing(server):
    async with Person(server.url, "U0OTIS") as otis:
        with pytest.raises(Refused, match="must name a person"):
            await otis.say(SNEAKERS, "still here")


async def test_a_reply_that_is_also_sent_to_the_channel_is_a_broadcast(server, client):
    seen: list[dict[str, Any]] = []
    async with bot(server) as app, Person(server.url, "U0ADA") as ada:

        @app.event("message")
        async def message(event):
            seen.append(event)

        root = (await client.chat_postMessage(channel=SNEAKERS, text="root"))["ts"]
        file_id = await ada.store(png(), "mask.png")
        await ada.say(SNEAKERS, "for all", thread_ts=root, files=[file_id], broadcast=True)
        await eventually(lambda: any(event["text"] == "for all" for event in seen))
        event = seen[-1]
        assert (event["subtype"], event["thread_ts"], event["root"]["text"]) == (
            "thread_broadcast",
            root,
            "root",
        )
        assert len(event["files"]) == 1
        assert [m["text"] for m in await ada.messages(SNEAKERS)] == ["root", "for all"]
        history = (await web_client(server).conversations_history(channel=SNEAKERS))["messages"]
        assert [m["text"] for m in history] == ["for all", "root"]


async def test_a_trigger_is_too_old_after_its_time():
    async with Server(settings(trigger_life_s=0.0)) as server, bot(server) as app:
        refused: list[str] = []

        @app.command("/draft")
        async def draft(ack, body, client):
            await ack()
            view = {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": []}
            try:
                await client.views_open(trigger_id=body["trigger_id"], view=view)
            except SlackApiError as problem:
                refused.append(problem.response["error"])

        async with Person(server.url, "U0ADA") as ada:
            await ada.type(SNEAKERS, "/draft")
            await eventually(lambda: refused)
        assert refused == ["expired_trigger_id"]
