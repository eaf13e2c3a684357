"""Stretches of days as people name them: "last month", "2026-11-01..2026-11-15". Pure; what is wrong is a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from bot.briefs.model import UserError
from bot.ledger.periods import wall_moment
from bot.texts import dates, say

#: Longest span, in days.
SPAN_LIMIT: Final = 400
FIRST_YEAR, LAST_YEAR = 2000, 2199


@dataclass(frozen=True, kw_only=True)
class Span:
    """Whole days of a channel's calendar."""

    first: date
    #: Included.
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a span's last day does not lie before its first")

    def __str__(self) -> str:
        return f"{self.first.isoformat()}..{self.last.isoformat()}"

    @property
    def title(self) -> str:
        """`1 Nov 2026`, `1–15 Nov 2026`, `28 Nov – 3 Dec 2026`, whatever the machine speaks."""
        first, last = self.first, self.last
        month, year = dates.month(last), last.year
        if first == last:
            return say("span-one-day", day=last.day, month=month, year=year)
        if (first.year, first.month) == (last.year, last.month):
            return say("span-in-month", first=first.day, last=last.day, month=month, year=year)
        first_month = dates.month(first)
        if first.year == last.year:
            return say(
                "span-in-year",
                first=first.day,
                first_month=first_month,
                last=last.day,
                month=month,
                year=year,
            )
        return say(
            "span-over-years",
            first=first.day,
            first_month=first_month,
            first_year=first.year,
            last=last.day,
            month=month,
            year=year,
        )

    def days(self) -> list[date]:
        """Every day, in order."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    def edges(self, zone: ZoneInfo) -> list[tuple[date, datetime, datetime]]:
        """Each day with its first moment and the first that no longer belongs to it, in UTC."""
        borders = [wall_moment(day, 0, zone) for day in [*self.days(), self.last + timedelta(days=1)]]
        return [(day, *pair) for day, pair in zip(self.days(), pairwise(borders), strict=True)]


def parse_span(text: str, today: date) -> Span:
    """Read a span; empty is this month. `today` is the channel's present day. Raises UserError."""
    words = " ".join(text.lower().split()).removeprefix("this ")
    monday, first = today - timedelta(days=today.weekday()), today.replace(day=1)
    match words:
        case "today" | "day":
            return Span(first=today, last=today)
        case "yesterday":
            return Span(first=today - timedelta(days=1), last=today - timedelta(days=1))
        case "week":
            return Span(first=monday, last=monday + timedelta(days=6))
        case "last week":
            return Span(first=monday - timedelta(days=7), last=monday - timedelta(days=1))
        case "" | "month":
            return _month(first)
        case "last month":
            return _month((first - timedelta(days=1)).replace(day=1))
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}", words):
        return _month(_day(f"{words}-01"))
    # Phones turn two points into an ellipsis and two hyphens into a dash.
    parts = re.split(r" ?(?:\.{2,3}|…|–|—|--| to | bis ) ?", words)
    if len(parts) > 2 or not all(parts):
        raise UserError(say("span-unknown", typed=text.strip()[:40]))
    days = [_day(part) for part in parts]
    if days[-1] < days[0]:
        raise UserError(say("span-backwards", first=str(days[0]), last=str(days[-1])))
    if (days[-1] - days[0]).days >= SPAN_LIMIT:
        raise UserError(say("span-too-long", days=SPAN_LIMIT))
    return Span(first=days[0], last=days[-1])


def read_span(text: str) -> Span:
    """The inverse of `str(span)`. Raises ValueError."""
    first, _, last = text.partition("..")
    return Span(first=date.fromisoformat(first), last=date.fromisoformat(last))


def _month(first: date) -> Span:
    return Span(first=first, last=(first + timedelta(days=32)).replace(day=1) - timedelta(days=1))


def _day(text: str) -> date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise UserError(say("span-unknown", typed=text[:40]))
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise UserError(say("span-no-such-day", day=text)) from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise UserError(say("span-years", first=FIRST_YEAR, last=LAST_YEAR))
    return day
