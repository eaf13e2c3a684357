"""The button by which people get from a picture in a thread to the editor."""

from __future__ import annotations

from bot.slack.message import Block, button

EDIT_ACTION = "edit_picture"


def edit_row(version: int) -> Block:
    """A row with "Edit picture" for that version."""
    return {
        "type": "actions",
        "block_id": f"edit_{version}",
        "elements": [
            button(
                "Edit picture",
                EDIT_ACTION,
                str(version),
                accessibility_label="Edit this picture: get your own link to the editor",
            )
        ],
    }
