"""A channel's summary as a Slack message. The same figures as the chart, to the micro-unit."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.ledger import decimals_of, format_money
from bot.ledger.periods import zone_named
from bot.ledger.wording import left_of
from bot.slack.blocks import Attachment, Block, Message, context, image, mrkdwn, section
from bot.slack.text import quoted, shorten
from bot.summaries import SummaryFigures
from bot.texts import say
from bot.texts.dates import month, weekday

_TIER_NAMES = {
    "draft": "summary-message-drafts",
    "pro": "summary-message-pro",
    "fix": "summary-message-fixes",
}


def summary(figures: SummaryFigures, *, chart: str, alt_text: str) -> Message:
    """Spend by tier, forecast, pictures, approvals and what they cost, top briefs; with the chart."""
    spent = format_money(figures.spent_micro, figures.currency, exact=True)
    zone = zone_named(figures.timezone)
    start, end = figures.start.astimezone(zone), figures.end.astimezone(zone)
    headline = say(
        "summary-message-head",
        money=spent,
        start=_moment(start),
        end=_moment(end),
        timezone=figures.timezone,
    )
    blocks: list[Block] = [
        {"type": "header", "text": {"type": "plain_text", "text": figures.title}},
        section(headline),
        {"type": "section", "fields": [_field(name, value) for name, value in _facts(figures)]},
        image(0, alt_text),
    ]
    blocks += [section(text) for text in (_forecast(figures), _changes(figures)) if text]
    attachments = [Attachment(sha256=chart, filename="summary.png", alt_text=alt_text)]
    if figures.top_briefs:
        blocks.append(section(say("summary-message-top")))
    decimals = decimals_of((brief.spent_micro for brief in figures.top_briefs), figures.currency)
    for place, brief in enumerate(figures.top_briefs, 1):
        cost = format_money(brief.spent_micro, figures.currency, decimals=decimals)
        block = section(f"{place}. {quoted(brief.prompt)}: {cost}")
        if brief.picture is not None:
            shown = shorten(brief.prompt, 300)
            block["accessory"] = image(len(attachments), shown)
            attachments.append(Attachment(sha256=brief.picture, filename=f"top-{place}.png", alt_text=shown))
        blocks.append(block)
    small = [left_of(figures.budget)]
    if figures.earlier_micro:
        earlier = format_money(figures.earlier_micro, figures.currency)
        small.append(say("summary-message-earlier", money=earlier))
    if figures.held_micro:
        small.append(say("summary-message-held", money=format_money(figures.held_micro, figures.currency)))
    if figures.median_estimate_error is not None:
        small.append(say("summary-message-estimates", share=f"{figures.median_estimate_error:.0%}"))
    blocks.append(context(" · ".join(small)))
    return Message(
        text=say("summary-message-text", title=figures.title, money=spent, left=left_of(figures.budget)),
        blocks=blocks,
        attachments=attachments,
    )


def _facts(figures: SummaryFigures) -> list[tuple[str, str]]:
    per_asset = figures.cost_per_approved_micro
    decimals = decimals_of([*(tier.spent_micro for tier in figures.tiers), per_asset or 0], figures.currency)
    facts = [
        (
            say(_TIER_NAMES[tier.tier]),
            " · ".join(
                [
                    format_money(tier.spent_micro, figures.currency, decimals=decimals),
                    say("pictures", count=tier.pictures),
                ]
            ),
        )
        for tier in figures.tiers
    ]
    facts += [
        (say("summary-message-approved"), say("pictures", count=figures.approved_assets)),
        (
            say("summary-message-per-asset"),
            say("summary-message-none-approved")
            if per_asset is None
            else format_money(per_asset, figures.currency, decimals=decimals),
        ),
    ]
    if figures.drafts_per_approval is not None:
        again = f"{figures.drafts_per_approval:.1f}"
        if figures.rerolls:
            rerolls = f"{figures.rerolls_per_approval:.1f}"
            again = say("summary-message-per-approval-rerolls", drafts=again, rerolls=rerolls)
        facts.append((say("summary-message-per-approval"), again))
    if figures.median_to_approval is not None:
        median = say("summary-message-to-approval-median", duration=_duration(figures.median_to_approval))
        facts.append((say("summary-message-to-approval"), median))
    if figures.waited:
        facts.append((say("summary-message-waited"), _duration(figures.waited)))
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
    last = (forecast.end - timedelta(microseconds=1)).astimezone(zone_named(figures.timezone))
    tiers = ", ".join(
        say(
            "summary-message-forecast-tier",
            tier=say(_TIER_NAMES[tier.tier]),
            money=money(tier.forecast_micro),
        )
        for tier in forecast.tiers
        if tier.forecast_micro
    )
    return say(
        "summary-message-forecast",
        money=money(forecast.total_micro),
        day=say("summary-message-day", weekday=weekday(last), day=last.day, month=month(last)),
        tiers=tiers,
        over="yes" if over > 0 else "no",
        amount=money(over if over > 0 else budget.limit_micro),
    )


def _changes(figures: SummaryFigures) -> str:
    """What is different from the same time a week before."""
    earlier = figures.last_week
    if earlier is None:
        return ""
    name = say("summary-message-since-week" if "week" in figures.kind else "summary-message-since-day")
    if earlier.is_quiet:
        return f"{name}\n{say('summary-message-quiet-then')}" if not figures.is_quiet else ""
    parts = [
        say(
            "summary-message-spent-change",
            change=_change(figures.spent_micro, earlier.spent_micro),
            before=format_money(earlier.spent_micro, figures.currency),
        ),
        say(
            "summary-message-pictures-change",
            change=_change(figures.pictures, earlier.pictures),
            before=earlier.pictures,
        ),
        say(
            "summary-message-approved-change",
            change=_change(figures.approved_assets, earlier.approved_assets),
            before=earlier.approved_assets,
        ),
    ]
    return f"{name}\n{' · '.join(parts)}"


def _change(now: int, before: int) -> str:
    if now == before:
        return say("summary-message-same")
    if not before:
        return say("summary-message-from-nothing")
    share = abs(now - before) / before
    if share >= 10:
        return say("summary-message-tenfold")
    return say("summary-message-up" if now > before else "summary-message-down", share=f"{share:.0%}")


def _field(name: str, value: str) -> Block:
    return mrkdwn(f"*{name}*\n{value}")


def _moment(moment: datetime) -> str:
    """`Mon 18 May 18:00`."""
    return say(
        "summary-message-moment",
        weekday=weekday(moment),
        day=moment.day,
        month=month(moment),
        time=f"{moment:%H:%M}",
    )


def _duration(span: timedelta) -> str:
    seconds = round(span.total_seconds())
    if seconds < 120:
        return say("summary-message-seconds", count=seconds)
    if seconds < 7_200:
        return say("summary-message-minutes", count=round(seconds / 60))
    return say("summary-message-hours", hours=f"{seconds / 3_600:.1f}")
