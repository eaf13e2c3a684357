"""What a summary's chart and its alt text both say: names, times, shares, the forecast."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bot.ledger.money import format_money
from bot.ledger.periods import zone_named
from bot.summaries.figures import SummaryFigures
from bot.texts import dates, say

#: The texts that name tiers and budget periods.
TIER_NAMES: Final = {
    "draft": "summary-chart-tier-draft",
    "pro": "summary-chart-tier-pro",
    "fix": "summary-chart-tier-fix",
}
PERIOD_NAMES: Final = {
    "daily": "summary-chart-budget-daily",
    "weekly": "summary-chart-budget-weekly",
    "monthly": "summary-chart-budget-monthly",
    "pot": "summary-chart-budget-pot",
}


def forecast_words(figures: SummaryFigures) -> str:
    """The forecast in a few words; nothing without one."""
    forecast = figures.forecast
    if forecast is None:
        return ""
    last = (forecast.end - timedelta(microseconds=1)).astimezone(zone_named(figures.timezone))
    over = forecast.total_micro - figures.budget.limit_micro
    day, month, amount = last.day, dates.month(last), format_money(forecast.total_micro, figures.currency)
    if over <= 0:
        return say("summary-chart-forecast", day=day, month=month, amount=amount)
    more = format_money(over, figures.currency)
    return say("summary-chart-forecast-over", day=day, month=month, amount=amount, over=more)


def share_words(figures: SummaryFigures) -> str:
    """How much of the budget is spent, in per cent."""
    share = figures.budget.share_spent * 100
    if 0 < share < 1:
        return say("summary-chart-share-small")
    return say("summary-chart-share", share=f"{share:,.0f}")


def span_words(figures: SummaryFigures) -> str:
    """When the figures begin and end on the channel's clock."""
    zone = zone_named(figures.timezone)
    return say(
        "summary-chart-span",
        start=_moment(figures.start.astimezone(zone)),
        end=_moment(figures.end.astimezone(zone)),
    )


def _moment(local: datetime) -> str:
    return say(
        "summary-chart-moment",
        weekday=dates.weekday(local),
        day=local.day,
        month=dates.month(local),
        time=f"{local:%H:%M}",
    )
