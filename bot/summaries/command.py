"""What comes after `/draft summary`, as a value. Pure functions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.briefs.model import UserError
from bot.briefs.typed import clean
from bot.texts import say


@dataclass(frozen=True, kw_only=True)
class ShowSummary:
    """`/draft summary`: today so far; `/draft summary week`: this week so far."""

    week: bool = False


@dataclass(frozen=True, kw_only=True)
class Subscribe:
    """`/draft summary weekly off`: which summaries come by themselves."""

    #: daily, weekly or quiet.
    what: str
    on: bool


@dataclass(frozen=True, kw_only=True)
class SummaryHour:
    """`/draft summary at 9`: when they come, on the channel's clock."""

    hour: str

    @property
    def number(self) -> int:
        """From 0 to 23. Raises UserError for an hour that is none."""
        digits = re.fullmatch(r"([0-9]{1,2})(?::00)?", self.hour)
        if digits is None or int(digits[1]) > 23:
            raise UserError(say("wishes-hour"))
        return int(digits[1])


SummaryCommand = ShowSummary | Subscribe | SummaryHour


def parse_summary(text: str) -> SummaryCommand | None:
    """Understand the text of a `/draft` that begins with `summary`; None where it is a prompt."""
    match clean(text).lower().split()[1:]:
        case []:
            return ShowSummary()
        case ["week"]:
            return ShowSummary(week=True)
        case [("daily" | "weekly" | "quiet") as what, ("on" | "off") as state]:
            return Subscribe(what=what, on=state == "on")
        case ["at", hour]:
            return SummaryHour(hour=hour)
    return None
