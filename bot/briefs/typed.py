"""What people type, cleaned, and its limits."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.briefs.model import UserError
from bot.briefs.sizes import ASPECT_LIMIT, USUAL
from bot.texts import say

#: Longest prompt, in characters. Text encoders read far less; a longer text is a slip of the clipboard.
PROMPT_LIMIT = 1_000


#: Pictures in one grid: as many as there are number emoji.
CELLS_LIMIT = 9


#: Seeds are what a 32-bit generator takes.
SEED_LIMIT = 2**32 - 1


_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'"})


#: A pictograph, with what may follow it: a skin, a variant, others joined to it.
EMOJI = re.compile(
    "[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]"
    "(?:[\ufe0f\U0001f3fb-\U0001f3ff]|\u200d[\u2600-\u27bf\U0001f000-\U0001faff])*"
)
#: An emoji as Slack writes it in a text.
_NAMED_EMOJI = re.compile(r":([a-z0-9][a-z0-9_-]+):", re.IGNORECASE)


def with_emoji(text: str) -> str:
    """The text with the emoji that Slack spells out (`:large_blue_square:`) as themselves, where Unicode has the name."""

    def emoji(match: re.Match[str]) -> str:
        spelled = re.sub("[_-]+", " ", match[1])
        for name in (spelled, f"large {spelled}", f"black {spelled}", f"{spelled} face"):
            try:
                found = unicodedata.lookup(name)
            except KeyError:
                continue
            if EMOJI.fullmatch(found):
                return found
        return match[0]

    return _NAMED_EMOJI.sub(emoji, text)


def clean(text: str) -> str:
    """Drop control and invisible characters, fold white space and typographic quotes.

    A zero-width joiner between emoji survives, since it holds one picture together.
    """
    text = unicodedata.normalize("NFC", text).translate(_QUOTES)
    kept = [
        " " if character.isspace() else character
        for character in text
        if character.isspace()
        or character == "\u200d"
        or unicodedata.category(character) not in ("Cc", "Cf", "Cs")
    ]
    return " ".join("".join(kept).strip("\u200d").split())


def size_typed(text: str) -> str:
    """A size or shape with what keyboards have for its marks: `1080 × 1350 px`, `1080Х1350` and `４：５` in plain signs."""
    plain = unicodedata.normalize("NFKC", text).lower().replace("∶", ":")
    return re.sub(r"[×✕✖⨯х*](?=\d)", "x", re.sub(r"\s|(?<=[\d\s])px", "", plain))


def read_aspect(text: str) -> tuple[int, int]:
    """Width to height as somebody typed it, or by a usual size's name. Raises UserError."""
    size = size_typed(text)
    if size in USUAL:
        return USUAL[size][1:]
    match = re.fullmatch(r"([0-9]{1,5})[:x/]([0-9]{1,5})", size)
    if match:
        width, height = int(match.group(1)), int(match.group(2))
        if width and height and max(width, height) <= ASPECT_LIMIT * min(width, height):
            return width, height
    raise UserError(say("commands-no-aspect", typed=text, most=ASPECT_LIMIT), "aspect")


@dataclass(frozen=True)
class Alone:
    """A word after `/draft` that says it all; empty: there was none."""

    word: str


def alone(text: str) -> Alone | None:
    """A text of at most one word; None for more, which is a prompt that begins with it."""
    words = clean(text).lower().split()
    return Alone("".join(words)) if len(words) <= 1 else None
