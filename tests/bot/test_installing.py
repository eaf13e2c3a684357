"""The way to a team's own Slack: names that an operator chooses, the manifest, and `draftroom init`."""

import re
import stat
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from bot import texts
from bot.install.init import Terminal, set_up
from bot.install.manifest import link, manifest
from bot.settings import Settings, SettingsError, load
from sandbox.client import Person
from sandbox.manifest import parse
from sandbox.server import Server
from tests.bot.test_texts import ENGLISH, mentions, parsed, source_of
from tests.sandbox.workplace import settings as workplace

OURS = re.compile(r"/draft\b(?![-/])|Draftroom")


@pytest.fixture(autouse=True)
def as_at_the_start():
    """Our own names and English, whatever a test chose."""
    yield
    texts.call()
    texts.speak(texts.ENGLISH)


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch, tmp_path):
    """A folder without settings."""
    monkeypatch.chdir(tmp_path)


# Names.


@pytest.mark.parametrize("language", texts.languages())
def test_every_text_calls_the_command_and_the_bot_as_the_settings_do(language):
    found = parsed(source_of(language))[0]

    def everything():
        for name in found:
            if not name.startswith("-"):
                yield name, texts.say(name, **dict.fromkeys(mentions(ENGLISH | found, name)[0], "3"))

    texts.speak(language)
    usual = dict(everything())
    ours = {name for name, text in usual.items() if OURS.search(text)}
    assert len(ours) > 60, "the texts lost what this test looks for"
    texts.call("/picture", "Atelier")
    assert {name: text for name, text in everything() if OURS.search(text)} == {}
    # Nothing else about them changed.
    assert {name for name, text in everything() if text != usual[name]} == ours


def test_a_longer_word_is_no_name():
    assert texts.renamed("/drafts /draft-2 a/draft /draft.", "/picture", "Atelier") == (
        "/drafts /draft-2 a/draft /picture."
    )


@pytest.mark.parametrize(("given", "command"), [("/picture", "/picture"), ("bild-2", "/bild-2")])
def test_a_command_may_lack_its_slash(given, command):
    assert Settings(command=given).command == command


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COMMAND", "/Picture"),
        ("COMMAND", "/two words"),
        ("NAME", "{bot}"),
        ("NAME", "7"),
        ("NAME", "x" * 36),
    ],
)
def test_names_that_slack_would_not_take_are_refused(name, value, monkeypatch):
    monkeypatch.setenv(f"DRAFTROOM_{name}", value)
    with pytest.raises(SettingsError, match=f"DRAFTROOM_{name}: .*use"):
        load()


# The manifest.


def test_the_manifest_follows_the_names_and_installs():
    source = manifest(command="/picture", name="Das Atelier")
    assert not OURS.search(source)
    app = parse(yaml.safe_load(source))
    assert (app.name, app.bot_name, app.commands[0]["command"]) == ("Das Atelier", "Das Atelier", "/picture")
    assert app.scopes == parse(yaml.safe_load(manifest())).scopes
    assert app.socket_mode


def test_by_http_slack_is_told_the_address_wherever_it_calls():
    found = yaml.safe_load(manifest(command="/picture", url="https://bot.example.com"))
    assert found["settings"]["socket_mode_enabled"] is False
    assert (
        found["features"]["slash_commands"][0]["url"]
        == found["settings"]["event_subscriptions"]["request_url"]
        == found["settings"]["interactivity"]["request_url"]
        == "https://bot.example.com/slack/events"
    )
    for wrong in ("http://bot.example.com", "bot.example.com", "https://x y"):
        with pytest.raises(ValueError, match="https"):
            manifest(url=wrong)


def test_the_link_holds_the_same_manifest():
    address = urlsplit(link(manifest(command="/picture")))
    query = parse_qs(address.query)
    assert (address.hostname, query["new_app"]) == ("api.slack.com", ["1"])
    assert yaml.safe_load(query["manifest_yaml"][0]) == yaml.safe_load(manifest(command="/picture"))
    # Browsers and servers take about 8,000 characters.
    assert len(address.geturl()) < 7_000


# `draftroom init`.


class Typed:
    """A person at a terminal, who types these answers; `shown` is all that was seen on it."""

    def __init__(self, *answers):
        self.answers, self.shown = list(answers), ""

    def ask(self, question):
        self.shown += question
        answer = self.answers.pop(0)
        self.shown += f"{answer}\n"
        return answer

    def ask_secret(self, question):
        self.shown += f"{question}\n"
        return self.answers.pop(0)

    def tell(self, line):
        self.shown += f"{line}\n"

    @property
    def terminal(self):
        return Terminal(ask=self.ask, ask_secret=self.ask_secret, tell=self.tell)


