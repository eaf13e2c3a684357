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


@dataclass(frozen=True, kw_only=True)
class ApproveRequest:
    """`approve 2`, `2 please`, `lgtm`."""

    #: Cells of the grid, from 1; none where it wasn't said.
    numbers: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class UndoRequest:
    """Go back to the version before."""


@dataclass(frozen=True, kw_only=True)
class CommandRequest:
    """What would stand after `/draft`, of the commands that only tell something."""

    text: str


@dataclass(frozen=True, kw_only=True)
class AskRequest:
    """Words that may mean several things: the bot asks, and does nothing before it is answered."""

    text: str


Reply = (
    FixRequest
    | TweakRequest
    | DraftRequest
    | HelpRequest
    | ApproveRequest
    | UndoRequest
    | CommandRequest
    | AskRequest
)


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
_WIDE = str.maketrans("：，；！？＃", ":,;!?#")
_GREETING = re.compile(
    r"(?:hey|hi|hello|hallo|ok|okay|yes|yep|so|and|now)\b[\s,!.:]*(?=(?:please|can|could|would|will|fix|draft|draw|tweak"
    r"|try|approve|undo|make|add|remove)\b)",
    re.I,
)
_ASKED_POLITELY = re.compile(
    r"(?:(?:can|could|would|will) (?:you|we)(?: please)?|please|kindly)[\s,]+(?=(?:fix|draft|draw|approve|undo|upscale)\b)",
    re.I,
)
_VERB = re.compile(
    r"(?:make|remove|add|change|replace|turn|paint|erase|delete|recolou?r|brighten|darken|fill|clean|smooth|sharpen"
    r"|blur|get rid)\b",
    re.I,
)
_NUMBERS = r"(?:number|no\.?|nr\.?|picture|cell|#)?\s*([1-9](?:\s*(?:,|and|&|\+|und)\s*#?[1-9])*)"
_APPROVE = (
    re.compile(
        rf"(?:i\s+)?(?:approved?|approving|upscale|render|go with|let's go with|we go with|ship|pro)\s*:?\s*{_NUMBERS}"
        r"(?:\s*(?:,?\s*please|thanks|in pro|it is))?",
        re.I,
    ),
    re.compile(rf"{_NUMBERS}\s*,?\s*(?:please|bitte|is approved|approved)", re.I),
    re.compile(r"u\s?([1-9])(?:\s*,?\s*please)?", re.I),
)
_APPROVE_ANY = re.compile(
    r"(?:approved?|lgtm|ship it|approve it|approve this|approve that|approve please)", re.I
)
_UNDO = re.compile(
    r"(?:undo|revert|go back|roll back|back)(?: (?:it|that|this|the last one|the last fix|one step|one))?(?: please)?",
    re.I,
)
_COMMAND = re.compile(
    r"(?:show (?:me )?)?(?:the |our |my )?(budget|costs|mine|summary(?: week)?|help|styles?)(?: please)?",
    re.I,
)
#: A draft of nothing that could be drawn: “draw it again”.
_NO_SUBJECT = re.compile(
    r"(?:\W|\b(?:it|this|that|them|these|those|again|another|one|ones|more|new|the|a|two|same|please|once|time|me|for|us"
    r"|now|number|first|second|third|fourth|last|[0-9]+)\b)*",
    re.I,
)
_NOUN = r"(?!(?:it|this|that|them|these|those|me|us|you|him|her|one|please|again|more|another|to|of)\b)\S+"
#: A change of the picture that can mean nothing else.
_CHANGE = re.compile(
    rf"(?:(?:make|turn) (?:it|this|that|them|everything|the \S+(?: \S+)?) (?!(?:again|pro|happen|happens|work|official|so|on"
    rf"|off|up|public|final|done)\b)\S+"
    rf"|(?:add|remove|erase|delete|drop|lose|use) (?!me\b)(?:an?|the|some|any|all|more|those|that|this)? ?{_NOUN}"
    rf"|(?:get rid of|take (?:out|away)) (?:the )?{_NOUN}"
    rf"|(?:replace|swap|change) .+ (?:with|by|for|to|into) .+"
    rf"|(?:no|without|with|fewer|less|more) (?!(?:thanks?|worries|problem|way|idea|need|doubt|pleasure|comment|that|than"
    rf"|options|variations|versions|pictures|images|like|is|rush|luck|time|tomorrow|later|respect)\b){_NOUN}"
    rf"|(?:warmer|colder|cooler|brighter|darker|softer|bigger|larger|smaller|closer|wider|simpler|sharper|lighter|taller"
    rf"|bolder|calmer|cleaner|flatter|moodier|richer|slightly|zoom)\b.*)(?:.*)",
    re.I,
)
_DRAFT = re.compile(r"(?:please\s+)?(?:draft|draw|imagine|sketch)\b[\s:,]*(.*)", re.I | re.S)
#: Talk, and not a request: what begins like this is answered with help, and costs nothing.
_TALK = re.compile(
    r"(?:hi|hello|hey|good (?:morning|afternoon|evening|night|job|work|one)|thanks?|thank you|thx|cheers|ok|okay"
    r"|thank|danke|merci|gracias|perfe[ck]t|super|toll|genial|prima|gut|sehr|awesome|amazing|beautiful|gorgeous|done"
    r"|good|fine|excellent|brilliant|bravo|wunderbar|excelente|bueno|hola|hallo|ciao|bye|congrats|wonderful|fantastic|sweet"
    r"|great|nice|cool|wow|love|lovely|lol|haha|yes|yep|no$|no (?:thanks?|worries|problem|way|idea|rush|need|comment)|not|never|nope|looks?|well|nope|what|who|how|why|when|where|which|is|are|am|was"
    r"|do|does|did|i|we|you|he|she|they|it's|its|this|that|these|those|help|sorry|test|ping|stop|cancel)\b.*",
    re.I,
)
_POLITE = re.compile(r"(?:(?:can|could|would|will) you(?: please)?|please|now|and|let's|maybe)\s+", re.I)


