"""Reads the figures of a summary from the ledger and from the versions it paid for.

Budgets, the chart, and summaries that somebody asks for date work by when its money was reserved
(`period_at`). A daily summary tells the entries made since the last one instead, so that all of them
together are the ledger; what of it was reserved earlier is told apart. Pictures are those of the
settled jobs, so that what is counted is what was paid for.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Final
from zoneinfo import ZoneInfo

from bot import clock
from bot.budget.standing import forecast_of
from bot.ledger import rollups
from bot.ledger.budgets import BudgetRule, budget_of
from bot.ledger.money import Micro
from bot.ledger.periods import bounds, zone_named
from bot.ledger.prices import DEFAULT_HOLD_FACTOR
from bot.store import Transaction
from bot.summaries.figures import (
    TIERS,
    DaySpend,
    Earlier,
    Kind,
    SummaryFigures,
    TierFigures,
    TopBrief,
)

#: Days on the chart.
DAYS: Final = 7
#: Briefs named in a summary.
TOP_BRIEFS: Final = 3


def figures_of(
    tx: Transaction,
    channel: str,
    start: datetime,
    end: datetime,
    *,
    default: BudgetRule,
    hold_factor: Decimal = DEFAULT_HOLD_FACTOR,
    kind: Kind = "daily",
    entries: tuple[int, int] | None = None,
) -> SummaryFigures:
    """The figures of `channel` from `start` (included) to `end` (excluded).

    `entries` are the last entry of the ledger that was told before and the last to be told: then money is that of
    the entries between them, whenever it was reserved.
    `default` is the budget of channels without their own, `hold_factor` what turned estimates into
    holds. Raises KeyError for an unknown channel, ValueError when the time is empty or runs backwards.
    """
    if start >= end:
        raise ValueError("a summary needs a start before its end")
    place = tx.execute("SELECT name, timezone FROM channels WHERE id = ?", [channel]).fetchone()
    if place is None:
        raise KeyError(channel)
    # A summary that ends at midnight tells of the budget that ends there, not of the fresh one.
    budget = budget_of(tx, channel, end - timedelta(microseconds=1), default)
    window: _Window = {
        "channel": channel,
        "start": clock.to_text(start),
        "end": clock.to_text(end),
        "currency": budget.currency,
    }
    bounds = {**window, "after": entries[0], "upto": entries[1]} if entries else window
    zone = zone_named(place["timezone"])
    approvals, waits = _approvals(tx, window)
    return SummaryFigures(
        kind=kind,
        rerolls=_rerolls(tx, window),
        waited=_waited(tx, bounds),
        forecast=forecast_of(tx, budget, end),
        last_week=_earlier_figures(tx, window, _earlier(start, zone, 7), _earlier(end, zone, 7)),
        channel=channel,
        channel_name=place["name"].removeprefix("#"),
        timezone=place["timezone"],
        start=start,
        end=end,
        currency=budget.currency,
        tiers=_tiers(tx, bounds),
        earlier_micro=_earlier_money(tx, bounds) if entries else 0,
        held_micro=rollups.held(tx, channel, start, end, budget.currency),
        briefs=_briefs(tx, window),
        approvals=approvals,
        approved_assets=len(waits),
        median_to_approval=_median(waits),
        median_estimate_error=_estimate_error(tx, bounds, hold_factor),
        top_briefs=_top_briefs(tx, bounds),
        days=_days(tx, window, start, end, zone),
        budget=budget,
    )


def so_far(tx: Transaction, channel: str, at: datetime, kind: Kind = "today") -> tuple[datetime, datetime]:
    """From the midnight at which the channel's day ("today") or week ("this week") began, to `at`.

    Raises KeyError for an unknown channel.
    """
    row = tx.execute("SELECT timezone FROM channels WHERE id = ?", [channel]).fetchone()
    if row is None:
        raise KeyError(channel)
    start, _ = bounds("weekly" if kind == "this week" else "daily", at, zone_named(row["timezone"]))
    return min(start, at - timedelta(microseconds=1)), at


def _earlier(moment: datetime, zone: ZoneInfo, days: int) -> datetime:
    """The same wall-clock time so many days before, as UTC."""
    return (moment.astimezone(zone) - timedelta(days=days)).astimezone(UTC)


def _median(times: list[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(one.total_seconds() for one in times)) if times else None


_Window = dict[str, str | int]


def _entries(window: _Window) -> str:
    """Which entries of the ledger a window means, as the beginning of a condition on `entry`."""
    if "after" in window:
        return "WHERE +entry.channel = :channel AND entry.id > :after AND entry.id <= :upto"
    return "WHERE entry.channel = :channel AND entry.period_at >= :start AND entry.period_at < :end"


def _earlier_money(tx: Transaction, window: _Window) -> Micro:
    """Of what a daily summary tells: what was reserved before it began."""
    row = tx.execute(
        "SELECT coalesce(sum(amount_micro), 0) AS earlier FROM ledger_entries entry"  # noqa: S608 - words of ours
        f" {_entries(window)} AND period_at < :start AND currency = :currency"
        " AND kind NOT IN ('reserve', 'void')",
        window,
    ).fetchone()
    return int(row["earlier"])


def _tiers(tx: Transaction, window: _Window) -> tuple[TierFigures, ...]:
    rows = tx.execute(
        f"""
        SELECT tier, sum(amount_micro) AS spent_micro, sum(kind = 'settle') AS jobs,
               sum((kind = 'settle') * (SELECT count(*) FROM versions WHERE versions.job = entry.job)) AS pictures
          FROM ledger_entries entry
         {_entries(window)} AND currency = :currency AND kind NOT IN ('reserve', 'void')
         GROUP BY tier
        """,  # noqa: S608 - words of ours
        window,
    ).fetchall()
    found = {row["tier"]: TierFigures(**dict(row)) for row in rows}
    return tuple(found.get(tier, TierFigures(tier=tier, spent_micro=0, jobs=0, pictures=0)) for tier in TIERS)


def _rerolls(tx: Transaction, window: _Window) -> int:
    row = tx.execute(
        "SELECT count(*) AS rerolls FROM briefs WHERE channel = :channel"
        " AND created_at >= :start AND created_at < :end AND follows IS NOT NULL",
        window,
    ).fetchone()
    return int(row["rerolls"])


def _waited(tx: Transaction, window: _Window) -> timedelta:
    """From asking to having, over all jobs that were paid for."""
    row = tx.execute(
        f"""
        SELECT total(julianday(jobs.finished_at) - julianday(jobs.created_at)) AS days
          FROM ledger_entries entry JOIN jobs ON jobs.id = entry.job
         {_entries(window)} AND entry.kind = 'settle'
        """,  # noqa: S608 - words of ours
        window,
    ).fetchone()
    return timedelta(seconds=round(row["days"] * 86_400, 3))


def _earlier_figures(tx: Transaction, window: _Window, start: datetime, end: datetime) -> Earlier:
    before = {**window, "start": clock.to_text(start), "end": clock.to_text(end)}
    tiers = _tiers(tx, before)
    return Earlier(
        spent_micro=sum(tier.spent_micro for tier in tiers),
        pictures=sum(tier.pictures for tier in tiers),
        approved_assets=len(_approvals(tx, before)[1]),
    )


def _briefs(tx: Transaction, window: _Window) -> int:
    row = tx.execute(
        "SELECT count(*) AS briefs FROM briefs"
        " WHERE channel = :channel AND created_at >= :start AND created_at < :end",
        window,
    ).fetchone()
    return int(row["briefs"])


def _approvals(tx: Transaction, window: _Window) -> tuple[int, list[timedelta]]:
    """Approvals given in the window and, per picture first approved in it, the time since its brief."""
    rows = tx.execute(
        """
        SELECT approvals.created_at AS approved_at, briefs.created_at AS asked_at,
               approvals.created_at = (
                 SELECT min(first.created_at) FROM approvals first
                  WHERE first.version = approvals.version AND first.withdrawn_at IS NULL
               ) AS is_first,
               approvals.version AS version
          FROM approvals
          JOIN versions ON versions.id = approvals.version
          JOIN briefs ON briefs.id = versions.brief
         WHERE briefs.channel = :channel AND approvals.withdrawn_at IS NULL
           AND approvals.created_at >= :start AND approvals.created_at < :end
        """,
        window,
    ).fetchall()
    waits = {
        row["version"]: clock.from_text(row["approved_at"]) - clock.from_text(row["asked_at"])
        for row in rows
        if row["is_first"]
    }
    return len(rows), list(waits.values())


def _estimate_error(tx: Transaction, window: _Window, hold_factor: Decimal) -> float | None:
    rows = tx.execute(
        f"""
        SELECT held.amount_micro AS held, entry.amount_micro AS paid
          FROM ledger_entries entry JOIN ledger_entries held ON held.id = entry.reservation
         {_entries(window)}
           AND entry.currency = :currency AND entry.kind = 'settle' AND held.amount_micro > 0
        """,  # noqa: S608 - words of ours
        window,
    ).fetchall()
    estimates = [(row["held"] / float(hold_factor), row["paid"]) for row in rows]
    return median(abs(paid - estimate) / estimate for estimate, paid in estimates) if estimates else None


def _top_briefs(tx: Transaction, window: _Window) -> tuple[TopBrief, ...]:
    rows = tx.execute(
        f"""
        SELECT briefs.id AS id, briefs.prompt AS prompt, top.spent AS spent_micro, coalesce(
                 (SELECT picture FROM versions WHERE brief = briefs.id AND kind = 'pro'
                   ORDER BY created_at DESC, id DESC LIMIT 1),
                 (SELECT picture FROM versions WHERE brief = briefs.id AND kind = 'cell'
                   ORDER BY created_at, number LIMIT 1)
               ) AS picture
          FROM (SELECT brief, sum(amount_micro) AS spent FROM ledger_entries entry
                 {_entries(window)}
                   AND currency = :currency AND kind NOT IN ('reserve', 'void')
                 GROUP BY brief ORDER BY spent DESC, brief LIMIT :count) top
          JOIN briefs ON briefs.id = top.brief
         ORDER BY top.spent DESC, briefs.id
        """,  # noqa: S608 - words of ours
        {**window, "count": TOP_BRIEFS},
    ).fetchall()
    return tuple(TopBrief(**dict(row)) for row in rows)


def _days(
    tx: Transaction, window: _Window, start: datetime, end: datetime, zone: ZoneInfo
) -> tuple[DaySpend, ...]:
    """Spend per day and tier, in days that begin at the wall-clock time of `start`."""
    edges = day_edges(start, end, zone)
    spent = [
        rollups.spent_by_tier(tx, str(window["channel"]), edges[n], edges[n + 1], str(window["currency"]))
        for n in range(len(edges) - 1)
    ]
    return tuple(
        DaySpend(
            day=(edges[n + 1] - timedelta(microseconds=1)).astimezone(zone).date(),
            draft_micro=spent[n].get("draft", 0),
            pro_micro=spent[n].get("pro", 0),
            fix_micro=spent[n].get("fix", 0),
        )
        for n in range(len(edges) - 1)
    )


def day_edges(start: datetime, end: datetime, zone: ZoneInfo) -> list[datetime]:
    """The borders of the last DAYS days up to `end`, so that one of them is `start` or lies after it.

    Days begin at the wall-clock time of `start`; the last one may be shorter.
    """
    first = start.astimezone(zone)
    edges = [start]
    while (following := (first + timedelta(days=len(edges))).astimezone(UTC)) < end:
        edges.append(following)
    missing = DAYS - len(edges)
    edges = [_earlier(start, zone, back) for back in range(missing, 0, -1)] + edges
    return [*edges[-DAYS:], end]
