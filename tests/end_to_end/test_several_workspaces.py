"""Two workspaces on one bot, whose ids of people, channels, messages and files coincide: nothing crosses."""

import asyncio
import re
import sqlite3
from contextlib import closing
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from cryptography.fernet import Fernet
from yarl import URL

from bot.settings import INSTALLATIONS
from sandbox.client import Control, Refused
from sandbox.images_api.forms import FORMS
from sandbox.images_api.server import Server
from tests.end_to_end.product import (
    SNEAKERS,
    Product,
    approve_buttons,
    drafted,
    free_port,
    payload,
    shown,
    until,
    whispered,
)

HOME, TWIN, BOT = "T0PRACTICE", "T0TWIN", "U0DRAFTROOM"


@pytest.fixture
async def shared(tmp_path):
    """A bot that is installed nowhere yet, two workspaces, and a server of pictures that needs no model."""
    port = free_port()
    async with Server(FORMS["vllm-omni"], port=0, step_s=0.02) as engine:
        product = Product(
            tmp_path,
            engine.url,
            workspace=("--twin",),
            DRAFTROOM_ENGINE_PRESET="vllm-omni",
            SLACK_BOT_TOKEN=None,
            SLACK_CLIENT_ID="practice.client",
            SLACK_CLIENT_SECRET="practice-client-secret",
            DRAFTROOM_INSTALL_KEY=Fernet.generate_key().decode(),
            DRAFTROOM_WEB_PORT=str(port),
        )
        product.site = f"http://127.0.0.1:{port}"
        try:
            yield await asyncio.to_thread(product.start_bot)
        finally:
            await asyncio.to_thread(product.stop)


async def begin(product, browser):
    """Open the page that installs; the address of Slack's."""
    async with browser.get(f"{product.site}/slack/install") as answer:
        assert answer.status == 200
        return re.search(r'href="([^"]+)"', await answer.text())[1].replace("&amp;", "&")


