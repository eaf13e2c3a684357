"""From an instruction ("make it blue") to the prompt of the picture that is wanted.

Inpainting models are told what the masked place should show, not what to do; edit models get both.
"""

from __future__ import annotations

import re
from enum import Enum, auto

from bot.draft import colours
from bot.draft.colours import ANY_THING, NAMED

_ARTICLE = r"(?:a|an|the|some|this|that)"

_REMOVE = re.compile(r"(?:please )?(?:remove|erase|delete|clear|take (?:out|away|off)|get rid of)\b.*", re.I)
_REPLACE = re.compile(
    r"(?:please )?(?:replace|swap|change|turn|make)\s+(?P<old>.+?)\s+(?:with|by|for|to|into)\s+(?P<new>.+)",
    re.I,
)
_ADD = re.compile(r"(?:please )?(?:add|put|draw|place|insert|paint)\s+(?P<new>.+)", re.I)
_BACKGROUND = re.compile(
    rf"\b(?:on|against|over|with|in front of)\s+(?:{_ARTICLE}\s+)?[\w\s-]*?\bbackground\b", re.I
)
_SHORT_BACKGROUND = re.compile(rf"\b(?:on|against)\s+(?:{_ARTICLE}\s+)?({NAMED})\b", re.I)
_BARE_BACKGROUND = re.compile(rf"\b({NAMED})\s+background\b", re.I)
#: A colour in a prompt, where that is no thing: “an orange on a plate” has none.
_COLOUR = re.compile(
    rf"\b(?!(?<!\bin )(?:{ANY_THING})\b(?!\s+(?!(?:on|in|at|of|with|and|under|over|next|against|by)\b)\w)){NAMED}\b",
    re.I,
)
_BACKGROUNDS = (_BACKGROUND, _BARE_BACKGROUND, _SHORT_BACKGROUND)


class Kind(Enum):
    """What an instruction asks for."""

    ADD = auto()
    REPLACE = auto()
    REMOVE = auto()
    OTHER = auto()


def kind(instruction: str) -> Kind:
    """What is asked for, as far as `compose` can tell."""
    instruction = instruction.strip().rstrip(".!")
    if _REMOVE.fullmatch(instruction):
        return Kind.REMOVE
    if _asked(instruction):
        return Kind.OTHER
    if _REPLACE.fullmatch(instruction):
        return Kind.REPLACE
    return Kind.ADD if _ADD.fullmatch(instruction) else Kind.OTHER


def compose(prompt: str, instruction: str) -> str:
    """The prompt for the masked place: what should be there, in front of what is there already."""
    instruction = instruction.strip().rstrip(".!")
    background = _background(prompt)
    if _REMOVE.fullmatch(instruction):
        return f"plain {background}" if background else "plain background"
    if wanted := _asked(instruction):
        return _recolour(prompt, wanted)
    for pattern in (_REPLACE, _ADD):
        if match := pattern.fullmatch(instruction):
            return f"{match['new']} on a {background}" if background else match["new"]
    return f"{prompt}, {instruction}"


def recoloured(prompt: str, instruction: str) -> str | None:
    """The whole prompt after "make it blue" and the like; None for another instruction."""
    wanted = _asked(instruction)
    return _recolour(prompt, wanted) if wanted else None


def _asked(instruction: str) -> colours.Recolour | None:
    """A colour that is asked for by a name: no prompt is understood that has a code in it."""
    wanted = colours.asked(instruction)
    return None if wanted is None or wanted.name.startswith("#") else wanted


def _background(prompt: str) -> str:
    """`teal background` from `a red sneaker on a teal background`; empty when the prompt names none."""
    if match := _BACKGROUND.search(prompt):
        words = re.sub(
            rf"^(?:on|against|over|with|in front of)\s+(?:{_ARTICLE}\s+)?", "", match.group(0), flags=re.I
        )
        return words.strip()
    for pattern in (_BARE_BACKGROUND, _SHORT_BACKGROUND):
        if match := pattern.search(prompt):
            return f"{match.group(1)} background"
    return ""


def _recolour(prompt: str, wanted: colours.Recolour) -> str:
    # The red shoe is red no longer.
    noun, colour = re.sub(rf"^{NAMED}\s+", "", wanted.said, flags=re.I), wanted.name
    if noun.lower() == "background":
        changed, count = re.subn(rf"\b{NAMED}(?=\s+background\b)", colour, prompt, count=1, flags=re.I)
        return _fix_articles(changed) if count else f"{prompt}, {colour} background"
    if noun.lower() not in ("", "thing", "subject"):
        named = re.compile(rf"(?:\b{NAMED}\s+)?\b{re.escape(noun)}\b", re.I)
        if named.search(prompt):
            return _fix_articles(named.sub(f"{colour} {noun}", prompt, count=1))
        return f"{prompt}, {colour} {noun}"
    place = next(filter(None, (pattern.search(prompt) for pattern in _BACKGROUNDS)), None)
    subject, rest = (prompt[: place.start()], prompt[place.start() :]) if place else (prompt, "")
    subject, had = _COLOUR.subn(colour, subject, count=1)
    if not had:
        subject = re.sub(
            rf"^(\s*(?:{_ARTICLE}|one|two|three)\s+)?", rf"\g<1>{colour} ", subject, count=1, flags=re.I
        )
    return _fix_articles(f"{subject}{rest}")


def _fix_articles(text: str) -> str:
    """`a orange cup` → `an orange cup`, and back."""

    def article(match: re.Match[str]) -> str:
        wanted = "an" if match.group(2)[0].lower() in "aeiou" else "a"
        return f"{wanted.capitalize() if match.group(1)[0].isupper() else wanted} {match.group(2)}"

    return re.sub(rf"\b(an?)\s+({NAMED})\b", article, text, flags=re.I)
