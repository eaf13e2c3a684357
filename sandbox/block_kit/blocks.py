"""Block Kit as Slack checks it: block types, required fields, lengths, unique ids. Returns what is wrong, in words."""

from collections.abc import Callable
from typing import Any

from sandbox.block_kit.elements import Checker, check_element
from sandbox.block_kit.rich_text import check_rich_text
from sandbox.model import Json

MAX_MESSAGE_BLOCKS = 50
MAX_VIEW_BLOCKS = 100
MAX_CARD_BUTTONS = 3

#: Which blocks may stand where.
_IN_MESSAGES = {
    "section", "divider", "image", "actions", "context", "header", "rich_text", "video", "file", "markdown",
    "card", "carousel", "context_actions",
}  # fmt: skip
#: Blocks that older workspaces refuse.
NEWER = {"card", "carousel", "context_actions"}
_IN_VIEWS = {"section", "divider", "image", "actions", "context", "header", "rich_text", "video", "input"}
_IN_ACTIONS = {
    "button", "overflow", "static_select", "external_select", "users_select", "conversations_select",
    "channels_select", "multi_static_select", "multi_users_select", "datepicker", "timepicker", "datetimepicker",
    "checkboxes", "radio_buttons",
}  # fmt: skip
_IN_INPUTS = (_IN_ACTIONS - {"button", "overflow"}) | {
    "plain_text_input", "number_input", "email_text_input", "url_text_input", "file_input", "rich_text_input",
}  # fmt: skip
_BLOCK_KEYS = {
    "section": {"text", "fields", "accessory", "expand"},
    "divider": set(),
    "image": {"image_url", "slack_file", "alt_text", "title"},
    "actions": {"elements"},
    "context": {"elements"},
    "header": {"text"},
    "rich_text": {"elements"},
    "video": {
        "alt_text", "author_name", "description", "provider_icon_url", "provider_name", "title", "title_url",
        "thumbnail_url", "video_url",
    },
    "file": {"external_id", "source"},
    "markdown": {"text"},
    "card": {"hero_image", "icon", "title", "subtitle", "body", "actions"},
    "carousel": {"elements"},
    "context_actions": {"elements"},
    "input": {"label", "element", "dispatch_action", "hint", "optional"},
}  # fmt: skip

FileCheck = Callable[[Json], bool]


def check_message(blocks: Any, file_usable: FileCheck, *, classic: bool = False) -> list[str]:
    """What is wrong with a message's blocks; [] when nothing. `classic` refuses the newer ones."""
    checker = Checker(file_usable)
    allowed = _IN_MESSAGES - NEWER if classic else _IN_MESSAGES
    _check_blocks(checker, blocks, "/blocks", allowed, MAX_MESSAGE_BLOCKS)
    return checker.problems


def check_view(view: Json, file_usable: FileCheck) -> list[str]:
    """What is wrong with a modal or home view; [] when nothing."""
    checker = Checker(file_usable)
    kind = view.get("type")
    if kind not in ("modal", "home"):
        checker.say("/view/type", "must be modal or home")
        return checker.problems
    checker.keys(
        view,
        "/view",
        {"type", "title", "submit", "close", "blocks", "private_metadata", "callback_id", "clear_on_close",
         "notify_on_close", "external_id", "submit_disabled"},
    )  # fmt: skip
    if kind == "modal":
        checker.text(view.get("title"), "/view/title", most=24, plain=True)
        for part in ("submit", "close"):
            if view.get(part) is not None:
                checker.text(view[part], f"/view/{part}", most=24, plain=True)
    checker.string(view, "private_metadata", "/view", most=3000)
    checker.string(view, "callback_id", "/view", most=255)
    checker.string(view, "external_id", "/view", most=255)
    blocks = view.get("blocks")
    _check_blocks(checker, blocks, "/view/blocks", _IN_VIEWS, MAX_VIEW_BLOCKS)
    has_inputs = isinstance(blocks, list) and any(
        isinstance(b, dict) and b.get("type") == "input" for b in blocks
    )
    if kind == "home":
        for number, block in enumerate(blocks if isinstance(blocks, list) else []):
            element = block.get("element") if isinstance(block, dict) else None
            if isinstance(element, dict) and element.get("type") == "file_input":
                checker.say(f"/view/blocks/{number}/element", "unsupported element type: file_input")
    if kind == "modal" and has_inputs and not view.get("submit"):
        checker.say("/view", "`submit` is required when an `input` block is within blocks")
    return checker.problems


def _check_blocks(checker: Checker, blocks: Any, at: str, allowed: set[str], most: int) -> None:
    if not isinstance(blocks, list):
        checker.say(at, "must provide an array of blocks")
        return
    if len(blocks) > most:
        checker.say(at, f"no more than {most} items allowed")
        return
    seen: set[str] = set()
    for number, block in enumerate(blocks):
        here = f"{at}/{number}"
        if not isinstance(block, dict) or block.get("type") not in allowed:
            found = block.get("type") if isinstance(block, dict) else block
            checker.say(here, f"unsupported type: {found}")
            continue
        kind = block["type"]
        checker.keys(block, here, {"type", "block_id"} | _BLOCK_KEYS[kind])
        checker.string(block, "block_id", here, most=255)
        block_id = block.get("block_id")
        if not isinstance(block_id, str):
            block_id = None
        if block_id in seen:
            checker.say(f"{here}/block_id", f"`block_id` {block_id} already exists; block ids must be unique")
        if block_id:
            seen.add(block_id)
        if check := _CHECKS.get(kind):
            check(checker, block, here)


