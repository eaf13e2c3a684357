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

_STRENGTHS = {
    "0.3": "Very close to it",
    "0.6": "Like it",
    "0.8": "Loosely like it",
    "0.95": "Hardly like it",
}
KEEP, DROP = "keep", "drop"


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
        options = [option(s.name, shorten(f"{s.name}: {s.words}", 75)) for s in styles][:100]
        chosen = next((o for o in options if earlier and o["value"] == earlier.style), None)
        blocks.append(_select("style", "Style", options, chosen, hint="Adds its words to the prompt."))
    if given is not None:
        told = f":frame_with_picture: Drawn from *{escape(shorten(given.name, 80))}*."
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": told}})
    else:
        if earlier and earlier.reference:
            name = shorten(earlier.reference.name, 50)
            options = [option(KEEP, f"As before: {name}"), option(DROP, "None")]
            blocks.append(_select("kept", "Drawn from", options, options[0]))
        blocks.append(
            field(
                "like",
                "Reference picture",
                {
                    "type": "plain_text_input",
                    "max_length": 500,
                    "placeholder": plain("K7M2QRS/2, or a link to a message with a picture"),
                },
                hint="The drafts start from it: a sketch, a photo, an older picture.",
                optional=True,
            )
        )
    strengths = [option(value, f"{label} ({value})") for value, label in _STRENGTHS.items()]
    blocks.append(_select("strength", "How close to the reference?", strengths, strengths[1]))
    return blocks


def _select(
    block_id: str, label: str, options: list[dict[str, Any]], chosen: dict[str, Any] | None, *, hint: str = ""
) -> Block:
    element = {"type": "static_select", "options": options}
    return field(
        block_id, label, element | ({"initial_option": chosen} if chosen else {}), optional=True, hint=hint
    )