@pytest.fixture
async def workspace(tmp_path):
    """A workspace in which the app is called as this team wants it."""
    path = tmp_path / "manifest.yml"
    path.write_text(manifest(command="/picture", name="Atelier"))
    async with Server(workplace(manifest=path)) as server:
        yield server


async def test_init_asks_until_everything_works_and_says_hello(workspace, tmp_path):
    bot_token, app_token = workspace.settings.bot_token, workspace.settings.app_token
    file = tmp_path / "settings"
    file.write_text("DRAFTROOM_LANGUAGE=en\nSLACK_BOT_TOKEN=xoxb-old\n")
    typed = Typed(
        *("/Picture", "/picture", "Atelier", ""),
        "",
        *(app_token, "xoxb-mistaken", bot_token),
        *("xapp-mistaken", app_token),
        *("nowhere", "#sunflower-spring"),
    )
    settings = Settings(
        slack_api_url=f"{workspace.url}/api/", data_dir=tmp_path / "data", engine_url="http://127.0.0.1:1"
    )
    await set_up(settings, file, typed.terminal)
    assert typed.answers == []
    shown = typed.shown
    assert "manifest_yaml=" in shown
    assert "use a slash, then up to 31 small letters" in shown
    assert "That one does not begin with xoxb-" in shown
    assert "Slack refuses SLACK_BOT_TOKEN (invalid_auth)" in shown
    assert "✓ scopes: all granted" in shown
    assert "Slack refuses SLACK_APP_TOKEN" in shown
    assert "The bot is not in #nowhere (it is in: " in shown
    assert "/invite @Atelier" in shown
    assert "✗ engine:" in shown, "the doctor said nothing"
    for secret in (bot_token, app_token, "mistaken"):
        assert secret not in shown
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(file.read_text().splitlines()) == sorted(
        [
            "DRAFTROOM_LANGUAGE=en",
            "DRAFTROOM_COMMAND=/picture",
            "DRAFTROOM_NAME=Atelier",
            f"SLACK_BOT_TOKEN={bot_token}",
            f"SLACK_APP_TOKEN={app_token}",
        ]
    )
    async with Person(workspace.url, "U0ADA") as ada:
        hello = (await ada.messages("C0SNEAKERS"))[-1]
    assert "Type `/picture a red apple on a teal background`" in hello["text"]


async def test_a_missing_scope_is_named_before_anything_is_kept(tmp_path):
    path = tmp_path / "manifest.yml"
    path.write_text(re.sub(r"\n +- users:read.*", "", manifest()))
    async with Server(workplace(manifest=path)) as server:
        typed = Typed("", "", "", "", server.settings.bot_token)
        with pytest.raises(IndexError):
            await set_up(Settings(slack_api_url=f"{server.url}/api/"), tmp_path / "settings", typed.terminal)
    assert "✗ scopes: users:read missing. Paste what `draftroom manifest` prints" in typed.shown
    assert "SLACK" not in (tmp_path / "settings").read_text()


async def test_by_http_the_signing_secret_is_asked_for(workspace, tmp_path):
    typed = Typed(
        *("", "", "bot.example.com", "https://bot.example.com", ""),
        *(workspace.settings.bot_token, "no secret", "a" * 32),
        "",
    )
    settings = Settings(slack_api_url=f"{workspace.url}/api/", data_dir=tmp_path / "data")
    await set_up(settings, tmp_path / "settings", typed.terminal)
    assert "https%3A%2F%2Fbot.example.com%2Fslack%2Fevents" in typed.shown
    kept = (tmp_path / "settings").read_text()
    assert "DRAFTROOM_MODE=http\n" in kept
    assert f"SLACK_SIGNING_SECRET={'a' * 32}\n" in kept


async def test_run_again_enter_keeps_what_is_there(workspace, tmp_path):
    file = tmp_path / "settings"
    settings = Settings(
        slack_api_url=f"{workspace.url}/api/",
        data_dir=tmp_path / "data",
        command="/picture",
        slack_bot_token=workspace.settings.bot_token,
        slack_app_token=workspace.settings.app_token,
    )
    await set_up(settings, file, Typed(*[""] * 7).terminal)
    before = file.read_text()
    assert "DRAFTROOM_COMMAND=/picture\n" in before
    await set_up(settings, file, Typed(*[""] * 7).terminal)
    assert sorted(file.read_text().splitlines()) == sorted(before.splitlines())
