"""How people say which picture to vary, and how far: a choice under a grid, buttons under a picture, a question."""

from __future__ import annotations

from typing import Any

from bot.slack.forms import plain
from bot.slack.message import Block, Message, button, section
from bot.slack.text import quoted
from bot.studio.model import Brief, Use

#: The choice under a grid; its value is BRIEF/NUMBER/USE.
CHOOSE_ACTION = "vary_choice"
#: Buttons for a cell, `vary_cell_subtle_2`, with the same value.
CELL_ACTION = "vary_cell"
#: Buttons under a Pro render or a fix, `vary_version_subtle`; the value is the version.
VERSION_ACTION = "vary_version"
USES = (Use.SUBTLE, Use.STRONG)


def vary_choice(brief: str, cells: int) -> dict[str, Any]:
    """Which picture of a grid, and how far from it, in one choice."""
    return {
        "type": "static_select",
        "action_id": CHOOSE_ACTION,
        "placeholder": plain("🎨 Vary…", emoji=True),
        "option_groups": [
            {
                "label": plain({Use.SUBTLE: "Subtle: close to it", Use.STRONG: "Strong: further away"}[use]),
                "options": [
                    {"text": plain(f"Vary {number}, {use}"), "value": f"{brief}/{number}/{use}"}
                    for number in range(1, cells + 1)
                ],
            }
            for use in USES
        ],
    }


def vary_buttons(version: int) -> list[dict[str, Any]]:
    """The two ways to vary one picture."""
    return [
        button(
            f"🎨 Vary {use}",
            f"{VERSION_ACTION}_{use}",
            str(version),
            accessibility_label=f"Draft {use} variations of this picture",
        )
        for use in USES
    ]


def which_one(brief: Brief, cells: int) -> Message:
    """The question that 🎨 on a grid of several pictures raises."""
    return Message(
        text=f"Which picture of {quoted(brief.prompt)} shall I vary?",
        blocks=[
            section(f":art: Which picture of {quoted(brief.prompt)} shall I vary, and how far?"),
            *(_row(brief.id, cells, use) for use in USES),
        ],
    )


def _row(brief: str, cells: int, use: Use) -> Block:
    return {
        "type": "actions",
        "block_id": f"vary_{use}",
        "elements": [
            button(
                f"{number} {use}",
                f"{CELL_ACTION}_{use}_{number}",
                f"{brief}/{number}/{use}",
                accessibility_label=f"Draft {use} variations of picture {number}",
            )
            for number in range(1, cells + 1)
        ],
    }
