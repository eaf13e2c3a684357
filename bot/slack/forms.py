"""The small parts that every form is made of: plain text, options, labelled fields."""

from __future__ import annotations

from bot.slack.message import Block


def plain(text: str, *, emoji: bool = False) -> Block:
    """A text that Slack shows as it is."""
    return {"type": "plain_text", "text": text} | ({"emoji": True} if emoji else {})


def option(value: str, label: str) -> Block:
    """One choice of a select, of radio buttons or of checkboxes."""
    return {"text": plain(label), "value": value}


def field(name: str, label: str, element: Block, *, optional: bool = False, hint: str = "") -> Block:
    """A labelled input; `name` is its block and its action alike."""
    block: Block = {
        "type": "input",
        "block_id": name,
        "label": plain(label),
        "element": {**element, "action_id": name},
        "optional": optional,
    }
    return {**block, "hint": plain(hint)} if hint else block
