"""The Slack app's manifest, by the names that the settings give. Pure functions."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote, urlsplit

from bot import texts

#: Where Slack makes an app of a manifest: https://docs.slack.dev/app-manifests/configuring-apps-with-app-manifests
_NEW_APP = "https://api.slack.com/apps?new_app=1&manifest_yaml="
_EVENTS = "/slack/events"


def manifest(*, command: str = texts.COMMAND, name: str = texts.NAME, url: str = "") -> str:
    """The manifest as YAML, for Socket Mode, or for HTTP mode at that address. Raises ValueError with a sentence."""
    source = (Path(__file__).parents[1] / "manifest.yml").read_text(encoding="utf-8")
    if url:
        source = _by_http(source, request_url(url))
    return texts.renamed(source, command, name)


def request_url(url: str) -> str:
    """The address that Slack is to call, with the path that the bot serves. Raises ValueError with a sentence."""
    parts = urlsplit(url.strip())
    if parts.scheme != "https" or not parts.hostname or re.search(r"[\s\"'#]", url.strip()):
        raise ValueError("Slack calls https addresses alone: give one such as https://bot.example.com.")
    return url.strip() if parts.path.strip("/") else url.strip().rstrip("/") + _EVENTS


def link(source: str) -> str:
    """The address of Slack's page that makes an app of a manifest."""
    bare = [re.sub(r"\s+# .*$", "", line) for line in source.splitlines() if not line.startswith("#")]
    return _NEW_APP + quote("\n".join(bare), safe="")


def _by_http(source: str, url: str) -> str:
    """The manifest with an address wherever Slack calls the app."""
    for line, more in (
        (f"    - command: {texts.COMMAND}\n", f"      url: {url}\n"),
        ("  event_subscriptions:\n", f"    request_url: {url}\n"),
        ("    is_enabled: true\n", f"    request_url: {url}\n"),
    ):
        source = source.replace(line, line + more)
    return source.replace("socket_mode_enabled: true", "socket_mode_enabled: false")
