"""What people enter and choose: the interactive elements of blocks, their state, and what a form refuses. Pure."""

from collections.abc import Iterator
from typing import Any

from sandbox.block_kit.inputs import MAX_FILE, MAX_FILES
from sandbox.model import Json

#: Elements that are pressed and keep no value.
PRESSED = {"button", "overflow", "icon_button", "feedback_buttons"}


def elements_of(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """(block, element) of every interactive element; a card of a carousel is the block of its buttons."""
    for block in blocks:
        if block.get("type") == "carousel":
            yield from elements_of(block["elements"])
            continue
        if block.get("type") in ("context", "rich_text"):
            continue
        listed = [*(block.get("elements") or []), *(block.get("actions") or [])]
        for element in [block.get("element"), block.get("accessory"), *listed]:
            if isinstance(element, dict) and element.get("type") != "image":
                yield block, element


def inputs_of(blocks: list[Json]) -> list[tuple[str, Json, bool]]:
    """(block_id, element, required) of every interactive element that holds a value."""
    return [
        (str(block.get("block_id")), element, block.get("type") == "input" and not block.get("optional"))
        for block, element in elements_of(blocks)
        if "action_id" in element and element.get("type") not in PRESSED
    ]


_VALUE_KEYS = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_users_select": ("selected_users", "initial_users"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "file_input": ("files", ""),
}


def value_key(element: Json) -> str:
    """The state key an element's value goes under, e.g. selected_option."""
    return _VALUE_KEYS.get(str(element.get("type")), ("value", ""))[0]


def state_of(blocks: list[Json], values: Json) -> Json:
    """state.values: what people entered, or else each input's initial value."""
    state: Json = {}
    for block_id, element, _ in inputs_of(blocks):
        action_id, kind = element["action_id"], element["type"]
        key, initial = _VALUE_KEYS.get(kind, ("value", "initial_value"))
        empty: Any = [] if key == "files" or (key.startswith("selected_") and key.endswith("s")) else None
        given = values.get(block_id, {}).get(action_id)
        if given is None:
            chosen = element.get(initial, empty)
        else:
            chosen = given.get(key, empty) if isinstance(given, dict) else given
        if isinstance(chosen, str) and key == "selected_option":
            chosen = next((o for o in element.get("options", []) if o.get("value") == chosen), None)
        if key == "selected_options" and "options" in element:
            # What was picked before an update took the option away counts no more.
            offered = {option.get("value") for option in element["options"]}
            chosen = [option for option in chosen or [] if option.get("value") in offered]
        if chosen == "":
            chosen = None
        state.setdefault(block_id, {})[action_id] = {"type": kind, key: chosen}
    return state


def missing(blocks: list[Json], state: Json) -> dict[str, str]:
    """What Slack's own form refuses before the app hears of it: block_id → sentence."""
    errors: dict[str, str] = {}
    for block_id, element, required in inputs_of(blocks):
        value = state.get(block_id, {}).get(element["action_id"], {}).get(value_key(element))
        if value in (None, [], ""):
            if required:
                errors[block_id] = "Please complete this required field."
            continue
        if element["type"] == "file_input" and (problem := _wrong_files(element, value)):
            errors[block_id] = problem
        if isinstance(value, str) and element["type"] == "plain_text_input":
            if len(value) > element.get("max_length", 3000):
                errors[block_id] = f"Please keep this under {element.get('max_length', 3000)} characters."
            elif len(value) < element.get("min_length", 0):
                errors[block_id] = f"Please enter at least {element['min_length']} characters."
    return errors


def _wrong_files(element: Json, files: list[Json]) -> str:
    most, endings = element.get("max_files", MAX_FILES), element.get("filetypes")
    if len(files) > most:
        return f"Please attach {'one file' if most == 1 else f'at most {most} files'}."
    for file in files:
        ending = str(file.get("name", "")).rpartition(".")[2].lower()
        if endings and ending not in endings and file.get("mode") != "tombstone":
            return f"Please attach files of these types: {', '.join(endings)}."
        if file.get("size", 0) > MAX_FILE:
            return f"Please attach files of at most {MAX_FILE // 1_000_000} MB."
    return ""
