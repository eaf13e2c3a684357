"""The warning that a prompt asks for what quick drafts get wrong, and the ways on. Pure functions."""

from __future__ import annotations

from bot.ledger import format_money
from bot.slack.message import Block, Message, button, context, section
from bot.slack.text import escape, quoted
from bot.studio.model import Brief

STRAIGHT, CHANGE = "straight_to_pro", "advice_change"
BLOCK, ROW = "advice", "advice_row"


def straight_button(brief: str, micro: int, currency: str) -> Block:
    """The button that drafts one picture and renders it in Pro; it says what both cost."""
    return button(
        f"Straight to Pro · about {format_money(micro, currency)}",
        STRAIGHT,
        brief,
        accessibility_label="Draft one picture and render it in Pro without looking at drafts",
    )


def blocks(brief: Brief, sentence: str, *, straight_micro: int, currency: str) -> list[Block]:
    """What stands above the draft's own buttons."""
    return [
        {**section(f":warning: *Before this costs anything:* {escape(sentence)}"), "block_id": BLOCK},
        {
            "type": "actions",
            "block_id": ROW,
            "elements": [
                straight_button(brief.id, straight_micro, currency),
                button(
                    "✏️ Change the prompt",
                    CHANGE,
                    brief.id,
                    accessibility_label="Change the prompt; this draft then stops for free",
                ),
            ],
        },
    ]


def gone_straight(brief: Brief, person: str) -> Message:
    """A draft was given up for Pro."""
    text = (
        f"<@{person}> sent {quoted(brief.prompt)} straight to Pro. This draft was stopped and costs nothing."
    )
    return Message(text=text, blocks=[section(f":fast_forward: {text}")])


def not_straight(brief: Brief, sentence: str) -> Message:
    """One picture was drafted, and its render could not begin."""
    text = f"The picture is here, but its Pro render could not begin. {sentence}"
    return Message(
        text=text,
        blocks=[
            section(f":warning: {text}"),
            context(f"From {quoted(brief.prompt)}. React to it with :one: later."),
        ],
    )
