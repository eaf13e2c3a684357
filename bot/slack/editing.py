"""The buttons under a picture in a thread: to the editor, and to files at exact sizes."""

from __future__ import annotations

from bot.slack.message import Block, button
from bot.slack.varying import vary_buttons
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
