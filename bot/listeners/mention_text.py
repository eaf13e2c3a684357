"""What a person asked of Draftroom inside a thread, as a value. Pure functions."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.briefs.model import UserError
from bot.briefs.typed import PROMPT_LIMIT, clean
from bot.draft.tweaks import TWEAK_LIMIT, TweakRequest, parts_of
from bot.fix.regions import parse_region
from bot.fix.request import PARTS_LIMIT, FixRequest
from bot.texts import say


@dataclass(frozen=True, kw_only=True)
class DraftRequest:
    """A new brief, as it would stand after `/draft`."""

    text: str


@dataclass(frozen=True, kw_only=True)
class HelpRequest:
    """A mention that asks for nothing in particular."""


_FIX = re.compile(
    r"(?:please\s+)?fix\b[\s:]*(?:(?:cell|picture|#)\s*([0-9]{1,2})\b[\s,:]*)?(.*)", re.I | re.S
)

#: A semicolon or a new line begins another region only where a colon follows: instructions may hold semicolons.
_MORE = re.compile(r"\s*;\s*(?=[^;:]{1,60}:)")

_EACH = re.compile(r"\s*(?:each|every picture|every one|all pictures|all of them)\b[\s,:]*", re.I)

#: A thing in the picture, which a model that finds things may find: “the label”, “everything except the bottle”.
_THING = re.compile(
    r"((?:everything|everywhere|all)\s+(?:but|except(?:\s+for)?|outside(?:\s+of)?)\s+)?"
    r"((?:the|my|his|her|their|this|that)\s+[^\W\d_][\w' -]{1,60})",
    re.I,
)

_TWEAK = re.compile(r"(?:please\s+)?(?:tweak|try)\b[\s:,]*(.*)", re.I | re.S)
_DRAFT = re.compile(r"(?:please\s+)?(?:draft|draw|imagine|sketch)\b[\s:,]*(.*)", re.I | re.S)
#: Talk, and not a wish: what begins like this is answered with help, and costs nothing.
_TALK = re.compile(
    r"(?:hi|hello|hey|good (?:morning|afternoon|evening|night|job|work|one)|thanks?|thank you|thx|cheers|ok|okay"
    r"|great|nice|cool|wow|love|lovely|lol|haha|yes|yep|no$|nope|what|who|how|why|when|where|which|is|are|am|was"
    r"|do|does|did|i|we|you|he|she|they|it's|its|this|that|these|those|help|sorry|test|ping|stop|cancel)\b.*",
    re.I,
)
_POLITE = re.compile(r"(?:(?:can|could|would|will) you(?: please)?|please|now|and|let's|maybe)\s+", re.I)


def parse_tweak(text: str) -> TweakRequest | None:
    """`tweak: warmer light, no clutter` in parts; None for another wish. Raises UserError when it is empty."""
    match = _TWEAK.fullmatch(clean(text))
    if match is None:
        return None
    parts = parts_of(match.group(1))
    if not parts:
        raise UserError(say("replies-empty-tweak"))
    return TweakRequest(parts=parts)


def parse_reply(text: str, *, has_mask: bool) -> FixRequest | TweakRequest | DraftRequest | HelpRequest:
    """Understand a mention, without the mention itself. Raises UserError with a sentence."""
    if tweak := parse_tweak(text):
        return tweak
    if draft := _DRAFT.fullmatch(clean(text)):
        return DraftRequest(text=draft.group(1))
    match = _FIX.fullmatch(clean(text))
    if match is None:
        return HelpRequest() if has_mask else _plain(clean(text))
    cell, rest = match.groups()
    each = _EACH.match(rest) if cell is None else None
    if each:
        asked = parse_reply(f"fix {rest[each.end() :]}", has_mask=has_mask)
        return replace(asked, each=True) if isinstance(asked, FixRequest) else asked
    first, *others = [rest] if has_mask else _MORE.split(rest)
    if others:
        if len(others) >= PARTS_LIMIT:
            raise UserError(say("replies-too-many-regions", count=len(others) + 1, most=PARTS_LIMIT))
        requests = [parse_reply(f"fix {part}", has_mask=False) for part in (first, *others)]
        fixes = [request for request in requests if isinstance(request, FixRequest)]
        return replace(fixes[0], cell=int(cell) if cell else None, more=tuple(fixes[1:]))
    region_text, colon, instruction = _split_region(rest)
    if has_mask and not colon:
        region_text, instruction = "", rest
    instruction = instruction.strip(" :")
    if not instruction:
        raise UserError(say("replies-no-instruction"))
    if len(instruction) > PROMPT_LIMIT:
        raise UserError(
            say("replies-long-instruction", count=f"{len(instruction):,}", most=f"{PROMPT_LIMIT:,}")
        )
    if not has_mask and not colon:
        raise UserError(say("replies-no-region"))
    asked = FixRequest(
        region=None,
        region_text="" if has_mask else region_text.strip(),
        instruction=instruction,
        cell=int(cell) if cell else None,
    )
    if has_mask:
        return asked
    try:
        return replace(asked, region=parse_region(region_text))
    except UserError:
        thing = _THING.fullmatch(region_text.strip())
        if thing is None:
            raise
        return replace(asked, named=thing.group(2), inverted=thing.group(1) is not None)


def _plain(text: str) -> FixRequest | TweakRequest | HelpRequest:
    """What was said without a word of command: a region with a colon is a fix, a change of the picture a tweak."""
    said = _POLITE.sub("", text, count=2)
    asked = said != text
    region, colon, _ = _split_region(said)
    if colon and _is_region(region):
        fix = parse_reply(f"fix {said}", has_mask=False)
        assert isinstance(fix, FixRequest)
        return fix
    question = text.endswith("?") and not asked
    talk = not said or len(said) > TWEAK_LIMIT or _TALK.fullmatch(said) or question or "<@" in said
    parts = () if talk or not re.search(r"[^\W\d_]", said) else parts_of(said.rstrip("?"))
    return TweakRequest(parts=parts) if parts else HelpRequest()


def _is_region(text: str) -> bool:
    try:
        parse_region(text)
    except UserError:
        return False
    return True


def _split_region(text: str) -> tuple[str, str, str]:
    """Split at the colon that ends the region, not at the one inside `B2:C3`."""
    match = re.match(r"\s*([A-Za-z][0-9]{1,2}\s*:\s*[A-Za-z][0-9]{1,2})\s*(:)(.*)", text, re.S)
    if match:
        return match.group(1), match.group(2), match.group(3)
    return text.partition(":")
