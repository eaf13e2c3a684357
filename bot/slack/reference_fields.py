"""The fields of the draft's form that concern styles and reference pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.slack.forms import field, option, plain
from bot.slack.message import Block
from bot.slack.text import escape, shorten
from bot.studio.model import Brief
from bot.studio.styles import Style
from bot.texts import say

_STRENGTHS = {
    "0.3": "form-strength-near",
    "0.6": "form-strength-like",
    "0.8": "form-strength-loose",
    "0.95": "form-strength-far",
}
KEEP, DROP = "keep", "drop"
#: The field of an uploaded reference picture; what is wrong with that names it too.
UPLOAD = "reference"
#: Endings of the files that it takes.
_FILE_TYPES = ["png", "jpg", "jpeg", "webp"]


@dataclass(frozen=True, kw_only=True)
class Given:
    """A reference picture that was chosen before the form opened."""

    name: str
    #: How the form remembers it: `version=12` or `file=F123`.
    token: str


def fields(earlier: Brief | None, styles: Sequence[Style], given: Given | None) -> list[Block]:
    """The blocks, each of which may be left empty."""
    blocks: list[Block] = []
    if styles:
        options = [
            option(s.name, shorten(say("form-style-option", style=s.name, words=s.words), 75)) for s in styles
        ][:100]
        chosen = next((o for o in options if earlier and o["value"] == earlier.style), None)
        blocks.append(_select("style", say("form-style"), options, chosen, hint=say("form-style-hint")))
    if given is not None:
        told = say("form-drawn-from-given", picture=escape(shorten(given.name, 80)))
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": told}})
    else:
        if earlier and earlier.reference:
            name = shorten(earlier.reference.name, 50)
            options = [
                option(KEEP, say("form-drawn-from-before", picture=name)),
                option(DROP, say("form-drawn-from-none")),
            ]
            blocks.append(_select("kept", say("form-drawn-from"), options, options[0]))
        blocks.append(
            field(
                "like",
                say("form-like"),
                {
                    "type": "plain_text_input",
                    "max_length": 500,
                    "placeholder": plain(say("form-like-example")),
                },
                hint=say("form-like-hint"),
                optional=True,
            )
        )
        upload: Block = {"type": "file_input", "filetypes": _FILE_TYPES, "max_files": 1}
        blocks.append(field(UPLOAD, say("form-upload"), upload, hint=say("form-upload-hint"), optional=True))
    strengths = [option(value, say(label, value=value)) for value, label in _STRENGTHS.items()]
    blocks.append(_select("strength", say("form-strength"), strengths, strengths[1]))
    return blocks


def _select(
    block_id: str, label: str, options: list[dict[str, Any]], chosen: dict[str, Any] | None, *, hint: str = ""
) -> Block:
    element = {"type": "static_select", "options": options}
    return field(
        block_id, label, element | ({"initial_option": chosen} if chosen else {}), optional=True, hint=hint
    )
