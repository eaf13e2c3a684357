"""The Web API through the official client: what works, and every refusal Slack is known for."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest
import yaml
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.client import Person
from sandbox.server import Server
from tests.sandbox.workplace import MANIFEST, SNEAKERS, png, settings, web_client


async def refusal(call: Any) -> Any:
    """The error of a call that must fail."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response


async def error(call: Any) -> str:
    return (await refusal(call))["error"]


# -- tokens and scopes


async def test_auth_test_names_the_bot_and_its_scopes(client):
    answer = await client.auth_test()
    assert (answer["user_id"], answer["team_id"]) == ("U0DRAFTROOM", "T0PRACTICE")
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


async def test_wrong_tokens_are_told_apart(server, client):
    assert await error(web_client(server, "xoxb-wrong").auth_test()) == "invalid_auth"
    assert await error(web_client(server, server.settings.app_token).auth_test()) == "not_allowed_token_type"
    assert await error(AsyncWebClient(base_url=f"{server.url}/api/").auth_test()) == "not_authed"
    assert await error(client.apps_connections_open(app_token="xapp-wrong")) == "invalid_auth"
    opened = client.apps_connections_open(app_token=server.settings.bot_token)
    assert await error(opened) == "not_allowed_token_type"


async def test_a_token_in_the_form_counts(server):
    async with aiohttp.ClientSession() as session:
        form = {"token": server.settings.bot_token}
        async with session.post(f"{server.url}/api/auth.test", data=form) as answer:
            assert (await answer.json())["ok"] is True
        async with session.post(f"{server.url}/api/auth.test") as answer:
            assert (answer.status, (await answer.json())["error"]) == (200, "not_authed")


async def test_unknown_methods_and_broken_bodies_are_named(server, client):
    assert await error(client.api_call("chat.postMesage")) == "unknown_method"
    assert await error(client.api_call("files.upload")) == "unknown_method"
    headers = {"Authorization": f"Bearer {server.settings.bot_token}", "Content-Type": "application/json"}
    async with aiohttp.ClientSession(headers=headers) as session:
        for body, expected in ((b"{", "invalid_json"), (b"[]", "json_not_object")):
            async with session.post(f"{server.url}/api/chat.postMessage", data=body) as answer:
                assert (await answer.json())["error"] == expected


async def test_a_scope_missing_from_the_manifest_is_missed(tmp_path):
    document = yaml.safe_load(MANIFEST.read_text())
    document["oauth_config"]["scopes"]["bot"] = ["chat:write", "commands"]
    document["settings"]["event_subscriptions"]["bot_events"] = []
    path = tmp_path / "manifest.yml"
    path.write_text(yaml.safe_dump(document))
    async with Server(settings(manifest=path)) as server:
        client = web_client(server)
        ts = (await client.chat_postMessage(channel=SNEAKERS, text="fine"))["ts"]
        for call, scope in (
            (client.reactions_add(channel=SNEAKERS, timestamp=ts, name="one"), "reactions:write"),
            (client.users_info(user="U0ADA"), "users:read"),
            (client.conversations_info(channel=SNEAKERS), "channels:read"),
            (client.conversations_history(channel=SNEAKERS), "channels:history"),
            (client.files_getUploadURLExternal(filename="a.png", length=1), "files:write"),
        ):
            answer = await refusal(call)
            assert (answer["error"], answer["needed"]) == ("missing_scope", scope)
            assert answer["provided"] == "chat:write,commands"


# -- messages


