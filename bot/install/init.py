"""`draftroom init`: asks for what the bot needs, tries each token as it is pasted, and writes the settings file.

No token is shown: none is printed, and none stands in an error.
"""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from getpass import getpass
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic import SecretStr, ValidationError
from slack_sdk.errors import SlackApiError

from bot import texts
from bot.doctor import Finding, bot_token, client_for, examine, line_of, way_in
from bot.install.manifest import link, manifest, request_url
from bot.settings import Settings, load
from bot.slack.web_api import error_code
from bot.texts import say

_SECRET = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, kw_only=True)
class Terminal:
    """Where it is asked and told."""

    ask: Callable[[str], str] = input
    #: Without showing what is typed.
    ask_secret: Callable[[str], str] = getpass
    tell: Callable[[str], None] = print


def main(file: Path) -> int:
    """Set the bot up. 0 when it is done, 130 when it was left before. Raises SettingsError."""
    # What stands in the file already counts as if the bot were started with it.
    for key, value in _in_file(file).items():
        os.environ.setdefault(key, value)
    try:
        asyncio.run(set_up(load(), file, Terminal()))
    except (KeyboardInterrupt, EOFError):
        print("\nLeft. Run `draftroom init` again at any time: it goes on where it stopped.")
        return 130
    return 0


async def set_up(settings: Settings, file: Path, terminal: Terminal) -> None:
    """Ask, try and write, each thing at once; then what the doctor says, and a first message."""
    terminal.tell(
        "Five steps to your own Slack. What you paste is sent to Slack alone, and kept in"
        f" {file}, which only you can read. Enter takes what stands in brackets."
    )
    settings = await _names(settings, terminal)
    settings, url = _mode(settings, terminal)
    _keep(file, _plain(settings))
    _app(settings, url, terminal)
    if settings.mode == "socket":
        settings = await _token(settings, "bot", file, terminal)
        settings = await _token(settings, "app", file, terminal)
    else:
        settings = await _token(settings, "bot", file, terminal)
        settings = _signing_secret(settings, file, terminal)
    terminal.tell(f"\n4. Everything at once, as `draftroom doctor` says it ({file} is written):")
    for finding in await examine(settings):
        terminal.tell(f"   {line_of(finding)}")
    await _first_message(settings, terminal)
    terminal.tell("\nNow start both, and leave them running:  draftroom engine   and   draftroom bot")


async def _names(settings: Settings, terminal: Terminal) -> Settings:
    """What people will type, and whom they mention."""
    terminal.tell("\n1. Names. Another app of your workspace may have the command already.")
    for field, question in (("command", "Command"), ("name", "The bot's name")):
        while True:
            typed = terminal.ask(f"   {question} [{getattr(settings, field)}]: ").strip()
            given: dict[str, Any] = {field: typed} if typed else {}
            try:
                checked = Settings(**given) if given else settings
            except ValidationError as error:
                terminal.tell(f"   ✗ {error.errors()[0]['msg'].removeprefix('Value error, ')}.")
                continue
            settings = settings.model_copy(update={field: getattr(checked, field)})
            break
    return settings


def _mode(settings: Settings, terminal: Terminal) -> tuple[Settings, str]:
    """How Slack reaches the bot, and at which address where it calls."""
    terminal.tell(
        "   By Socket Mode nothing has to be opened to the outside; by HTTP, Slack calls an address of yours."
    )
    while True:
        url = terminal.ask("   Address for HTTP, or Enter for Socket Mode []: ").strip()
        if not url:
            return settings.model_copy(update={"mode": "socket"}), ""
        try:
            return settings.model_copy(update={"mode": "http"}), request_url(url)
        except ValueError as error:
            terminal.tell(f"   ✗ {error}")


def _app(settings: Settings, url: str, terminal: Terminal) -> None:
    """Where Slack makes the app."""
    source = manifest(command=settings.command, name=settings.name, url=url)
    terminal.tell(
        "\n2. The app. Open this, choose your workspace, press Create, then Install to Workspace:\n"
    )
    terminal.tell(link(source))
    terminal.tell("\n   (The same to paste, under “From a manifest”: `draftroom manifest`.)")
    terminal.ask("   Enter, when it is installed: ")