def parse_tweak(text: str) -> TweakRequest | None:
    """`tweak: warmer light, no clutter` in parts; None for another request. Raises UserError when it is empty."""
    match = _TWEAK.fullmatch(clean(text))
    if match is None:
        return None
    parts = parts_of(match.group(1))
    if not parts:
        raise UserError(say("replies-empty-tweak"))
    return TweakRequest(parts=parts)


def parse_reply(text: str, *, has_mask: bool) -> Reply:
    """Understand a mention, without the mention itself. Raises UserError with a sentence."""
    text = _tidy(text)
    said = text.rstrip(" .!")
    for pattern in () if has_mask else _APPROVE:
        if approve := pattern.fullmatch(said):
            return ApproveRequest(
                numbers=tuple(dict.fromkeys(map(int, re.findall("[1-9]", approve.group(1)))))
            )
    if not has_mask and _APPROVE_ANY.fullmatch(said):
        return ApproveRequest(numbers=())
    if _UNDO.fullmatch(said):
        return UndoRequest()
    if command := _COMMAND.fullmatch(said.rstrip("?")):
        return CommandRequest(text=command.group(1).lower())
    if tweak := parse_tweak(text):
        return AskRequest(text=text) if _NO_SUBJECT.fullmatch(", ".join(tweak.parts)) else tweak
    if draft := _DRAFT.fullmatch(clean(text)):
        if draft.group(1) and _NO_SUBJECT.fullmatch(draft.group(1)):
            return AskRequest(text=text)
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
    if not colon and not has_mask:
        region_text, colon, instruction = _region_first(rest)
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


def _tidy(text: str) -> str:
    """The words themselves: a line per region joined, wide punctuation, greetings and wrapping quotes away."""
    text = text.translate(_WIDE)
    first, *lines = [line for line in (one.strip() for one in text.splitlines()) if line] or [""]
    for line in lines:
        first += ("; " if _is_region(_split_region(line)[0]) and ":" in line else " ") + line
    text = clean(first).lstrip(" ,:;.-–—>•")
    if len(text) > 1 and text[0] in "\"'`" and text[-1] == text[0]:
        text = text[1:-1].strip()
    if greeting := _GREETING.match(text):
        text = text[greeting.end() :]
    polite = _ASKED_POLITELY.match(text)
    return text[polite.end() :].rstrip("? ") if polite else text


def _region_first(text: str) -> tuple[str, str, str]:
    """A region without its colon, where what follows begins with what to do: `B2:C3 make it blue`."""
    words = text.split()
    for count in range(min(4, len(words) - 1), 0, -1):
        region, rest = " ".join(words[:count]).rstrip(","), " ".join(words[count:])
        if _VERB.match(rest) and _is_region(region):
            return region, ":", rest
    return text, "", ""


def _plain(text: str) -> FixRequest | TweakRequest | HelpRequest | AskRequest:
    """What was said without a word of command: a region with a colon is a fix, a change of the picture a tweak."""
    said = _POLITE.sub("", text, count=2)
    asked = said != text
    region, colon, _ = _split_region(said)
    if not colon:
        region, colon, _ = _region_first(said)
    if colon and _is_region(region):
        fix = parse_reply(f"fix {said}", has_mask=False)
        assert isinstance(fix, FixRequest)
        return fix
    question = text.endswith("?") and not asked
    talk = not said or len(said) > TWEAK_LIMIT or _TALK.fullmatch(said) or question or "<@" in said
    if talk:
        return HelpRequest()
    parts = parts_of(said.rstrip("?")) if re.search(r"[^\W\d_]", said) else ()
    counted = len(said.split()) <= 4 and re.search(
        r"\b(?:[0-9]+|one|two|three|four|first|second|third|fourth|last)\b", said, re.I
    )
    if not parts or counted or not _CHANGE.fullmatch(parts[0]):
        return AskRequest(text=text)
    return TweakRequest(parts=parts)


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
