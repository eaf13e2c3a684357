"""The page's bar chart, as SVG without scripts and styles: spend per day, week or month, stacked by tier."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from html import escape

from bot.ledger.money import Micro, format_money
from bot.reports.figures import TIERS, Report

HEIGHT, TOP, BOTTOM = 220, 26, 28
#: Longest spans that are shown by day and by week, in days.
DAYS_LIMIT, WEEKS_LIMIT = 35, 200
#: Bars that carry a label, so that labels do not touch on a phone.
LABELS_LIMIT = 6
_NAMES = {"draft": "Drafts", "pro": "Pro", "fix": "Fixes"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def chart(report: Report) -> str:
    """The chart with its legend, and its figures as a table that can be opened."""
    bars = _bars(report)
    unit = _unit(report)
    legend = "".join(f'<li><i class="{tier}"></i>{_NAMES[tier]}</li>' for tier in TIERS)
    rows = "".join(
        f'<tr><th scope="row">{day.isoformat()}</th>'
        + "".join(f'<td class="number">{_money(tiers[tier], report)}</td>' for tier in TIERS)
        + f'<td class="number">{_money(sum(tiers.values()), report)}</td></tr>'
        for day, tiers in bars.items()
        if any(tiers.values())
    )
    heads = "".join(f'<th scope="col" class="number">{_NAMES[tier]}</th>' for tier in TIERS)
    return (
        f'<figure class="chart"><ul class="legend">{legend}</ul>{_svg(report, bars)}'
        f"<details><summary>The chart’s figures</summary><table><thead><tr>"
        f'<th scope="col">{unit.capitalize()}</th>{heads}<th scope="col" class="number">Total</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></details></figure>"
    )


def _unit(report: Report) -> str:
    days = len(report.span.days())
    return "day" if days <= DAYS_LIMIT else "week from" if days <= WEEKS_LIMIT else "month from"


def _bars(report: Report) -> dict[date, dict[str, Micro]]:
    """What each bar shows, by its first day."""
    unit = _unit(report)
    found: dict[date, dict[str, Micro]] = {}
    for day, tiers in report.by_day_and_tier().items():
        first = day
        if unit == "week from":
            first = max(report.span.first, day - timedelta(days=day.weekday()))
        elif unit == "month from":
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
    unit = _unit(report).partition(" ")[0]
    parts = [
        f'<line class="grid" x1="0" x2="100%" y1="{TOP + room * n / 2:g}" y2="{TOP + room * n / 2:g}"/>'
        for n in range(3)
    ]
    parts.append(f'<text class="scale" x="0" y="{TOP - 8}">{_money(most, report)}</text>')
    for number, (day, tiers) in enumerate(bars.items()):
        left, y = share * number, float(HEIGHT - BOTTOM)
        told = ", ".join(f"{_NAMES[tier]} {_money(tiers[tier], report)}" for tier in TIERS if tiers[tier])
        parts.append(f"<g><title>{day.isoformat()}: {told or 'nothing'}</title>")
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
                f"{_MONTHS[day.month - 1]} {day.year}"
                if unit == "month"
                else f"{day.day} {_MONTHS[day.month - 1]}"
            )
            anchor, x = "middle", left + share / 2
            if len(bars) > 1 and number in (0, len(bars) - 1):
                anchor, x = ("start", left) if number == 0 else ("end", 100.0)
            parts.append(f'<text x="{x:.3f}%" y="{HEIGHT - 8}" text-anchor="{anchor}">{label}</text>')
    busiest = max(bars, key=lambda day: sum(bars[day].values()))
    label = (
        f"Spend by {unit}: {len(bars)} bars, {_money(report.total_micro, report)} in all;"
        f" most from {busiest.isoformat()}, {_money(sum(bars[busiest].values()), report)}."
    )
    return f'<svg role="img" aria-label="{label}" width="100%" height="{HEIGHT}">{"".join(parts)}</svg>'


def _money(micro: Micro, report: Report) -> str:
    return escape(format_money(micro, report.currency, exact=True))
