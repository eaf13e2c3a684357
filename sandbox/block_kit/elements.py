"""The smaller parts of Block Kit: text objects, pictures, options, interactive elements, and their limits."""

import re
from collections.abc import Callable
from typing import Any

from sandbox.block_kit.inputs import check_value
from sandbox.model import Json

_FILE_ID = re.compile(r"[F][A-Z0-9]{8,}")

#: Icons that an icon button can show.
ICONS = ("trash",)

_COMMON = {"type", "action_id", "confirm", "focus_on_load", "placeholder"}
#: Elements that have nothing of the above but their type and id.
_PLAIN = {
    "file_input": {"type", "action_id"},
    "image": {"type"},
    "icon_button": {"type", "action_id", "confirm"},
    "feedback_buttons": {"type", "action_id"},
}
_KEYS = {
    "button": {"text", "url", "value", "style", "accessibility_label"},
    "image": {"image_url", "slack_file", "alt_text"},
    "overflow": {"options"},
    "static_select": {"options", "option_groups", "initial_option"},
    "multi_static_select": {"options", "option_groups", "initial_options", "max_selected_items"},
    "external_select": {"initial_option", "min_query_length"},
    "users_select": {"initial_user"},
    "multi_users_select": {"initial_users", "max_selected_items"},
    "conversations_select": {"initial_conversation", "default_to_current_conversation", "filter",
                             "response_url_enabled"},
    "channels_select": {"initial_channel", "response_url_enabled"},
    "checkboxes": {"options", "initial_options"},
    "radio_buttons": {"options", "initial_option"},
    "datepicker": {"initial_date"},
    "timepicker": {"initial_time", "timezone"},
    "datetimepicker": {"initial_date_time"},
    "plain_text_input": {"initial_value", "multiline", "min_length", "max_length", "dispatch_action_config"},
    "number_input": {"is_decimal_allowed", "initial_value", "min_value", "max_value", "dispatch_action_config"},
    "email_text_input": {"initial_value", "dispatch_action_config"},
    "url_text_input": {"initial_value", "dispatch_action_config"},
    "file_input": {"filetypes", "max_files"},
    "icon_button": {"icon", "text", "value", "accessibility_label", "visible_to_user_ids"},
    "feedback_buttons": {"positive_button", "negative_button"},
    "rich_text_input": {"initial_value", "dispatch_action_config"},
}  # fmt: skip


class Checker:
    """Collects what is wrong; each problem ends with Slack's json-pointer."""

    def __init__(self, file_usable: Callable[[Json], bool]) -> None:
        self.problems: list[str] = []
        self.file_usable = file_usable

    def say(self, at: str, problem: str) -> None:
        """Note a problem."""
        self.problems.append(f"{problem} [json-pointer:{at}]")

    def keys(self, thing: Json, at: str, allowed: set[str]) -> None:
        """Refuse fields Slack does not know."""
        for key in thing:
            if key not in allowed:
                self.say(at, f"invalid additional property: {key}")

    def string(self, thing: Json, key: str, at: str, *, most: int) -> None:
        """An optional string of at most `most` characters."""
        value = thing.get(key)
        if value is None:
            return
        if not isinstance(value, str):
            self.say(f"{at}/{key}", "must be a string")
        elif len(value) > most:
            self.say(f"{at}/{key}", f"must be less than {most + 1} characters")

    def listed(self, value: Any, at: str, *, most: int) -> bool:
        """A list of 1 to `most` items."""
        if not isinstance(value, list) or not value:
            self.say(at, "must provide a non-empty array")
        elif len(value) > most:
            self.say(at, f"no more than {most} items allowed")
        else:
            return True
        return False

    def text(self, value: Any, at: str, *, most: int, plain: bool = False) -> None:
        """A text object: plain_text, or mrkdwn where allowed; 1 to `most` characters."""
        if not isinstance(value, dict):
            self.say(at, f"missing required field: {at.rsplit('/', 1)[-1]}")
            return
        kind = value.get("type")
        if kind not in ("plain_text", "mrkdwn") or (plain and kind != "plain_text"):
            self.say(f"{at}/type", "must be plain_text" if plain else "must be plain_text or mrkdwn")
        self.keys(
            value, at, {"type", "text", "emoji"} if kind == "plain_text" else {"type", "text", "verbatim"}
        )
        text = value.get("text")
        if not isinstance(text, str) or not text:
            self.say(f"{at}/text", "must be more than 0 characters")
        elif len(text) > most:
            self.say(f"{at}/text", f"must be less than {most + 1} characters")

    def address(self, thing: Json, key: str, at: str) -> None:
        """An optional http or https address of at most 3000 characters."""
        value = thing.get(key)
        if value is not None and (
            not isinstance(value, str) or not value.startswith(("http://", "https://"))
        ):
            self.say(f"{at}/{key}", "must be a valid URL")
        self.string(thing, key, at, most=3000)

    def picture(self, thing: Json, at: str) -> None:
        """An image: an address or a usable Slack file, and its alternative text."""
        slack_file = thing.get("slack_file")
        if (thing.get("image_url") is None) == (slack_file is None):
            self.say(at, "must provide exactly one of `image_url` and `slack_file`")
        self.address(thing, "image_url", at)
        if slack_file is not None:
            named = isinstance(slack_file, dict) and len(slack_file) == 1 and set(slack_file) <= {"id", "url"}
            if not named:
                self.say(f"{at}/slack_file", "must provide exactly one of `id` and `url`")
            elif "id" in slack_file and not _FILE_ID.fullmatch(str(slack_file["id"])):
                self.say(f"{at}/slack_file/id", f"input must match regex pattern: ^{_FILE_ID.pattern}$")
            elif not self.file_usable(slack_file):
                self.say(f"{at}/slack_file", "invalid slack file")
        if not isinstance(thing.get("alt_text"), str):
            self.say(f"{at}/alt_text", "missing required field: alt_text")
        self.string(thing, "alt_text", at, most=2000)


