"""Who counts as a colleague: asked of the real practice workspace, strangers and the deactivated included."""

import asyncio

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.briefs.model import UserError
from bot.settings import Settings
from bot.slack import linked
from bot.slack.people import Directory, person_from
from bot.slack.web_api import error_code, failure
from sandbox import faults
from sandbox.server import Server
from tests.bot.editor_world import INSIDE, editor
from tests.bot.office import CHANNEL
from tests.bot.test_inspecting import page
from tests.bot.test_reports_page import site
from tests.sandbox.workplace import settings, web_client

LINK = linked.LinkedMessage(channel="C0SNEAKERS", ts="1700000000.000100", thread_ts=None)


@pytest.mark.parametrize(
    ("user", "refusal"),
    [
        ("U0ADA", ""),
        ("U0BEN", ""),
        ("U0EVE", "Only members of this workspace"),
        ("U0ZOE", "Only members of this workspace"),
        ("U0UMA", "Guests can look"),
        ("U0OTIS", "deactivated"),
    ],
)
async def test_only_colleagues_act(user, refusal):
    async with Server(settings(strangers=True)) as server:
        directory = Directory(web_client(server), team="T0PRACTICE")
        if not refusal:
            assert (await directory.actor(user)).id == user
            return
        with pytest.raises(UserError) as caught:
            await directory.actor(user)
        assert refusal in caught.value.sentence


def test_an_admin_of_another_workspace_is_no_admin_here():
    told = {"team_id": "T2", "is_admin": True, "enterprise_user": {"teams": ["T2"]}}
    assert person_from("U1", told, team="T1").is_admin is False
    assert person_from("U1", told, team="T2").is_admin is True


def test_a_colleague_of_another_workspace_of_the_same_grid_is_no_stranger():
    told = {"team_id": "T2", "enterprise_user": {"teams": ["T1", "T2"]}}
    assert person_from("U1", told, team="T1").is_stranger is False


async def test_who_left_the_channel_sees_nothing_by_an_old_link(office, monkeypatch):
    async with editor(office) as world:
        link = await world.access.link(person="U0GONE", version=1, brief=world.brief.id)
        assert "U0GONE" not in INSIDE
        answer = await world.browser.get(f"{link}/state")
        assert answer.status == 403
        assert "members of the channel" in await answer.text()


async def test_the_page_works_behind_a_proxy_that_hands_on_its_own_host(office):
    async with editor(office, public_url="https://draft.example/") as world:
        link = await world.access.link(person="U0ADA", version=1, brief=world.brief.id)
        ours, theirs = "https://draft.example", "https://evil.example"
        for origin, status in ((theirs, 403), (ours, 200)):
            headers = {"Sec-Fetch-Site": "same-origin", "Origin": origin, "Host": "127.0.0.1:8066"}
            assert (await world.browser.post(f"{link}/signout", headers=headers)).status == status


def test_a_zone_that_does_not_exist_is_refused_at_the_start():
    with pytest.raises(ValueError, match="DRAFTROOM_TIMEZONE"):
        Settings(timezone="Mars/Olympus")
    assert Settings(timezone="Asia/Tokyo").timezone == "Asia/Tokyo"


async def test_what_twenty_want_to_know_at_one_moment_is_asked_of_slack_once():
    async with Server(settings()) as server:
        client, asked = web_client(server), []

        def counted(name):
            real = getattr(client, name)

            async def call(**arguments):
                asked.append(name)
                return await real(**arguments)

            return call

        names = ("users_info", "conversations_info", "conversations_members")
        for name in names:
            setattr(client, name, counted(name))
        directory = Directory(client)
        told = await asyncio.gather(
            *(directory.colleague("U0ADA", "C0SNEAKERS") for _ in range(20)),
            *(directory.channel("C0SNEAKERS") for _ in range(20)),
        )
        assert {one.id for one in told} == {"U0ADA", "C0SNEAKERS"}
        assert sorted(asked) == sorted(names)


async def test_one_who_gives_up_waiting_does_not_take_the_answer_from_another():
    async with Server(settings()) as server:
        directory = Directory(web_client(server))
        hasty, patient = (asyncio.create_task(directory.person("U0ADA")) for _ in range(2))
        await asyncio.sleep(0)
        hasty.cancel()
        assert (await patient).id == "U0ADA"


@pytest.mark.parametrize("answer", ["internal_error", "ratelimited"])
@pytest.mark.parametrize(
    ("method", "ask"),
    [
        ("chat.getPermalink", lambda client: Directory(client).permalink("C0SNEAKERS", "1.2")),
        ("conversations.members", lambda client: Directory(client).is_member("C0SNEAKERS", "U0ADA")),
        ("conversations.info", lambda client: linked.may_see(client, "C0SNEAKERS", "U0ADA")),
        ("conversations.history", lambda client: linked.message_at(client, LINK)),
        ("files.info", lambda client: linked.full_file(client, {"id": "F1"})),
    ],
)
async def test_while_slack_is_away_nothing_is_taken_for_gone_or_forbidden(method, ask, answer):
    plan = faults.read({"calls": [{"method": method, "answer": answer}]})
    async with Server(settings()) as server:
        server.workspace.faults.set(plan)
        with pytest.raises(SlackApiError) as caught:
            await ask(web_client(server))
        assert error_code(caught.value) == answer


async def test_the_editor_tells_that_slack_is_away_and_not_that_one_is_no_member(office, monkeypatch):
    async with editor(office) as world:

        async def away(*_, **__):
            raise failure("internal_error")

        link = await world.access.link(person="U0ADA", version=1, brief=world.brief.id)
        monkeypatch.setattr(AsyncWebClient, "conversations_members", away)
        answer = await world.browser.get(f"{link}/state")
        assert answer.status == 503
        assert "internal_error" in await answer.text()


async def test_pages_tell_that_slack_is_away(office, monkeypatch):
    async def away(*_, **__):
        raise failure("internal_error")

    async with site(office) as costs, page(office) as (inspection, browser):
        asked = [
            (costs.browser, await costs.reports.link(person="U0ADA", channel=CHANNEL.id, span=costs.span)),
            (browser, await inspection.link("U0ADA")),
        ]
        monkeypatch.setattr(AsyncWebClient, "users_info", away)
        for client, link in asked:
            async with client.get(link) as answer:
                assert answer.status == 503
                assert "Try it again" in await answer.text()
