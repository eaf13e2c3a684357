"""A report as a page: plain HTML that needs no script, with every text escaped. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from bot.ledger.money import Micro, format_money
from bot.reports.bars import chart
from bot.reports.figures import TIER_NAMES, TIERS, Asset, Report
from bot.reports.terms import percent
from bot.texts import say, spoken

#: Assets in the page's table; the file has them all.
ASSETS_LIMIT: Final = 500
#: Characters of a prompt shown in the table.
SHOWN_PROMPT: Final = 240

_HEAD = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<link rel="icon" href="{root}/static/icon.svg">
<link rel="stylesheet" href="{root}/static/report.css">
</head>
<body>
"""
_MARK = '<span class="mark" aria-hidden="true"><i></i><i></i><i></i><i></i></span>'


def report_page(report: Report, names: Mapping[str, str], *, token: str, expires_at: int) -> str:
    """The page of a report, below `/costs/{token}`."""
    place = f"#{report.channel_name}" if report.channel_name else report.channel
    money = _money(report)
    parts = [
        _head(say("costs-page-title", place=place, span=report.span.title)),
        f"<header>{_MARK}<div><h1>{_said('costs-page-heading', place=place)}</h1>"
        f"<p>{_said('costs-page-days', span=report.span.title, zone=report.timezone)}</p></div>"
        f'<a class="button" href="/costs/{escape(token)}/costs.csv" download>{_said("costs-page-download")}</a>'
        "</header>\n<main>",
        _cards(report),
    ]
    if report.other_currencies:
        told = _said("costs-page-other-currencies", currencies=", ".join(report.other_currencies))
        parts.append(f'<p class="note">{told}</p>')
    if not report.lines:
        parts.append(f'<p class="note">{_said("costs-page-nothing")}</p>')
    else:
        parts.append(
            f'<section aria-labelledby="days"><h2 id="days">{_said("costs-page-over-time")}</h2>'
            f"{chart(report)}</section>"
        )
        parts.append('<div class="pair">')
        tiers = [(say(TIER_NAMES[tier]), micro) for tier, micro in report.by("tier")]
        people = [(names.get(person, person), micro) for person, micro in report.by("person")]
        parts.append(_totals(say("costs-page-by-tier"), say("costs-page-tier"), tiers, report))
        parts.append(_totals(say("costs-page-by-person"), say("costs-page-person"), people, report))
        clients = [(client or say("costs-page-no-client"), micro) for client, micro in report.by("client")]
        if len(clients) > 1 or any(asset.client for asset in report.assets):
            parts.append(_totals(say("costs-page-by-client"), say("costs-page-client"), clients, report))
        parts.append("</div>")
        parts.append(_assets(report, names, token))
    expiry = datetime.fromtimestamp(expires_at, UTC).astimezone(ZoneInfo(report.timezone))
    note = _said("costs-page-note", currency=report.currency, total=money(report.total_micro))
    until = _coded(_said("costs-page-expiry", moment=f"{expiry:%Y-%m-%d %H:%M}"))
    parts.append(f"</main>\n<footer><p>{note}</p><p>{until}</p></footer>\n</body>\n</html>\n")
    return "\n".join(parts)


def refusal_page(sentence: str) -> str:
    """What a link that does not hold shows."""
    return (
        _head(say("costs-page-refused"))
        + f'<main class="refusal">{_MARK}<h1>{_said("costs-page-refused")}</h1><p>{escape(sentence)}</p>'
        f"<p>{_coded(_said('costs-page-refused-help'))}</p></main>\n</body>\n</html>\n"
    )


def _head(title: str) -> str:
    return _HEAD.format(language=escape(spoken()), title=escape(title), root="/costs")


def _said(name: str, **values: str | int) -> str:
    """A text as HTML."""
    return escape(say(name, **values))


