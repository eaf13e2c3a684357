"""The page's bar chart: spend per day, week or month, stacked by tier."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final, Literal

from bot.ledger.money import Micro
from bot.reports.figures import TIER_NAMES, TIERS, Report
from bot.texts import dates, say

HEIGHT, TOP, BOTTOM = 220, 26, 28
#: Longest spans that are shown by day and by week, in days.
DAYS_LIMIT, WEEKS_LIMIT = 35, 200
#: Bars that carry a label, so that labels do not touch on a phone.
LABELS_LIMIT = 6

Unit = Literal["day", "week", "month"]
_HEADS: Final = {
    "day": "costs-bars-head-day",
    "week": "costs-bars-head-week",
    "month": "costs-bars-head-month",
}
_ALTS: Final = {"day": "costs-bars-alt-day", "week": "costs-bars-alt-week", "month": "costs-bars-alt-month"}


def chart(report: Report) -> dict[str, Any]:
    """What the page draws: lines, bars with their parts and labels, and what all of it says in words.

    Heights and y are pixels, x and widths are per cent of the chart's width.
    """
    bars, unit = _bars(report), _unit(report)
    # Corrections may take a day below zero; a bar cannot, so it is left out, and the table has the figure.
    most = max(1, *(sum(max(0, micro) for micro in tiers.values()) for tiers in bars.values()))
    room, share = HEIGHT - TOP - BOTTOM, 100 / len(bars)
    gap = 0.18 if len(bars) > 1 else 0.42
    step = -(-len(bars) // LABELS_LIMIT)
    drawn = []
    for number, (day, tiers) in enumerate(bars.items()):
        left, y, parts = share * number, float(HEIGHT - BOTTOM), []
        for tier in TIERS:
            if not (height := room * max(0, tiers[tier]) / most):
                continue
            # Thinner than a pixel would vanish, though money was spent.
            y -= max(height, 1.0)
            parts.append({"tier": tier, "y": f"{y:.2f}", "height": f"{max(height, 1.0):.2f}"})
        anchor, x = "middle", left + share / 2
        if len(bars) > 1 and number in (0, len(bars) - 1):
            anchor, x = ("start", left) if number == 0 else ("end", 100.0)
        drawn.append(
            {
                "day": day.isoformat(),
                "told": _told(day, tiers, report),
                "amounts": [tiers[tier] for tier in TIERS],
                "x": f"{left + share * gap / 2:.3f}",
                "parts": parts,
                "label": _label(day, unit) if number % step == 0 else "",
                "label_x": f"{x:.3f}",
                "anchor": anchor,
            }
        )
    busiest = max(bars, key=lambda day: sum(bars[day].values()))
    return {
        "alt": say(
            _ALTS[unit],
            bars=len(bars),
            total=report.money(report.total_micro),
            busiest=busiest.isoformat(),
            most=report.money(sum(bars[busiest].values())),
        ),
        "head": say(_HEADS[unit]),
        "height": HEIGHT,
        "lines": [f"{TOP + room * n / 2:g}" for n in range(3)],
        "scale_y": TOP - 8,
        "label_y": HEIGHT - 8,
        "most": report.money(most),
        "width": f"{share * (1 - gap):.3f}",
        "bars": drawn,
    }


def _label(day: date, unit: Unit) -> str:
    if unit == "month":
        return say("costs-bars-month", month=dates.month(day), year=day.year)
    return say("costs-bars-day", day=day.day, month=dates.month(day))


def _unit(report: Report) -> Unit:
    """What a bar stands for."""
    days = len(report.span.days())
    return "day" if days <= DAYS_LIMIT else "week" if days <= WEEKS_LIMIT else "month"


def _bars(report: Report) -> dict[date, dict[str, Micro]]:
    """What each bar shows, by its first day."""
    unit = _unit(report)
    found: dict[date, dict[str, Micro]] = {}
    for day, tiers in report.by_day_and_tier().items():
        first = day
        if unit == "week":
            first = max(report.span.first, day - timedelta(days=day.weekday()))
        elif unit == "month":
            first = max(report.span.first, day.replace(day=1))
        bar = found.setdefault(first, dict.fromkeys(TIERS, 0))
        for tier in TIERS:
            bar[tier] += tiers[tier]
    return found


def _told(day: date, tiers: Mapping[str, Micro], report: Report) -> str:
    """A bar in words."""
    amounts = [
        say(
            "costs-bars-amount",
            tier=say(TIER_NAMES[tier]),
            amount=report.money(tiers[tier]),
        )
        for tier in TIERS
        if tiers[tier]
    ]
    if not amounts:
        return say("costs-bars-bar-empty", day=day.isoformat())
    return say("costs-bars-bar", day=day.isoformat(), amounts=", ".join(amounts))
