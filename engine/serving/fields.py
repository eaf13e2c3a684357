"""Reads single fields of a request, from JSON values or from a form's texts. Pure; each raises Refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from engine.serving.errors import Refused

LARGEST_SEED = 2**63 - 1


def integer(fields: Mapping[str, Any], name: str, *, least: int, most: int) -> int | None:
    """A whole number, or None where the field is absent."""
    value = fields.get(name)
    if value is None or value == "":
        return None
    try:
        number = int(value) if isinstance(value, str) else value
    except ValueError:
        number = None
    if not isinstance(number, int) or isinstance(number, bool) or not least <= number <= most:
        raise Refused(f"“{name}” must be a whole number between {least} and {most}.", param=name)
    return number


def number(fields: Mapping[str, Any], name: str, *, least: float, most: float, default: float) -> float:
    """A number; NaN and infinities are refused."""
    value = fields.get(name)
    if value is None or value == "":
        return default
    try:
        number = float(value) if not isinstance(value, bool) else float("nan")
    except (TypeError, ValueError, OverflowError):
        number = float("nan")
    if not least <= number <= most:
        raise Refused(f"“{name}” must be a number between {least:g} and {most:g}.", param=name)
    return number


def flag(fields: Mapping[str, Any], name: str) -> bool:
    """True or false; absent is false."""
    value = fields.get(name)
    if value in (None, "", False, "false", "False", "0"):
        return False
    if value in (True, "true", "True", "1"):
        return True
    raise Refused(f"“{name}” must be true or false.", param=name)


def choice(fields: Mapping[str, Any], name: str, choices: Any, *, default: Any) -> Any:
    """One of some texts."""
    value = fields.get(name)
    if value is None or value == "":
        return default
    if value not in choices:
        raise Refused(f"“{name}” must be one of {', '.join(choices)}.", param=name)
    return value


def seed_list(value: Any) -> tuple[int, ...]:
    """Seeds from a JSON list, or from a form field such as `3,4,5` or `[3,4,5]`."""
    if isinstance(value, str):
        try:
            value = json.loads(value if value.lstrip().startswith("[") else f"[{value}]")
        except ValueError:
            value = None
    if not isinstance(value, list) or not all(
        isinstance(seed, int) and not isinstance(seed, bool) and 0 <= seed <= LARGEST_SEED for seed in value
    ):
        raise Refused("“seeds” must be a list of whole numbers that are not negative.", param="seeds")
    return tuple(value)