def check_element(checker: Checker, element: Any, at: str, allowed: set[str]) -> None:
    """An interactive element or picture, of one of the allowed types."""
    if not isinstance(element, dict) or element.get("type") not in allowed:
        found = element.get("type") if isinstance(element, dict) else element
        checker.say(at, f"unsupported element type: {found}")
        return
    kind = element["type"]
    checker.keys(element, at, _KEYS.get(kind, set()) | _PLAIN.get(kind, _COMMON))
    if kind == "image":
        checker.picture(element, at)
        return
    checker.string(element, "action_id", at, most=255)
    if element.get("placeholder") is not None:
        checker.text(element["placeholder"], f"{at}/placeholder", most=150, plain=True)
    if element.get("confirm") is not None:
        check_confirm(checker, element["confirm"], f"{at}/confirm")
    if kind in ("button", "icon_button"):
        _check_label(checker, element, at)
    if kind == "icon_button":
        if element.get("icon") not in ICONS:
            checker.say(f"{at}/icon", f"must be one of: {', '.join(ICONS)}")
        if element.get("visible_to_user_ids") is not None:
            checker.listed(element["visible_to_user_ids"], f"{at}/visible_to_user_ids", most=10)
    elif kind == "feedback_buttons":
        for side in ("positive_button", "negative_button"):
            found, here = element.get(side), f"{at}/{side}"
            if not isinstance(found, dict):
                checker.say(here, f"missing required field: {side}")
                continue
            checker.keys(found, here, {"text", "value", "accessibility_label"})
            _check_label(checker, found, here)
            if not isinstance(found.get("value"), str):
                checker.say(f"{here}/value", "missing required field: value")
    elif kind == "button":
        checker.address(element, "url", at)
        if element.get("style") not in (None, "primary", "danger"):
            checker.say(f"{at}/style", "must be primary or danger")
    elif "options" in _KEYS[kind]:
        check_option_lists(checker, element, at)
    check_value(element, at, checker.say)


def _check_label(checker: Checker, thing: Json, at: str) -> None:
    """What every kind of button says and sends."""
    checker.text(thing.get("text"), f"{at}/text", most=75, plain=True)
    checker.string(thing, "value", at, most=2000)
    checker.string(thing, "accessibility_label", at, most=75)


def check_confirm(checker: Checker, confirm: Any, at: str) -> None:
    """A confirmation dialog."""
    if not isinstance(confirm, dict):
        checker.say(at, "must be an object")
        return
    checker.keys(confirm, at, {"title", "text", "confirm", "deny", "style"})
    checker.text(confirm.get("title"), f"{at}/title", most=100, plain=True)
    checker.text(confirm.get("text"), f"{at}/text", most=300)
    checker.text(confirm.get("confirm"), f"{at}/confirm", most=30, plain=True)
    checker.text(confirm.get("deny"), f"{at}/deny", most=30, plain=True)


def check_option_lists(checker: Checker, element: Json, at: str) -> None:
    """Options or option groups, and the initial choice, which must be one of them."""
    most = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}.get(element["type"], 100)
    groups = element.get("option_groups")
    lists: list[tuple[Any, str]] = []
    if groups is not None and element.get("options") is None:
        if checker.listed(groups, f"{at}/option_groups", most=100):
            for number, group in enumerate(groups):
                here = f"{at}/option_groups/{number}"
                inside = group if isinstance(group, dict) else {}
                checker.text(inside.get("label"), f"{here}/label", most=75, plain=True)
                lists.append((inside.get("options"), f"{here}/options"))
    else:
        lists.append((element.get("options"), f"{at}/options"))
    known: list[Any] = []
    for options, here in lists:
        if checker.listed(options, here, most=most):
            known += options
            for number, option in enumerate(options):
                _check_option(checker, option, f"{here}/{number}", element["type"])
    first = element.get("initial_option")
    for chosen in ([first] if first is not None else []) + list(element.get("initial_options") or []):
        if chosen not in known:
            checker.say(at, "the initial option must be one of the options, exactly")


def _check_option(checker: Checker, option: Any, at: str, kind: str) -> None:
    if not isinstance(option, dict):
        checker.say(at, "must be an object")
        return
    checker.keys(option, at, {"text", "value", "description", "url"})
    checker.text(option.get("text"), f"{at}/text", most=75, plain=kind not in ("checkboxes", "radio_buttons"))
    if not isinstance(option.get("value"), str):
        checker.say(f"{at}/value", "missing required field: value")
    checker.string(option, "value", at, most=150)
    if option.get("description") is not None:
        checker.text(option["description"], f"{at}/description", most=75)
