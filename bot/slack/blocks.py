"""A Slack message as a value: text for notifications, blocks, and the stored pictures that its blocks show."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.slack.text import ALT_TEXT_LIMIT, shorten

Block = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A stored picture to upload before the message can show it."""

    #: Hash of the picture in the store.
    sha256: str
    filename: str
    alt_text: str
    #: Posted as a file of its own, as blocks can't show its kind.
    shared: bool = False


@dataclass(frozen=True, kw_only=True)
class Message:
    """What a message shows. An image block names its attachment as `picture:0`, `picture:1`, …"""

    text: str
    blocks: Sequence[Block]
    attachments: Sequence[Attachment] = dataclasses.field(default=())


def section(text: str) -> Block:
    """A paragraph of mrkdwn."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": shorten(text, 3_000)}}


def context(*texts: str) -> Block:
    """Small print; at most ten parts."""
    return {
        "type": "context",
        "elements": [{"type": "mrkdwn", "text": shorten(text, 2_000)} for text in texts[:10]],
    }


def image(index: int, alt_text: str) -> Block:
    """The attachment with that index, shown in full width."""
    return {
        "type": "image",
        "slack_file": {"id": f"picture:{index}"},
        "alt_text": shorten(alt_text, ALT_TEXT_LIMIT),
    }


def button(text: str, action_id: str, value: str, **extra: Any) -> Block:
    """A button element; text is at most 75 characters."""
    label = {"type": "plain_text", "text": shorten(text, 75), "emoji": True}
    return {"type": "button", "text": label, "action_id": action_id, "value": value, **extra}


def with_files(blocks: Sequence[Block], file_ids: Mapping[int, str]) -> list[Block]:
    """The blocks with each `picture:N` replaced by the id of the uploaded file."""
    return [_with_files(block, file_ids) for block in blocks]


def _with_files(block: Block, file_ids: Mapping[int, str]) -> Block:
    if "accessory" in block:
        return {**block, "accessory": _with_files(block["accessory"], file_ids)}
    name = block.get("slack_file", {}).get("id", "") if block["type"] == "image" else ""
    if not name.startswith("picture:"):
        return block
    return {**block, "slack_file": {"id": file_ids[int(name.removeprefix("picture:"))]}}


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


def without_pictures(block: Block) -> Block | None:
    """The block as it stands without uploaded files; None where nothing is left of it."""
    if block["type"] == "image" and "slack_file" in block:
        return None
    if "slack_file" in block.get("accessory", {}):
        return {name: value for name, value in block.items() if name != "accessory"}
    return block
