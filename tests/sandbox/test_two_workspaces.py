"""A second workspace on the same server: installed by OAuth, apart from the first, and left again."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth import AuthorizeUrlGenerator
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.client import Control, Person, Refused
from sandbox.server import Server
from tests.sandbox.workplace import SNEAKERS, bot, eventually, png, settings, web_client

BACK = "http://127.0.0.1:1/slack/oauth_redirect"
BRANCH_ROOM = "C0BRANCH"


@pytest.fixture
async def server():
    async with Server(settings(branch=True)) as running:
        yield running


async def authorize(
    server: Server, user: str = "U0IDA", **more: str
) -> tuple[int, str, dict[str, list[str]]]:
    """Press the button of the authorize page: status, body, what the app is sent back with."""
    address = AuthorizeUrlGenerator(
        client_id=server.settings.client_id,
        redirect_uri=BACK,
        scopes=["chat:write", "commands"],
        authorization_url=f"{server.url}/oauth/v2/authorize",
    ).generate("my state", **more)
    async with (
        aiohttp.ClientSession() as session,
        session.post(address, data={"user": user}, allow_redirects=False) as answer,
    ):
        sent = parse_qs(urlsplit(answer.headers.get("Location", "")).query)
        return answer.status, await answer.text(), sent


async def installed(server: Server) -> AsyncWebClient:
    """The branch's client, by OAuth."""
    _, _, sent = await authorize(server)
    answer = await web_client(server).oauth_v2_access(
        client_id=server.settings.client_id,
        client_secret=server.settings.client_secret,
        code=sent["code"][0],
        redirect_uri=BACK,
    )
    assert (answer["team"]["id"], answer["bot_user_id"], answer["authed_user"]["id"]) == (
        "T0BRANCH",
        "U0BRANCHBOT",
        "U0IDA",
    )
    assert "chat:write" in answer["scope"].split(",")
    return web_client(server, answer["access_token"])


async def test_the_page_offers_the_admins_of_each_workspace(server):
    query = f"client_id={server.settings.client_id}&scope=chat:write&redirect_uri={BACK}&state=s"
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{server.url}/oauth/v2/authorize?{query}") as answer:
            page = await answer.text()
            assert BACK.rsplit("/", 2)[0] in answer.headers["Content-Security-Policy"]
        assert re.findall(r"Allow in (\w+), as ([^<]+)", page) == [
            ("Practice", "Ada Okafor"),
            ("Branch", "Ida Novak"),
        ]
        async with session.get(f"{server.url}/oauth/v2/authorize?{query}&team=T0BRANCH") as answer:
            assert re.findall(r"Allow in (\w+)", await answer.text()) == ["Branch"]
        async with session.get(f"{server.url}/oauth/v2/authorize?client_id=nobody") as answer:
            assert (answer.status, "invalid_client_id" in await answer.text()) == (400, True)
        wrong = f"client_id={server.settings.client_id}&redirect_uri=javascript:alert(1)"
        async with session.get(f"{server.url}/oauth/v2/authorize?{wrong}") as answer:
            assert answer.status == 400


async def test_who_allows_it_is_sent_back_with_a_code_and_the_apps_state(server):
    status, _, sent = await authorize(server)
    assert (status, sent["state"], len(sent["code"])) == (302, ["my state"], 1)
    status, body, _ = await authorize(server, "U0JON")
    assert (status, "Only an admin" in body) == (403, True)


async def test_a_code_is_good_once_and_only_for_this_app(server):
    _, _, sent = await authorize(server)
    code, client = sent["code"][0], web_client(server)
    known = {"client_id": server.settings.client_id, "client_secret": server.settings.client_secret}

    async def refused(**given: Any) -> str:
        with pytest.raises(SlackApiError) as caught:
            await client.oauth_v2_access(**{**known, "code": code, **given})
        return caught.value.response["error"]

    assert await refused(client_id="nobody") == "invalid_client_id"
    assert await refused(client_secret="wrong") == "bad_client_secret"
    assert await refused(redirect_uri="http://elsewhere") == "bad_redirect_uri"
    assert await refused(code="nonsense") == "invalid_code"
    async with aiohttp.ClientSession() as session:
        form = {**known, "code": code, "redirect_uri": BACK}
        async with session.post(f"{server.url}/api/oauth.v2.access", data=form) as answer:
            assert (await answer.json())["token_type"] == "bot"
    assert await refused() == "code_already_used"