async def allow(address, team):
    """Press the button of Slack's page; where it leads back to."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(address, data={"user": "U0ADA", "team": team}, allow_redirects=False) as answer,
    ):
        return answer.headers["Location"]


async def get(address, browser=None):
    async with browser or aiohttp.ClientSession() as session, session.get(address) as answer:
        return answer.status, await answer.text()


def browser():
    return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))


async def install(product, team):
    async with browser() as session:
        back = await allow(await begin(product, session), team)
        async with session.get(back) as answer:
            return answer.status, await answer.text()


def rows(product, team, sql):
    with closing(sqlite3.connect(product.data / "teams" / team / "draftroom.sqlite3")) as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(sql)]


async def link_of(person, pro):
    await person.click(pro, "edit_picture")
    told = await whispered(person, SNEAKERS, "Open the editor", pro["thread_ts"])
    return re.search(r"http://\S+", told["text"]).group()


async def test_nothing_crosses_and_one_goes_while_the_other_works(shared):
    assert (await get(f"{shared.site}/healthz"))[0] == 200
    # Twice, as somebody does who is not sure: the later token is the one that counts.
    assert [(await install(shared, HOME))[0] for _ in range(2)] == [200, 200]
    status, page = await install(shared, TWIN)
    assert (status, "Draftroom is in Twin" in page) == (200, True)
    kept = (shared.data / INSTALLATIONS).read_bytes()
    assert b"xoxb-" not in kept
    async with shared.person("U0ADA", HOME) as ada, shared.person("U0ADA", TWIN) as twin:
        await twin.call("POST", "members", {"channel": SNEAKERS, "user": BOT})
        # As many events in both, so that the next timestamp is the same as well.
        await twin.say(SNEAKERS, "hello")
        said = await ada.say(SNEAKERS, "hello")
        await ada.react(SNEAKERS, said["ts"], "wave")
        here = await drafted(ada, SNEAKERS, "/draft a red apple --n 2 --seed 7")
        there = await drafted(twin, SNEAKERS, "/draft a blue cup --n 2 --seed 9")
        briefs = {team: rows(shared, team, "SELECT * FROM briefs") for team in (HOME, TWIN)}
        assert [[one["prompt"] for one in found] for found in briefs.values()] == [
            ["a red apple"],
            ["a blue cup"],
        ]
        assert here["ts"] == there["ts"]

        # An approval by the same person of the same message in the same channel, of the other workspace.
        await twin.react(SNEAKERS, there["ts"], "one")
        pro = await shown(twin, SNEAKERS, "pro", there["ts"])
        assert not [m for m in await ada.messages(SNEAKERS, here["ts"]) if payload(m).get("role") == "pro"]
        assert rows(shared, HOME, "SELECT 1 FROM approvals") == []
        assert len(approve_buttons(here)) == 2

        # Budgets, costs, names of briefs.
        await twin.type(SNEAKERS, "/draft budget set 5 monthly")
        assert "$5.00" in (await twin.type(SNEAKERS, "/draft budget")).response_text
        assert "$20.00" in (await ada.type(SNEAKERS, "/draft budget")).response_text
        name = briefs[TWIN][0]["id"]
        found = await ada.type(SNEAKERS, f"/draft show {name}")
        assert "blue cup" not in str(found.response_text)
        kinds = {
            team: [one["kind"] for one in rows(shared, team, "SELECT kind FROM jobs")] for team in briefs
        }
        assert kinds == {HOME: ["draft"], TWIN: ["draft", "pro"]}
        assert not {one["sha256"] for one in rows(shared, HOME, "SELECT sha256 FROM pictures")} & {
            one["sha256"] for one in rows(shared, TWIN, "SELECT sha256 FROM pictures")
        }

        # A link says of which workspace it is, and opens that one's picture.
        link = await link_of(twin, pro)
        status, state = await get(f"{link}/state")
        assert (status, "a blue cup" in state, "red apple" in state) == (200, True, False)
        _, metrics = await get(f"{shared.site}/metrics")
        assert 'draftroom_bot_waiting{what="messages"} 0.0' in metrics

        async with Control(shared.url) as control:
            await control.uninstall(TWIN)

        with closing(sqlite3.connect(shared.data / INSTALLATIONS)) as file:
            await until(lambda: file.execute("SELECT team FROM installations").fetchall() == [(HOME,)], 30)
        assert (await get(f"{link}/state"))[0] == 403
        await drafted(ada, SNEAKERS, "/draft a green leaf --n 1")
        with pytest.raises(Refused):
            await twin.type(SNEAKERS, "/draft a green leaf")

        # Killed and started again, it serves who has it; installed again, a workspace has what it had.
        shared.kill_bot()
        await asyncio.to_thread(shared.start_bot)
        await drafted(ada, SNEAKERS, "/draft a green tree --n 1")
        assert (await install(shared, TWIN))[0] == 200
        await twin.call("POST", "members", {"channel": SNEAKERS, "user": BOT})
        await drafted(twin, SNEAKERS, "/draft a white cup --n 1")
        assert len(rows(shared, TWIN, "SELECT 1 FROM briefs")) == 2


async def test_an_installation_ends_in_the_browser_that_began_it_once_and_where_it_may(shared):
    async with browser() as mine, browser() as other:
        back = await allow(await begin(shared, mine), TWIN)
        status, page = await get(back, other)
        assert (status, "opened from elsewhere" in page) == (400, True)
        wrong = back.replace(parse_qs(urlsplit(back).query)["state"][0], "guessed")
        async with mine.get(wrong) as answer:
            assert answer.status == 400
    async with browser() as mine:
        back = await allow(await begin(shared, mine), TWIN)
        state = mine.cookie_jar.filter_cookies(URL(back))["draftroom-install"].value
        sent = {"Cookie": f"draftroom-install={state}"}
        async with aiohttp.ClientSession(headers=sent, cookie_jar=aiohttp.DummyCookieJar()) as session:
            assert [await status_of(session, back) for _ in range(2)] == [200, 400]
    shared.kill_bot()
    await asyncio.to_thread(shared.start_bot, DRAFTROOM_INSTALL_TEAMS=HOME)
    status, page = await install(shared, TWIN)
    assert (status, "T0TWIN is not among" in page) == (400, True)


async def status_of(session, address):
    async with session.get(address) as answer:
        return answer.status
