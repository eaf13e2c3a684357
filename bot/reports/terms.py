"""A channel's client code and margin: read from what was typed, and kept with its history."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.briefs.model import UserError
from bot.texts import say

#: Longest client code, in characters.
CODE_LIMIT = 32
#: Largest margin, in per cent.
MARGIN_LIMIT = 1_000
_NONE = ("none", "off", "-")


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Whom a channel works for."""

    #: Empty where none is set.
    client: str
    #: On top of the cost, in basis points: 2,000 are 20 %.
    margin_bp: int


def parse_client(text: str) -> str:
    """A client code as it is kept; "none" is the empty one. Raises UserError."""
    if text.lower() in _NONE:
        return ""
    if len(text) > CODE_LIMIT or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._/-]*", text):
        raise UserError(say("costs-client-malformed", limit=CODE_LIMIT))
    return text


def parse_margin(text: str) -> int:
    """A margin in basis points. Raises UserError."""
    typed = text.replace(" ", "")
    match = re.fullmatch(r"([0-9]{1,4})(?:\.([0-9]{1,2}))?%?", typed)
    if match is None or (percent := Decimal(typed.removesuffix("%"))) > MARGIN_LIMIT:
        raise UserError(say("costs-margin-malformed", limit=f"{MARGIN_LIMIT:,}"))
    return int(percent * 100)


def percent(margin_bp: int) -> str:
    """`20`, `12.5`: a margin in per cent, without trailing zeros."""
    return f"{margin_bp // 100}" + (f".{margin_bp % 100:02d}".rstrip("0") if margin_bp % 100 else "")
