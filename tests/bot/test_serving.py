"""Several workspaces on one bot, served as a whole: what ails one of them is no other's trouble, and nothing is lost."""

import asyncio
import json
import re
import time
from contextlib import AsyncExitStack, asynccontextmanager
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from cryptography.fernet import Fernet
from itsdangerous import URLSafeSerializer
from slack_sdk.oauth import AuthorizeUrlGenerator
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.signature import SignatureVerifier

from bot.draft.previews import Previews
from bot.settings import INSTALLATIONS, Settings
from bot.slack.web_api import WebApi
from bot.start import common
from bot.start.installed import Installed
from bot.workspaces.store import InstallationFile, Installations, seal_for
from sandbox.client import Control, Person
from sandbox.faults import CallFault, EventFault, Plan
from sandbox.server import Server
from tests.end_to_end.product import free_port
from tests.sandbox.workplace import eventually
from tests.sandbox.workplace import settings as workplace

HOME, BRANCH, TWIN = "T0PRACTICE", "T0BRANCH", "T0TWIN"
#: Somebody of each, and a channel. In the twin, ids are those of the first.
ROOMS = {HOME: ("U0ADA", "C0SNEAKERS"), BRANCH: ("U0IDA", "C0BRANCH"), TWIN: ("U0ADA", "C0SNEAKERS")}
KEY, OTHER_KEY = Fernet.generate_key().decode(), Fernet.generate_key().decode()


class Place:
    """Two workspaces, and a bot that is started on a folder."""

    def __init__(self, server, data, http):
        self.server, self.data = server, data
        self.settings = Settings(
            _env_file=None,
            slack_client_id=server.settings.client_id,
            slack_client_secret=server.settings.client_secret,
            slack_signing_secret=server.settings.signing_secret,
            slack_app_token=server.settings.app_token,
            slack_api_url=f"{server.url}/api/",
            install_key=KEY,
            mode="http" if http else "socket",
            http_port=http or 3000,
            web_port=free_port(),
            data_dir=data,
            engine_url="http://127.0.0.1:1",
        )
        self.site = f"http://127.0.0.1:{self.settings.web_port}"

    @asynccontextmanager
    async def bot(self):
        async with AsyncExitStack() as stack:
            ends, _ = await common.start(self.settings, stack)
            yield ends

    @asynccontextmanager
    async def kept(self, key=KEY):
        """What is kept of who installed it."""
        self.data.mkdir(exist_ok=True)
        file = InstallationFile(self.data / INSTALLATIONS)
        try:
            settings = self.settings.model_copy(update={"install_key": Settings(install_key=key).install_key})
            yield Installations(file, seal_for(settings))
        finally:
            file.close()

    async def token(self, team):
        """A token of a workspace, got by OAuth and told to nobody."""
        back = "http://127.0.0.1:1/back"
        code = await self.allowed(
            AuthorizeUrlGenerator(
                client_id=self.settings.slack_client_id,
                redirect_uri=back,
                scopes=["commands"],
                authorization_url=f"{self.server.url}/oauth/v2/authorize",
            ).generate("s"),
            team,
        )
        answer = await WebApi(token="", base_url=self.settings.slack_api_url).oauth_v2_access(
            client_id=self.settings.slack_client_id,
            client_secret=self.server.settings.client_secret,
            code=parse_qs(urlsplit(code).query)["code"][0],
            redirect_uri=back,
        )
        return answer["access_token"]

    async def allowed(self, address, team):
        """Press the button of Slack's page; where it leads back to."""
        async with (
            aiohttp.ClientSession() as session,
            session.post(
                address, data={"user": ROOMS[team][0], "team": team}, allow_redirects=False
            ) as answer,
        ):
            return answer.headers["Location"]

    async def keep(self, team, token, key=KEY):
        async with self.kept(key) as installations:
            await installations.async_save(Installation(team_id=team, user_id="U1", bot_token=token))

    async def installed(self, team):
        """Install it as people do; the last page's status and text."""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            async with session.get(f"{self.site}/slack/install") as answer:
                address = re.search(r'href="([^"]+)"', await answer.text())[1].replace("&amp;", "&")
            async with session.get(await self.allowed(address, team)) as answer:
                return answer.status, await answer.text()

    async def health(self):
        async with aiohttp.ClientSession() as session, session.get(f"{self.site}/healthz") as answer:
            return answer.status, (await answer.json())["parts"]

    async def is_well(self):
        """Wait until it is."""
        async with asyncio.timeout(30):
            while (await self.health())[0] != 200:
                await asyncio.sleep(0.02)

    async def answers(self, team):
        """Whether the bot answers somebody of that workspace."""
        person, room = ROOMS[team]
        async with Person(self.server.url, person, team) as somebody:
            return "/draft" in (await somebody.type(room, "/draft help")).response_text

    async def sent(self, team, kind):
        """Send an event as Slack does; the status of the answer."""
        body = json.dumps(
            {"type": "event_callback", "team_id": team, "event_id": "Ev1", "event": {"type": kind}}
        )
        at = str(int(time.time()))
        signature = SignatureVerifier(self.server.settings.signing_secret).generate_signature(
            timestamp=at, body=body
        )
        headers = {
            "Content-Type": "application/json",
            "X-Slack-Request-Timestamp": at,
            "X-Slack-Signature": signature,
        }
        address = f"http://127.0.0.1:{self.settings.http_port}/slack/events"
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.post(address, data=body) as answer,
        ):
            return answer.status


