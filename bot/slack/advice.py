"""The warning that a prompt asks for what quick drafts get wrong, and the ways on. Pure functions."""

from __future__ import annotations

from bot.ledger import format_money
from bot.slack.message import Block, Message, button, context, section
from bot.slack.text import escape, quoted
from bot.studio.model import Brief
from bot.texts import say

STRAIGHT, CHANGE = "straight_to_pro", "advice_change"
BLOCK, ROW = "advice", "advice_row"
#: Of a warning that does not stay with the finished grid, which has a note of its own about it.
UNKNOWN, UNKNOWN_ROW = "unknown_words", "unknown_words_row"


def straight_button(brief: str, micro: int, currency: str) -> Block:
    """The button that drafts one picture and renders it in Pro; it says what both cost."""
    return button(
        say("advice-straight", cost=format_money(micro, currency)),
        STRAIGHT,
        brief,
        accessibility_label=say("advice-straight-label"),
    )


def blocks(brief: Brief, sentence: str, *, straight_micro: int, currency: str) -> list[Block]:
    """What stands above the draft's own buttons."""
    return [
        {**section(say("advice-warning", sentence=escape(sentence))), "block_id": BLOCK},
        {
            "type": "actions",
            "block_id": ROW,
            "elements": [straight_button(brief.id, straight_micro, currency), _change_button(brief)],
        },
    ]


def unknown(brief: Brief, sentence: str) -> list[Block]:
    """What stands above a draft's own buttons where the model knows no word of its prompt; nor would Pro."""
    return [
        {**section(say("advice-warning", sentence=escape(sentence))), "block_id": UNKNOWN},
        {"type": "actions", "block_id": UNKNOWN_ROW, "elements": [_change_button(brief)]},
    ]


def _change_button(brief: Brief) -> Block:
    return button(say("grid-change-prompt"), CHANGE, brief.id, accessibility_label=say("advice-change-label"))


def gone_straight(brief: Brief, person: str) -> Message:
    """A draft was given up for Pro."""
    text = say("advice-gone", person=person, prompt=quoted(brief.prompt))
    return Message(text=text, blocks=[section(f":fast_forward: {text}")])


def not_straight(brief: Brief, sentence: str) -> Message:
    """One picture was drafted, and its render could not begin."""
    text = say("advice-stuck", sentence=sentence)
    return Message(
        text=text,
        blocks=[
            section(f":warning: {text}"),
            context(say("advice-stuck-small", prompt=quoted(brief.prompt))),
        ],
    )
