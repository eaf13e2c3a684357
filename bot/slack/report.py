"""A channel's summary as a Slack message. The same figures as the chart, to the micro-unit."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.ledger import format_money
from bot.slack.message import Attachment, Block, Message, context, image, section
from bot.slack.text import quoted, shorten
from bot.slack.views import left_of
from bot.summaries import SummaryFigures
from bot.summaries.figures import MONTHS

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_TIER_NAMES = {"draft": "Drafts", "pro": "Pro", "fix": "Fixes"}


def summary(figures: SummaryFigures, *, chart: str, alt_text: str) -> Message:
    """Spend by tier, forecast, pictures, approvals and what they cost, top briefs; with the chart."""
    spent = format_money(figures.spent_micro, figures.currency, exact=True)
    zone = ZoneInfo(figures.timezone)
    start, end = figures.start.astimezone(zone), figures.end.astimezone(zone)
    headline = f"*{spent}* spent from {_moment(start)} to {_moment(end)} ({figures.timezone})"
    blocks: list[Block] = [
        {"type": "header", "text": {"type": "plain_text", "text": figures.title}},
        section(headline),
        {"type": "section", "fields": [_field(name, value) for name, value in _facts(figures)]},
        image(0, alt_text),
    ]
    blocks += [section(text) for text in (_forecast(figures), _changes(figures)) if text]
    attachments = [Attachment(sha256=chart, filename="summary.png", alt_text=alt_text)]
    if figures.top_briefs:
        blocks.append(section("*What cost most*"))
    for place, brief in enumerate(figures.top_briefs, 1):
        cost = format_money(brief.spent_micro, figures.currency, exact=True)
        block = section(f"{place}. {quoted(brief.prompt)}: {cost}")
        if brief.picture is not None:
            shown = shorten(brief.prompt, 300)
            block["accessory"] = image(len(attachments), shown)
            attachments.append(Attachment(sha256=brief.picture, filename=f"top-{place}.png", alt_text=shown))
        blocks.append(block)
    small = [left_of(figures.budget)]
    if figures.held_micro:
        small.append(f"{format_money(figures.held_micro, figures.currency)} held for running work")
    if figures.median_estimate_error is not None:
        small.append(f"half of the estimates were within {figures.median_estimate_error:.0%}")
    blocks.append(context(" · ".join(small)))
    return Message(
        text=f"{figures.title}: {spent} spent, {left_of(figures.budget)}",
        blocks=blocks,
        attachments=attachments,
    )


def _facts(figures: SummaryFigures) -> list[tuple[str, str]]:
    facts = [
        (
            _TIER_NAMES[tier.tier],
            f"{format_money(tier.spent_micro, figures.currency, exact=True)} · {_pictures(tier.pictures)}",
        )
        for tier in figures.tiers
    ]
    per_asset = figures.cost_per_approved_micro
    facts += [
        ("Approved", _pictures(figures.approved_assets)),
        (
            "Cost per approved asset",
            "none approved" if per_asset is None else format_money(per_asset, figures.currency, exact=True),
        ),
    ]
    if figures.drafts_per_approval is not None:
        again = f"{figures.drafts_per_approval:.1f}"
        if figures.rerolls:
            again += f", {figures.rerolls_per_approval:.1f} re-rolls"
        facts.append(("Drafts per approval", again))
    if figures.median_to_approval is not None:
        facts.append(("Brief to approval", f"{_duration(figures.median_to_approval)} (median)"))
    if figures.waited:
        facts.append(("Waited for pictures", _duration(figures.waited)))
    # A section holds ten fields at most.
    return facts[:10]


def _forecast(figures: SummaryFigures) -> str:
    """Where the budget period ends, by tier, if it goes on like that."""
    forecast, budget = figures.forecast, figures.budget
    if forecast is None or not any(tier.spent_micro for tier in forecast.tiers):
        return ""

    def money(micro: int) -> str:
        return format_money(micro, figures.currency)

    over = forecast.total_micro - budget.limit_micro
    verdict = (
        f":warning: *{money(over)} over the budget*"
        if over > 0
        else f"within the {money(budget.limit_micro)}"
    )
    last = (forecast.end - timedelta(microseconds=1)).astimezone(ZoneInfo(figures.timezone))
    tiers = ", ".join(
        f"{_TIER_NAMES[tier.tier]} {money(tier.forecast_micro)}"
        for tier in forecast.tiers
        if tier.forecast_micro
    )
    return (
        f"*Forecast*\nAt this pace {money(forecast.total_micro)} by the end of"
        f" {_DAYS[last.weekday()]} {last.day} {MONTHS[last.month - 1]} ({tiers}): {verdict}."
    )


def _changes(figures: SummaryFigures) -> str:
    """What is different from the same time a week before."""
    earlier = figures.last_week
    if earlier is None:
        return ""
    name = "*Since the week before*" if "week" in figures.kind else "*Since the same time last week*"
    if earlier.is_quiet:
        return f"{name}\nNothing was made or spent then." if not figures.is_quiet else ""
    parts = [
        f"spent {_change(figures.spent_micro, earlier.spent_micro)}"
        f" (was {format_money(earlier.spent_micro, figures.currency, exact=True)})",
        f"pictures {_change(figures.pictures, earlier.pictures)} (were {earlier.pictures})",
        f"approved {_change(figures.approved_assets, earlier.approved_assets)} (was {earlier.approved_assets})",
    ]
    return f"{name}\n{' · '.join(parts)}"


def _change(now: int, before: int) -> str:
    if now == before:
        return "the same"
    if not before:
        return "up from nothing"
    share = abs(now - before) / before
    return f"{'up' if now > before else 'down'} {share:.0%}" if share < 10 else "up more than tenfold"


def _field(name: str, value: str) -> Block:
    return {"type": "mrkdwn", "text": f"*{name}*\n{value}"}


def _pictures(count: int) -> str:
    return "1 picture" if count == 1 else f"{count} pictures"


def _moment(moment: datetime) -> str:
    """`Mon 18 May 18:00`, in English whatever the machine speaks."""
    return f"{_DAYS[moment.weekday()]} {moment.day} {MONTHS[moment.month - 1]} {moment:%H:%M}"


def _duration(span: timedelta) -> str:
    seconds = round(span.total_seconds())
    if seconds < 120:
        return f"{seconds} s"
    return f"{round(seconds / 60)} min" if seconds < 7_200 else f"{seconds / 3_600:.1f} h"