async def test_each_token_sees_its_own_workspace(server, client):
    branch = await installed(server)
    assert (await branch.auth_test())["team_id"] == "T0BRANCH"
    assert (await client.auth_test())["team_id"] == "T0PRACTICE"
    for one, room in ((branch, SNEAKERS), (client, BRANCH_ROOM)):
        with pytest.raises(SlackApiError, match="channel_not_found"):
            await one.chat_postMessage(channel=room, text="x")
    with pytest.raises(SlackApiError, match="user_not_found"):
        await branch.users_info(user="U0ADA")
    with pytest.raises(SlackApiError, match="not_in_channel"):
        await branch.chat_postMessage(channel=BRANCH_ROOM, text="x")
    async with Person(server.url, "U0IDA") as ida:
        await ida.call("POST", "members", {"channel": BRANCH_ROOM, "user": "U0BRANCHBOT"})
        sent = await branch.files_upload_v2(file=png(), filename="a.png", channel=BRANCH_ROOM)
        shown = await ida.wait_for(BRANCH_ROOM, lambda m: bool(m.get("files")))
        assert await ida.file(shown["files"][0]["id"]) == png()
    address = sent["files"][0]["url_private"]
    for one, kind in ((branch, "image/png"), (client, "text/plain")):
        async with (
            aiohttp.ClientSession(headers={"Authorization": f"Bearer {one.token}"}) as session,
            session.get(address) as answer,
        ):
            assert answer.content_type == kind


async def test_one_connection_hears_both_and_names_the_team(server, app):
    branch = await installed(server)
    heard: list[tuple[str, str, str]] = []

    @app.event("message")
    async def message(body):
        heard.append((body["team_id"], body["authorizations"][0]["user_id"], body["event"]["text"]))

    @app.command("/draft")
    async def draft(ack, body, respond):
        await ack()
        heard.append((body["team_id"], body["team_domain"], body["text"]))
        await respond("answered", response_type="in_channel")

    async with Person(server.url, "U0IDA") as ida, Person(server.url, "U0ADA") as ada:
        await ida.say(BRANCH_ROOM, "before the bot is invited")
        await ida.call("POST", "members", {"channel": BRANCH_ROOM, "user": "U0BRANCHBOT"})
        await ida.say(BRANCH_ROOM, "from the branch")
        await ada.say(SNEAKERS, "from home")
        await ida.type(BRANCH_ROOM, "/draft a lighthouse")
        await ida.wait_for(BRANCH_ROOM, lambda m: m["text"] == "answered")
        await eventually(lambda: len(heard) >= 4)
        assert {one for one in heard if one[2] != "answered"} == {
            ("T0BRANCH", "U0BRANCHBOT", "from the branch"),
            ("T0PRACTICE", "U0DRAFTROOM", "from home"),
            ("T0BRANCH", "branch", "a lighthouse"),
        }
        assert {m["text"] for m in await ada.messages(SNEAKERS)} == {"from home"}
    assert (await branch.auth_test())["ok"]


async def test_before_it_is_installed_the_app_is_not_there(server):
    async with bot(server), Person(server.url, "U0IDA") as ida:
        with pytest.raises(Refused, match="not a command of this workspace"):
            await ida.type(BRANCH_ROOM, "/draft x")


@pytest.mark.parametrize("how", ["control", "apps.uninstall", "auth.revoke"])
async def test_an_uninstalled_app_hears_so_and_its_token_is_dead(server, app, client, how):
    heard: list[tuple[str, str]] = []
    for kind in ("tokens_revoked", "app_uninstalled"):

        @app.event(kind)
        async def ended(body):
            heard.append((body["team_id"], body["event"]["type"]))

    branch = await installed(server)
    async with Person(server.url, "U0IDA") as ida:
        await ida.call("POST", "members", {"channel": BRANCH_ROOM, "user": "U0BRANCHBOT"})
        if how == "control":
            async with Control(server.url) as control:
                await control.uninstall("T0BRANCH")
                with pytest.raises(Refused, match="No workspace"):
                    await control.uninstall("T0NOWHERE")
        elif how == "auth.revoke":
            await branch.auth_revoke()
        else:
            known = {"client_id": server.settings.client_id, "client_secret": server.settings.client_secret}
            await branch.apps_uninstall(**known)
        await eventually(lambda: len(heard) == 2)
        assert set(heard) == {("T0BRANCH", "tokens_revoked"), ("T0BRANCH", "app_uninstalled")}
        with pytest.raises(SlackApiError, match="account_inactive"):
            await branch.auth_test()
        with pytest.raises(Refused, match="not a command of this workspace"):
            await ida.type(BRANCH_ROOM, "/draft x")
    await client.auth_test()
    assert (await (await installed(server)).auth_test())["team_id"] == "T0BRANCH"
