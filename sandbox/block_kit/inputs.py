"""Elements that hold a value: what their initial value may be, and their bounds. Knows nothing of blocks or views."""

import re
from collections.abc import Callable
from typing import Any

from sandbox.model import Json

#: Calls `say(place, problem)` for everything that is wrong.
Say = Callable[[str, str], None]

#: Longest text an input takes, in characters.
MAX_INPUT = 3000
#: Most files that a file input takes, and the most bytes of each.
MAX_FILES = 10
MAX_FILE = 10_000_000
_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def check_value(element: Json, at: str, say: Say) -> None:
    """The fields of an element that concern its value."""
    kind = element["type"]
    if kind in ("plain_text_input", "email_text_input", "url_text_input"):
        _text(element, at, say)
    elif kind == "number_input":
        _number(element, at, say)
    elif kind == "datepicker":
        _matches(element, "initial_date", _DATE, "must be a date as YYYY-MM-DD", at, say)
    elif kind == "timepicker":
        _matches(element, "initial_time", _TIME, "must be a time as HH:mm", at, say)
    elif kind == "datetimepicker":
        moment = element.get("initial_date_time")
        if moment is not None and (not isinstance(moment, int) or len(str(moment)) != 10):
            say(f"{at}/initial_date_time", "must be a Unix timestamp of 10 digits")
    elif kind == "file_input":
        _within(element, "max_files", 1, MAX_FILES, at, say)
        endings = element.get("filetypes")
        if endings is not None and not (
            isinstance(endings, list) and endings and all(isinstance(one, str) and one for one in endings)
        ):
            say(f"{at}/filetypes", "must be a non-empty array of file extensions")
    if "max_selected_items" in element:
        _within(element, "max_selected_items", 1, 10_000, at, say)


def _within(element: Json, key: str, least: int, most: int, at: str, say: Say) -> None:
    value = element.get(key)
    if value is not None and (
        not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most
    ):
        say(f"{at}/{key}", f"must be between {least} and {most}")


def _matches(element: Json, key: str, pattern: re.Pattern[str], problem: str, at: str, say: Say) -> None:
    value: Any = element.get(key)
    if value is not None and (not isinstance(value, str) or not pattern.fullmatch(value)):
        say(f"{at}/{key}", problem)


def _text(element: Json, at: str, say: Say) -> None:
    _within(element, "min_length", 0, MAX_INPUT, at, say)
    _within(element, "max_length", 1, MAX_INPUT, at, say)
    low, high, first = (element.get(key) for key in ("min_length", "max_length", "initial_value"))
    if isinstance(low, int) and isinstance(high, int) and low > high:
        say(f"{at}/min_length", "must be at most max_length")
    most = high if isinstance(high, int) else MAX_INPUT
    if first is not None and (not isinstance(first, str) or len(first) > most):
        say(f"{at}/initial_value", f"must be less than {most + 1} characters")


def _number(element: Json, at: str, say: Say) -> None:
    if not isinstance(element.get("is_decimal_allowed"), bool):
        say(f"{at}/is_decimal_allowed", "missing required field: is_decimal_allowed")
    for key in ("initial_value", "min_value", "max_value"):
        _matches(element, key, _NUMBER, "must be a number, written as a string", at, say)
