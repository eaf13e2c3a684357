"""What chat.postMessage, chat.update and response URLs share: checked text, blocks, metadata and files."""

import json
import secrets
from typing import Any

from sandbox import blocks as block_kit
from sandbox.model import Json, SlackError
from sandbox.practice import Practice

#: Longest text of a new message and of an update, in characters.
MAX_TEXT = 40_000
MAX_UPDATE_TEXT = 4_000
#: Longest message metadata, in bytes of JSON.
MAX_METADATA = 8_000


def checked_blocks(practice: Practice, given: Any, *, error: str = "invalid_blocks") -> list[Json]:
    """Message blocks with block_ids filled in; raises invalid_blocks with the reasons."""
    if given in (None, ""):
        return []
    problems = block_kit.check_message(given, lambda found: usable_file(practice, found))
    if problems:
        messages = [f"[ERROR] {problem}" for problem in problems]
        raise SlackError(error, errors=problems, response_metadata={"messages": messages})
    return with_ids(given)


def with_ids(given: list[Json]) -> list[Json]:
    """The blocks, each with a block_id and each button with an action_id, as Slack stores them."""
    stored: list[Json] = json.loads(json.dumps(given))
    for block in stored:
        block.setdefault("block_id", secrets.token_urlsafe(4))
        for element in [block.get("element"), block.get("accessory"), *(block.get("elements") or [])]:
            if isinstance(element, dict) and block["type"] in ("actions", "section", "input"):
                element.setdefault("action_id", secrets.token_urlsafe(4))
    return stored


def usable_file(practice: Practice, slack_file: Json) -> bool:
    """Whether an image block may show this file now: it exists, was processed and is a picture."""
    for file in practice.workspace.files.values():
        address = practice.workspace.render_file(file)["url_private"] if "url" in slack_file else None
        if file.id == slack_file.get("id") or (address and address == slack_file.get("url")):
            return practice.workspace.is_ready(file) and file.mimetype in (
                "image/png",
                "image/jpeg",
                "image/gif",
            )
    return False


def checked_metadata(given: Any) -> Json | None:
    """Message metadata: {event_type, event_payload}; {} clears it."""
    if given in (None, ""):
        return None
    if not isinstance(given, dict):
        raise SlackError("invalid_metadata_format")
    if not given:
        return {}
    if set(given) - {"event_type", "event_payload", "entities"}:
        raise SlackError("invalid_metadata_schema")
    if not isinstance(given.get("event_type"), str) or not isinstance(given.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(given).encode()) > MAX_METADATA:
        raise SlackError("metadata_too_large")
    return given
