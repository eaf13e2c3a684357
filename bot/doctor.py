"""`draftroom doctor`: looks at everything the bot needs and says what to do about what is wrong. Shows no secret."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError

from bot.images_api.client import EDITS, EngineClient, client_of
from bot.images_api.types import EngineError
from bot.ledger.hosted import prices_of
from bot.ledger.money import MICRO_PER_UNIT
from bot.ledger.prices import TIERS
from bot.ledger.rates import RateError
from bot.marking.actions import signer_of
from bot.settings import INSTALLATIONS, CannotStart, Settings, SettingsError, load, without_password
from bot.slack.web_api import Meaning, WebApi, error_code, meaning_of
from bot.store.database import connect
from bot.workspaces.store import InstallationFile, Installations, seal_for
from marks.credentials import CannotSign

#: Free disk space below which pictures are at risk, in bytes.
DISK_NEEDED = 1_000_000_000
#: Pictures of a grid whose cost is told.
GRID = 4


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one check found."""

    name: str
    good: bool
    #: What is, or what to do about it.
    sentence: str


def main() -> int:
    """Print a line for each check. 0 when all are good, 1 when not."""
    try:
        settings = load()
    except SettingsError as error:
        for sentence in error.sentences:
            print(f"✗ settings: {sentence}")
        return 1
    findings = asyncio.run(examine(settings))
    for finding in findings:
        print(line_of(finding))
    if settings.slack_bot_token is None and settings.slack_app_token is None:
        print("`draftroom init` asks for all that Slack needs, and tries it.")
        print("New here? `draftroom demo` shows the whole product on this machine, without a Slack account.")
    return 0 if all(finding.good for finding in findings) else 1


def line_of(finding: Finding) -> str:
    """A finding as a line of the terminal."""
    return f"{'✓' if finding.good else '✗'} {finding.name}: {finding.sentence}"


async def examine(settings: Settings) -> list[Finding]:
    """Everything that the bot needs, one finding each; never raises."""
    findings = [_python()]
    checks: list[Callable[[Settings], Awaitable[list[Finding]]]] = [bot_token, way_in, _engine]
    for check in checks:
        findings += await check(settings)
    findings += await asyncio.to_thread(_marks, settings)
    return [*findings, _database(settings), _disk(settings)]


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= (3, 11)
    return Finding(
        name="Python", good=good, sentence=version if good else f"{version} is too old; use 3.11 or newer."
    )


async def bot_token(settings: Settings) -> list[Finding]:
    """Whether Slack takes the bot token, and grants it what the manifest asks for."""
    if settings.is_shared:
        return [await _installed(settings)]
    if settings.slack_bot_token is None:
        return [_bad("bot token", "Set SLACK_BOT_TOKEN (xoxb-…), from your app's OAuth & Permissions page.")]
    client = client_for(settings, settings.slack_bot_token)
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        if meaning_of(error_code(error)) is Meaning.OUTAGE:
            return [
                _bad(
                    "Slack",
                    f"{without_password(settings.slack_api_url)} can't be reached. Check the network and SLACK_API_URL.",
                )
            ]
        return [
            _bad(
                "bot token",
                f"Slack refuses SLACK_BOT_TOKEN ({error_code(error)}). Copy it anew from OAuth & Permissions.",
            )
        ]
    granted = set((answer.headers.get("x-oauth-scopes") or "").replace(" ", "").split(","))
    missing = sorted(wanted_scopes() - granted)
    return [
        _good("bot token", f"accepted, as {answer.get('user')} in {answer.get('team')}"),
        _good("scopes", "all granted")
        if not missing
        else _bad(
            "scopes",
            f"{', '.join(missing)} missing. Paste what `draftroom manifest` prints as your"
            " app's manifest, and reinstall it.",
        ),
    ]


async def _installed(settings: Settings) -> Finding:
    """Whether the workspaces' tokens can be read."""
    path = settings.data_dir / INSTALLATIONS
    try:
        seal = seal_for(settings)
        if not path.exists():
            return _good("workspaces", "none yet; people add the bot at /slack/install of its web pages")
        file = InstallationFile(path)
        try:
            installations = Installations(file, seal)
            teams = await installations.teams()
            for team in teams:
                await installations.async_find_bot(enterprise_id=None, team_id=team)
        finally:
            file.close()
    except CannotStart as error:
        return _bad("workspaces", str(error))
    return _good("workspaces", f"{', '.join(teams) or 'none'}; their tokens can be read")


async def way_in(settings: Settings) -> list[Finding]:
    """Whether Slack can reach the bot, as far as that can be known from here."""
    if settings.mode == "http":
        if settings.slack_signing_secret is None:
            return [_bad("signing secret", "HTTP mode needs SLACK_SIGNING_SECRET, from Basic Information.")]
        return [
            _good("signing secret", f"set; Slack must reach port {settings.http_port}, path /slack/events")
        ]
    if settings.slack_app_token is None:
        return [_bad("app token", "Socket Mode needs SLACK_APP_TOKEN (xapp-…), from Basic Information.")]
    try:
        await client_for(settings, settings.slack_app_token).apps_connections_open(
            app_token=settings.slack_app_token.get_secret_value()
        )
    except SlackApiError as error:
        if meaning_of(error_code(error)) is Meaning.OUTAGE:
            return [_bad("app token", "Slack can't be reached, so it could not be tried.")]
        return [
            _bad(
                "app token",
                f"Slack refuses SLACK_APP_TOKEN ({error_code(error)}). Make one with connections:write.",
            )
        ]
    return [_good("app token", "accepted, Socket Mode opens")]


