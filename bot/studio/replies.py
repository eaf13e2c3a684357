"""What a person asked of Draftroom inside a thread, as a value. Pure functions."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.studio.commands import PROMPT_LIMIT, clean
from bot.studio.model import Remedy
from bot.studio.regions import EXAMPLES, Box, parse_region


@dataclass(frozen=True, kw_only=True)
class FixRequest:
    """A masked edit of one version."""

    #: None: a mask picture is attached.
    region: Box | None
    #: The region as it was said; empty with a mask picture.
    region_text: str
    instruction: str
    #: A cell of the grid, from 1; None: the newest Pro render or fix of the thread.
    cell: int | None
    #: The same fix for every picture of the grid.
    each: bool = False
    #: Further regions of the same request, each with an instruction of its own.
    more: tuple[FixRequest, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TweakRequest:
    """The brief's prompt with something changed."""

    #: What is to be added to the prompt.
    more: tuple[str, ...]
    #: What is to be kept out of the pictures.
    without: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class HelpRequest:
    """A mention that asks for nothing in particular."""


_FIX = re.compile(
    r"(?:please\s+)?fix\b[\s:]*(?:(?:cell|picture|#)\s*([0-9]{1,2})\b[\s,:]*)?(.*)", re.I | re.S
)

#: Regions that one request may name.
PARTS_LIMIT = 6
#: A semicolon or a new line begins another region only where a colon follows: instructions may hold semicolons.
_MORE = re.compile(r"\s*;\s*(?=[^;:]{1,60}:)")

_EACH = re.compile(r"\s*(?:each|every picture|every one|all pictures|all of them)\b[\s,:]*", re.I)

USAGE = (
    "Write `@Draftroom fix REGION: INSTRUCTION`, for example `@Draftroom fix left: make it blue`."
    f" A region is {EXAMPLES}; or attach a mask picture. Several at once: `fix left: make it blue; right: remove it`."
)


_TWEAK = re.compile(r"(?:please\s+)?(?:tweak|try)\b[\s:,]*(.*)", re.I | re.S)
_WITHOUT = re.compile(r"(?:no|without|drop the|less|fewer)\s+(.+)", re.I)


def parse_tweak(text: str) -> TweakRequest | None:
    """`tweak: warmer light, no clutter` in parts; None for another wish. Raises Remedy when it is empty."""
    match = _TWEAK.fullmatch(clean(text))
    if match is None:
        return None
    more: list[str] = []
    without: list[str] = []
    for part in filter(None, (part.strip(" .!") for part in match.group(1).split(","))):
        told = _WITHOUT.fullmatch(part)
        (without if told else more).append(told.group(1) if told else part)
    if not more and not without:
        raise Remedy(
            "I don't see what to change. Say it like this: `@Draftroom tweak: warmer light, no clutter`."
        )
    return TweakRequest(more=tuple(more), without=tuple(without))


def parse_reply(text: str, *, has_mask: bool) -> FixRequest | TweakRequest | HelpRequest:
    """Understand a mention, without the mention itself. Raises Remedy with a sentence."""
    if tweak := parse_tweak(text):
        return tweak
    match = _FIX.fullmatch(clean(text))
    if match is None:
        return HelpRequest()
    cell, rest = match.groups()
    each = _EACH.match(rest) if cell is None else None
    if each:
        asked = parse_reply(f"fix {rest[each.end() :]}", has_mask=has_mask)
        return replace(asked, each=True) if isinstance(asked, FixRequest) else asked
    first, *others = [rest] if has_mask else _MORE.split(rest)
    if others:
        if len(others) >= PARTS_LIMIT:
            raise Remedy(f"That names {len(others) + 1} regions; I fix up to {PARTS_LIMIT} at once.")
        requests = [parse_reply(f"fix {part}", has_mask=False) for part in (first, *others)]
        fixes = [request for request in requests if isinstance(request, FixRequest)]
        return replace(fixes[0], cell=int(cell) if cell else None, more=tuple(fixes[1:]))
    region_text, colon, instruction = _split_region(rest)
    if has_mask and not colon:
        region_text, instruction = "", rest
    instruction = instruction.strip(" :")
    if not instruction:
        raise Remedy(f"I don't see what to change. {USAGE}")
    if len(instruction) > PROMPT_LIMIT:
        raise Remedy(
            f"That instruction has {len(instruction):,} characters; I read up to {PROMPT_LIMIT:,}."
            " Shorten it and send it again."
        )
    if not has_mask and not colon:
        raise Remedy(f"I don't see where to change it. {USAGE}")
    return FixRequest(
        region=None if has_mask else parse_region(region_text),
        region_text="" if has_mask else region_text.strip(),
        instruction=instruction,
        cell=int(cell) if cell else None,
    )


def _split_region(text: str) -> tuple[str, str, str]:
    """Split at the colon that ends the region, not at the one inside `B2:C3`."""
    match = re.match(r"\s*([A-Za-z][0-9]{1,2}\s*:\s*[A-Za-z][0-9]{1,2})\s*(:)(.*)", text, re.S)
    if match:
        return match.group(1), match.group(2), match.group(3)
    return text.partition(":")