async def test_messages_keep_their_blocks_metadata_and_order(client):
    metadata = {"event_type": "draftroom_brief", "event_payload": {"brief": "b1", "role": "grid"}}
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "*hi*"}}]
    first = await client.chat_postMessage(channel=SNEAKERS, text="one", blocks=blocks, metadata=metadata)
    second = await client.chat_postMessage(channel=SNEAKERS, text="two", thread_ts=first["ts"])
    third = await client.chat_postMessage(channel=SNEAKERS, text="three")
    assert first["ts"] < second["ts"] < third["ts"]
    history = (await client.conversations_history(channel=SNEAKERS))["messages"]
    assert [m["text"] for m in history] == ["three", "one"]
    assert "metadata" not in history[1]
    assert history[1]["reply_count"] == 1
    assert history[1]["bot_id"] == "B0DRAFTROOM"
    assert history[1]["blocks"][0]["block_id"]
    full = await client.conversations_history(channel=SNEAKERS, include_all_metadata=True, latest=third["ts"])
    assert full["messages"][0]["metadata"] == metadata
    thread = (await client.conversations_replies(channel=SNEAKERS, ts=first["ts"]))["messages"]
    assert [m["text"] for m in thread] == ["one", "two"]
    assert thread[1]["parent_user_id"] == "U0DRAFTROOM"


async def test_form_encoded_blocks_and_metadata_are_understood(client):
    blocks = json.dumps([{"type": "divider"}])
    metadata = json.dumps({"event_type": "t", "event_payload": {"a": 1}})
    sent = {"channel": SNEAKERS, "text": "x", "blocks": blocks, "metadata": metadata}
    answer = await client.api_call("chat.postMessage", data=sent)
    assert answer["message"]["blocks"][0]["type"] == "divider"
    assert answer["message"]["metadata"]["event_payload"] == {"a": 1}


async def test_update_replaces_what_is_given_and_keeps_the_rest(client):
    metadata = {"event_type": "t", "event_payload": {"a": 1}}
    blocks = [{"type": "divider"}]
    ts = (await client.chat_postMessage(channel=SNEAKERS, text="a", blocks=blocks, metadata=metadata))["ts"]
    updated = await client.chat_update(channel=SNEAKERS, ts=ts, text="b", blocks=blocks)
    assert updated["message"]["metadata"] == metadata
    # Slack marks new text as edited, not new blocks.
    assert "edited" not in updated["message"]
    assert updated["text"] == "b"
    changed = {"event_type": "t", "event_payload": {"a": 2}}
    updated = await client.chat_update(channel=SNEAKERS, ts=ts, text="c", metadata=changed)
    assert updated["message"]["metadata"] == changed
    assert updated["message"]["edited"]["user"] == "U0DRAFTROOM"
    assert "blocks" not in updated["message"]


@pytest.mark.filterwarnings("ignore:The top-level `text` argument:UserWarning")
async def test_message_refusals(client, ada):
    theirs = (await ada.say(SNEAKERS, "mine"))["ts"]
    mine = (await client.chat_postMessage(channel=SNEAKERS, text="bot's"))["ts"]
    post, update, delete = client.chat_postMessage, client.chat_update, client.chat_delete
    assert await error(post(channel="C0NOWHERE", text="x")) == "channel_not_found"
    assert await error(post(channel="C0PRIVATE", text="x")) == "channel_not_found"
    assert await error(post(channel=SNEAKERS, text=" ")) == "no_text"
    assert await error(post(channel=SNEAKERS, text="x" * 40_001)) == "msg_too_long"
    assert await error(post(channel=SNEAKERS, text="x", thread_ts="1.000001")) == "thread_not_found"
    assert await error(update(channel=SNEAKERS, ts=theirs, text="x")) == "cant_update_message"
    assert await error(update(channel=SNEAKERS, ts="1.000001", text="x")) == "message_not_found"
    assert await error(update(channel=SNEAKERS, ts=mine, text="x" * 4001)) == "msg_too_long"
    assert await error(update(channel=SNEAKERS, ts=mine, text="")) == "no_text"
    assert await error(delete(channel=SNEAKERS, ts=theirs)) == "cant_delete_message"
    assert await error(delete(channel=SNEAKERS, ts="1.000001")) == "message_not_found"
    bad = {"event_type": "t"}
    assert await error(post(channel=SNEAKERS, text="x", metadata=bad)) == "invalid_metadata_format"
    big = {"event_type": "t", "event_payload": {"x": "y" * 9000}}
    assert await error(post(channel=SNEAKERS, text="x", metadata=big)) == "metadata_too_large"


