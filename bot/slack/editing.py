"""The buttons under a picture in a thread: to the editor, and to files at exact sizes."""

from __future__ import annotations

from bot.slack.message import Block, button
from bot.slack.varying import vary_buttons

EDIT_ACTION = "edit_picture"
DELIVER_ACTION = "deliver_picture"


def edit_row(version: int) -> Block:
    """A row with what can be done with that version: edit it, deliver it, vary it."""
    return {
        "type": "actions",
        "block_id": f"edit_{version}",
        "elements": [
            button(
                "Edit picture",
                EDIT_ACTION,
                str(version),
                accessibility_label="Edit this picture: get your own link to the editor",
            ),
            button(
                "Deliver…",
                DELIVER_ACTION,
                str(version),
                accessibility_label="Deliver this picture as files at exact sizes",
            ),
            *vary_buttons(version),
        ],
    }
