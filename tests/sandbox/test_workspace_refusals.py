"""Refusals by Slack's own names: each is provoked through a real client and seen."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.block_kit.emoji import NAMES
from sandbox.client import Person, Refused
from sandbox.server import Server
from tests.sandbox.workplace import MANIFEST, SNEAKERS, bot, eventually, png, settings, web_client

TRIGGER_VIEW = {"type": "modal", "title": {"type": "plain_text", "text": "Hi"}, "blocks": []}


async def error(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def refused(call: Any) -> str:
    with pytest.raises(Refused) as caught:
        await call
    return caught.value.error


@asynccontextmanager
async def workspace(tmp_path: Path, **parts: Any) -> AsyncIterator[Server]:
    """A workspace whose manifest differs: `parts` replace keys named like settings__interactivity."""
    document = yaml.safe_load(MANIFEST.read_text())
    for path, value in parts.items():
        *keys, last = path.split("__")
        place = document
        for key in keys:
            place = place[key]
        place[last] = value
    (tmp_path / "manifest.yml").write_text(yaml.safe_dump(document))
    async with Server(settings(manifest=tmp_path / "manifest.yml")) as server:
        yield server


def button(action_id: str = "go") -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": "Go"}}


def actions(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "actions", "block_id": "acts", "elements": list(elements)}]


async def test_messages_of_the_wrong_shape(client: AsyncWebClient):
    post = client.chat_postMessage
    assert await error(post(channel=SNEAKERS, text="x", attachments='{"text": "x"}')) == "invalid_attachments"
    assert await error(post(channel=SNEAKERS, text="x", attachments=[{}] * 101)) == "too_many_attachments"
    sections = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}]
    await post(channel=SNEAKERS, text="x", blocks=sections * 4)
    assert await error(post(channel=SNEAKERS, text="x", blocks=sections * 5)) == "msg_blocks_too_long"
    odd = {"event_type": "t", "event_payload": {}, "colour": "red"}
    assert await error(post(channel=SNEAKERS, text="x", metadata=odd)) == "invalid_metadata_schema"
    await post(channel=SNEAKERS, text="x", metadata={"event_type": "t", "event_payload": {"a": 1}})


async def test_bodies_of_the_wrong_type(server: Server):
    headers = {"Authorization": f"Bearer {server.settings.bot_token}", "Content-Type": "text/plain"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{server.url}/api/chat.postMessage", data="hello") as answer,
    ):
        assert (await answer.json())["error"] == "invalid_post_type"


async def test_lists_that_cannot_be_listed(client: AsyncWebClient):
    assert await error(client.conversations_list(types="rooms")) == "invalid_types"
    assert await error(client.users_list(cursor="nonsense")) == "invalid_cursor"
    assert await error(client.users_list(limit=0)) == "invalid_arguments"
    assert await error(client.conversations_history(channel=SNEAKERS, oldest="soon")) == "invalid_ts_oldest"
    assert await error(client.conversations_history(channel=SNEAKERS, latest="late")) == "invalid_ts_latest"
    assert await error(client.bots_info(bot="B0NOBODY")) == "bot_not_found"


async def test_channels_that_cannot_be_opened_or_joined(client: AsyncWebClient):
    assert await error(client.conversations_open(users="")) == "users_list_not_supplied"
    both = client.conversations_open(users="U0ADA,U0BEN")
    assert await error(both) == "method_not_supported_for_channel_type"
    direct = (await client.conversations_open(users="U0ADA"))["channel"]["id"]
    assert await error(client.conversations_join(channel=direct)) == "method_not_supported_for_channel_type"


async def test_somebodys_conversations_and_leaving_one(tmp_path: Path):
    scopes = [*yaml.safe_load(MANIFEST.read_text())["oauth_config"]["scopes"]["bot"], "channels:manage"]
    async with workspace(tmp_path, oauth_config__scopes__bot=scopes) as server:
        client = web_client(server)

        async def rooms(**more: str) -> set[str]:
            found = await client.users_conversations(types="public_channel,private_channel", **more)
            return {channel["id"] for channel in found["channels"]}

        assert await rooms() == {"C0SNEAKERS", "C0GENERAL", "C0TEAHOUSE"}
        assert await rooms(user="U0GUEST") == {"C0SNEAKERS"}
        assert "C0PRIVATE" not in await rooms(user="U0ADA")
        assert await error(client.users_conversations(user="U0NOBODY")) == "user_not_found"
        await client.conversations_leave(channel="C0TEAHOUSE")
        assert await rooms() == {"C0SNEAKERS", "C0GENERAL"}


async def test_leaving_needs_its_scope(client: AsyncWebClient):
    with pytest.raises(SlackApiError) as caught:
        await client.conversations_leave(channel="C0TEAHOUSE")
    assert caught.value.response["needed"] == "channels:manage"


async def test_user_groups_need_their_scope_and_tell_their_members_when_asked(
    tmp_path: Path, client: AsyncWebClient
):
    assert await error(client.usergroups_list()) == "missing_scope"
    scopes = [*yaml.safe_load(MANIFEST.read_text())["oauth_config"]["scopes"]["bot"], "usergroups:read"]
    async with workspace(tmp_path, oauth_config__scopes__bot=scopes) as server:
        granted = web_client(server)
        (group,) = (await granted.usergroups_list())["usergroups"]
        assert (group["id"], group["handle"], "users" in group) == ("S0BRAND", "brand-team", False)
        (group,) = (await granted.usergroups_list(include_users=True))["usergroups"]
        members = (await granted.usergroups_users_list(usergroup="S0BRAND"))["users"]
        assert members == group["users"] == ["U0BEN", "U0CLEO"]
        assert await error(granted.usergroups_users_list(usergroup="S0")) == "no_such_subteam"


async def test_reactions_need_a_message_and_have_limits(client: AsyncWebClient):
    assert await error(client.reactions_get()) == "no_item_specified"
    assert await error(client.reactions_add(channel=SNEAKERS, name="one", timestamp="")) == "bad_timestamp"
    ts = (await client.chat_postMessage(channel=SNEAKERS, text="x"))["ts"]
    names = (
        "one two three four five six seven eight nine zero tada eyes rocket fire sparkles star heart art gem"
    )
    for name in [*names.split(), "cat", "dog", "fox_face", "frog"]:
        await client.reactions_add(channel=SNEAKERS, timestamp=ts, name=name)
    more = client.reactions_add(channel=SNEAKERS, timestamp=ts, name="pig")
    assert await error(more) == "too_many_reactions"


async def test_a_message_carries_at_most_fifty_emoji(client: AsyncWebClient, server: Server):
    names = sorted(NAMES)
    ts = (await client.chat_postMessage(channel=SNEAKERS, text="x"))["ts"]
    for start, user in ((0, "U0ADA"), (20, "U0BEN"), (40, "U0CLEO")):
        async with Person(server.url, user) as someone:
            for name in names[start : min(start + 20, 50)]:
                await someone.react(SNEAKERS, ts, name)
    more = client.reactions_add(channel=SNEAKERS, timestamp=ts, name=names[50])
    assert await error(more) == "too_many_emoji"
    await client.reactions_add(channel=SNEAKERS, timestamp=ts, name=names[0])


async def test_files_that_cannot_be_deleted_or_shared(client: AsyncWebClient, ada: Person):
    theirs = await ada.upload(SNEAKERS, png(), "mask.png")
    assert await error(client.files_delete(file=theirs["files"][0]["id"])) == "cant_delete_file"
    place = await client.files_getUploadURLExternal(filename="a.png", length=len(png()))
    async with aiohttp.ClientSession() as session, session.post(place["upload_url"], data=png()):
        pass
    files = [{"id": place["file_id"]}]
    call = client.files_completeUploadExternal(files=files, channel_id=SNEAKERS, thread_ts="1.1")
    assert await error(call) == "invalid_thread_ts"
    call = client.files_completeUploadExternal(files=files, channel_id="C0PRIVATE")
    assert await error(call) == "channel_not_found"
    await client.files_completeUploadExternal(files=files)


async def test_unfinished_uploads_vanish():
    async with Server(settings(upload_life_s=-1)) as server:
        client = web_client(server)
        place = await client.files_getUploadURLExternal(filename="a.png", length=3)
        await client.files_getUploadURLExternal(filename="b.png", length=3)
        async with (
            aiohttp.ClientSession() as session,
            session.post(place["upload_url"], data=b"abc") as answer,
        ):
            assert answer.status == 404


async def test_direct_messages_need_the_messages_tab(tmp_path: Path):
    tabs = {"home_tab_enabled": False, "messages_tab_enabled": False}
    async with workspace(tmp_path, features__app_home=tabs) as server:
        client = web_client(server)
        assert await error(client.chat_postMessage(channel="U0ADA", text="hi")) == "messages_tab_disabled"
        home = client.views_publish(user_id="U0ADA", view={"type": "home", "blocks": []})
        assert await error(home) == "not_enabled"


async def test_posting_uninvited_needs_its_own_scope(tmp_path: Path):
    scopes = [*yaml.safe_load(MANIFEST.read_text())["oauth_config"]["scopes"]["bot"], "chat:write.public"]
    for granted, outcome in ((scopes, "ok"), (scopes[:-1], "not_in_channel")):
        async with (
            workspace(tmp_path, oauth_config__scopes__bot=granted) as server,
            Person(server.url, "U0ADA") as ada,
        ):
            away = {"channel": "C0GENERAL", "user": "U0DRAFTROOM", "action": "remove"}
            await ada.call("POST", "members", away)
            post = web_client(server).chat_postMessage(channel="C0GENERAL", text="hi")
            if outcome == "ok":
                assert (await post)["ok"]
            else:
                assert await error(post) == outcome


async def test_views_that_are_too_large_or_named_twice(server: Server, client: AsyncWebClient):
    interactions = server.workspace.interactions
    option = {"text": {"type": "plain_text", "text": "x" * 75}, "value": "v" * 150}
    selects = [{"type": "static_select", "action_id": f"s{n}", "options": [option] * 100} for n in range(12)]
    view = TRIGGER_VIEW | {"blocks": actions(*selects)}
    large = client.views_open(trigger_id=interactions.trigger("U0ADA"), view=view)
    assert await error(large) == "view_too_large"
    named = TRIGGER_VIEW | {"external_id": "mine"}
    await client.views_open(trigger_id=interactions.trigger("U0ADA"), view=named)
    again = client.views_open(trigger_id=interactions.trigger("U0BEN"), view=named)
    assert await error(again) == "duplicate_external_id"


async def test_elements_and_shortcuts_that_are_not_there(app, client: AsyncWebClient, ada: Person):
    select = {
        "type": "static_select",
        "action_id": "n",
        "options": [{"text": {"type": "plain_text", "text": "4"}, "value": "4"}],
    }
    chosen: list[str] = []

    @app.action("n")
    async def pick(ack, action):
        await ack()
        chosen.append(action["selected_option"]["value"])

    posted = await client.chat_postMessage(channel=SNEAKERS, text="x", blocks=actions(button(), select))
    message = posted["message"] | {"channel": SNEAKERS}
    assert await refused(ada.click(message, "gone")) == "action_not_found"
    assert await refused(ada.click(message, "n", "9")) == "option_not_found"
    await ada.click(message, "n", "4")
    assert chosen == ["4"]
    assert await refused(ada.shortcut(SNEAKERS, message["ts"], "no_such")) == "unknown_shortcut"
    gone = message | {"ts": "1.1"}
    assert await refused(ada.click(gone, "go")) == "message_not_found"


async def test_buttons_need_interactivity(tmp_path: Path):
    async with (
        workspace(tmp_path, settings__interactivity={"is_enabled": False}) as server,
        Person(server.url, "U0ADA") as ada,
    ):
        posted = await web_client(server).chat_postMessage(
            channel=SNEAKERS, text="x", blocks=actions(button())
        )
        click = ada.click(posted["message"], "go", channel=SNEAKERS)
        assert await refused(click) == "interactivity_disabled"


async def test_an_answer_to_a_command_is_checked_like_a_message(app, ada: Person):
    @app.command("/draft")
    async def draft(ack):
        await ack(text="x", blocks=[{"type": "sparkle"}])

    assert await refused(ada.type(SNEAKERS, "/draft x")) == "invalid_command_response"
    assert await ada.messages(SNEAKERS) == []


async def test_response_urls_run_out_and_check_what_they_get():
    async with (
        Server(settings(response_url_life_s=0.1)) as server,
        aiohttp.ClientSession() as session,
        Person(server.url, "U0ADA") as ada,
    ):

        async def answer(url: str, body: Any) -> tuple[int, str]:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            async with session.post(url, data=data) as found:
                return found.status, await found.text()

        url = server.workspace.interactions.response_url(SNEAKERS, "U0ADA")
        assert await answer(url, b"{") == (400, "invalid_payload")
        assert await answer(url, []) == (400, "invalid_payload")
        assert await answer(url, {}) == (400, "no_text")
        status, said = await answer(url, {"blocks": [{"type": "sparkle"}]})
        assert (status, json.loads(said)["error"]) == (400, "invalid_blocks")
        assert await answer(url, {"text": "for Ada"}) == (200, "ok")
        assert await answer(f"{server.url}/response/T0PRACTICE/unknown", {"text": "x"}) == (
            404,
            "expired_url",
        )
        await asyncio.sleep(0.15)
        assert await answer(url, {"text": "late"}) == (404, "expired_url")
        url = server.workspace.interactions.response_url(SNEAKERS, "U0ADA")
        said = [(await answer(url, {"text": str(number)}))[1] for number in range(6)]
        assert said == ["ok"] * 5 + ["used_url"]
        shown = await ada.messages(SNEAKERS)
        assert [m["ephemeral_for"] for m in shown] == ["U0ADA"] * len(shown)


async def test_an_eleventh_connection_is_sent_away():
    async with Server(settings(rate_factor=0)) as server, aiohttp.ClientSession() as session:
        client = web_client(server)
        sockets = []
        for _ in range(10):
            opened = await client.apps_connections_open(app_token=server.settings.app_token)
            sockets.append(await session.ws_connect(opened["url"]))
            assert (await sockets[-1].receive_json(timeout=2))["type"] == "hello"
        opened = await client.apps_connections_open(app_token=server.settings.app_token)
        late = await session.ws_connect(opened["url"])
        goodbye = await late.receive_json(timeout=2)
        assert (goodbye["type"], goodbye["reason"]) == ("disconnect", "too_many_websockets")
        for socket in sockets:
            await socket.close()


async def test_uploads_of_people_must_be_forms_with_files(server: Server, ada: Person):
    assert await refused(ada.call("POST", "files", {"channel": SNEAKERS})) == "invalid_form_data"
    empty = aiohttp.FormData({"channel": SNEAKERS}, default_to_multipart=True)
    assert await refused(ada.call("POST", "files", empty)) == "no_file_data"
    headers = {"X-Practice-User": "U0ADA", "Content-Type": "multipart/form-data; boundary=x"}
    async with aiohttp.ClientSession(headers=headers) as session:
        for body in (
            b"",
            b"nonsense",
            b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xff\r\n--x--',
        ):
            async with session.post(f"{server.url}/ui/api/files", data=body) as answer:
                assert answer.status == 400
                assert (await answer.json())["error"] in ("invalid_form_data", "no_file_data")


async def test_people_change_only_their_own_words(server: Server, ada: Person):
    said = await ada.say(SNEAKERS, "first")
    edited = await ada.edit(SNEAKERS, said["ts"], "second & last")
    assert edited["text"] == "second &amp; last"
    assert edited["edited"]["user"] == "U0ADA"
    async with Person(server.url, "U0BEN") as ben:
        assert await refused(ben.edit(SNEAKERS, said["ts"], "mine")) == "cant_update_message"
        assert await refused(ben.delete(SNEAKERS, said["ts"])) == "cant_delete_message"
    assert await refused(ada.edit(SNEAKERS, said["ts"], " ")) == "no_text"
    await ada.delete(SNEAKERS, said["ts"])
    assert await ada.messages(SNEAKERS) == []


async def test_nobody_closes_or_submits_anothers_modal(server: Server, client: AsyncWebClient):
    trigger = server.workspace.interactions.trigger("U0ADA")
    view = (await client.views_open(trigger_id=trigger, view=TRIGGER_VIEW))["view"]
    async with Person(server.url, "U0BEN") as ben:
        assert await refused(ben.close(view)) == "not_found"
        assert await refused(ben.submit(view, {})) == "not_found"
        assert await refused(ben.click_view(view, "go")) == "not_found"


async def test_an_app_without_socket_mode_gets_no_socket(tmp_path: Path):
    async with workspace(tmp_path, settings__socket_mode_enabled=False) as server:
        opened = web_client(server).apps_connections_open(app_token=server.settings.app_token)
        assert await error(opened) == "not_allowed_token_type"


async def test_closing_a_modal_tells_an_app_that_asked(server: Server, ada: Person):
    closed: list[bool] = []
    async with bot(server) as app:

        @app.view_closed("asked")
        async def on_close(ack, body):
            await ack()
            closed.append(body["is_cleared"])

        for clear in (False, True):
            view = TRIGGER_VIEW | {"callback_id": "asked", "notify_on_close": True, "clear_on_close": clear}
            client = web_client(server)
            opened = await client.views_open(
                trigger_id=server.workspace.interactions.trigger("U0ADA"), view=view
            )
            await ada.close(opened["view"])
        await eventually(lambda: len(closed) == 2)
    assert closed == [False, True]