async def test_ephemeral_messages_are_for_one_person(client, ada, person):
    ben = await person("U0BEN")
    await client.chat_postEphemeral(channel=SNEAKERS, user="U0BEN", text="psst")
    assert await ada.messages(SNEAKERS) == []
    (seen,) = await ben.messages(SNEAKERS)
    assert (seen["text"], seen["ephemeral"]) == ("psst", True)
    assert (await client.conversations_history(channel=SNEAKERS))["messages"] == []
    outside = client.chat_postEphemeral(channel="C0GENERAL", user="U0GUEST", text="x")
    assert await error(outside) == "user_not_in_channel"
    unknown = client.chat_postEphemeral(channel=SNEAKERS, user="U0NOBODY", text="x")
    assert await error(unknown) == "user_not_found"
    fix = client.chat_update(channel=SNEAKERS, ts=seen["ts"], text="x")
    assert await error(fix) == "message_not_found"


async def test_permalinks_lead_to_messages(client):
    ts = (await client.chat_postMessage(channel=SNEAKERS, text="x"))["ts"]
    link = (await client.chat_getPermalink(channel=SNEAKERS, message_ts=ts))["permalink"]
    assert link.endswith(f"/archives/{SNEAKERS}/p{ts.replace('.', '')}")
    assert await error(client.chat_getPermalink(channel=SNEAKERS, message_ts="1.1")) == "message_not_found"


async def test_opening_a_permalink_leads_to_the_message_on_the_page(server, client):
    parent = (await client.chat_postMessage(channel=SNEAKERS, text="x"))["ts"]
    reply = (await client.chat_postMessage(channel=SNEAKERS, text="y", thread_ts=parent))["ts"]
    async with aiohttp.ClientSession() as session:
        for ts, place in ((parent, parent), (reply, f"{parent}/{reply}")):
            link = (await client.chat_getPermalink(channel=SNEAKERS, message_ts=ts))["permalink"]
            async with session.get(link, allow_redirects=False) as answer:
                assert (answer.status, answer.headers["Location"]) == (302, f"/#{SNEAKERS}/{place}")


async def test_a_deleted_message_leaves_a_tombstone_while_it_has_answers(client, ada):
    said = await ada.say(SNEAKERS, "a brief")
    reply = (await client.chat_postMessage(channel=SNEAKERS, text="x", thread_ts=said["ts"]))["ts"]
    await ada.delete(SNEAKERS, said["ts"])
    thread = (await client.conversations_replies(channel=SNEAKERS, ts=said["ts"]))["messages"]
    assert [(m.get("subtype"), m["text"]) for m in thread] == [
        ("tombstone", "This message was deleted."),
        (None, "x"),
    ]
    await client.chat_delete(channel=SNEAKERS, ts=reply)
    assert (await client.conversations_history(channel=SNEAKERS))["messages"] == []
    assert await error(client.conversations_replies(channel=SNEAKERS, ts=said["ts"])) == "thread_not_found"
    late = client.chat_postMessage(channel=SNEAKERS, text="x", thread_ts=said["ts"])
    assert await error(late) == "thread_not_found"


# -- reactions, people, channels


async def test_reaction_refusals(client):
    ts = (await client.chat_postMessage(channel=SNEAKERS, text="x"))["ts"]
    add, remove = client.reactions_add, client.reactions_remove
    await add(channel=SNEAKERS, timestamp=ts, name="thumbsup::skin-tone-3")
    await add(channel=SNEAKERS, timestamp=ts, name="one")
    assert await error(add(channel=SNEAKERS, timestamp=ts, name="one")) == "already_reacted"
    assert await error(add(channel=SNEAKERS, timestamp=ts, name="no such emoji")) == "invalid_name"
    assert await error(add(channel=SNEAKERS, timestamp="1.1", name="one")) == "message_not_found"
    assert await error(remove(channel=SNEAKERS, timestamp=ts, name="two")) == "no_reaction"


