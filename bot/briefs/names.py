"""What briefs are called: words of the prompt and a number, `red-apple-2`. Older ones have seven signs. Pure functions."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

#: Either kind of name, as part of a larger pattern; to be matched whatever the case.
PATTERN: Final = r"(?:[a-z]{1,14}(?:-[a-z]{1,14})?-[0-9]{1,6}|[2-9A-HJKMNP-Z]{7})"
_NAME = re.compile(PATTERN, re.I)
_WORD_LIMIT = 14
#: What a prompt is called in whose words no name can be found.
UNNAMED: Final = "picture"
_OPENING = re.compile(
    r"^\W*(?:an?\s+|the\s+)?(?:photo(?:graph)?|picture|image|drawing|painting|illustration|bild|foto)\s+(?:of|von)\s+",
    re.I,
)
#: Where the thing ends and its place begins.
_PLACE = re.compile(
    r"[,.;:!?()\n]|\b(?:on|in|at|with|of|by|from|under|over|before|behind|beside|near|for|that|which|and"
    r"|auf|mit|vor|im|unter|neben|und)\b",
    re.I,
)
_SKIPPED: Final = frozenset(
    {"a", "an", "the", "some", "my", "our", "very", "ein", "eine", "einen", "der", "die", "das"}
)


def stem_of(prompt: str) -> str:
    """The thing that a prompt begins with, in one or two words: `red-apple`."""
    for part in _PLACE.split(_OPENING.sub("", prompt)):
        if words := [word for word in _plain(part) if word not in _SKIPPED]:
            return "-".join(word[:_WORD_LIMIT] for word in words[-2:])
    return UNNAMED


def _plain(text: str) -> list[str]:
    """The words in plain letters: `Straße` is strasse; what other scripts write is left out."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(sign for sign in folded if not unicodedata.combining(sign))
    return [word for word in re.findall(r"\w+", letters) if re.fullmatch(r"[a-z]+", word)]


def read_name(text: str) -> str | None:
    """A brief's name as it is kept, however it was typed; None for what is none, or as likely a word."""
    if not _NAME.fullmatch(text):
        return None
    if "-" in text:
        return text.lower()
    return text.upper() if text.isupper() or re.search("[0-9]", text) else None
