"""A Slack message as a value: text for notifications, blocks, and the stored pictures that its blocks show."""

from __future__ import annotations

import dataclasses
import re
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
    #: The name of a newer form that not every workspace takes; and what is shown where it is refused.
    form: str = ""
    classic: Message | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", _less(self.text))


def _less(text: str) -> str:
    """The text with the sign of “< 1 ¢” as Slack wants it: else what follows would read as a link."""
    return text.replace("<\u00a0", "&lt;\u00a0")


def section(text: str) -> Block:
    """A paragraph of mrkdwn."""
    return {"type": "section", "text": mrkdwn(text, 3_000)}


def mrkdwn(text: str, most: int = 2_000) -> Block:
    """A text with Slack's markup, of at most so many characters."""
    return {"type": "mrkdwn", "text": shorten(_less(text), most)}


def context(*texts: str) -> Block:
    """Small print; at most ten parts."""
    return {
        "type": "context",
        "elements": [mrkdwn(text) for text in texts[:10]],
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


def confirmed(*, title: str, text: str, yes: str, no: str) -> Block:
    """The question before a button acts."""
    return {"title": plain(title), "text": plain(text), "confirm": plain(yes), "deny": plain(no)}


def with_files(blocks: Sequence[Block], file_ids: Mapping[int, str]) -> list[Block]:
    """The blocks with each `picture:N` replaced by the id of the uploaded file."""
    return [_with_files(block, file_ids) for block in blocks]


def _with_files(part: Any, file_ids: Mapping[int, str]) -> Any:
    if isinstance(part, list):
        return [_with_files(one, file_ids) for one in part]
    if not isinstance(part, dict):
        return part
    name = part.get("slack_file", {}).get("id", "") if part.get("type") == "image" else ""
    if name.startswith("picture:"):
        return {**part, "slack_file": {"id": file_ids[int(name.removeprefix("picture:"))]}}
    return {key: _with_files(value, file_ids) for key, value in part.items()}


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


def leading_to(effect: str, label: str) -> str:
    """Words that lead to another message of ours, by the effect that posts it: a link once both are there."""
    return f"<effect:{effect}|{label}>"


_LEADING = re.compile(r"<effect:([^|>]+)\|([^>]*)>")


def effects_named(shown: Any) -> set[str]:
    """The effects that words in these blocks lead to."""
    if isinstance(shown, str):
        return {effect for effect, _ in _LEADING.findall(shown)}
    parts = shown.values() if isinstance(shown, Mapping) else shown if isinstance(shown, Sequence) else ()
    return {effect for part in parts for effect in effects_named(part)}


def with_links(shown: Any, links: Mapping[str, str]) -> Any:
    """The same with links in place; words whose message has no address stand without one."""
    if isinstance(shown, str):
        return _LEADING.sub(lambda found: _link(links.get(found[1]), found[2]), shown)
    if isinstance(shown, Mapping):
        return {name: with_links(part, links) for name, part in shown.items()}
    return [with_links(part, links) for part in shown] if isinstance(shown, Sequence) else shown


def _link(address: str | None, label: str) -> str:
    return f"<{address}|{label}>" if address else label


def without_pictures(block: Block) -> Block | None:
    """The block as it stands without uploaded files; None where nothing is left of it."""
    if block["type"] == "carousel" or (block["type"] == "image" and "slack_file" in block):
        return None
    if "slack_file" in block.get("accessory", {}):
        return {name: value for name, value in block.items() if name != "accessory"}
    return block
