"""Several workspaces on one bot, piece by piece: tokens at rest, states, links, what the engine is asked, copies."""

import pytest
from cryptography.fernet import Fernet
from slack_sdk.oauth.installation_store import Installation

from bot.briefs.model import UserError
from bot.doctor import bot_token
from bot.images_api.client import EngineClient
from bot.images_api.types import GenerateRequest
from bot.settings import DATABASE, INSTALLATIONS, CannotStart, Settings
from bot.settings import KEY as WEB_KEY
from bot.slack.front_door import FrontDoor
from bot.slack.web_api import WebApi
from bot.store import Database, backup
from bot.web.links import BadLink, Links, team_in
from bot.workspaces.actions import Installing
from bot.workspaces.store import BadKey, InstallationFile, Installations, States, seal_for

KEY = b"k" * 32
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture
def file(tmp_path):
    file = InstallationFile(tmp_path / "installations.sqlite3")
    yield file
    file.close()


def seal(keys):
    return seal_for(Settings(install_key=keys, slack_client_secret="secret"))


def installation(team, token):
    return Installation(
        team_id=team, user_id="U1", bot_token=token, bot_user_id="U2", bot_scopes="chat:write"
    )


async def found(installations, team):
    return await installations.async_find_installation(enterprise_id=None, team_id=team)


async def test_a_token_is_kept_encrypted_and_found_by_its_workspace_alone(tmp_path, file):
    installations = Installations(file, seal(OLD))
    await installations.async_save(installation("T1", "xoxb-first"))
    await installations.async_save(installation("T2", "xoxb-second"))
    await installations.async_save(installation("T1", "xoxb-later"))
    assert (await found(installations, "T1")).bot_token == "xoxb-later"
    bot = await installations.async_find_bot(enterprise_id=None, team_id="T2")
    assert (bot.bot_token, bot.bot_user_id) == ("xoxb-second", "U2")
    assert await found(installations, "T3") is None
    assert await installations.teams() == ["T1", "T2"]
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("installations*"))
    assert b"xoxb" not in kept
    await installations.async_delete_all(enterprise_id=None, team_id="T1")
    assert await installations.teams() == ["T2"]


async def test_an_older_key_still_opens_and_a_wrong_one_says_what_to_do(file):
    await Installations(file, seal(OLD)).async_save(installation("T1", "xoxb-first"))
    assert (await found(Installations(file, seal(f"{NEW},{OLD}")), "T1")).bot_token == "xoxb-first"
    with pytest.raises(BadKey, match="does not open the token of the workspace T1"):
        await found(Installations(file, seal(NEW)), "T1")
    with pytest.raises(BadKey, match="Make one"):
        seal("short")


async def test_tokens_that_cannot_be_read_are_told_in_a_sentence(tmp_path):
    (tmp_path / INSTALLATIONS).write_text("no database" * 1_000)
    with pytest.raises(CannotStart, match="every workspace has to install anew"):
        InstallationFile(tmp_path / INSTALLATIONS)
    settings = Settings(
        _env_file=None,
        slack_client_id="1.2",
        slack_client_secret="s",
        install_key=OLD,
        data_dir=tmp_path,
    )
    (finding,) = await bot_token(settings)
    assert (finding.good, "can't be read" in finding.sentence) == (False, True)


async def test_a_state_is_good_once_and_for_a_while(file, monkeypatch):
    states = States(file)
    state = await states.async_issue()
    assert [await states.async_consume(one) for one in ("guessed", state, state)] == [False, True, False]
    monkeypatch.setattr("bot.workspaces.store.STATE_LIFE_S", -1)
    assert not await states.async_consume(await states.async_issue())


async def test_pages_that_are_opened_and_left_leave_no_more_than_so_many_rows(file, monkeypatch):
    async def rows():
        return await file.do(lambda tx: tx["states"].count)

    states = States(file)
    monkeypatch.setattr("bot.workspaces.store.MOST_STATES", 3)
    issued = [await states.async_issue() for _ in range(5)]
    assert await rows() == 3
    assert [await states.async_consume(state) for state in issued] == [False, False, True, True, True]
    with monkeypatch.context() as past:
        past.setattr("bot.workspaces.store.STATE_LIFE_S", -1)
        await states.async_issue()
    await states.async_issue()
    assert await rows() == 1