async def _token(settings: Settings, kind: str, file: Path, terminal: Terminal) -> Settings:
    """A token that Slack takes; what does not work is said, and asked again."""
    field, begins, where, look = _TOKENS[kind]
    terminal.tell(f"\n3. The {kind} token, {begins}…: {where}.")
    there: SecretStr | None = getattr(settings, field)
    while True:
        question = f"   Paste it{' [the one in use]' if there else ''}; it is not shown: "
        pasted = terminal.ask_secret(question).strip() or (there.get_secret_value() if there else "")
        if not pasted.startswith(begins):
            terminal.tell(f"   ✗ That one does not begin with {begins}. You find it under {where}.")
            continue
        tried = settings.model_copy(update={field: SecretStr(pasted)})
        found = await look(tried)
        for finding in found:
            terminal.tell(f"   {line_of(finding)}")
        if all(finding.good for finding in found):
            _keep(file, {field.upper(): pasted})
            return tried


_Look = Callable[[Settings], Awaitable[list[Finding]]]
#: The setting, how a token of its kind begins, where Slack shows it, and what tries it.
_TOKENS: Mapping[str, tuple[str, str, str, _Look]] = {
    "bot": ("slack_bot_token", "xoxb-", "OAuth & Permissions → Bot User OAuth Token", bot_token),
    "app": (
        "slack_app_token",
        "xapp-",
        "Basic Information → App-Level Tokens → Generate, with the scope connections:write",
        way_in,
    ),
}


def _signing_secret(settings: Settings, file: Path, terminal: Terminal) -> Settings:
    """The secret by which the bot knows Slack; only Slack's first call can prove it."""
    terminal.tell("\n3. The signing secret: Basic Information → App Credentials → Signing Secret.")
    there = settings.slack_signing_secret
    while True:
        question = f"   Paste it{' [the one in use]' if there else ''}; it is not shown: "
        pasted = terminal.ask_secret(question).strip()
        if not pasted and there:
            return settings
        if _SECRET.fullmatch(pasted):
            _keep(file, {"SLACK_SIGNING_SECRET": pasted})
            return settings.model_copy(update={"slack_signing_secret": SecretStr(pasted)})
        terminal.tell("   ✗ It has 32 digits and letters from a to f. Copy it anew.")


async def _first_message(settings: Settings, terminal: Terminal) -> None:
    """Say hello in a channel that the bot is in."""
    assert settings.slack_bot_token is not None
    client = client_for(settings, settings.slack_bot_token)
    terminal.tell(f"\n5. A first message. In Slack, type `/invite @{settings.name}` in a channel of yours.")
    while channel := terminal.ask("   Its name, such as #design; Enter for none: ").strip().lstrip("#"):
        try:
            answer = await client.users_conversations(
                types="public_channel,private_channel", exclude_archived=True, limit=999
            )
            found = {str(one["name"]): str(one["id"]) for one in answer["channels"]}
            if channel not in found:
                known = ", ".join(f"#{name}" for name in sorted(found)[:9]) or "in none so far"
                terminal.tell(
                    f"   ✗ The bot is not in #{channel} (it is in: {known})."
                    f" Type `/invite @{settings.name}` there, and name it again."
                )
                continue
            texts.speak(settings.language)
            texts.call(settings.command, settings.name)
            await client.chat_postMessage(channel=found[channel], text=say("install-hello"))
        except SlackApiError as error:
            terminal.tell(f"   ✗ Slack does not take it ({error_code(error)}).")
            continue
        terminal.tell(f"   ✓ Look at #{channel}.")
        return


def _plain(settings: Settings) -> dict[str, str]:
    """The settings that are no secret, as far as they were chosen."""
    return {
        "DRAFTROOM_COMMAND": settings.command if settings.command != texts.COMMAND else "",
        "DRAFTROOM_NAME": settings.name if settings.name != texts.NAME else "",
        "DRAFTROOM_MODE": settings.mode if settings.mode != "socket" else "",
    }


def _in_file(file: Path) -> dict[str, str]:
    return {key: value for key, value in dotenv_values(file).items() if value is not None}


def _keep(file: Path, given: Mapping[str, str]) -> None:
    """Put settings into the file, which only its owner may read; an empty one is taken out, the rest stays."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    lines = [line for line in lines if _key(line) not in given]
    lines += [
        f'{key}="{value}"' if " " in value else f"{key}={value}" for key, value in given.items() if value
    ]
    file.parent.mkdir(parents=True, exist_ok=True)
    # Made with mode 0600, and put in place whole.
    number, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    with os.fdopen(number, "w", encoding="utf-8") as written:
        written.write("".join(f"{line}\n" for line in lines))
    os.replace(name, file)


def _key(line: str) -> str:
    return line.partition("=")[0].strip().removeprefix("export ").strip()
