"""A channel's brand kit as a value: palette, words always added, words refused, shape. Pure functions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.briefs.model import UserError
from bot.briefs.typed import clean
from bot.texts import say

PALETTE_LIMIT = 8
#: Characters of a colour's name, of the words that are added, and of one refused word.
NAME_LIMIT, WORDS_LIMIT, REFUSED_LIMIT = 24, 300, 40
REFUSED_COUNT = 50
#: CIEDE2000 above which a picture is flagged, where a kit doesn't say: clearly another colour for anybody.
TOLERANCE = 20.0
#: Pictures in one drift chart.
CHART_LIMIT = 200

_HEX = re.compile(r"(?<![\w#])(?:#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})|([0-9a-fA-F]{6}))(?!\w)")


@dataclass(frozen=True, kw_only=True)
class Colour:
    """One colour of a palette."""

    #: Empty where it has none.
    name: str
    #: `#rrggbb`, lower case.
    hex: str

    def __str__(self) -> str:
        return f"{self.name} {self.hex}".strip()


@dataclass(frozen=True, kw_only=True)
class Kit:
    """How a channel's pictures should look."""

    palette: tuple[Colour, ...] = ()
    #: Words added to every prompt.
    always: str = ""
    #: Style words, added after them.
    style: str = ""
    #: Words that no prompt may have.
    refused: tuple[str, ...] = ()
    #: Shape of briefs that name none, such as `3:2`; empty: square.
    aspect: str = ""
    #: CIEDE2000 above which a picture is flagged.
    tolerance: float = TOLERANCE

    @property
    def added(self) -> str:
        """What the kit adds to every prompt."""
        return ", ".join(filter(None, [self.always, self.style]))

    @property
    def shape(self) -> tuple[int, int] | None:
        """The shape as two integers."""
        width, colon, height = self.aspect.partition(":")
        return (int(width), int(height)) if colon else None


@dataclass(frozen=True, kw_only=True)
class EditBrand:
    """`/draft brand`."""


@dataclass(frozen=True, kw_only=True)
class ShowDrift:
    """`/draft drift 50`."""

    count: int = CHART_LIMIT


def parse_brand(text: str) -> EditBrand | ShowDrift | None:
    """Understand the text of a `/draft`; None where it is about something else. Raises UserError."""
    match [word.lower() for word in clean(text).split()]:
        case ["brand"] | ["brand", ("show" | "edit" | "set" | "kit")]:
            return EditBrand()
        case ["drift"]:
            return ShowDrift()
        case ["drift", count] if re.fullmatch(r"[0-9]{1,9}", count):
            if not 1 <= int(count) <= CHART_LIMIT:
                raise UserError(say("kit-drift-count", most=CHART_LIMIT, count=count))
            return ShowDrift(count=int(count))
    return None


def read_kit(*, palette: str, always: str, style: str, refused: str, aspect: str, tolerance: str) -> Kit:
    """A kit as it was typed into the form. Raises UserError, whose `field` names the part."""
    words = {"always": clean(always).strip(" ,"), "style": clean(style).strip(" ,")}
    for part, value in words.items():
        if len(value) > WORDS_LIMIT:
            raise UserError(say("kit-words-long", count=len(value), most=WORDS_LIMIT), part)
    banned = tuple(
        dict.fromkeys(filter(None, (clean(word).lower() for word in re.split(r"[,;\n]", refused))))
    )
    if len(banned) > REFUSED_COUNT or any(len(word) > REFUSED_LIMIT for word in banned):
        raise UserError(
            say("kit-refused-limits", words=REFUSED_COUNT, characters=REFUSED_LIMIT),
            "refused",
        )
    kit = Kit(
        palette=read_palette(palette),
        **words,
        refused=banned,
        aspect=aspect.strip(),
        tolerance=_tolerance(clean(tolerance)),
    )
    if clash := refused_in(kit, kit.added):
        raise UserError(say("kit-word-clash", word=clash[0]), "refused")
    return kit


def read_palette(text: str) -> tuple[Colour, ...]:
    """Colours, one a line or with commas between: `Teal #0b5563`, `#f76`. Raises UserError."""
    found = []
    for line in filter(None, (clean(part) for part in re.split(r"[,;\n]", text))):
        match = _HEX.search(line)
        rest = line if match is None else f"{line[: match.start()]} {line[match.end() :]}"
        if match is None or _HEX.search(rest):
            raise UserError(say("kit-no-colour", line=line), "palette")
        digits = (match[1] or match[2]).lower()
        if len(digits) == 3:
            digits = "".join(digit * 2 for digit in digits)
        name = " ".join(rest.split()).strip(" :=-")
        if len(name) > NAME_LIMIT:
            raise UserError(say("kit-colour-name-long", most=NAME_LIMIT, name=name), "palette")
        found.append(Colour(name=name, hex=f"#{digits}"))
    if len(found) > PALETTE_LIMIT:
        raise UserError(say("kit-too-many-colours", count=len(found), most=PALETTE_LIMIT), "palette")
    if len({colour.hex for colour in found}) < len(found):
        raise UserError(say("kit-colour-twice"), "palette")
    return tuple(found)


def _tolerance(text: str) -> float:
    if not text:
        return TOLERANCE
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9])?", text) or not 1 <= float(text) <= 100:
        raise UserError(say("kit-no-tolerance"), "tolerance")
    return float(text)


def refused_in(kit: Kit, prompt: str) -> list[str]:
    """The refused words that a prompt has, as whole words, whatever their case."""
    return [
        word
        for word in kit.refused
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", clean(prompt), re.IGNORECASE)
    ]


def check(kit: Kit, prompt: str) -> None:
    """Raise UserError for a prompt with a word that the brand refuses."""
    if found := refused_in(kit, prompt):
        raise UserError(
            say("kit-refuses", words=", ".join(say("kit-refused-word", word=word) for word in found))
        )