@pytest.mark.parametrize(
    "answer",
    [
        {"is_enterprise_install": True, "team": None, "enterprise": {"id": "E1"}},
        {"is_enterprise_install": False, "team": {"id": "../T1"}},
    ],
)
async def test_what_is_no_single_workspaces_is_refused_and_its_token_ended(file, monkeypatch, answer):
    revoked, states = [], States(file)

    async def exchanged(self, **given):
        return {"ok": True, "access_token": "xoxb-org", **answer}

    async def revoke(self):
        revoked.append(self.token)

    monkeypatch.setattr(WebApi, "oauth_v2_access", exchanged)
    monkeypatch.setattr(WebApi, "auth_revoke", revoke)
    installing = Installing(
        settings=Settings(slack_client_id="1.2", slack_client_secret="secret"),
        states=states,
        scopes=(),
        authorize_url="",
        base_url=str,
        install=None,
    )
    state = await states.async_issue()
    with pytest.raises(UserError, match="one workspace at a time"):
        await installing.end(code="1", state=state, state_of_browser=state)
    assert revoked == ["xoxb-org"]


def test_a_link_is_one_workspaces_though_the_key_is_common():
    given = {"person": "U1", "subject": "b:1:0", "life_s": 60}
    token = Links(KEY, "T1").make("editor", **given)
    assert (team_in(token), Links(KEY, "T1").read("editor", token).person) == ("T1", "U1")
    for other in (Links(KEY, "T2"), Links(KEY)):
        with pytest.raises(BadLink):
            other.read("editor", token)
    alone = Links(KEY).make("editor", **given)
    assert team_in(alone) == ""
    with pytest.raises(BadLink):
        Links(KEY, "T1").read("editor", alone)


@pytest.mark.parametrize("token", ["", "nonsense", "a.b", "é", "x" * 5_000, "WzFd.x", "bnVsbA.x"])
def test_what_is_no_link_is_of_no_workspace(token):
    assert team_in(token) == ""


def test_the_engine_is_asked_for_each_workspace_by_keys_of_its_own():
    asked = GenerateRequest(prompt="a red apple", idempotency_key="job", fairness_key="C1")
    keys = [
        (one.idempotency_key, one.fairness_key)
        for one in (
            EngineClient("http://127.0.0.1:1", team=team)._of_team(asked) for team in ("", "T1", "T2")
        )
    ]
    assert keys == [("job", "C1"), ("T1:job", "T1:C1"), ("T2:job", "T2:C1")]


def test_one_token_is_the_default_and_needs_no_client(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SLACK_BOT_TOKEN", raising=False)
    assert not Settings().is_shared
    assert Settings(slack_client_id="1.2").is_shared
    assert not Settings(slack_client_id="1.2", slack_bot_token="xoxb-1").is_shared


def test_bolt_serves_no_installation_of_its_own(monkeypatch):
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "secret")
    assert FrontDoor(dict, None, None, Settings()).oauth_flow is None


def test_a_copy_holds_every_workspace_and_is_put_back(tmp_path, tmp_path_factory):
    data, copy, other = tmp_path / "data", tmp_path_factory.mktemp("copy"), tmp_path / "other"
    for team in ("T1", "T2"):
        Database(data / "teams" / team / DATABASE).close()
    InstallationFile(data / INSTALLATIONS).close()
    (data / WEB_KEY).write_bytes(KEY)
    assert set(backup.back_up(data, copy)) == {copy / "teams" / team for team in ("T1", "T2")}
    assert set(backup.restore(copy, other)) == {other / "teams" / team for team in ("T1", "T2")}
    assert (other / WEB_KEY).read_bytes() == KEY
    assert (other / INSTALLATIONS).exists()
    with pytest.raises(backup.BackupError, match="holds workspaces already"):
        backup.restore(copy, other)
    with pytest.raises(backup.BackupError, match="lies in the data folder"):
        backup.back_up(data, data / "copy")
