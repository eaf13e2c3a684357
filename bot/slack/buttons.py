"""The buttons under a picture in a thread: to the editor, and to files at exact sizes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.briefs.model import Use
from bot.slack.blocks import Block, button
from bot.texts import say

EDIT_ACTION = "edit_picture"
DELIVER_ACTION = "deliver_picture"


def edit_row(version: int) -> Block:
    """A row with what can be done with that version: edit it, deliver it, vary it."""
    return {
        "type": "actions",
        "block_id": f"edit_{version}",
        "elements": [
            button(
                say("picture-edit"),
                EDIT_ACTION,
                str(version),
                accessibility_label=say("picture-edit-label"),
            ),
            button(
                say("picture-deliver"),
                DELIVER_ACTION,
                str(version),
                accessibility_label=say("picture-deliver-label"),
            ),
            *vary_buttons(version),
        ],
    }


APPROVE_ACTION = "approve_cell"


WITHDRAW_ACTION = "withdraw_cell"


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
