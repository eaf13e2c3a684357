"""Every sentence that people read, by name, in the language that the bot speaks. Knows neither Slack nor HTTP.

`en.ftl` holds all of them in Fluent's syntax (https://projectfluent.org); another language is a file beside it. What
a file lacks, or cannot say with the values at hand, is said in English. The files call the command `/draft` and the
bot Draftroom; where an operator calls them otherwise, so does every text.
"""

from __future__ import annotations

import logging
import re
from functools import cache
from pathlib import Path

from fluent.runtime import FluentBundle, FluentResource
from fluent.runtime.types import fluent_number

log = logging.getLogger(__name__)

FOLDER = Path(__file__).parent
ENGLISH = "en"
#: What the files, and the manifest, call the command and the bot.
COMMAND, NAME = "/draft", "Draftroom"
_NAMES = re.compile(rf"(?<![\w/]){COMMAND}(?![\w/-])|{NAME}")
#: Longer values, in characters, are put in after the rest is said: fluent.runtime refuses a part of 2,500.
_VALUE_LIMIT = 200

_spoken = ENGLISH
_called = (COMMAND, NAME)


class TextMissing(Exception):
    """English has no such text, or its values are not those that the text wants: a mistake in the code."""


def languages() -> list[str]:
    """The languages that there are files for."""
    return sorted(path.stem for path in FOLDER.glob("*.ftl"))


def speak(language: str) -> None:
    """Choose the language of everything said from now on. Raises ValueError where there is no file for it."""
    global _spoken
    check(language)
    _spoken = language


def check(language: str) -> None:
    """Raise ValueError, with a sentence that lists what there is, where there is no file for a language."""
    if language not in languages():
        raise ValueError(f"There is no text in “{language}”; there is {', '.join(languages())}.")


def call(command: str = COMMAND, name: str = NAME) -> None:
    """Choose what everything said from now on calls the command and the bot."""
    global _called
    _called = (command, name)
    _bundle.cache_clear()


def renamed(source: str, command: str, name: str) -> str:
    """A text of ours with other names for the command and the bot."""
    return _NAMES.sub(lambda found: name if found[0] == NAME else command, source)


def spoken() -> str:
    """The language that is spoken, for the `lang` of a page."""
    return _spoken


def say(name: str, /, **values: str | int) -> str:
    """The text of that name with its values.

    Whole numbers choose plural forms and are written without separators; whatever else has a format of its own
    (money, seconds, shares) comes as text. Raises TextMissing.
    """
    for language in dict.fromkeys((_spoken, ENGLISH)):
        found, wrong = _format(language, name, values)
        if not wrong:
            return found
        if language == ENGLISH:
            raise TextMissing(f"{name}: {wrong}")
        log.warning("the text %s can't be said in %s: %s", name, language, wrong)
    raise AssertionError("English comes last")


def _format(language: str, name: str, values: dict[str, str | int]) -> tuple[str, str]:
    """The text, and what was wrong with it."""
    bundle = _bundle(language)
    if not bundle.has_message(name) or (pattern := bundle.get_message(name).value) is None:
        return "", "no such text"
    given: dict[str, object] = {}
    long: dict[str, str] = {}
    for key, value in values.items():
        if isinstance(value, int):
            given[key] = fluent_number(value, useGrouping=False)
        elif len(value) > _VALUE_LIMIT:
            # Private characters stand in for it until the rest is said.
            given[key] = mark = f"\ue000{len(long)}\ue001"
            long[mark] = value
        else:
            given[key] = value
    result, errors = bundle.format_pattern(pattern, given)
    text = str(result)
    for mark, value in long.items():
        text = text.replace(mark, value)
    return text, "; ".join(map(str, errors))


@cache
def _bundle(language: str) -> FluentBundle:
    # Isolating marks around values would show as boxes in some of Slack's clients.
    bundle = FluentBundle([language], use_isolating=False)
    source = (FOLDER / f"{language}.ftl").read_text(encoding="utf-8")
    bundle.add_resource(FluentResource(renamed(source, *_called)))
    return bundle
