"""When a channel's daily and weekly summaries are due. The database remembers what was posted; a tick only asks.

A scheduler's own clock skips or repeats an hour when clocks change, and forgets what it missed while
the bot was down. So each tick asks the database what is due and not yet claimed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import clock
from bot.ledger.periods import wall_moment
from bot.store import Transaction
from bot.summaries.figures import Kind
from bot.summaries.subscription import wishes_of

#: Summaries missed during an outage are posted for this many days; older ones nobody waits for.
CATCH_UP_DAYS: Final = 3
#: Pause between two looks at what is due, in seconds.
TICK_S: Final = 60.0
#: Where it stands what was posted.
_TABLES: Final = {"daily": "summaries", "weekly": "weekly_summaries"}


@dataclass(frozen=True, kw_only=True, order=True)
class DueSummary:
    """A summary that should be posted: it covers the day up to its hour, or the calendar week before."""

    #: First moment it covers, and the first it does not: the summary hour of two days.
    start: datetime
    end: datetime
    channel: str
    #: The channel's date when it is due; with the channel and the kind, what makes it unique.
    local_date: date
    kind: Kind = "daily"


def due(tx: Transaction, at: datetime) -> list[DueSummary]:
    """The daily summaries that should have been posted by `at` and were not claimed, oldest first.

    Only days on which something was asked, approved or charged, unless the channel wishes for all of
    them, and only of the last CATCH_UP_DAYS.
    """
    return _due(tx, at, _candidates)


def due_weekly(tx: Transaction, at: datetime) -> list[DueSummary]:
    """The same for the weeks from Monday to Monday, whose summaries are due on Monday at the channel's hour."""
    return _due(tx, at, _weeks)


def claim(tx: Transaction, due: DueSummary, at: datetime) -> bool:
    """Take the summary for oneself, in the transaction that queues its message.

    False when it was claimed before: then there is nothing to post.
    """
    cursor = tx.execute(
        f"INSERT INTO {_TABLES[due.kind]} (channel, local_date, created_at) VALUES (?, ?, ?)"  # noqa: S608
        " ON CONFLICT DO NOTHING",
        [due.channel, due.local_date.isoformat(), clock.to_text(at)],
    )
    return bool(cursor.rowcount == 1)


class Tick:
    """Calls back now and then every `interval_s` seconds, one call at a time.

    A callback that raises is logged by the scheduler and called again at the next tick.
    """

    def __init__(self, callback: Callable[[], Awaitable[Any]], interval_s: float = TICK_S) -> None:
        self._callback = callback
        self._interval_s = interval_s
        self._busy = asyncio.Lock()
        self._stopped = False
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    def start(self) -> None:
        """Begin, with the first call at once. Needs a running event loop."""
        self._scheduler.add_job(
            self._call,
            "interval",
            seconds=self._interval_s,
            next_run_time=clock.now(),
            max_instances=1,
            coalesce=True,
            # However late a tick is, it is worth running: what is due stands in the database.
            misfire_grace_time=None,
        )
        self._scheduler.start()

    async def stop(self) -> None:
        """Let a running call finish, then stop. A second stop changes nothing."""
        self._stopped = True
        async with self._busy:
            if self._scheduler.running:
                self._scheduler.shutdown(wait=False)

    async def _call(self) -> None:
        async with self._busy:
            if not self._stopped:
                await self._callback()


def _due(
    tx: Transaction, at: datetime, candidates: Callable[[str, str, int, datetime], list[DueSummary]]
) -> list[DueSummary]:
    found = []
    for row in tx.execute("SELECT id, timezone, summary_hour, created_at FROM channels").fetchall():
        wishes = wishes_of(tx, row["id"])
        known_since = clock.from_text(row["created_at"])
        for one in candidates(row["id"], row["timezone"], row["summary_hour"], at):
            wished = wishes.weekly if one.kind == "weekly" else wishes.daily
            # Of the time before a channel was known, there is nothing to be silent or loud about.
            loud = wishes.quiet_days and known_since < one.end
            if wished and not _is_claimed(tx, one) and (loud or _is_active(tx, one)):
                found.append(one)
    return sorted(found)


def _weeks(channel: str, timezone: str, hour: int, at: datetime) -> list[DueSummary]:
    """The week that ended last, if its summary's hour has come and is not too long ago."""
    zone = ZoneInfo(timezone)
    today = at.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    moment = wall_moment(monday, hour, zone)
    if not moment <= at < moment + timedelta(days=CATCH_UP_DAYS):
        return []
    start, end = wall_moment(monday - timedelta(days=7), 0, zone), wall_moment(monday, 0, zone)
    return [DueSummary(channel=channel, local_date=monday, start=start, end=end, kind="weekly")]


def _candidates(channel: str, timezone: str, hour: int, at: datetime) -> list[DueSummary]:
    """The summaries of the last days up to `at`, whether or not something happened on them."""
    zone = ZoneInfo(timezone)
    today = at.astimezone(zone).date()
    found = []
    for back in range(CATCH_UP_DAYS + 1):
        day = today - timedelta(days=back)
        start, end = wall_moment(day - timedelta(days=1), hour, zone), wall_moment(day, hour, zone)
        # A date that a zone skipped altogether has no length.
        if start < end <= at and at - end < timedelta(days=CATCH_UP_DAYS):
            found.append(DueSummary(channel=channel, local_date=day, start=start, end=end))
    return found


def _is_claimed(tx: Transaction, one: DueSummary) -> bool:
    return (
        tx.execute(
            f"SELECT 1 FROM {_TABLES[one.kind]} WHERE channel = ? AND local_date = ?",  # noqa: S608
            [one.channel, one.local_date.isoformat()],
        ).fetchone()
        is not None
    )


def _is_active(tx: Transaction, one: DueSummary) -> bool:
    """Whether anything happened: a brief, money moved or held, an approval."""
    window = {
        "channel": one.channel,
        "start": clock.to_text(one.start),
        "end": clock.to_text(one.end),
    }
    row = tx.execute(
        """
        SELECT EXISTS (SELECT 1 FROM ledger_entries
                        WHERE channel = :channel AND period_at >= :start AND period_at < :end
                          AND kind IN ('reserve', 'settle'))
            OR EXISTS (SELECT 1 FROM briefs
                        WHERE channel = :channel AND created_at >= :start AND created_at < :end)
            OR EXISTS (SELECT 1 FROM approvals
                         JOIN versions ON versions.id = approvals.version
                         JOIN briefs ON briefs.id = versions.brief
                        WHERE briefs.channel = :channel AND approvals.withdrawn_at IS NULL
                          AND approvals.created_at >= :start AND approvals.created_at < :end) AS active
        """,
        window,
    ).fetchone()
    return bool(row["active"])