async def _engine(settings: Settings) -> list[Finding]:
    try:
        async with client_of(settings) as engine:
            health = await engine.health()
            models = await engine.models() if health.ready else []
            found = [_engine_ready(settings, engine, models)] if health.ready else []
            found += [_engine_can(settings, engine)] if health.ready else []
    except EngineError as error:
        hint = "Check DRAFTROOM_ENGINE_URL and DRAFTROOM_ENGINE_TOKEN."
        if not settings.engine_preset:
            hint = "Start it with `draftroom engine`, or set DRAFTROOM_ENGINE_URL."
        return [_bad("engine", f"{error} {hint}")]
    if not health.ready:
        return [_bad("engine", health.reason or "It is up but not ready yet.")]
    return [*found, _prices(settings)]


def _engine_ready(settings: Settings, engine: EngineClient, models: list[dict[str, Any]]) -> Finding:
    """Where it is, and whether it has the models that the tiers ask for."""
    names = {str(model.get("id")) for model in models}
    asked = dict.fromkeys(choice.model for choice in map(engine.choice, TIERS) if choice.model)
    missing = [name for name in asked if names and name not in names]
    if missing:
        return _bad(
            "engine",
            f"ready at {engine.shown_url}, but it has no {', '.join(missing)}. Set DRAFTROOM_ENGINE_MODEL,"
            " or [engine_tiers] in the TOML file, to what your key may use.",
        )
    listed = ", ".join(asked or sorted(names)) or "an unnamed model"
    return _good("engine", f"ready at {engine.shown_url}, serving {listed}")


def _engine_can(settings: Settings, engine: EngineClient) -> Finding:
    """What the server can do, as its preset says and its refusals taught."""
    draft = engine.capabilities("draft")
    fix = engine.capabilities("fix", EDITS)
    asked = settings.draft_size_px, settings.draft_size_px
    canvas = draft.sizes.nearest(asked)
    can = [
        "seeds" if draft.takes("seeds") else "no seeds",
        f"up to {draft.most_previews} previews"
        if draft.takes("stream") and draft.most_previews
        else "no previews",
        "masks" if fix.takes("mask") else "no masks (a fix redraws all, and its region is pasted)",
        f"drafts of {canvas[0]}×{canvas[1]}"
        + ("" if canvas == asked else f" for the {asked[0]}×{asked[1]} asked for"),
    ]
    return _good(
        "engine can", f"{', '.join(can)}. What it refuses later is learnt, and kept in engines.json."
    )


def _prices(settings: Settings) -> Finding:
    """What people will pay, by the price table in use."""
    try:
        prices = prices_of(settings)
    except RateError as error:
        return _bad("prices", str(error))
    draft, pro = settings.draft_size_px, settings.pro_size_px
    grid = prices.estimate("draft", GRID, draft, draft)
    render, fix = prices.estimate("pro", 1, pro, pro), prices.estimate("fix", 1, pro, pro)

    def shown(amount: int) -> str:
        return f"{Decimal(amount) / MICRO_PER_UNIT:.4f} {settings.currency}"

    return _good(
        "prices",
        f"a grid of {GRID} drafts about {shown(grid)}, a Pro render {shown(render)}, a fix of it {shown(fix)}",
    )


def _marks(settings: Settings) -> list[Finding]:
    """What deliveries carry, and what they lack."""
    try:
        signer = signer_of(settings)
    except CannotSign as error:
        signed = _bad("signature", str(error))
    else:
        signed = _good(
            "signature",
            f"deliveries are signed, {settings.c2pa_algorithm}"
            + (
                ""
                if settings.c2pa_timestamp_url
                else ", without a time stamp: each ends with the certificate"
            )
            if signer
            else "none: deliveries carry XMP only. Set DRAFTROOM_C2PA_CERTIFICATE and DRAFTROOM_C2PA_KEY;"
            " `draftroom certificate FOLDER` makes a chain to try it out.",
        )
    if not settings.watermark:
        return [
            signed,
            _good("watermark", "none: deliveries hold no mark in their pixels. Set DRAFTROOM_WATERMARK=1."),
        ]
    return [signed, _good("watermark", "written into deliveries; docs/provenance.md says what it survives")]


def _database(settings: Settings) -> Finding:
    path = settings.database_path
    if not path.exists():
        return _good("database", f"none yet; the bot will make {path}")
    try:
        answer = connect(path, read_only=True).execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.Error as error:
        return _bad("database", f"{path} cannot be opened ({error}). Restore it from a backup.")
    if answer != "ok":
        return _bad("database", f"{path} is damaged ({answer}). Restore it from a backup.")
    return _good("database", f"{path} is sound")


def _disk(settings: Settings) -> Finding:
    folder = settings.data_dir.resolve()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    sentence = f"{free / 1e9:.1f} GB free in {folder}"
    return _good("disk", sentence) if free >= DISK_NEEDED else _bad("disk", f"only {sentence}. Make room.")


def wanted_scopes() -> set[str]:
    """The bot scopes in the app's manifest."""
    manifest = yaml.safe_load(Path(__file__).with_name("manifest.yml").read_text(encoding="utf-8"))
    return set(manifest["oauth_config"]["scopes"]["bot"])


def client_for(settings: Settings, token: SecretStr) -> WebApi:
    """The Web API with that token, for somebody who waits."""
    return WebApi(token=token.get_secret_value(), base_url=settings.slack_api_url, timeout_s=10)


def _good(name: str, sentence: str) -> Finding:
    return Finding(name=name, good=True, sentence=sentence)


def _bad(name: str, sentence: str) -> Finding:
    return Finding(name=name, good=False, sentence=sentence)
