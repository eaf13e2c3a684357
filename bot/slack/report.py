"""A channel's summary as a Slack message. The same figures as the chart, to the micro-unit."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.ledger import format_money
from bot.slack.message import Attachment, Block, Message, context, image, section
from bot.slack.text import quoted
from bot.slack.views import left_of
from bot.summaries import SummaryFigures

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_TIER_NAMES = {"draft": "Drafts", "pro": "Pro", "fix": "Fixes"}


def summary(figures: SummaryFigures, *, chart: str, alt_text: str) -> Message:
    """Spend by tier, pictures, approvals, cost per approved asset, what is left; with the chart."""
    spent = format_money(figures.spent_micro, figures.currency, exact=True)
    zone = ZoneInfo(figures.timezone)
    start, end = figures.start.astimezone(zone), figures.end.astimezone(zone)
    headline = f"*{spent}* spent from {_moment(start)} to {_moment(end)} ({figures.timezone})"
    blocks: list[Block] = [
        {"type": "header", "text": {"type": "plain_text", "text": "Daily cost summary"}},
        section(headline),
        {"type": "section", "fields": [_field(name, value) for name, value in _facts(figures)]},
        image(0, alt_text),
    ]
    if figures.top_briefs:
        lines = [
            f"{place}. {quoted(brief.prompt)}: {format_money(brief.spent_micro, figures.currency, exact=True)}"
            for place, brief in enumerate(figures.top_briefs, 1)
        ]
        blocks.append(section("*What cost most*\n" + "\n".join(lines)))
    small = [left_of(figures.budget)]
    if figures.held_micro:
        small.append(f"{format_money(figures.held_micro, figures.currency)} held for running work")
    if figures.median_estimate_error is not None:
        small.append(f"half of the estimates were within {figures.median_estimate_error:.0%}")
    blocks.append(context(" · ".join(small)))
    return Message(
        text=f"Daily cost summary: {spent} spent, {left_of(figures.budget)}",
        blocks=blocks,
        attachments=[Attachment(sha256=chart, filename="summary.png", alt_text=alt_text)],
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
    if figures.median_to_approval is not None:
        facts.append(("Brief to approval", _duration(figures.median_to_approval)))
    return facts


def _field(name: str, value: str) -> Block:
    return {"type": "mrkdwn", "text": f"*{name}*\n{value}"}


def _pictures(count: int) -> str:
    return "1 picture" if count == 1 else f"{count} pictures"


def _moment(moment: datetime) -> str:
    """`Mon 18:00`, in English whatever the machine speaks."""
    return f"{_DAYS[moment.weekday()]} {moment:%H:%M}"


def _duration(span: timedelta) -> str:
    seconds = round(span.total_seconds())
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7_200 else f"{seconds // 3_600} h"
