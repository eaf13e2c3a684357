"""Pictures that other messages hold: found behind a link, checked before they are fetched, seen only by who may."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.briefs.model import UserError
from bot.pictures.opening import MIMES
from bot.slack.files import DOWNLOAD_LIMIT
from bot.slack.web_api import error_code, unless_away
from bot.texts import say

_PAGE = 1_000


async def message_at(client: AsyncWebClient, link: LinkedMessage) -> dict[str, Any]:
    """The message that a link leads to. Raises UserError; SlackApiError while Slack is away, as what follows does."""
    asked: dict[str, Any] = {"channel": link.channel, "latest": link.ts, "oldest": link.ts, "inclusive": True}
    try:
        if link.thread_ts:
            answer = await client.conversations_replies(ts=link.thread_ts, limit=10, **asked)
        else:
            answer = await client.conversations_history(limit=1, **asked)
        found = [message for message in answer["messages"] if message.get("ts") == link.ts]
        if not found and not link.thread_ts:
            # A link to a reply that leaves its thread out.
            answer = await client.conversations_replies(ts=link.ts, limit=1, channel=link.channel)
            found = [message for message in answer["messages"] if message.get("ts") == link.ts]
    except SlackApiError as error:
        unless_away(error)
        if error_code(error) in ("channel_not_found", "not_in_channel", "missing_scope"):
            raise UserError(say("shown-not-member"), "like") from error
        found = []
    if not found:
        raise UserError(say("shown-gone"), "like")
    message: dict[str, Any] = found[0]
    return message


async def may_see(client: AsyncWebClient, channel: str, user: str) -> bool:
    """Whether a person can see what is said in a channel: it is public, or they are a member. The bot must see it too."""
    try:
        info = (await client.conversations_info(channel=channel))["channel"]
        if not info.get("is_private") and not info.get("is_im") and not info.get("is_mpim"):
            return True
        cursor = ""
        while True:
            answer = await client.conversations_members(channel=channel, limit=_PAGE, cursor=cursor or None)
            if user in answer["members"]:
                return True
            cursor = (answer.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return False
    except SlackApiError as error:
        unless_away(error)
        return False


def pictures_in(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The pictures that a message holds, as Slack's file objects: attached, or shown in its blocks."""
    files = [file for file in message.get("files") or [] if file.get("mimetype", MIMES[0]) in MIMES]
    named = {file["id"] for file in files}
    blocks = message.get("blocks") or []
    cards = [card for block in blocks if block.get("type") == "carousel" for card in block["elements"]]
    for shown in [*blocks, *(card.get("hero_image") or {} for card in cards)]:
        file_id = (shown.get("slack_file") or {}).get("id") if shown.get("type") == "image" else None
        if file_id and file_id not in named:
            files.append({"id": file_id})
    return files


async def full_file(client: AsyncWebClient, file: dict[str, Any]) -> dict[str, Any]:
    """The file with its address. Slack sends some as a stub that has to be looked up. Raises UserError."""
    if file.get("url_private"):
        return file
    try:
        found: dict[str, Any] = (await client.files_info(file=file["id"]))["file"]
    except SlackApiError as error:
        unless_away(error)
        raise UserError(say("shown-file-hidden")) from error
    return found


def check_picture(file: dict[str, Any]) -> None:
    """Raise UserError for a file that Slack already says is no picture, or too large."""
    kind = file.get("mimetype") or ""
    if kind and kind not in MIMES:
        name = str(file.get("name") or "")[:80]
        raise UserError(say("shown-no-picture", name=name) if name else say("shown-unnamed-no-picture"))
    size = file.get("size")
    if isinstance(size, int) and size > DOWNLOAD_LIMIT:
        raise UserError(say("file-too-large", megabytes=DOWNLOAD_LIMIT // 1_000_000))


@dataclass(frozen=True, kw_only=True)
class LinkedMessage:
    """A Slack message that should hold a picture."""

    channel: str
    ts: str
    #: The thread that it stands in, where the link says so.
    thread_ts: str | None


_LINK = re.compile(
    r"https?://[^/\s]+/archives/([A-Z0-9]{3,})/p([0-9]{10})([0-9]{6})(?:\?(?:.*&)?thread_ts=([0-9]+\.[0-9]+).*)?(?:\?.*)?"
)
