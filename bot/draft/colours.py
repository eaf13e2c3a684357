"""“make it blue”, “colour the apple teal”, “in blue”: an instruction that asks for a colour and nothing else.

Colours are named after things: “an orange”, “into gold” and “a house” that is to be painted are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

#: Colours by name, as the starter model and the practice workspace mean them; sRGB.
NAMES = {
    "red": "d8333d",
    "orange": "f58a2c",
    "yellow": "f9d342",
    "green": "3fa65a",
    "lime": "a4d63b",
    "teal": "179b96",
    "turquoise": "2bb8b0",
    "cyan": "2cc3dc",
    "blue": "3b7ddd",
    "navy": "1f2f66",
    "navy blue": "1f2f66",
    "sky blue": "7ec4f2",
    "purple": "7b48b8",
    "violet": "7b48b8",
    "magenta": "c9339b",
    "pink": "f58fb8",
    "hot pink": "ef3f8f",
    "lavender": "cdbdf0",
    "lilac": "cdbdf0",
    "brown": "8a5a3c",
    "tan": "c9a37a",
    "beige": "e8d8bb",
    "cream": "f3e9d2",
    "gold": "d9a520",
    "golden": "d9a520",
    "silver": "b9bcc2",
    "maroon": "7a1f2b",
    "olive": "7d7a2e",
    "coral": "f4735e",
    "peach": "f9bf9b",
    "mint": "aee6cf",
    "black": "1e1e22",
    "white": "f4f4f2",
    "gray": "8f9197",
    "grey": "8f9197",
}
#: How a word before the name moves it: towards white or black, 0–1.
_TONES = {"light": 0.4, "pale": 0.55, "bright": 0.1, "dark": -0.4, "deep": -0.25}
#: Colours that a thing has, too, and of these what things are made of.
_THINGS = "orange lime peach olive coral mint cream gold silver turquoise lavender lilac violet".split()
_STUFF = "gold silver coral cream mint turquoise lavender".split()


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


ANY_THING = _any(_THINGS)
#: A colour's name with what may stand before it.
NAMED = rf"(?:(?:{_any(_TONES)})[ -])?(?:{_any(NAMES)})"
_COLOUR = rf"(?:{NAMED}|#[0-9a-f]{{6}}|#[0-9a-f]{{3}})"
_NOUN = r"(?:colou?r(?:ed)?|tone|shade)"
_ASKED = (
    rf"(?:an?\s+(?=(?:{_COLOUR})\s+{_NOUN}|(?!(?:(?:{_any(_TONES)})[ -])?(?:{ANY_THING})\b))|all\s+)?"
    rf"(?P<colour>{_COLOUR})(?:\s+{_NOUN})?"
)
#: What is to have it: whatever words, unless they ask for something else, or go on into the colour.
_TARGET = r"(?P<thing>(?:(?!\b(?:to|into|as|is|are|like|says?|reads?|spells?|more|less)\b).)+?)" + "".join(
    rf"(?<!\b{word})" for word in ("a", "an", "the", "some", "and", "or", "but", "with", "of", "in")
)
#: Whoever paints a house wants one that is not there yet.
_PAINT = r"paint\s+(?!(?:an?|some|one|two|three|another|more|several|many)\s)"
_VERB = rf"(?:(?:make|turn|colou?r|recolou?r|change|dye|tint)\s+|{_PAINT})"
_GROUND = ("background", "backdrop", "ground", "wall")
#: What turns to gold is made of it from then on, but a ground has no other side.
_MADE_OF = rf"(?!.*\b(?:{_any(_GROUND)})\b)(?:turn\b.*\bto|.*\binto)\s+(?:{_any(_STUFF)})"
_FORMS = [
    re.compile(form, re.I)
    for form in (
        rf"(?:change|turn|make|set)\s+(?:the|its)\s+colou?r(?:\s+of\s+{_TARGET})?\s+(?:(?:in)?to\s+)?{_ASKED}",
        rf"(?!{_MADE_OF}$){_VERB}{_TARGET}\s+(?:from\s+{_COLOUR}\s+)?(?:(?:in|to|into|to be|look)\s+)?{_ASKED}",
        rf"{_TARGET}\s+(?:should|must|could|has to|needs to)\s+be\s+(?P<colour>{_COLOUR})",
        rf"(?:the\s+(?P<thing>[\w'-]+)\s+)?in\s+(?P<colour>{_COLOUR})",
        rf"(?P<colour>{_COLOUR})(?:\s+instead)?",
    )
]
#: The form in which a thing may be told at any length.
_TOLD = _FORMS[1]
#: Words by which more is said than what is meant.
_MORE = re.compile(r"\b(?:and|with|but|an?|it|them|everything)\b", re.I)
#: “it solid” and “it rose” go on into something else than a colour.
_ELSE = re.compile(r"(?:it|them|everything)\s", re.I)
_ARTICLE = re.compile(r"(?:the|this|that|its|their|an?)\s+", re.I)
_PRONOUN = re.compile(r"(?:it|this|that|them|these|those|everything|all(?: of (?:it|them))?)?", re.I)


@dataclass(frozen=True, kw_only=True)
class Recolour:
    """A colour that is asked for."""

    #: What is to have it, as it was said without its article; empty where that is a pronoun or nothing.
    said: str
    #: The colour's name, in small letters, or its code with a #.
    name: str

    @property
    def thing(self) -> str:
        """The noun of what is to have it."""
        return self.said.split()[-1].lower() if self.said else ""

    @property
    def colour(self) -> tuple[int, int, int]:
        """Red, green, blue, 0–255."""
        return _rgb(self.name)

    @property
    def is_plain(self) -> bool:
        """Whether no more words say what is to have it than name one thing."""
        return len(self.said.split()) <= 3 and not _MORE.search(self.said)

    @property
    def is_ground(self) -> bool:
        """Whether the ground is meant rather than what stands on it."""
        return self.thing in _GROUND

    def is_in(self, prompt: str) -> bool:
        """Whether the thing is what the prompt shows, or nothing was named."""
        stem = self.thing.removesuffix("s")
        return not stem or re.search(rf"\b{re.escape(stem)}", prompt, re.I) is not None


def asked(instruction: str) -> Recolour | None:
    """The colour that an instruction asks for, whatever is to have it; None where it asks for anything else."""
    words = re.sub(r"^please[ ,]+|[ ,]+please$", "", " ".join(instruction.split()).rstrip(".! "), flags=re.I)
    for form in _FORMS:
        if match := form.fullmatch(words):
            said = (match.groupdict().get("thing") or "").strip()
            said = "" if _PRONOUN.fullmatch(said) else _ARTICLE.sub("", said, count=1)
            wanted = Recolour(said=said, name=match["colour"].lower())
            return wanted if wanted.is_plain or (form is _TOLD and not _ELSE.match(said)) else None
    return None


def read(instruction: str) -> Recolour | None:
    """The same where it can be told what is to have it."""
    wanted = asked(instruction)
    return wanted if wanted and wanted.is_plain else None


def _rgb(words: str) -> tuple[int, int, int]:
    tone, name = 0.0, words
    for word, share in _TONES.items():
        if words not in NAMES and words.startswith(word) and words[len(word) + 1 :] in NAMES:
            tone, name = share, words[len(word) + 1 :]
    code = NAMES.get(name, name.removeprefix("#"))
    code = "".join(2 * digit for digit in code) if len(code) == 3 else code
    end = 255 if tone > 0 else 0
    red, green, blue = (int(code[at : at + 2], 16) for at in (0, 2, 4))
    return tuple(round(one + (end - one) * abs(tone)) for one in (red, green, blue))  # type: ignore[return-value]
