"""Where budget periods begin and end: midnights of a time zone, as moments in UTC. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.ledger.money import Period


def zone_named(name: str) -> ZoneInfo:
    """The zone of that name; UTC for one that nobody knows, so that one bad name spoils one channel's clock only."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def wall_moment(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """The moment in UTC when clocks in `zone` show `hour` o'clock on `day`.

    An hour that happens twice counts the first time; one that is skipped counts as the change itself
    or, at most, an hour later: zoneinfo reads it with the offset from before the change.
    """
    return datetime.combine(day, time(hour), zone).astimezone(UTC)


def bounds(period: Period, at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Start (included) and end (excluded) of the day, week (from Monday) or month that `at` lies in.

    The periods of a zone follow each other without gap or overlap, whatever its clocks do.
    Raises ValueError for a pot, which has no end.
    """
    if period == "pot":
        raise ValueError("a pot has no end")
    first = _first_day(period, at.astimezone(zone).date())
    # Where clocks go back across midnight a date comes twice; the moments decide, not the date.
    while at < wall_moment(first, 0, zone):
        first = _first_day(period, first - timedelta(days=1))
    while at >= wall_moment(following := _next_first(period, first), 0, zone):
        first = following
    return wall_moment(first, 0, zone), wall_moment(_next_first(period, first), 0, zone)


def _first_day(period: Period, day: date) -> date:
    if period == "weekly":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period == "monthly" else day


def _next_first(period: Period, first: date) -> date:
    # 32 days from a month's first always lies in the next month.
    return _first_day(period, first + timedelta(days={"daily": 1, "weekly": 7, "monthly": 32}[period]))