async def test_people_have_time_zones_and_roles(client):
    ada = (await client.users_info(user="U0ADA"))["user"]
    assert (ada["tz"], ada["is_admin"], ada["is_bot"], ada["is_restricted"]) == (
        "Europe/London",
        True,
        False,
        False,
    )
    assert (await client.users_info(user="U0GUEST"))["user"]["is_restricted"] is True
    bot = (await client.users_info(user="U0DRAFTROOM"))["user"]
    assert (bot["is_bot"], bot["is_admin"]) == (True, False)
    assert await error(client.users_info(user="U0NOBODY")) == "user_not_found"
    assert len((await client.users_list())["members"]) == 5


async def test_channels_say_whether_the_bot_is_a_member(client, ada):
    channel = (await client.conversations_info(channel=SNEAKERS))["channel"]
    assert (channel["name"], channel["is_member"], channel["is_private"]) == ("sunflower-spring", True, False)
    assert await error(client.conversations_info(channel="C0PRIVATE")) == "channel_not_found"
    listed = await client.conversations_list(types="public_channel,private_channel", limit=2)
    rest = await client.conversations_list(
        types="public_channel,private_channel", cursor=listed["response_metadata"]["next_cursor"]
    )
    ids = {c["id"] for page in (listed, rest) for c in page["channels"]}
    assert ids == {"C0SNEAKERS", "C0GENERAL", "C0TEAHOUSE"}
    await ada.call("POST", "members", {"channel": "C0PRIVATE", "user": "U0DRAFTROOM", "action": "add"})
    assert (await client.conversations_info(channel="C0PRIVATE"))["channel"]["is_private"] is True
    await ada.call("POST", "members", {"channel": "C0GENERAL", "user": "U0DRAFTROOM", "action": "remove"})
    assert (await client.conversations_info(channel="C0GENERAL"))["channel"]["is_member"] is False
    assert await error(client.chat_postMessage(channel="C0GENERAL", text="x")) == "not_in_channel"
    assert await error(client.conversations_history(channel="C0GENERAL")) == "not_in_channel"
    await client.conversations_join(channel="C0GENERAL")
    await client.chat_postMessage(channel="C0GENERAL", text="back")


async def test_a_direct_message_needs_no_invitation(client, ada):
    channel = (await client.conversations_open(users="U0ADA"))["channel"]["id"]
    await client.chat_postMessage(channel="U0ADA", text="between us")
    assert [m["text"] for m in await ada.messages(channel)] == ["between us"]


# -- rates


async def test_posting_faster_than_a_message_a_second_is_limited_per_channel(client):
    answers = await asyncio.gather(
        *(client.chat_postMessage(channel=SNEAKERS, text=str(n)) for n in range(15)), return_exceptions=True
    )
    limited = [a for a in answers if isinstance(a, SlackApiError)]
    assert len(limited) >= 3
    assert limited[0].response.status_code == 429
    assert limited[0].response["error"] == "ratelimited"
    assert int(limited[0].response.headers["Retry-After"]) >= 1
    await client.chat_postMessage(channel="C0GENERAL", text="elsewhere is free")


async def test_every_method_has_its_tier_and_the_factor_stretches_it(client):
    calls = (client.users_list() for _ in range(25))
    limited = [
        a for a in await asyncio.gather(*calls, return_exceptions=True) if isinstance(a, SlackApiError)
    ]
    assert {a.response["error"] for a in limited} == {"ratelimited"}
    async with Server(settings(rate_factor=0)) as relaxed:
        free = web_client(relaxed)
        for number in range(25):
            await free.chat_postMessage(channel=SNEAKERS, text=str(number))


# -- files


async def upload(client: AsyncWebClient, data: bytes, *, alt: str | None = None, raw: bool = True) -> str:
    place = await client.files_getUploadURLExternal(filename="grid.png", length=len(data), alt_txt=alt)
    async with aiohttp.ClientSession() as session:
        body: Any = data
        if not raw:
            body = aiohttp.FormData()
            body.add_field("file", data, filename="grid.png")
        async with session.post(place["upload_url"], data=body) as answer:
            assert answer.status == 200
    await client.files_completeUploadExternal(files=[{"id": place["file_id"], "title": "Grid"}])
    return str(place["file_id"])


def picture_block(file_id: str) -> list[dict[str, Any]]:
    return [{"type": "image", "slack_file": {"id": file_id}, "alt_text": "four cells"}]


