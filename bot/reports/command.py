"""`/draft costs`, `/draft client` and `/draft margin` as values. Pure; what is wrong comes back as a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.briefs.model import UserError
from bot.briefs.typed import clean
from bot.reports.figures import GROUPINGS, Grouping
from bot.texts import say

_OTHER_WORDS: Final[dict[str, Grouping]] = {
    "tiers": "tier",
    "people": "person",
    "persons": "person",
    "briefs": "brief",
    "asset": "brief",
    "assets": "brief",
    "clients": "client",
    "days": "day",
}


@dataclass(frozen=True, kw_only=True)
class ShowCosts:
    """`/draft costs last month by person`; the period is still text."""

    period: str
    grouping: Grouping


@dataclass(frozen=True, kw_only=True)
class Client:
    """`/draft client ACME`; None asks which it is."""

    code: str | None


@dataclass(frozen=True, kw_only=True)
class Margin:
    """`/draft margin 20%`; None asks which it is."""

    text: str | None


ReportCommand = ShowCosts | Client | Margin


def parse_report_command(text: str) -> ReportCommand | None:
    """Understand what was typed, or None where it is none of these. Raises UserError.

    "client meeting in a bright office" is a prompt; "client ACME 26" is a slip, and must not be drafted.
    """
    words = clean(text).split()
    rest = " ".join(words[1:])
    match [word.lower() for word in words[:1]]:
        case ["costs"]:
            return _costs(rest)
        case ["margin"]:
            return Margin(text=rest or None)
        case ["client"] if re.fullmatch(r'"[^"]+"', rest):
            return Client(code=rest.strip('"'))
        case ["client"] if len(words) <= 2 or re.search(r"[0-9]|\b[A-Z]{2,}", words[1]):
            return Client(code=rest or None)
    return None


def _costs(text: str) -> ShowCosts:
    match = re.fullmatch(r"(?:(.*?)\s)?\s*by\s*(.*)", text, re.IGNORECASE)
    if match is None:
        return ShowCosts(period=text, grouping="tier")
    asked = match[2].lower()
    for grouping in GROUPINGS:
        if asked == grouping or _OTHER_WORDS.get(asked) == grouping:
            return ShowCosts(period=match[1] or "", grouping=grouping)
    raise UserError(
        say(
            "costs-grouping-unknown",
            words=", ".join(GROUPINGS[:-1]),
            last=GROUPINGS[-1],
            typed=asked[:30],
        )
    )
