"""How people say which picture to vary, and how far: a choice under a grid, buttons under a picture, a question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.slack.forms import option, plain
from bot.slack.message import Block, Message, button, section
from bot.slack.text import quoted
from bot.studio.model import Brief, Use
from bot.texts import say

#: The choice under a grid; its value is BRIEF/NUMBER/USE.
CHOOSE_ACTION = "vary_choice"
#: Buttons for a cell, `vary_cell_subtle_2`, with the same value.
CELL_ACTION = "vary_cell"
#: Buttons under a Pro render or a fix, `vary_version_subtle`; the value is the version.
VERSION_ACTION = "vary_version"


@dataclass(frozen=True, kw_only=True)
class _Way:
    """One of the ways to vary, with the ids of what is said of it."""

    use: Use
    group: str
    option: str
    button: str
    button_label: str
    cell: str
    cell_label: str


_WAYS = (
    _Way(
        use=Use.SUBTLE,
        group="vary-group-subtle",
        option="vary-option-subtle",
        button="vary-subtle",
        button_label="vary-subtle-label",
        cell="vary-cell-subtle",
        cell_label="vary-cell-subtle-label",
    ),
    _Way(
        use=Use.STRONG,
        group="vary-group-strong",
        option="vary-option-strong",
        button="vary-strong",
        button_label="vary-strong-label",
        cell="vary-cell-strong",
        cell_label="vary-cell-strong-label",
    ),
)


def vary_choice(brief: str, cells: int) -> dict[str, Any]:
    """Which picture of a grid, and how far from it, in one choice."""
    return {
        "type": "static_select",
        "action_id": CHOOSE_ACTION,
        "placeholder": plain(say("vary-choose"), emoji=True),
        "option_groups": [
            {
                "label": plain(say(way.group)),
                "options": [
                    option(f"{brief}/{number}/{way.use}", say(way.option, number=number))
                    for number in range(1, cells + 1)
                ],
            }
            for way in _WAYS
        ],
    }


def vary_buttons(version: int) -> list[dict[str, Any]]:
    """The two ways to vary one picture."""
    return [
        button(
            say(way.button),
            f"{VERSION_ACTION}_{way.use}",
            str(version),
            accessibility_label=say(way.button_label),
        )
        for way in _WAYS
    ]


def which_one(brief: Brief, cells: int) -> Message:
    """The question that 🎨 on a grid of several pictures raises."""
    return Message(
        text=say("vary-which-text", prompt=quoted(brief.prompt)),
        blocks=[
            section(say("vary-which", prompt=quoted(brief.prompt))),
            *(_row(brief.id, cells, way) for way in _WAYS),
        ],
    )


def _row(brief: str, cells: int, way: _Way) -> Block:
    return {
        "type": "actions",
        "block_id": f"vary_{way.use}",
        "elements": [
            button(
                say(way.cell, number=number),
                f"{CELL_ACTION}_{way.use}_{number}",
                f"{brief}/{number}/{way.use}",
                accessibility_label=say(way.cell_label, number=number),
            )
            for number in range(1, cells + 1)
        ],
    }