@pytest.fixture(params=["socket", "http"])
async def place(request, tmp_path, monkeypatch):
    async for one in placed(tmp_path, monkeypatch, http=request.param == "http"):
        yield one


@pytest.fixture
async def by_http(tmp_path, monkeypatch):
    async for one in placed(tmp_path, monkeypatch, http=True):
        yield one


@pytest.fixture
async def twins(tmp_path, monkeypatch):
    async for one in placed(tmp_path, monkeypatch, http=True, branch=False, twin=True):
        yield one


async def placed(tmp_path, monkeypatch, *, http, **more):
    monkeypatch.chdir(tmp_path)
    port = free_port() if http else 0
    url = f"http://127.0.0.1:{port}/slack/events" if http else None
    async with Server(workplace(**{"branch": True, "request_url": url, **more})) as server:
        yield Place(server, tmp_path / "data", port)


async def test_both_workspaces_are_served(place):
    async with place.bot():
        for team in (HOME, BRANCH):
            status, page = await place.installed(team)
            assert (status, "Draftroom is in" in page) == (200, True)
        assert [await place.answers(team) for team in (HOME, BRANCH)] == [True, True]
        assert await place.health() == (
            200,
            dict.fromkeys(("database", "outbox", "slack", "workspaces"), "well"),
        )


async def test_who_installs_it_again_while_slack_is_away_is_served_on_and_told(place, monkeypatch):
    monkeypatch.setattr("bot.start.installed.PAUSE_S", 0.05)
    async with place.bot():
        await place.installed(BRANCH)
        place.server.workspace.faults.set(
            Plan(calls=(CallFault(method="auth.test", answer="internal_error"),))
        )
        status, page = await place.installed(BRANCH)
        assert (status, "does not work there yet" in page) == (200, True)
        assert await place.answers(BRANCH)
        status, parts = await place.health()
        assert (status, parts["workspaces"]) == (503, f"tried again: {BRANCH}")
        place.server.workspace.faults.set(Plan())
        await place.is_well()
        assert await place.answers(BRANCH)


@pytest.mark.parametrize("trouble", ["database", "key", "refused"])
async def test_one_workspaces_trouble_at_the_start_is_its_own(by_http, monkeypatch, trouble):
    monkeypatch.setattr("bot.start.installed.PAUSE_S", 0.05, raising=False)
    token = await by_http.token(BRANCH)
    await by_http.keep(HOME, await by_http.token(HOME))
    await by_http.keep(
        BRANCH, "xoxb-mistaken" if trouble == "refused" else token, OTHER_KEY if trouble == "key" else KEY
    )
    database = by_http.settings.of_team(BRANCH).database_path
    if trouble == "database":
        database.parent.mkdir(parents=True)
        database.write_text("no database" * 1_000)
    async with by_http.bot():
        assert await by_http.answers(HOME)
        status, parts = await by_http.health()
        assert (status, parts["workspaces"]) == (503, f"tried again: {BRANCH}")
        # Slack sends it again; what is of a team that does not have the app, it does not.
        assert await by_http.sent(BRANCH, "app_home_opened") == 503
        assert await by_http.sent("T0NOWHERE", "app_home_opened") == 200
        database.unlink(missing_ok=True)
        await by_http.keep(BRANCH, token)
        await by_http.is_well()
        assert await by_http.sent(BRANCH, "app_home_opened") == 200
        assert await by_http.answers(BRANCH)


async def test_a_token_that_was_revoked_meanwhile_is_forgotten_at_the_start(by_http):
    await by_http.keep(HOME, await by_http.token(HOME))
    await by_http.keep(BRANCH, await by_http.token(BRANCH))
    async with Control(by_http.server.url) as control:
        await control.uninstall(BRANCH)
    async with by_http.bot():
        assert await by_http.answers(HOME)
        assert (await by_http.health())[0] == 200
    async with by_http.kept() as installations:
        assert await installations.teams() == [HOME]


