"""A report as a page: plain HTML that needs no script. What `page/report.html` shows is worked out here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from bot.ledger.money import Micro
from bot.ledger.periods import zone_named
from bot.reports.bars import chart
from bot.reports.figures import TIER_NAMES, TIERS, Asset, Report
from bot.reports.terms import percent
from bot.texts import say
from bot.web.pages import Pages

#: Assets in the page's table; the file has them all.
ASSETS_LIMIT: Final = 500
#: Characters of a prompt shown in the table.
SHOWN_PROMPT: Final = 240

PAGES: Final = Pages(
    Path(__file__).with_name("page"), "/costs", "style-src 'self'; img-src 'self'; form-action 'none'"
)


def report_page(report: Report, names: Mapping[str, str], *, token: str, expires_at: int) -> str:
    """The page of a report, below `/costs/{token}`."""
    place = f"#{report.channel_name}" if report.channel_name else report.channel
    expiry = datetime.fromtimestamp(expires_at, UTC).astimezone(zone_named(report.timezone))
    margin = report.with_margin_micro != report.total_micro
    heads = [*(say(TIER_NAMES[tier]) for tier in TIERS), say("costs-page-total")]
    sums = [*(micro for _, micro in report.by("tier")), report.total_micro]
    if margin:
        heads.append(say("costs-page-with-margin"))
        sums.append(report.with_margin_micro)
    return _filled(
        title=say("costs-page-title", place=place, span=report.span.title),
        refusal="",
        report=report,
        place=place,
        token=token,
        cards=_cards(report),
        tiers=[(tier, say(TIER_NAMES[tier])) for tier in TIERS],
        chart=chart(report) if report.lines else None,
        totals=_totals(report, names),
        heads=heads,
        sums=sums,
        assets=[_asset(asset, report, names, len(heads)) for asset in report.assets[:ASSETS_LIMIT]],
        expiry=f"{expiry:%Y-%m-%d %H:%M}",
    )


def refusal_page(sentence: str) -> str:
    """What a link that does not hold shows."""
    return _filled(title=say("costs-page-refused"), refusal=sentence)


def _filled(**values: Any) -> str:
    report: Report | None = values.get("report")

    def money(micro: Micro) -> str:
        assert report is not None
        return report.money(micro)

    def share(micro: Micro) -> str:
        total = report.total_micro if report else 0
        return say("costs-page-percent", share=f"{100 * micro / total:.1f}") if total > 0 else ""

    return PAGES.filled("report.html", {"money": money, "share": share}, **values)


def _cards(report: Report) -> list[tuple[str, str, str]]:
    """The figures at the top: what, how much, and a word on it."""
    money = report.money
    assets = len(report.assets)
    spent = say("costs-page-card-assets", count=assets)
    cards = [(say("costs-page-card-spent"), money(report.total_micro), spent)]
    if report.with_margin_micro != report.total_micro:
        margins = sorted({asset.margin_bp for asset in report.assets})
        note = (
            say("costs-page-card-on-top", percent=percent(margins[0]))
            if len(margins) == 1
            else say("costs-page-card-margins-differ")
        )
        cards.append((say("costs-page-card-margin"), money(report.with_margin_micro), note))
    of_assets = say("costs-page-card-of-assets", count=assets)
    cards.append((say("costs-page-card-approved"), str(report.approved), of_assets))
    if report.approved:
        each = (2 * report.total_micro + report.approved) // (2 * report.approved)
        cards.append((say("costs-page-card-each"), money(each), say("costs-page-card-each-how")))
    return cards


def _totals(report: Report, names: Mapping[str, str]) -> list[tuple[str, str, list[tuple[str, Micro]]]]:
    """The small tables: heading, first column, rows."""
    tiers = [(say(TIER_NAMES[tier]), micro) for tier, micro in report.by("tier")]
    people = [(names.get(person, person), micro) for person, micro in report.by("person")]
    clients = [(client or say("costs-page-no-client"), micro) for client, micro in report.by("client")]
    found = [
        (say("costs-page-by-tier"), say("costs-page-tier"), tiers),
        (say("costs-page-by-person"), say("costs-page-person"), people),
    ]
    if len(clients) > 1 or any(asset.client for asset in report.assets):
        found.append((say("costs-page-by-client"), say("costs-page-client"), clients))
    return found


def _asset(asset: Asset, report: Report, names: Mapping[str, str], columns: int) -> dict[str, Any]:
    """A row of the table of assets."""
    prompt = asset.prompt if len(asset.prompt) <= SHOWN_PROMPT else asset.prompt[: SHOWN_PROMPT - 1] + "…"
    opened = asset.opened_at.astimezone(zone_named(report.timezone))
    facts = [asset.brief, names.get(asset.author, asset.author), f"{opened:%Y-%m-%d %H:%M}"]
    facts += [asset.client] if asset.client else []
    amounts = [
        asset.draft_micro,
        asset.pro_micro,
        asset.fix_micro,
        asset.total_micro,
        asset.with_margin_micro,
    ]
    return {
        "prompt": prompt,
        "thumbnail": asset.thumbnail,
        "facts": " · ".join(facts),
        "approved": ", ".join(names.get(person, person) for person in asset.approvers),
        # The last column is left out where there are no margins.
        "amounts": amounts[:columns],
    }
