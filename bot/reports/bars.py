"""The page's bar chart, as SVG without scripts and styles: spend per day, week or month, stacked by tier."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from html import escape
from typing import Final, Literal

from bot.ledger.money import Micro, format_money
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


def chart(report: Report) -> str:
    """The chart with its legend, and its figures as a table that can be opened."""
    bars = _bars(report)
    names = {tier: escape(say(TIER_NAMES[tier])) for tier in TIERS}
    legend = "".join(f'<li><i class="{tier}"></i>{names[tier]}</li>' for tier in TIERS)
    rows = "".join(
        f'<tr><th scope="row">{day.isoformat()}</th>'
        + "".join(f'<td class="number">{_money(tiers[tier], report)}</td>' for tier in TIERS)
        + f'<td class="number">{_money(sum(tiers.values()), report)}</td></tr>'
        for day, tiers in bars.items()
        if any(tiers.values())
    )
    heads = "".join(f'<th scope="col" class="number">{names[tier]}</th>' for tier in TIERS)
    return (
        f'<figure class="chart"><ul class="legend">{legend}</ul>{_svg(report, bars)}'
        f"<details><summary>{escape(say('costs-bars-figures'))}</summary><table><thead><tr>"
        f'<th scope="col">{escape(say(_HEADS[_unit(report)]))}</th>{heads}'
        f'<th scope="col" class="number">{escape(say("costs-bars-total"))}</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></details></figure>"
    )


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


def _svg(report: Report, bars: Mapping[date, Mapping[str, Micro]]) -> str:
    # Corrections may take a day below zero; a bar cannot, so it is left out, and the table has the figure.
    most = max(1, *(sum(max(0, micro) for micro in tiers.values()) for tiers in bars.values()))
    room = HEIGHT - TOP - BOTTOM
    share = 100 / len(bars)
    gap = 0.18 if len(bars) > 1 else 0.42
    step = -(-len(bars) // LABELS_LIMIT)
    unit = _unit(report)
    parts = [
        f'<line class="grid" x1="0" x2="100%" y1="{TOP + room * n / 2:g}" y2="{TOP + room * n / 2:g}"/>'
        for n in range(3)
    ]
    parts.append(f'<text class="scale" x="0" y="{TOP - 8}">{_money(most, report)}</text>')
    for number, (day, tiers) in enumerate(bars.items()):
        left, y = share * number, float(HEIGHT - BOTTOM)
        parts.append(f"<g><title>{escape(_told(day, tiers, report))}</title>")
        for tier in TIERS:
            height = room * max(0, tiers[tier]) / most
            if not height:
                continue
            # Thinner than a pixel would vanish, though money was spent.
            y -= max(height, 1.0)
            parts.append(
                f'<rect class="{tier}" x="{left + share * gap / 2:.3f}%" y="{y:.2f}"'
                f' width="{share * (1 - gap):.3f}%" height="{max(height, 1.0):.2f}"/>'
            )
        parts.append("</g>")
        if number % step == 0:
            label = (
                say("costs-bars-month", month=dates.month(day), year=day.year)
                if unit == "month"
                else say("costs-bars-day", day=day.day, month=dates.month(day))
            )
            anchor, x = "middle", left + share / 2
            if len(bars) > 1 and number in (0, len(bars) - 1):
                anchor, x = ("start", left) if number == 0 else ("end", 100.0)
            parts.append(f'<text x="{x:.3f}%" y="{HEIGHT - 8}" text-anchor="{anchor}">{escape(label)}</text>')
    busiest = max(bars, key=lambda day: sum(bars[day].values()))
    alt = say(
        _ALTS[unit],
        bars=len(bars),
        total=format_money(report.total_micro, report.currency, exact=True),
        busiest=busiest.isoformat(),
        most=format_money(sum(bars[busiest].values()), report.currency, exact=True),
    )
    return f'<svg role="img" aria-label="{escape(alt)}" width="100%" height="{HEIGHT}">{"".join(parts)}</svg>'


def _told(day: date, tiers: Mapping[str, Micro], report: Report) -> str:
    """A bar in words."""
    amounts = [
        say(
            "costs-bars-amount",
            tier=say(TIER_NAMES[tier]),
            amount=format_money(tiers[tier], report.currency, exact=True),
        )
        for tier in TIERS
        if tiers[tier]
    ]
    if not amounts:
        return say("costs-bars-bar-empty", day=day.isoformat())
    return say("costs-bars-bar", day=day.isoformat(), amounts=", ".join(amounts))


def _money(micro: Micro, report: Report) -> str:
    return escape(format_money(micro, report.currency, exact=True))