async def ready(client: AsyncWebClient, file_id: str) -> dict[str, Any]:
    for _ in range(100):
        file = (await client.files_info(file=file_id))["file"]
        if file["mimetype"]:
            return dict(file)
        await asyncio.sleep(0.02)
    raise AssertionError("The file was never processed.")


@pytest.mark.parametrize("raw", [True, False])
async def test_a_file_can_be_shown_once_it_was_processed(client, raw):
    file_id = await upload(client, png((30, 20)), alt="A grid of 4", raw=raw)
    early = await refusal(client.chat_postMessage(channel=SNEAKERS, text="x", blocks=picture_block(file_id)))
    assert early["error"] == "invalid_blocks"
    assert "slack_file" in early["response_metadata"]["messages"][0]
    file = await ready(client, file_id)
    assert (file["mimetype"], file["original_w"], file["original_h"]) == ("image/png", 30, 20)
    assert (file["title"], file["alt_txt"]) == ("Grid", "A grid of 4")
    posted = await client.chat_postMessage(channel=SNEAKERS, text="x", blocks=picture_block(file_id))
    assert posted["message"]["blocks"][0]["slack_file"] == {"id": file_id}


async def test_the_official_upload_shares_a_file_in_a_thread(client, ada):
    parent = await ada.say(SNEAKERS, "show me")
    await client.files_upload_v2(
        channel=SNEAKERS, thread_ts=parent["ts"], file=png(), filename="a.png", initial_comment="here"
    )
    shared = await ada.wait_for(SNEAKERS, lambda m: bool(m.get("files")), 5, thread_ts=parent["ts"])
    assert (shared["text"], shared["user"]) == ("here", "U0DRAFTROOM")
    assert await ada.file(shared["files"][0]["id"]) == png()


async def test_private_addresses_need_the_bot_token(server, client):
    file_id = await upload(client, png())
    file = await ready(client, file_id)
    async with aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bearer {server.settings.bot_token}"}
        async with session.get(file["url_private"], headers=headers) as answer:
            assert await answer.read() == png()
            assert answer.content_type == "image/png"
        async with session.get(file["url_private"]) as answer:
            assert (answer.status, answer.content_type) == (200, "text/html")


async def test_file_refusals(client, ada):
    assert await error(client.files_info(file="F0NONE")) == "file_not_found"
    place = await client.files_getUploadURLExternal(filename="a.png", length=5)
    done = client.files_completeUploadExternal(files=[{"id": place["file_id"]}])
    assert await error(done) == "file_not_found"
    async with aiohttp.ClientSession() as session:
        async with session.post(place["upload_url"], data=b"four") as answer:
            assert answer.status == 400
        async with session.post(place["upload_url"], data=b"fives") as answer:
            assert answer.status == 200
        async with session.post(place["upload_url"], data=b"again") as answer:
            assert answer.status == 404
    long_alt = client.files_getUploadURLExternal(filename="a.png", length=1, alt_txt="x" * 1001)
    assert await error(long_alt) == "alt_txt_too_large"
    assert await error(client.files_getUploadURLExternal(filename="a.png", length=0)) == "missing_argument"
    theirs = await ada.upload("C0PRIVATE", png(), "secret.png")
    assert await error(client.files_info(file=theirs["files"][0]["id"])) == "file_not_found"


async def test_a_picture_by_name_only_is_no_picture(client, ada):
    shared = await ada.upload(SNEAKERS, b"not a picture", "mask.png")
    file = (await client.files_info(file=shared["files"][0]["id"]))["file"]
    assert file["mimetype"] == "application/octet-stream"
    assert "original_w" not in file
    shown = client.chat_postMessage(channel=SNEAKERS, text="x", blocks=picture_block(file["id"]))
    assert await error(shown) == "invalid_blocks"


async def test_a_block_may_name_a_file_by_its_address(client):
    file = await ready(client, await upload(client, png()))
    for address in (file["url_private"], file["permalink"]):
        block = {"type": "image", "slack_file": {"url": address}, "alt_text": "x"}
        await client.chat_postMessage(channel=SNEAKERS, text="x", blocks=[block])
    block = {"type": "image", "slack_file": {"url": "https://example.org/a.png"}, "alt_text": "x"}
    assert (
        await error(client.chat_postMessage(channel=SNEAKERS, text="x", blocks=[block])) == "invalid_blocks"
    )


