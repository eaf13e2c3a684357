"""Short names of days and months in the language that is spoken, whatever the machine's locale."""

from __future__ import annotations

from datetime import date
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date

from bot.texts import ENGLISH, spoken


def weekday(day: date) -> str:
    """`Mon`."""
    return format_date(day, "EEE", locale=locale_of(spoken()))


def month(day: date) -> str:
    """`Nov`."""
    return format_date(day, "MMM", locale=locale_of(spoken()))


@cache
def locale_of(language: str) -> Locale:
    """What Babel knows of a language; of English where it knows nothing."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(ENGLISH)
