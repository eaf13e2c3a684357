"""“make it blue”, “colour the apple teal”, “in blue”: an instruction that asks for a colour and nothing else."""

from __future__ import annotations

import re
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

_NAME = "|".join(sorted(map(re.escape, NAMES), key=len, reverse=True))
COLOUR = rf"(?:(?:{'|'.join(_TONES)})[ -])?(?:{_NAME})|#[0-9a-f]{{6}}|#[0-9a-f]{{3}}"
#: A pronoun, or an article and up to three words that say nothing more than what is meant.
_NOT = r"(?!(?:and|with|but|a|an|to|into|it|more|less|say|says|read|reads|spell)\b)"
_THING = (
    r"(?P<thing>(?:it|this|that|them|these|those|everything|all(?: of (?:it|them))?)"
    rf"|(?:(?:the|this|that|its|their|a|an)\s+)?{_NOT}[\w'-]+(?:\s+{_NOT}[\w'-]+){{0,2}}?)"
)
_NOUN = r"(?:colou?r(?:ed)?|tone|shade)"
#: Nearly every colour's name is a thing's, too: “an orange” is one, “an orange tone” and “orange” are colours.
_ASKED = rf"(?:an?\s+(?=(?:{COLOUR})\s+{_NOUN})|all\s+)?(?P<colour>{COLOUR})(?:\s+{_NOUN})?"
#: Whoever paints a house wants one that is not there yet.
_VERB = r"(?:(?:make|turn|colou?r|recolou?r|change|dye|tint)\s+|paint\s+(?!an?\s))"
_FORMS = [
    re.compile(form, re.I)
    for form in (
        rf"(?:change|turn|make|set)\s+(?:the|its)\s+colou?r(?:\s+of\s+{_THING})?\s+(?:to\s+|into\s+)?(?P<colour>{COLOUR})",
        rf"{_VERB}{_THING}\s+(?:(?:in|to|into|to be|look)\s+)?{_ASKED}",
        rf"{_THING}\s+(?:should|must|could|has to|needs to)\s+be\s+(?P<colour>{COLOUR})",
        rf"(?:the\s+(?P<thing>[\w'-]+)\s+)?in\s+(?P<colour>{COLOUR})",
        rf"(?P<colour>{COLOUR})(?:\s+instead)?",
    )
]
_PRONOUN = re.compile(r"(?:it|this|that|them|these|those|everything|all(?: of (?:it|them))?)?", re.I)
_GROUND = ("background", "backdrop", "ground", "wall")


@dataclass(frozen=True, kw_only=True)
class Recolour:
    """A colour that is asked for."""

    #: What is to have it, as it was said; empty where that is a pronoun or nothing.
    thing: str
    #: Red, green, blue, 0–255.
    colour: tuple[int, int, int]

    @property
    def is_ground(self) -> bool:
        """Whether the ground is meant rather than what stands on it."""
        return self.thing in _GROUND

    def is_in(self, prompt: str) -> bool:
        """Whether the thing is what the prompt shows, or nothing was named."""
        stem = self.thing.removesuffix("s")
        return not stem or re.search(rf"\b{re.escape(stem)}", prompt, re.I) is not None


def read(instruction: str) -> Recolour | None:
    """The colour that an instruction asks for; None where it asks for anything else, or for more."""
    words = re.sub(r"^please[ ,]+|[ ,]+please$", "", " ".join(instruction.split()).rstrip(".! "), flags=re.I)
    for form in _FORMS:
        if match := form.fullmatch(words):
            said = (match.groupdict().get("thing") or "").strip()
            thing = "" if _PRONOUN.fullmatch(said) else said.split()[-1].lower()
            return Recolour(thing=thing, colour=_rgb(match["colour"].lower()))
    return None


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
