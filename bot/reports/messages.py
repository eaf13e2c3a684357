"""A report of costs as a message for the person who asked, and its file for the conversation."""

from __future__ import annotations

from bot.reports.figures import Grouping, Report
from bot.reports.terms import Terms, percent
from bot.slack.blocks import Block, Message, button, context, section
from bot.slack.text import quoted, shorten
from bot.texts import say

CSV_ACTION = "costs_csv"
PAGE_ACTION = "costs_page"
#: Groups named in a message; the page and the file have them all.
LINES_LIMIT = 15

_TIER_NAMES = {
    "draft": "costs-message-drafts",
    "pro": "costs-message-pro",
    "fix": "costs-message-fixes",
}


def costs(report: Report, grouping: Grouping, url: str) -> Message:
    """Total, the groups that were asked for, and the ways to the file and the page."""
    total = report.money(report.total_micro)
    when = f"{report.span.title} ({report.timezone})"
    blocks: list[Block] = [section(say("costs-message-head", money=total, channel=report.channel, when=when))]
    if report.lines:
        blocks.append(section("\n".join(_lines(report, grouping))))
    blocks.append(context(" · ".join(_small(report))))
    blocks.append(
        {
            "type": "actions",
            "block_id": "costs",
            "elements": [
                button(
                    say("costs-message-page"),
                    PAGE_ACTION,
                    "open",
                    url=url,
                    accessibility_label=say("costs-message-page-label"),
                ),
                button(
                    say("costs-message-csv"),
                    CSV_ACTION,
                    str(report.span),
                    accessibility_label=say("costs-message-csv-label"),
                ),
            ],
        }
    )
    blocks.append(context(say("costs-message-foot")))
    text = say("costs-message-text", money=total, channel=report.channel, when=when)
    return Message(text="\n".join([text, *_lines(report, grouping)]), blocks=blocks)


def terms_text(terms: Terms) -> str:
    """A channel's client and margin in a sentence."""
    return say(
        "costs-message-terms",
        known="yes" if terms.client else "no",
        client=terms.client,
        margin=percent(terms.margin_bp),
    )


def _lines(report: Report, grouping: Grouping) -> list[str]:
    groups = report.by(grouping)
    prompts = {asset.brief: asset.prompt for asset in report.assets}

    def named(key: str) -> str:
        match grouping:
            case "tier":
                return say(_TIER_NAMES[key])
            case "person":
                return f"<@{key}>"
            case "brief":
                return f"{quoted(shorten(prompts[key], 80))} `{key}`"
            case "client":
                return f"`{key}`" if key else say("costs-message-no-client")
            case "day":
                return key

    lines = [f"• {named(key)}: {report.money(micro)}" for key, micro in groups[:LINES_LIMIT]]
    if len(groups) > LINES_LIMIT:
        rest = sum(micro for _, micro in groups[LINES_LIMIT:])
        money = report.money(rest)
        lines.append(f"• {say('costs-message-more', count=len(groups) - LINES_LIMIT, money=money)}")
    return lines


def _small(report: Report) -> list[str]:
    if not report.lines:
        return [say("costs-message-nothing")]
    parts = [say("costs-message-assets", count=len(report.assets), approved=report.approved)]
    if report.with_margin_micro != report.total_micro:
        amount = report.money(report.with_margin_micro)
        parts.append(say("costs-message-margin", money=amount))
    if report.other_currencies:
        parts.append(say("costs-message-currencies", currencies=", ".join(report.other_currencies)))
    return parts