def _coded(said: str) -> str:
    """A text in HTML with what stands between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", said)


def _cards(report: Report) -> str:
    money = _money(report)
    assets = len(report.assets)
    cards = [
        (
            say("costs-page-card-spent"),
            money(report.total_micro),
            say("costs-page-card-assets", count=assets),
        )
    ]
    if report.with_margin_micro != report.total_micro:
        margins = sorted({asset.margin_bp for asset in report.assets})
        told = (
            say("costs-page-card-on-top", percent=percent(margins[0]))
            if len(margins) == 1
            else say("costs-page-card-margins-differ")
        )
        cards.append((say("costs-page-card-margin"), money(report.with_margin_micro), told))
    cards.append(
        (
            say("costs-page-card-approved"),
            str(report.approved),
            say("costs-page-card-of-assets", count=assets),
        )
    )
    if report.approved:
        each = (2 * report.total_micro + report.approved) // (2 * report.approved)
        cards.append((say("costs-page-card-each"), money(each), say("costs-page-card-each-how")))
    items = "".join(
        f"<div><dt>{escape(name)}</dt><dd><strong>{escape(value)}</strong><small>{escape(small)}</small></dd></div>"
        for name, value, small in cards
    )
    return f'<dl class="cards">{items}</dl>'


def _totals(title: str, head: str, rows: Sequence[tuple[str, Micro]], report: Report) -> str:
    money = _money(report)
    total = report.total_micro
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td class="number">{money(micro)}</td>'
        f'<td class="number">{_share(micro, total)}</td></tr>'
        for name, micro in rows
    )
    return (
        f"<section><h2>{escape(title)}</h2><table><thead><tr>"
        f'<th scope="col">{escape(head)}</th><th scope="col" class="number">{_said("costs-page-spent")}</th>'
        f'<th scope="col" class="number">{_said("costs-page-share")}</th></tr></thead><tbody>{body}</tbody>'
        f'<tfoot><tr><th scope="row">{_said("costs-page-total")}</th><td class="number">{money(total)}</td>'
        '<td class="number"></td></tr></tfoot></table></section>'
    )


def _assets(report: Report, names: Mapping[str, str], token: str) -> str:
    money = _money(report)
    margin = report.with_margin_micro != report.total_micro
    heads = _heads(margin)
    head = "".join(f'<th scope="col" class="number">{name}</th>' for name in heads)
    shown = report.assets[:ASSETS_LIMIT]
    rows = "\n".join(_asset(asset, report, names, token, heads) for asset in shown)
    sums = [*(micro for _, micro in report.by("tier")), report.total_micro]
    sums += [report.with_margin_micro] if margin else []
    foot = "".join(
        f'<td class="number" data-label="{name}">{money(micro)}</td>'
        for name, micro in zip(heads, sums, strict=True)
    )
    note = ""
    if len(shown) < len(report.assets):
        told = _said("costs-page-dearest", shown=len(shown), count=len(report.assets))
        note = f'<p class="note">{told}</p>'
    return (
        f'<section aria-labelledby="assets"><h2 id="assets">{_said("costs-page-by-asset")}</h2>{note}'
        '<table class="assets"><thead><tr>'
        f'<th scope="col"><span class="sr-only">{_said("costs-page-picture")}</span></th>'
        f'<th scope="col">{_said("costs-page-asset")}</th>{head}</tr></thead><tbody>\n{rows}\n</tbody>'
        f'<tfoot><tr><td class="thumb"></td><th scope="row">{_said("costs-page-total")}</th>{foot}</tr></tfoot>'
        "</table></section>"
    )


def _heads(margin: bool) -> list[str]:
    """The heads of the columns of amounts, as HTML: the tiers, their sum, and the sum with its margin."""
    heads = [*(_said(TIER_NAMES[tier]) for tier in TIERS), _said("costs-page-total")]
    return [*heads, _said("costs-page-with-margin")] if margin else heads


def _asset(asset: Asset, report: Report, names: Mapping[str, str], token: str, heads: Sequence[str]) -> str:
    money = _money(report)
    prompt = asset.prompt if len(asset.prompt) <= SHOWN_PROMPT else asset.prompt[: SHOWN_PROMPT - 1] + "…"
    opened = asset.opened_at.astimezone(ZoneInfo(report.timezone))
    facts = [asset.brief, names.get(asset.author, asset.author), f"{opened:%Y-%m-%d %H:%M}"]
    facts += [asset.client] if asset.client else []
    approved = ", ".join(names.get(person, person) for person in asset.approvers)
    state = (
        f'<span class="good">{_said("costs-page-approved-by", people=approved)}</span>'
        if approved
        else _said("costs-page-not-approved")
    )
    picture = ""
    if asset.thumbnail:
        picture = (
            f'<img src="/costs/{escape(token)}/thumbnails/{asset.thumbnail}" width="72" height="72"'
            f' loading="lazy" alt="{escape(prompt)}">'
        )
    amounts = (
        asset.draft_micro,
        asset.pro_micro,
        asset.fix_micro,
        asset.total_micro,
        asset.with_margin_micro,
    )
    cells = "".join(
        f'<td class="number{" zero" if not micro else ""}" data-label="{name}">{money(micro)}</td>'
        # The last column is left out where there are no margins.
        for name, micro in zip(heads, amounts, strict=False)
    )
    return (
        f'<tr><td class="thumb">{picture}</td><th scope="row"><span class="prompt">{escape(prompt)}</span>'
        f"<small>{escape(' · '.join(facts))}</small><small>{state}</small></th>{cells}</tr>"
    )


def _money(report: Report) -> Callable[[Micro], str]:
    """What writes exact amounts of a report, ready for HTML."""
    return lambda micro: escape(format_money(micro, report.currency, exact=True))


def _share(micro: Micro, total: Micro) -> str:
    return _said("costs-page-percent", share=f"{100 * micro / total:.1f}") if total > 0 else ""
