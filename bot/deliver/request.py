"""`/draft deliver red-apple-2 1080x1080 story --max 500kb`: which pictures, at which sizes, as a value. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.briefs import names
from bot.briefs.model import Named, UserError
from bot.briefs.sizes import USUAL
from bot.briefs.typed import clean, size_typed
from bot.texts import say

#: Sides of a delivered picture, in pixels.
LEAST_SIDE, LONGEST_SIDE = 16, 4096
SIZES_LIMIT = 10
PICTURES_LIMIT = 10
#: Files that one request may make.
FILES_LIMIT = 20
#: Smallest cap on a file, in bytes: below it hardly any picture fits.
LEAST_CAP = 2_000

FORMATS = {"jpg": "jpg", "jpeg": "jpg", "png": "png", "webp": "webp"}
#: The usual sizes in the sentence that says how to ask.
_NAMES = ", ".join(f"`{name}`" for name in USUAL)

_NAMED = re.compile(rf"({names.PATTERN})(?:/(draft|pro|fix)?([0-9]{{0,3}}))?", re.I)
_SIZE = re.compile(r"([0-9]{1,6})x([0-9]{1,6})")
_CAP = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)\s*(kb|k|mb|m|b)?", re.I)


@dataclass(frozen=True, kw_only=True)
class Deliver:
    """What is to be delivered, and how."""

    #: Empty: every approved picture of the channel.
    names: tuple[Named, ...]
    #: Width and height in pixels.
    sizes: tuple[tuple[int, int], ...]
    #: jpg, png or webp.
    format: str = "jpg"
    #: Largest file, in bytes; None: whatever it takes.
    cap: int | None = None
    #: Paint what a size needs beyond the picture, instead of cropping.
    extend: bool = False


def parse_deliver(text: str) -> Deliver | None:
    """Understand the text of a `/draft`; None where it is no delivery. Raises UserError with a sentence."""
    words = re.sub(r"(?<!\S)[—–―](?=[A-Za-z])", "--", clean(text)).split()
    if not words or words[0].lower() != "deliver":
        return None
    rest = words[1:]
    if not rest:
        raise UserError(say("deliveries-usage", names=_NAMES))
    about_one = any(_named(word) or _SIZE.fullmatch(size_typed(word)) for word in rest)
    if not about_one and rest[0].lower() not in ("approved", "all"):
        return None  # a prompt that begins with that word
    pictures: list[Named] = []
    sizes: list[tuple[int, int]] = []
    flags: dict[str, str] = {}
    approved, index = False, 0
    while index < len(rest):
        word = rest[index]
        index += 1
        name, equals, value = word.partition("=")
        if name in ("--max", "--format"):
            if not equals:
                value = rest[index] if index < len(rest) else ""
                index += 1
            if not value:
                raise UserError(say("deliveries-flag-empty", flag=name))
            flags[name] = value
        elif word == "--extend":
            flags[word] = "yes"
        elif word.startswith("--"):
            raise UserError(say("deliveries-unknown-flag", flag=name))
        elif named := _named(word):
            pictures.append(named)
        elif word.lower() in ("all", "approved"):
            approved = True
        else:
            sizes.append(read_size(word))
    if not pictures and not approved:
        raise UserError(say("deliveries-no-picture", names=_NAMES))
    return deliver(
        names=() if approved else pictures,
        sizes=sizes,
        format=flags.get("--format", ""),
        cap=flags.get("--max", ""),
        extend="--extend" in flags,
    )


def _named(word: str) -> Named | None:
    """The picture that a word names; None where it names none."""
    match = _NAMED.fullmatch(word)
    brief = names.read_name(match[1]) if match else None
    if match is None or brief is None:
        return None
    return Named(brief=brief, kind=(match[2] or "").lower(), number=int(match[3] or 0))


def deliver(
    *, names: Sequence[Named], sizes: Sequence[tuple[int, int]], format: str, cap: str, extend: bool
) -> Deliver:
    """Check each part of a delivery as it was typed or chosen; empty means the default. Raises UserError.

    The UserError's `field` names the part: names, sizes, format or cap.
    """
    wanted, pictures = tuple(dict.fromkeys(sizes)), tuple(dict.fromkeys(names))
    if not wanted:
        raise UserError(say("deliveries-no-size", names=_NAMES), "sizes")
    if len(wanted) > SIZES_LIMIT:
        raise UserError(say("deliveries-too-many-sizes", count=len(wanted), most=SIZES_LIMIT), "sizes")
    if len(pictures) > PICTURES_LIMIT:
        raise UserError(
            say("deliveries-too-many-pictures", count=len(pictures), most=PICTURES_LIMIT), "names"
        )
    check_files(len(pictures), len(wanted))
    if format and format.lower().lstrip(".") not in FORMATS:
        raise UserError(say("deliveries-unknown-format", format=format), "format")
    return Deliver(
        names=pictures,
        sizes=wanted,
        format=FORMATS[format.lower().lstrip(".") or "jpg"],
        cap=read_cap(cap) if cap else None,
        extend=extend,
    )


def check_files(pictures: int, sizes: int) -> None:
    """Raise UserError when a delivery would make too many files."""
    if pictures * sizes > FILES_LIMIT:
        raise UserError(
            say("deliveries-too-many-files", count=pictures * sizes, most=FILES_LIMIT),
            "sizes",
        )


def read_size(word: str) -> tuple[int, int]:
    """`1080x1080`, or a usual size by its name. Raises UserError."""
    typed = size_typed(word)
    if usual := USUAL.get(typed):
        return usual[1], usual[2]
    match = _SIZE.fullmatch(typed)
    if match is None:
        raise UserError(say("deliveries-unknown-word", word=word, names=_NAMES), "sizes")
    width, height = int(match[1]), int(match[2])
    if not all(LEAST_SIDE <= side <= LONGEST_SIDE for side in (width, height)):
        raise UserError(say("deliveries-bad-side", size=word, least=LEAST_SIDE, most=LONGEST_SIDE), "sizes")
    return width, height


def read_cap(text: str) -> int:
    """`500kb` in bytes, with 1 kB = 1,000 bytes as stores and networks count. Raises UserError."""
    match = _CAP.fullmatch(text.strip())
    if match is None:
        raise UserError(say("deliveries-no-cap", typed=text), "cap")
    unit = (match[2] or "kb").lower()
    cap = int(float(match[1]) * {"k": 1_000, "kb": 1_000, "m": 1_000_000, "mb": 1_000_000, "b": 1}[unit])
    if cap < LEAST_CAP:
        raise UserError(say("deliveries-low-cap", cap=f"{cap:,}", least=LEAST_CAP // 1000), "cap")
    return cap