async def test_a_late_word_of_an_uninstallation_takes_no_fresh_token(by_http):
    await by_http.keep(BRANCH, await by_http.token(BRANCH))
    async with by_http.bot():
        # Taken out, and installed again, before Slack says the first.
        by_http.server.workspace.faults.set(Plan(events=(EventFault(copies=(0, 0)),)))
        async with Control(by_http.server.url) as control:
            await control.uninstall(BRANCH)
        fresh = await by_http.token(BRANCH)
        await by_http.keep(BRANCH, fresh)
        assert await by_http.sent(BRANCH, "app_uninstalled") == 200
        async with by_http.kept() as installations:
            found = await installations.async_find_installation(enterprise_id=None, team_id=BRANCH)
            assert found is not None
            assert found.bot_token == fresh


async def test_a_workspace_a_part_of_which_ended_is_served_anew_and_its_neighbour_goes_on(
    by_http, monkeypatch
):
    monkeypatch.setattr("bot.start.installed.PAUSE_S", 0.05, raising=False)
    runs, end = [], asyncio.Event()
    run = Previews.run

    async def ends_once(self):
        runs.append(self)
        if len(runs) == 2:
            await end.wait()
            raise RuntimeError("a picture that nobody thought of")
        await run(self)

    monkeypatch.setattr(Previews, "run", ends_once)
    async with by_http.bot() as ends:
        for team in (HOME, BRANCH):
            await by_http.installed(team)
        end.set()
        await eventually(lambda: len(runs) == 3 or any(one.done() for one in ends))
        assert not any(one.done() for one in ends)
        await by_http.is_well()
        assert [await by_http.answers(team) for team in (HOME, BRANCH)] == [True, True]


async def test_a_workspace_that_breaks_as_soon_as_it_is_served_is_served_less_and_less_often(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    pauses, sleep, done = [], asyncio.sleep, asyncio.Event()

    async def paused(seconds):
        pauses.append(seconds)
        if len(pauses) == 9:
            done.set()
            await asyncio.Event().wait()
        await sleep(0)

    class Breaking:
        async def serve(self, team, *given):
            asyncio.get_running_loop().call_soon(installed.broke, team, RuntimeError("a part ended"))

    async def known(self, team):
        return "xoxb-1", None

    monkeypatch.setattr(Installed, "_ask", known)
    installed = Installed(Settings(_env_file=None), None, Breaking())
    with monkeypatch.context() as hurried:
        hurried.setattr(asyncio, "sleep", paused)
        installed.broke(BRANCH, RuntimeError("a part ended"))
        await done.wait()
        assert pauses == [5, 10, 20, 40, 80, 160, 320, 600, 600]
        await installed.close()


@pytest.mark.parametrize(
    ("line", "door", "opened"),
    [("/draft costs", "costs", "costs.csv"), ("/draft inspect", "inspect", "<form")],
)
async def test_a_link_of_one_workspace_opens_nothing_of_another_one(twins, monkeypatch, line, door, opened):
    async def got(address):
        async with aiohttp.ClientSession() as session, session.get(address) as answer:
            return answer.status, await answer.text()

    async with twins.bot():
        links = {}
        for team in (HOME, TWIN):
            await twins.installed(team)
            person, room = ROOMS[team]
            async with Person(twins.server.url, person, team) as somebody:
                if team == TWIN:
                    await somebody.call("POST", "members", {"channel": room, "user": "U0DRAFTROOM"})
                await somebody.type(room, line)
                said = await somebody.wait_for(room, lambda m: f"/{door}/" in json.dumps(m))
            links[team] = re.search(rf"http://[^\s\"|>]+/{door}/[\w.=-]+", json.dumps(said)).group()
        for link in links.values():
            status, page = await got(link)
            assert (status, opened in page) == (200, True)
        # The same person, channel and key: that one workspace is told from the other one is all there is to refuse it by.
        with monkeypatch.context() as elsewhere:
            elsewhere.setattr("bot.start.workspaces.team_in", lambda token: TWIN)
            status, page = await got(links[HOME])
            assert (status, opened in page, "This link has expired" in page) == (403, False, True)
            assert (await got(links[TWIN]))[0] == 200
        # A link that says to be of the other one is altered, and no link.
        token = links[HOME].rpartition("/")[2]
        _, claim = URLSafeSerializer("").loads_unsafe(token)
        assert claim["t"] == HOME
        forged = URLSafeSerializer("").dump_payload({**claim, "t": TWIN}).decode()
        signature = token.rpartition(".")[2]
        status, page = await got(f"{twins.site}/{door}/{forged}.{signature}")
        assert (status, opened in page) == (403, False)
        async with Control(twins.server.url) as control:
            await control.uninstall(TWIN)

        async with asyncio.timeout(30):
            while (await got(links[TWIN]))[0] != 403:
                await asyncio.sleep(0.02)
        assert (await got(links[HOME]))[0] == 200
