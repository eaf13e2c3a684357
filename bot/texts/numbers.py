"""Numbers with the separators of the language that is spoken."""

from __future__ import annotations

from functools import cache

from babel.numbers import get_decimal_symbol, get_group_symbol

from bot.texts import spoken
from bot.texts.dates import locale_of


def localised(number: str) -> str:
    """A number that was formatted as in English, such as `1,234.50`, as the spoken language writes it."""
    return number.translate(_separators(spoken()))


def symbols() -> tuple[str, str]:
    """What the spoken language writes before decimals, and between thousands."""
    separators = _separators(spoken())
    return separators[ord(".")], separators[ord(",")]


@cache
def _separators(language: str) -> dict[int, str]:
    locale = locale_of(language)
    return {ord("."): get_decimal_symbol(locale), ord(","): get_group_symbol(locale)}
