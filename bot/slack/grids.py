"""What stands around a grid besides its pictures: the row of buttons, what it follows, and how it ends early."""

from __future__ import annotations

from bot.slack import varying
from bot.slack.message import Block, Message, button, context, section
from bot.slack.text import escape, quoted, shorten
from bot.studio.model import Brief, Reference, Use

AGAIN, CHANGE, STOP, REMOVE = "draft_again", "draft_change", "draft_stop", "draft_remove"
VARY = "draft_vary"
#: The same by emoji, on the grid's message. Slack has older and newer names for some.
EMOJI = {
    "repeat": AGAIN,
    "arrows_counterclockwise": AGAIN,
    "pencil2": CHANGE,
    "pencil": CHANGE,
    "octagonal_sign": STOP,
    "black_square_for_stop": STOP,
    "wastebasket": REMOVE,
    "art": VARY,
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


def again_row(brief: Brief, cells: int) -> Block:
    """Under a finished grid."""
    return {
        "type": "actions",
        "block_id": "again",
        "elements": [
            button("🔁 Again", AGAIN, brief.id, accessibility_label="Draft the same prompt again, otherwise"),
            varying.vary_choice(brief.id, cells),
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
    parts = [words[brief.change]] if brief.change else []
    if brief.told:
        parts = [f"a changed prompt: {escape(brief.told)}"]
    if brief.reference:
        parts.append(drawn_from(brief.reference))
    if brief.style:
        parts.append(f"style {escape(brief.style)}")
    return "".join(f" · {part}" for part in parts)


def drawn_from(reference: Reference) -> str:
    """What a grid started from, and how far from it its pictures may go."""
    name = escape(shorten(reference.name, 60))
    how = {
        Use.LIKE: "like",
        Use.SUBTLE: "subtle variations of",
        Use.STRONG: "strong variations of",
        Use.IMPORT: "brought in:",
    }[reference.use]
    strength = f", strength {reference.strength_percent / 100:g}" if reference.strength_percent else ""
    return f"{how} {name}{strength}"


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
