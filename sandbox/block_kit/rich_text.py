"""Rich text blocks: which parts may stand in which, and what each part must say. Knows nothing of other blocks."""

from collections.abc import Callable
from typing import Any

from sandbox.model import Json

#: Calls `say(place, problem)` for everything that is wrong.
Say = Callable[[str, str], None]

#: Required field of each inline part.
_INLINE = {
    "text": "text",
    "link": "url",
    "user": "user_id",
    "channel": "channel_id",
    "usergroup": "usergroup_id",
    "emoji": "name",
    "date": "timestamp",
    "broadcast": "range",
    "color": "value",
}
_ONLY_TEXT = {"text", "link"}


def check_rich_text(elements: list[Any], at: str, say: Say) -> None:
    """The elements of one rich_text block."""
    for number, element in enumerate(elements):
        here = f"{at}/{number}"
        kind = element.get("type") if isinstance(element, dict) else None
        if kind == "rich_text_list":
            _list(element, here, say)
        elif kind == "rich_text_preformatted":
            _inline(element, here, say, _ONLY_TEXT)
        elif kind in ("rich_text_section", "rich_text_quote"):
            _inline(element, here, say, set(_INLINE))
        else:
            say(here, f"unsupported rich text element: {kind}")


def _list(element: Json, at: str, say: Say) -> None:
    if element.get("style") not in ("bullet", "ordered"):
        say(f"{at}/style", "must be bullet or ordered")
    items = element.get("elements")
    if not isinstance(items, list):
        say(f"{at}/elements", "missing required field: elements")
        return
    for number, item in enumerate(items):
        if not isinstance(item, dict) or item.get("type") != "rich_text_section":
            say(f"{at}/elements/{number}", "must be a rich_text_section")
        else:
            _inline(item, f"{at}/elements/{number}", say, set(_INLINE))


def _inline(element: Json, at: str, say: Say, allowed: set[str]) -> None:
    parts = element.get("elements")
    if not isinstance(parts, list):
        say(f"{at}/elements", "missing required field: elements")
        return
    for number, part in enumerate(parts):
        here = f"{at}/elements/{number}"
        kind = part.get("type") if isinstance(part, dict) else None
        if not isinstance(kind, str) or kind not in allowed:
            say(here, f"unsupported rich text element: {kind}")
            continue
        needed = _INLINE[kind]
        value = part.get(needed)
        wanted = int if kind == "date" else str
        if not isinstance(value, wanted) or value == "":
            say(f"{here}/{needed}", f"missing required field: {needed}")
        if kind == "broadcast" and value not in ("here", "channel", "everyone"):
            say(f"{here}/range", "must be here, channel or everyone")
