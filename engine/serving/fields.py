"""Reads single fields of a request, from JSON values or from a form's texts. Pure; each raises Refused."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from engine.profiles.weights import MOST_LORA_WEIGHT, MOST_LORAS, Lora
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
        except (ValueError, RecursionError):
            value = None
    if not isinstance(value, list) or not all(
        isinstance(seed, int) and not isinstance(seed, bool) and 0 <= seed <= LARGEST_SEED for seed in value
    ):
        raise Refused("“seeds” must be a list of whole numbers that are not negative.", param="seeds")
    return tuple(value)


def lora_list(value: Any, known: Mapping[str, Lora]) -> tuple[tuple[str, float], ...]:
    """LoRAs and their weights, from names, from `{"name", "weight"}`, or from a form's `comic:0.8, grain`."""
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        try:
            value = json.loads(value) if value.lstrip().startswith(("[", "{")) else value.split(",")
        except (ValueError, RecursionError):
            value = [None]
    found: dict[str, float] = {}
    for one in value if isinstance(value, list) else [value]:
        name, weight = _lora(one)
        if name not in known:
            has = f"it knows {', '.join(sorted(known))}" if known else "it knows none"
            raise Refused(
                f"This tier's model knows no LoRA “{name[:100]}”; {has}.", param="loras", code="unknown_lora"
            )
        found[name] = known[name].weight if weight is None else weight
    if len(found) > MOST_LORAS:
        raise Refused(f"At most {MOST_LORAS} LoRAs work together; {len(found)} were named.", param="loras")
    return tuple(sorted((name, weight) for name, weight in found.items() if weight))


def _lora(one: Any) -> tuple[str, float | None]:
    if isinstance(one, str):
        name, colon, weight = one.strip().partition(":")
        one = {"name": name.strip(), "weight": weight.strip()} if colon else {"name": name}
    if isinstance(one, Mapping) and isinstance(one.get("name"), str) and one.keys() <= {"name", "weight"}:
        if "weight" not in one:
            return one["name"], None
        if one["weight"] not in (None, ""):
            return one["name"], number(
                one, "weight", least=-MOST_LORA_WEIGHT, most=MOST_LORA_WEIGHT, default=1.0
            )
    raise Refused(
        "“loras” must be a list of names, each with a weight if you like: "
        '[{"name": "comic", "weight": 0.8}], or “comic:0.8”.',
        param="loras",
    )


def with_triggers(prompt: str, loras: Iterable[Lora]) -> str:
    """The prompt with the words that wake these LoRAs, as far as it lacks them."""
    lower = prompt.casefold()
    missing = dict.fromkeys(word for one in loras for word in one.triggers if word.casefold() not in lower)
    return ", ".join([prompt, *missing])
