"""The app as its manifest.yml declares it: commands, shortcuts, scopes, events. Refuses what cannot install."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sandbox.model import Json


class BadManifest(Exception):
    """The manifest cannot be installed; the message says what to change."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What the workspace needs to know of the installed app."""

    name: str
    bot_name: str
    commands: tuple[Json, ...]
    shortcuts: tuple[Json, ...]
    scopes: frozenset[str]
    events: frozenset[str]
    interactive: bool
    socket_mode: bool
    home_tab: bool
    #: Whether people can write to the app, and it to them, in direct messages.
    messages_tab: bool
    #: Where the authorize page may send people back to; none listed: anywhere.
    redirect_urls: tuple[str, ...] = ()

    def command(self, name: str) -> Json | None:
        """The declared slash command of that name, with its leading slash."""
        return next((found for found in self.commands if found["command"] == name), None)


#: A subscription needs this scope, or Slack refuses the manifest.
EVENT_SCOPES = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "file_shared": "files:read",
    "member_joined_channel": "channels:read",
}


def load(path: Path) -> Manifest:
    """Read and check a manifest. Raises BadManifest with a sentence."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise BadManifest(
            f"Cannot read {path}: {problem.strerror}. Give --manifest a readable file."
        ) from problem
    except yaml.YAMLError as problem:
        raise BadManifest(f"{path} is not valid YAML: {problem}") from problem
    if not isinstance(document, dict):
        raise BadManifest(f"{path} holds no manifest: the top level must be a mapping.")
    return parse(document)


def parse(document: Json) -> Manifest:
    """Check a manifest document as Slack does on install."""

    def part(*keys: str, default: Any) -> Any:
        found: Any = document
        for key in keys:
            found = found.get(key) if isinstance(found, dict) else None
        return default if found is None else found

    name = str(part("display_information", "name", default=""))
    if not 1 <= len(name) <= 35:
        raise BadManifest("display_information.name must have 1 to 35 characters.")
    if len(str(part("display_information", "description", default=""))) > 140:
        raise BadManifest("display_information.description may have at most 140 characters.")
    commands = tuple(part("features", "slash_commands", default=[]))
    for command in commands:
        if not str(command.get("command", "")).startswith("/") or not command.get("description"):
            raise BadManifest("Each slash command needs a command that starts with / and a description.")
    shortcuts = tuple(part("features", "shortcuts", default=[]))
    for shortcut in shortcuts:
        if shortcut.get("type") not in ("message", "global") or not shortcut.get("callback_id"):
            raise BadManifest("Each shortcut needs a type (message or global) and a callback_id.")
    scopes = frozenset(part("oauth_config", "scopes", "bot", default=[]))
    events = frozenset(part("settings", "event_subscriptions", "bot_events", default=[]))
    if (commands or shortcuts) and "commands" not in scopes:
        raise BadManifest("Slash commands and shortcuts need the bot scope `commands`.")
    for event in sorted(events):
        needed = EVENT_SCOPES.get(event)
        if needed and needed not in scopes:
            raise BadManifest(f"The event {event} needs the bot scope {needed}.")
    return Manifest(
        name=name,
        bot_name=str(part("features", "bot_user", "display_name", default=name)),
        commands=commands,
        shortcuts=shortcuts,
        scopes=scopes,
        events=events,
        interactive=bool(part("settings", "interactivity", "is_enabled", default=False)),
        socket_mode=bool(part("settings", "socket_mode_enabled", default=False)),
        home_tab=bool(part("features", "app_home", "home_tab_enabled", default=False)),
        redirect_urls=tuple(part("oauth_config", "redirect_urls", default=[])),
        # Slack's new apps have this tab unless the manifest says otherwise.
        messages_tab=bool(part("features", "app_home", "messages_tab_enabled", default=True)),
    )
