"""When a channel's daily and weekly summaries are due. The database remembers what was posted.

A daily summary begins where the last one ended, in time and in the ledger: whatever was entered since is told
by the next, also what belongs to earlier days. So all daily summaries together are the ledger.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from bot import clock
from bot.ledger.periods import wall_moment, zone_named
from bot.store import Transaction
from bot.summaries.figures import Kind
from bot.summaries.subscription_table import Subscription, subscription_of

#: Summaries missed during an outage are posted for this many days; older ones nobody waits for.
CATCH_UP_DAYS: Final = 3
#: Where it stands what was posted.
_TABLES: Final = {"daily": "summaries", "weekly": "weekly_summaries"}


@dataclass(frozen=True, kw_only=True, order=True)
class DueSummary:
    """A summary that should be posted: it covers the time up to its hour, or the calendar week before."""

    #: First moment it covers, and the first it does not. A day begins where the last summary ended.
    start: datetime
    end: datetime
    channel: str
    #: The channel's date when it is due; with the channel and the kind, what makes it unique.
    local_date: date
    kind: Kind = "daily"
    #: Of a daily summary: the last entry of the ledger that was told before, and the last that this one tells.
    after: int = field(default=0, compare=False)
    upto: int = field(default=0, compare=False)


def due(tx: Transaction, at: datetime) -> list[DueSummary]:
    """The daily summaries that should have been posted by `at` and were not claimed, oldest first.

    Only days on which something was asked, approved or charged, unless the channel wishes for all of
    them. Those of the last CATCH_UP_DAYS come one by one; what is older is in the first of them.
    """
    return _due(tx, at, _days)


def due_weekly(tx: Transaction, at: datetime) -> list[DueSummary]:
    """The same for the weeks from Monday to Monday, whose summaries are due on Monday at the channel's hour."""
    return _due(tx, at, _week)


def claim(tx: Transaction, one: DueSummary, at: datetime) -> bool:
    """Take the summary for oneself, in the transaction that queues its message.

    False when it was claimed before, or when its money was told meanwhile: then there is nothing to post.
    """
    if one.kind == "daily" and _cursor(tx, one.channel)[1] != one.after:
        return False
    cursor = tx.execute(
        f"INSERT INTO {_TABLES[one.kind]} (channel, local_date, created_at) VALUES (?, ?, ?)"  # noqa: S608
        " ON CONFLICT DO NOTHING",
        [one.channel, one.local_date.isoformat(), clock.to_text(at)],
    )
    if cursor.rowcount != 1:
        return False
    if one.kind == "daily":
        tx.execute(
            "INSERT INTO summary_cursors (channel, ended_at, entry) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET ended_at = excluded.ended_at, entry = excluded.entry",
            [one.channel, clock.to_text(one.end), one.upto],
        )
    return True


@dataclass(frozen=True, kw_only=True)
class _Place:
    """What a channel is asked for by."""

    id: str
    timezone: str
    summary_hour: int
    created_at: datetime


def _due(
    tx: Transaction,
    at: datetime,
    of: Callable[[Transaction, _Place, Subscription, datetime], list[DueSummary]],
) -> list[DueSummary]:
    found = []
    for row in tx.execute("SELECT id, timezone, summary_hour, created_at FROM channels").fetchall():
        place = _Place(**{**dict(row), "created_at": clock.from_text(row["created_at"])})
        found += of(tx, place, subscription_of(tx, place.id), at)
    return sorted(found)


def _week(tx: Transaction, place: _Place, subscription: Subscription, at: datetime) -> list[DueSummary]:
    """The week that ended last, if its summary's hour has come and is not too long ago."""
    zone = zone_named(place.timezone)
    today = at.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    moment = wall_moment(monday, place.summary_hour, zone)
    if not subscription.weekly or not moment <= at < moment + timedelta(days=CATCH_UP_DAYS):
        return []
    start, end = wall_moment(monday - timedelta(days=7), 0, zone), wall_moment(monday, 0, zone)
    one = DueSummary(channel=place.id, local_date=monday, start=start, end=end, kind="weekly")
    wanted = _is_loud(place, subscription, one) or _is_active(tx, place.id, start, end)
    return [one] if wanted and not _is_claimed(tx, one) else []


def _days(tx: Transaction, place: _Place, subscription: Subscription, at: datetime) -> list[DueSummary]:
    """The days that ended since the last summary."""
    if not subscription.daily:
        return []
    zone = zone_named(place.timezone)
    today = at.astimezone(zone).date()
    since, after = _cursor(tx, place.id)
    found = []
    for back in range(CATCH_UP_DAYS, -1, -1):
        day = today - timedelta(days=back)
        start = wall_moment(day - timedelta(days=1), place.summary_hour, zone)
        end = wall_moment(day, place.summary_hour, zone)
        # A date that a zone skipped altogether has no length; after a change of the hour, a day may be told already.
        if not max(start, since or start) < end <= at or at - end >= timedelta(days=CATCH_UP_DAYS):
            continue
        upto = _last_entry(tx, place.id, after, end)
        # Quiet days before this one are passed over; days of which something is untold are not.
        if since is not None and (since > start or _is_active(tx, place.id, since, start)):
            start = since
        one = DueSummary(channel=place.id, local_date=day, start=start, end=end, after=after, upto=upto)
        wanted = _is_loud(place, subscription, one) or _is_active(tx, place.id, start, end)
        if (wanted or _is_untold(tx, one)) and not _is_claimed(tx, one):
            found.append(one)
            since, after = end, upto
    return found


def _cursor(tx: Transaction, channel: str) -> tuple[datetime | None, int]:
    """When the last daily summary ended (None: there was none), and the last entry that it told."""
    row = tx.execute("SELECT ended_at, entry FROM summary_cursors WHERE channel = ?", [channel]).fetchone()
    return (None, 0) if row is None else (clock.from_text(row["ended_at"]), int(row["entry"]))


def _last_entry(tx: Transaction, channel: str, after: int, end: datetime) -> int:
    """The last entry that was made before `end`, or `after`."""
    row = tx.execute(
        "SELECT max(id) AS last FROM ledger_entries WHERE +channel = ? AND id > ? AND at < ?",
        [channel, after, clock.to_text(end)],
    ).fetchone()
    return after if row["last"] is None else int(row["last"])


def _is_loud(place: _Place, subscription: Subscription, one: DueSummary) -> bool:
    """Whether it is wished for though nothing happened; of the time before a channel was known, there is nothing to tell."""
    return subscription.quiet_days and place.created_at < one.end


def _is_claimed(tx: Transaction, one: DueSummary) -> bool:
    return (
        tx.execute(
            f"SELECT 1 FROM {_TABLES[one.kind]} WHERE channel = ? AND local_date = ?",  # noqa: S608
            [one.channel, one.local_date.isoformat()],
        ).fetchone()
        is not None
    )


def _is_untold(tx: Transaction, one: DueSummary) -> bool:
    """Whether money moved that no summary told, of whichever day."""
    return (
        tx.execute(
            "SELECT 1 FROM ledger_entries WHERE +channel = ? AND id > ? AND id <= ?"
            " AND kind IN ('settle', 'correct') AND amount_micro <> 0 LIMIT 1",
            [one.channel, one.after, one.upto],
        ).fetchone()
        is not None
    )


def _is_active(tx: Transaction, channel: str, start: datetime, end: datetime) -> bool:
    """Whether anything happened: a brief, money moved or held, an approval."""
    window = {"channel": channel, "start": clock.to_text(start), "end": clock.to_text(end)}
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
