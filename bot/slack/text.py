"""Text on its way to and from Slack: escaped outwards, unescaped inwards, never a ping by accident."""

from __future__ import annotations

import html
import re

from bot.briefs.model import UserError
from bot.texts import numbers, say

#: Characters of a prompt shown in a message; the whole of it is in the database.
SHOWN_PROMPT = 300
#: Longest text that is looked at, in characters; Slack lets people send 40,000.
TEXT_LIMIT = 8_000
_FORMATTED = re.compile(r"(?<![\w*_~`])([*_~`])(?=\S)([^*_~`\n]+)(?<=\S)\1(?![\w*_~`])")
#: Slack's limit on alt text of an image block.
ALT_TEXT_LIMIT = 2_000


def escape(text: str) -> str:
    """Make typed text harmless in mrkdwn: no `<!channel>`, no `<@U…>`, no formatting by asterisk."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # A zero-width space after a formatting sign keeps it literal and invisible.
    return re.sub(r"([*_~`])", "\u200b\\1\u200b", text)


def unescape(text: str) -> str:
    """What the person typed, from what Slack sends: entities, and links that Slack put in brackets."""
    text = re.sub(r"<(?:https?://|mailto:|tel:)[^|>]+\|([^>]+)>", r"\1", text)
    text = re.sub(r"<(?:mailto:|tel:)?([^|>@#!][^|>]*)>", r"\1", text)
    # Channels, people and groups by the names that Slack gives with them.
    text = re.sub(r"<[#@!][^|>]*\|[#@]?([^>]+)>", r"\1", text)
    text = re.sub(r"<[#!][^|>]*>", "", text)
    return html.unescape(text)


def checked_length(text: str) -> str:
    """The text, before anything looks for its meaning. Raises UserError when it is too long to be meant."""
    if len(text) > TEXT_LIMIT:
        count, limit = numbers.localised(f"{len(text):,}"), numbers.localised(f"{TEXT_LIMIT:,}")
        raise UserError(say("text-too-long", count=count, limit=limit))
    return text


def unformatted(text: str) -> str:
    """The words without Slack's formatting: `*bold*`, `_italic_`, `~struck~`, and code in backticks."""
    for _ in range(3):
        text = _FORMATTED.sub(r"\2", text)
    return text


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, with an ellipsis where something was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def quoted(prompt: str) -> str:
    """A prompt as it stands in a message: shortened, escaped, in quotation marks."""
    return say("quoted", text=escape(shorten(prompt, SHOWN_PROMPT)))
