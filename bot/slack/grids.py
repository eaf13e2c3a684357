"""What stands around a grid besides its pictures: the row of buttons, what it follows, and how it ends early."""

from __future__ import annotations

from bot.slack.message import Block, Message, button, context, section
from bot.slack.text import quoted
from bot.studio.model import Brief

AGAIN, CHANGE, STOP, REMOVE = "draft_again", "draft_change", "draft_stop", "draft_remove"
#: The same by emoji, on the grid's message. Slack has older and newer names for some.
EMOJI = {
    "repeat": AGAIN,
    "arrows_counterclockwise": AGAIN,
    "pencil2": CHANGE,
    "pencil": CHANGE,
    "octagonal_sign": STOP,
    "black_square_for_stop": STOP,
    "wastebasket": REMOVE,
}


def stop_row(brief: Brief) -> Block:
    """Under a draft that is being drawn."""
    return {
        "type": "actions",
        "block_id": "drafting",
        "elements": [
            button("🛑 Stop", STOP, brief.id, accessibility_label="Stop this draft; nothing is charged")
        ],
    }


def again_row(brief: Brief) -> Block:
    """Under a finished grid."""
    return {
        "type": "actions",
        "block_id": "again",
        "elements": [
            button("🔁 Again", AGAIN, brief.id, accessibility_label="Draft the same prompt again, otherwise"),
            button("✏️ Change", CHANGE, brief.id, accessibility_label="Change the prompt and draft it"),
            button(
                "🗑️ Remove",
                REMOVE,
                brief.id,
                accessibility_label="Remove this grid from the channel",
                confirm={
                    "title": {"type": "plain_text", "text": "Remove this grid?"},
                    "text": {
                        "type": "plain_text",
                        "text": "Its pictures leave the channel. What was approved from it stays.",
                    },
                    "confirm": {"type": "plain_text", "text": "Remove"},
                    "deny": {"type": "plain_text", "text": "Keep"},
                },
            ),
        ],
    }


def follows(brief: Brief) -> str:
    """How a brief came from another one, for its small print; empty for a first one."""
    words = {"again": "the same prompt again", "prompt": "a changed prompt"}
    return f" · {words[brief.change]}" if brief.change else ""


def change_offer(brief: Brief) -> Message:
    """The answer to ✏️, since only a button may open a form."""
    return Message(
        text=f"Change the prompt {quoted(brief.prompt)}?",
        blocks=[
            section(f"Change {quoted(brief.prompt)} and draft it anew?"),
            {
                "type": "actions",
                "block_id": "change",
                "elements": [button("✏️ Change the prompt", CHANGE, brief.id)],
            },
        ],
    )


def stopped(brief: Brief, person: str) -> Message:
    """A draft was stopped before it was finished."""
    text = f"<@{person}> stopped the draft of {quoted(brief.prompt)}. Nothing was charged."
    return Message(text=text, blocks=[section(f":octagonal_sign: {text}"), _once_more(brief)])


def removed(brief: Brief, person: str) -> Message:
    """A grid was taken away."""
    text = f"<@{person}> removed the grid of {quoted(brief.prompt)}."
    return Message(
        text=text,
        blocks=[
            section(f":wastebasket: {text}"),
            context("Renders and fixes that were made from it stay in the thread."),
        ],
    )


def _once_more(brief: Brief) -> Block:
    return {
        "type": "actions",
        "block_id": "again",
        "elements": [
            button("🔁 Draft it after all", AGAIN, brief.id),
            button("✏️ Change", CHANGE, brief.id),
        ],
    }
