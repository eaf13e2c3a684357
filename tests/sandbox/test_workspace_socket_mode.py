"""Socket Mode as a real Bolt app meets it: commands, events, buttons, modals, retries, refreshes."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest
import yaml
from slack_sdk.errors import SlackApiError

from sandbox.client import Control, Person, Refused
from sandbox.server import Server
from tests.sandbox.workplace import MANIFEST, SNEAKERS, bot, eventually, png, settings, web_client

HI = {"type": "section", "block_id": "b1", "text": {"type": "mrkdwn", "text": "hello"}}


def button(action_id: str = "go", value: str = "v") -> dict[str, Any]:
    element = {
        "type": "button",
        "action_id": action_id,
        "value": value,
        "text": {"type": "plain_text", "text": "Go"},
    }
    return {"type": "actions", "block_id": "acts", "elements": [element]}


async def test_a_command_arrives_as_documented_and_its_ack_answers_only_the_person(server, app, ada, person):
    seen: list[dict[str, Any]] = []

    @app.command("/draft")
    async def draft(ack, body, respond):
        seen.append(body)
        await ack("only for you")
        await respond("and later", response_type="in_channel")

    result = await ada.type(SNEAKERS, "/draft a <red> shoe & lace for @Ben Ito")
    assert result.response_text == "only for you"
    assert result.ack_ms > 0
    body = seen[0]
    assert body["text"] == "a &lt;red&gt; shoe &amp; lace for @Ben Ito"
    assert (body["command"], body["channel_id"], body["channel_name"]) == (
        "/draft",
        SNEAKERS,
        "sunflower-spring",
    )
    assert (body["user_id"], body["team_id"], body["user_name"]) == ("U0ADA", "T0PRACTICE", "ada")
    assert body["trigger_id"]
    assert body["response_url"].startswith(server.url)
    await ada.wait_for(SNEAKERS, lambda m: m["text"] == "and later")
    ben = await person("U0BEN")
    assert [m["text"] for m in await ben.messages(SNEAKERS)] == ["and later"]
    mine = await ada.messages(SNEAKERS)
    assert [m["text"] for m in mine if m.get("ephemeral")] == ["only for you"]


async def test_should_escape_turns_names_into_ids(app, ada):
    seen: list[str] = []

    @app.command("/escaped")
    async def escaped(ack, body):
        seen.append(body["text"])
        await ack()

    await ada.type(SNEAKERS, "/escaped for @Ben Ito in #general")
    assert seen == ["for <@U0BEN> in <#C0GENERAL>"]


async def test_a_silent_app_times_out(app, ada):
    @app.command("/draft")
    async def draft():
        pass

    with pytest.raises(Refused) as refused:
        await ada.type(SNEAKERS, "/draft x")
    assert refused.value.error == "operation_timeout"


async def test_commands_need_a_connected_app_and_a_declared_name(server, ada):
    with pytest.raises(Refused) as refused:
        await ada.type(SNEAKERS, "/draft x")
    assert refused.value.error == "dispatch_failed"
    with pytest.raises(Refused) as refused:
        await ada.type(SNEAKERS, "/nothing x")
    assert refused.value.error == "unknown_command"
    message = await ada.say(SNEAKERS, "a thread")
    with pytest.raises(Refused) as refused:
        await ada.call(
            "POST",
            "commands",
            {"channel": SNEAKERS, "command": "/draft", "text": "x", "thread_ts": message["ts"]},
        )
    assert refused.value.error == "not_in_thread"


async def test_a_message_raises_its_event_and_a_mention_one_more(app, ada):
    events: list[dict[str, Any]] = []

    @app.event("message")
    async def message(body):
        events.append(body)

    @app.event("app_mention")
    async def mention(body):
        events.append(body)

    said = await ada.say(
        SNEAKERS, "hey @Draftroom see #cupcake-cafe & <b> https://example.org/x. @here me@here"
    )
    await eventually(lambda: len(events) == 2)
    by_type = {body["event"]["type"]: body for body in events}
    text = "hey <@U0DRAFTROOM> see <#C0TEAHOUSE> &amp; &lt;b&gt; <https://example.org/x>. <!here> me@here"
    for body in by_type.values():
        event = body["event"]
        assert event["text"] == text
        assert (event["user"], event["channel"], event["ts"]) == ("U0ADA", SNEAKERS, said["ts"])
        assert body["type"] == "event_callback"
        assert body["event_id"].startswith("Ev")
        assert body["authorizations"][0]["user_id"] == "U0DRAFTROOM"
    assert by_type["message"]["event"]["channel_type"] == "channel"
    assert by_type["message"]["event_id"] != by_type["app_mention"]["event_id"]


async def test_a_mention_with_a_file_in_a_thread_carries_both(app, ada):
    events: list[dict[str, Any]] = []

    @app.event("message")
    async def message(event):
        events.append(event)

    @app.event("app_mention")
    async def mention(event):
        events.append(event)

    parent = await ada.say(SNEAKERS, "the brief")
    await ada.upload(SNEAKERS, png(), "mask.png", "@Draftroom fix this: blue", thread_ts=parent["ts"])
    await eventually(lambda: len(events) == 3)
    mention_event = next(e for e in events if e["type"] == "app_mention")
    shared = next(e for e in events if e.get("subtype") == "file_share")
    for event in (mention_event, shared):
        assert event["thread_ts"] == parent["ts"]
        assert event["files"][0]["mimetype"] == "image/png"
        assert (event["files"][0]["original_w"], event["files"][0]["original_h"]) == (8, 6)


async def test_reactions_of_people_and_of_the_bot_raise_events(app, client, ada):
    events: list[dict[str, Any]] = []

    @app.event("reaction_added")
    async def added(event):
        events.append(event)

    @app.event("reaction_removed")
    async def removed(event):
        events.append(event)

    ts = (await client.chat_postMessage(channel=SNEAKERS, text="choose"))["ts"]
    await client.reactions_add(channel=SNEAKERS, timestamp=ts, name="one")
    await ada.react(SNEAKERS, ts, "one")
    await ada.unreact(SNEAKERS, ts, "one")
    await eventually(lambda: len(events) == 3)
    assert {(e["type"], e["user"]) for e in events} == {
        ("reaction_added", "U0DRAFTROOM"),
        ("reaction_added", "U0ADA"),
        ("reaction_removed", "U0ADA"),
    }
    for event in events:
        assert event["item"] == {"type": "message", "channel": SNEAKERS, "ts": ts}
        assert event["item_user"] == "U0DRAFTROOM"
        assert event["reaction"] == "one"
    shown = (await client.reactions_get(channel=SNEAKERS, timestamp=ts))["message"]["reactions"]
    assert shown == [{"name": "one", "users": ["U0DRAFTROOM"], "count": 1}]


async def test_edits_and_deletions_raise_message_events(app, client):
    events: list[dict[str, Any]] = []

    @app.event({"type": "message", "subtype": "message_changed"})
    async def changed(event):
        events.append(event)

    @app.event({"type": "message", "subtype": "message_deleted"})
    async def deleted(event):
        events.append(event)

    @app.event("message")
    async def other():
        pass

    ts = (await client.chat_postMessage(channel=SNEAKERS, text="before"))["ts"]
    await client.chat_update(channel=SNEAKERS, ts=ts, text="after")
    await eventually(lambda: len(events) == 1)
    await client.chat_delete(channel=SNEAKERS, ts=ts)
    await eventually(lambda: len(events) == 2)
    assert (events[0]["previous_message"]["text"], events[0]["message"]["text"]) == ("before", "after")
    assert (events[1]["subtype"], events[1]["deleted_ts"]) == ("message_deleted", ts)


async def test_events_from_channels_without_the_bot_stay_away(app, ada):
    events: list[dict[str, Any]] = []

    @app.event("message")
    async def message(event):
        events.append(event)

    await ada.say("C0PRIVATE", "a secret")
    await ada.say("C0GENERAL", "no secret")
    await eventually(lambda: events)
    assert [e["text"] for e in events] == ["no secret"]


async def test_a_button_reaches_the_app_with_its_message(app, client, ada):
    seen: list[dict[str, Any]] = []

    @app.action("go")
    async def go(ack, body, respond):
        seen.append(body)
        await ack()
        await respond("replaced", replace_original=True)

    ts = (await client.chat_postMessage(channel=SNEAKERS, text="press", blocks=[HI, button()]))["ts"]
    message = await ada.wait_for(SNEAKERS, lambda m: m["ts"] == ts)
    await ada.click(message, "go")
    body = seen[0]
    assert body["type"] == "block_actions"
    assert body["message"]["ts"] == ts
    assert body["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": SNEAKERS,
        "is_ephemeral": False,
    }
    assert body["user"]["id"] == "U0ADA"
    assert body["actions"][0]["value"] == "v"
    await ada.wait_for(SNEAKERS, lambda m: m["ts"] == ts and m["text"] == "replaced")


MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "brief",
    "title": {"type": "plain_text", "text": "Draft"},
    "submit": {"type": "plain_text", "text": "Go"},
    "private_metadata": "kept",
    "blocks": [
        {
            "type": "input",
            "block_id": "prompt",
            "label": {"type": "plain_text", "text": "Prompt"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        },
        {
            "type": "input",
            "block_id": "count",
            "label": {"type": "plain_text", "text": "Pictures"},
            "element": {
                "type": "static_select",
                "action_id": "n",
                "initial_option": {"text": {"type": "plain_text", "text": "4"}, "value": "4"},
                "options": [
                    {"text": {"type": "plain_text", "text": "4"}, "value": "4"},
                    {"text": {"type": "plain_text", "text": "9"}, "value": "9"},
                ],
            },
        },
    ],
}


async def test_a_modal_opens_refuses_and_is_submitted(app, ada):
    states: list[dict[str, Any]] = []

    @app.command("/draft")
    async def draft(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @app.view("brief")
    async def submitted(ack, view):
        values = view["state"]["values"]
        if values["prompt"]["text"]["value"] == "bad":
            await ack(response_action="errors", errors={"prompt": "Not that."})
            return
        states.append(view)
        await ack()

    await ada.type(SNEAKERS, "/draft")
    view = await ada.open_view()
    assert view["private_metadata"] == "kept"
    assert (await ada.submit(view, {}))["errors"] == {"prompt": "Please complete this required field."}
    assert (await ada.submit(view, {"prompt": "bad"}))["errors"] == {"prompt": "Not that."}
    assert "errors" not in await ada.submit(view, {"prompt": "a red apple", "count": "9"})
    values = states[0]["state"]["values"]
    assert values["prompt"]["text"] == {"type": "plain_text_input", "value": "a red apple"}
    assert values["count"]["n"]["selected_option"]["value"] == "9"
    assert (await ada.call("GET", "views"))["view"] is None


async def test_triggers_work_once_and_only_for_a_moment():
    async with (
        Server(settings(trigger_life_s=0.2)) as server,
        bot(server) as app,
        Person(server.url, "U0ADA") as ada,
    ):
        errors: list[str] = []

        async def attempt(client, trigger_id):
            try:
                await client.views_open(trigger_id=trigger_id, view=MODAL)
                errors.append("ok")
            except SlackApiError as problem:
                errors.append(problem.response["error"])

        @app.command("/draft")
        async def draft(ack, body, client):
            await ack()
            if body["text"] == "slow":
                await asyncio.sleep(0.3)
            await attempt(client, body["trigger_id"])
            await attempt(client, body["trigger_id"])
            await attempt(client, "no such")

        await ada.type(SNEAKERS, "/draft")
        await eventually(lambda: len(errors) == 3)
        assert errors == ["ok", "exchanged_trigger_id", "invalid_trigger_id"]
        errors.clear()
        await ada.type(SNEAKERS, "/draft slow")
        await eventually(lambda: len(errors) == 3)
        assert errors[:2] == ["expired_trigger_id", "expired_trigger_id"]


async def test_shortcuts_and_app_home(app, ada):
    seen: list[dict[str, Any]] = []

    @app.shortcut("fix_picture")
    async def fix(ack, body):
        await ack()
        seen.append(body)

    @app.event("app_home_opened")
    async def home(event, client):
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [HI]})

    message = await ada.say(SNEAKERS, "look")
    await ada.shortcut(SNEAKERS, message["ts"], "fix_picture")
    assert (seen[0]["type"], seen[0]["message_ts"], seen[0]["message"]["text"]) == (
        "message_action",
        message["ts"],
        "look",
    )
    view = await ada.home()
    assert (view["type"], view["blocks"][0]["text"]["text"]) == ("home", "hello")


class RawSocket:
    """A Socket Mode client that acknowledges only when told to."""

    def __init__(self, server: Server) -> None:
        self.server = server

    async def __aenter__(self) -> "RawSocket":
        opened = await web_client(self.server).apps_connections_open(app_token=self.server.settings.app_token)
        self.url = opened["url"]
        self.session = aiohttp.ClientSession()
        self.socket = await self.session.ws_connect(self.url)
        self.hello = await self.socket.receive_json(timeout=2)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.socket.close()
        await self.session.close()

    async def next(self, timeout: float = 2) -> dict[str, Any]:
        return await self.socket.receive_json(timeout=timeout)

    async def ack(self, envelope: dict[str, Any], payload: dict[str, Any] | None = None) -> None:
        answer = {"envelope_id": envelope["envelope_id"]} | ({"payload": payload} if payload else {})
        await self.socket.send_str(json.dumps(answer))


async def test_an_unacknowledged_event_comes_again_with_the_same_id():
    async with (
        Server(settings(ack_timeout_s=0.2)) as server,
        Person(server.url, "U0ADA") as ada,
        RawSocket(server) as raw,
    ):
        assert raw.hello["type"] == "hello"
        assert raw.hello["num_connections"] == 1
        await ada.say(SNEAKERS, "hello")
        first, second = await raw.next(), await raw.next()
        assert (first["retry_attempt"], first["retry_reason"]) == (0, "")
        assert (second["retry_attempt"], second["retry_reason"]) == (1, "timeout")
        assert first["payload"]["event_id"] == second["payload"]["event_id"]
        assert first["envelope_id"] != second["envelope_id"]
        await raw.ack(second)
        await ada.say(SNEAKERS, "next")
        third = await raw.next()
        assert third["payload"]["event"]["text"] == "next"
        await raw.ack(third)


async def test_an_event_while_the_app_is_away_reaches_its_next_connection():
    async with Server(settings()) as server, Person(server.url, "U0ADA") as ada:
        await ada.say(SNEAKERS, "anyone?")
        async with RawSocket(server) as raw:
            envelope = await raw.next()
            assert envelope["payload"]["event"]["text"] == "anyone?"
            await raw.ack(envelope)


async def test_tickets_work_once_and_connections_share_the_work():
    async with (
        Server(settings()) as server,
        Person(server.url, "U0ADA") as ada,
        RawSocket(server) as one,
        RawSocket(server) as two,
    ):
        assert two.hello["num_connections"] == 2
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await one.session.ws_connect(one.url)
        for text in ("a", "b"):
            await ada.say(SNEAKERS, text)
        got = [await raw.next() for raw in (one, two)]
        assert {e["payload"]["event"]["text"] for e in got} == {"a", "b"}
        for raw, envelope in zip((one, two), got, strict=True):
            await raw.ack(envelope)


async def test_a_refresh_moves_a_bolt_app_to_a_new_connection_and_nothing_is_lost(server, app, ada):
    texts: list[str] = []

    @app.event("message")
    async def message(event):
        texts.append(event["text"])

    async with Control(server.url) as control:
        assert await control.connections("refresh_requested") == 1
    await eventually(lambda: server.workspace.sockets.connections == 1)
    await ada.say(SNEAKERS, "still there?")
    await eventually(lambda: "still there?" in texts)


async def test_the_warning_and_the_refresh_are_announced():
    async with Server(settings(refresh_s=0.1)) as server, RawSocket(server) as raw:
        assert (await raw.next())["reason"] == "warning"
        last = await raw.next()
        assert (last["type"], last["reason"]) == ("disconnect", "refresh_requested")


async def test_only_subscribed_events_are_delivered(tmp_path):
    document = yaml.safe_load(MANIFEST.read_text())
    document["settings"]["event_subscriptions"]["bot_events"] = ["app_mention"]
    path = tmp_path / "manifest.yml"
    path.write_text(yaml.safe_dump(document))
    async with (
        Server(settings(manifest=path)) as server,
        Person(server.url, "U0ADA") as ada,
        RawSocket(server) as raw,
    ):
        await ada.say(SNEAKERS, "plain")
        await ada.say(SNEAKERS, "@Draftroom mention")
        envelope = await raw.next()
        assert envelope["payload"]["event"]["type"] == "app_mention"
        await raw.ack(envelope)
