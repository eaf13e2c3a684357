"""What an app sends, checked wherever it comes in: blocks, views, metadata, files in blocks."""

import json
import secrets
from typing import Any

from sandbox import rendering
from sandbox.block_kit import blocks as block_kit
from sandbox.block_kit.values import elements_of
from sandbox.model import Json, SlackError
from sandbox.state import State

#: Longest text of a new message and of an update, in characters.
MAX_TEXT = 40_000
MAX_UPDATE_TEXT = 4_000
#: Most bytes of JSON all blocks of a message may take. Slack publishes no number; others measured about this.
MAX_BLOCKS = 13_200
#: Longest message metadata, in bytes of JSON.
MAX_METADATA = 8_000
#: Pictures an image block shows.
SHOWN = ("image/png", "image/jpeg", "image/gif")
#: Longest view, in bytes of JSON.
MAX_VIEW = 250_000


def checked_blocks(state: State, given: Any, *, classic: bool) -> list[Json]:
    """Message blocks with block_ids filled in; raises invalid_blocks with the reasons, msg_blocks_too_long.

    A `classic` workspace knows none of the newer blocks.
    """
    if given in (None, ""):
        return []
    problems = block_kit.check_message(given, lambda found: usable_file(state, found), classic=classic)
    if problems:
        messages = [f"[ERROR] {problem}" for problem in problems]
        raise SlackError("invalid_blocks", errors=problems, response_metadata={"messages": messages})
    if len(json.dumps(given, ensure_ascii=False).encode()) > MAX_BLOCKS:
        raise SlackError("msg_blocks_too_long")
    return with_ids(given)


def with_ids(given: list[Json]) -> list[Json]:
    """The blocks, each with a block_id and each button with an action_id, as Slack stores them."""
    stored: list[Json] = json.loads(json.dumps(given))
    for block in stored:
        block.setdefault("block_id", secrets.token_urlsafe(4))
        for card in block["elements"] if block["type"] == "carousel" else []:
            card.setdefault("block_id", secrets.token_urlsafe(4))
    for _, element in elements_of(stored):
        element.setdefault("action_id", secrets.token_urlsafe(4))
    return stored


def usable_file(state: State, slack_file: Json) -> bool:
    """Whether an image block may show this file now: it exists, was processed and is a picture."""
    if "id" in slack_file:
        file = state.files.get(str(slack_file["id"]))
    else:
        rendered = ((file, rendering.file(state, file)) for file in state.files.values())
        addresses = ("url_private", "permalink")
        file = next(
            (f for f, body in rendered if slack_file.get("url") in [body[a] for a in addresses]), None
        )
    if file is None or not state.may_see(file, state.team.bot_user):
        return False
    return file.is_ready and file.mimetype in SHOWN


def checked_view(state: State, view: Any, kind: str | None = None) -> Json:
    """A modal or home view with ids filled in; raises invalid_arguments or view_too_large."""
    if not isinstance(view, dict):
        raise bad_arguments("missing required field: view")
    problems = block_kit.check_view(view, lambda found: usable_file(state, found))
    if kind and view.get("type") != kind:
        problems.append(f"must be {kind} [json-pointer:/view/type]")
    if problems:
        raise bad_arguments(*problems)
    if len(json.dumps(view).encode()) > MAX_VIEW:
        raise SlackError("view_too_large")
    return view | {"blocks": with_ids(view["blocks"])}


def bad_arguments(*messages: str) -> SlackError:
    """Slack's invalid_arguments with its messages."""
    return SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {m}" for m in messages]})


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