async def test_an_update_can_change_a_messages_files(client):
    file_id = await upload(client, png())
    await ready(client, file_id)
    ts = (await client.chat_postMessage(channel=SNEAKERS, text="x"))["ts"]
    updated = await client.chat_update(channel=SNEAKERS, ts=ts, text="x", file_ids=[file_id])
    assert [file["id"] for file in updated["message"]["files"]] == [file_id]
    unknown = client.chat_update(channel=SNEAKERS, ts=ts, text="x", file_ids=["F0NONE"])
    assert await error(unknown) == "file_not_found"


async def test_deleted_files_are_gone_from_their_messages_too(client, ada):
    await client.files_upload_v2(channel=SNEAKERS, file=png(), filename="a.png", initial_comment="here")
    shared = await ada.wait_for(SNEAKERS, lambda m: bool(m.get("files")))
    file_id = shared["files"][0]["id"]
    await client.files_delete(file=file_id)
    assert await error(client.files_info(file=file_id)) == "file_not_found"
    (left,) = await ada.messages(SNEAKERS)
    assert (left["text"], left.get("files")) == ("here", None)


# -- the people's side


async def test_people_are_named_and_see_only_their_channels(server, ada, person):
    async with aiohttp.ClientSession() as session, session.get(f"{server.url}/ui/api/state") as answer:
        assert answer.status == 403
    gil = await person("U0GUEST")
    assert [c["id"] for c in (await gil.state())["channels"]] == ["C0SNEAKERS"]
    state = await ada.state()
    assert state["commands"][0]["command"] == "/draft"
    assert state["bot"]["connected"] is False
    assert {s["callback_id"] for s in state["shortcuts"]} == {"fix_picture", "new_draft"}


async def test_the_feed_tells_what_happens_to_those_who_may_know(server, client, ada):
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{server.url}/ui/ws?user=U0BEN") as feed,
        Person(server.url, "U0CLEO"),
    ):
        assert (await feed.receive_json(timeout=2))["type"] == "hello"
        await client.chat_postEphemeral(channel=SNEAKERS, user="U0ADA", text="not for Ben")
        ts = (await client.chat_postMessage(channel=SNEAKERS, text="hi"))["ts"]
        await ada.react(SNEAKERS, ts, "one")
        await client.chat_update(channel=SNEAKERS, ts=ts, text="ho")
        await client.chat_delete(channel=SNEAKERS, ts=ts)
        updates = [await feed.receive_json(timeout=2) for _ in range(4)]
    assert [u["type"] for u in updates] == ["message", "reaction", "message_changed", "message_deleted"]
    assert updates[0]["message"]["text"] == "hi"
    assert (updates[1]["reaction"], updates[1]["user"], updates[1]["added"]) == ("one", "U0ADA", True)
    assert updates[2]["message"]["text"] == "ho"


async def test_only_the_workspace_page_may_open_the_feed(server):
    url = f"{server.url}/ui/ws?user=U0ADA"
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url, headers={"Origin": "https://elsewhere.example"})
        async with session.ws_connect(url, headers={"Origin": server.url}) as feed:
            assert (await feed.receive_json(timeout=2))["type"] == "hello"


async def test_the_root_answers_with_a_strict_policy(server):
    async with aiohttp.ClientSession() as session, session.get(f"{server.url}/") as answer:
        assert answer.status == 200
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


async def test_a_response_url_works_five_times(server, client, ada):
    url = server.workspace.interactions.response_url(SNEAKERS, "U0ADA")
    async with aiohttp.ClientSession() as session:
        statuses = []
        for number in range(6):
            async with session.post(url, json={"text": str(number)}) as answer:
                statuses.append(answer.status)
    assert statuses == [200] * 5 + [404]
    assert [m["text"] for m in await ada.messages(SNEAKERS)] == ["0", "1", "2", "3", "4"]