def _section(checker: Checker, block: Json, at: str) -> None:
    if block.get("text") is None and not block.get("fields"):
        checker.say(at, "must have `text` or `fields`")
    if block.get("text") is not None:
        checker.text(block["text"], f"{at}/text", most=3000)
    fields = block.get("fields")
    if fields is not None and checker.listed(fields, f"{at}/fields", most=10):
        for number, field in enumerate(fields):
            checker.text(field, f"{at}/fields/{number}", most=2000)
    if block.get("accessory") is not None:
        check_element(checker, block["accessory"], f"{at}/accessory", _IN_ACTIONS | {"image"})


def _image(checker: Checker, block: Json, at: str) -> None:
    checker.picture(block, at)
    if block.get("title") is not None:
        checker.text(block["title"], f"{at}/title", most=2000, plain=True)


def _actions(checker: Checker, block: Json, at: str) -> None:
    _interactive(checker, block.get("elements"), f"{at}/elements", _IN_ACTIONS, most=25)


def _context_actions(checker: Checker, block: Json, at: str) -> None:
    _interactive(
        checker, block.get("elements"), f"{at}/elements", {"icon_button", "feedback_buttons"}, most=5
    )


def _card(checker: Checker, block: Json, at: str) -> None:
    if all(block.get(part) is None for part in ("hero_image", "title", "actions", "body")):
        checker.say(at, "must have `hero_image`, `title`, `actions` or `body`")
    for part in ("hero_image", "icon"):
        if block.get(part) is not None:
            check_element(checker, block[part], f"{at}/{part}", {"image"})
    for part, most in (("title", 150), ("subtitle", 150), ("body", 200)):
        if block.get(part) is not None:
            checker.text(block[part], f"{at}/{part}", most=most)
    if block.get("actions") is not None:
        _interactive(checker, block["actions"], f"{at}/actions", {"button"}, most=MAX_CARD_BUTTONS)


def _carousel(checker: Checker, block: Json, at: str) -> None:
    cards = block.get("elements")
    if checker.listed(cards, f"{at}/elements", most=10):
        _check_blocks(checker, cards, f"{at}/elements", {"card"}, 10)


def _interactive(checker: Checker, elements: Any, at: str, allowed: set[str], *, most: int) -> None:
    """A row of interactive elements whose action_ids differ."""
    if checker.listed(elements, at, most=most):
        seen: set[str] = set()
        for number, element in enumerate(elements or []):
            here = f"{at}/{number}"
            check_element(checker, element, here, allowed)
            action_id = element.get("action_id") if isinstance(element, dict) else None
            if isinstance(action_id, str):
                if action_id in seen:
                    checker.say(f"{here}/action_id", f"`action_id` {action_id} already exists in this block")
                seen.add(action_id)


def _context(checker: Checker, block: Json, at: str) -> None:
    elements = block.get("elements")
    if checker.listed(elements, f"{at}/elements", most=10):
        for number, element in enumerate(elements or []):
            here = f"{at}/elements/{number}"
            if isinstance(element, dict) and element.get("type") == "image":
                check_element(checker, element, here, {"image"})
            else:
                checker.text(element, here, most=2000)


def _header(checker: Checker, block: Json, at: str) -> None:
    checker.text(block.get("text"), f"{at}/text", most=150, plain=True)


def _markdown(checker: Checker, block: Json, at: str) -> None:
    if not isinstance(block.get("text"), str) or not block["text"]:
        checker.say(f"{at}/text", "missing required field: text")
    checker.string(block, "text", at, most=12_000)


def _rich_text(checker: Checker, block: Json, at: str) -> None:
    elements = block.get("elements")
    if checker.listed(elements, f"{at}/elements", most=500):
        check_rich_text(elements or [], f"{at}/elements", checker.say)


def _video(checker: Checker, block: Json, at: str) -> None:
    for key in ("alt_text", "title", "thumbnail_url", "video_url"):
        if block.get(key) is None:
            checker.say(f"{at}/{key}", f"missing required field: {key}")
    if block.get("title") is not None:
        checker.text(block["title"], f"{at}/title", most=200, plain=True)
    for key in ("thumbnail_url", "video_url", "title_url", "provider_icon_url"):
        checker.address(block, key, at)


def _file(checker: Checker, block: Json, at: str) -> None:
    if block.get("source") != "remote" or not block.get("external_id"):
        checker.say(at, "must have `source` remote and an `external_id`")


def _input(checker: Checker, block: Json, at: str) -> None:
    checker.text(block.get("label"), f"{at}/label", most=2000, plain=True)
    if block.get("hint") is not None:
        checker.text(block["hint"], f"{at}/hint", most=2000, plain=True)
    check_element(checker, block.get("element"), f"{at}/element", _IN_INPUTS)


_CHECKS: dict[str, Callable[[Checker, Json, str], None]] = {
    "section": _section,
    "image": _image,
    "actions": _actions,
    "context": _context,
    "header": _header,
    "markdown": _markdown,
    "rich_text": _rich_text,
    "card": _card,
    "carousel": _carousel,
    "context_actions": _context_actions,
    "video": _video,
    "file": _file,
    "input": _input,
}
