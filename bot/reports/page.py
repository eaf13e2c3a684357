"""A report as a page: plain HTML that needs no script, with every text escaped. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from bot.ledger.money import Micro, format_money
from bot.reports.bars import chart
from bot.reports.figures import Asset, Report
from bot.reports.terms import percent

#: Assets in the page's table; the file has them all.
ASSETS_LIMIT: Final = 500
TIER_NAMES: Final = {"draft": "Drafts", "pro": "Pro", "fix": "Fixes"}
#: Characters of a prompt shown in the table.
SHOWN_PROMPT: Final = 240

_HEAD = """<!doctype html>
<html lang="en">
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
        _HEAD.format(title=escape(f"Costs of {place}, {report.span.title}"), root="/costs"),
        f"<header>{_MARK}<div><h1>Costs of {escape(place)}</h1>"
        f"<p>{escape(report.span.title)} · days in {escape(report.timezone)}</p></div>"
        f'<a class="button" href="/costs/{escape(token)}/costs.csv" download>Download CSV</a></header>\n<main>',
        _cards(report),
    ]
    if report.other_currencies:
        told = escape(", ".join(report.other_currencies))
        parts.append(f'<p class="note">What was spent in {told} in these days isn’t counted here.</p>')
    if not report.lines:
        parts.append('<p class="note">Nothing was spent in these days.</p>')
    else:
        parts.append(
            f'<section aria-labelledby="days"><h2 id="days">Spend over time</h2>{chart(report)}</section>'
        )
        parts.append('<div class="pair">')
        tiers = [(TIER_NAMES[tier], micro) for tier, micro in report.by("tier")]
        people = [(names.get(person, person), micro) for person, micro in report.by("person")]
        parts.append(_totals("By tier", "Tier", tiers, report))
        parts.append(_totals("By person", "Person", people, report))
        clients = [(client or "No client code", micro) for client, micro in report.by("client")]
        if len(clients) > 1 or any(asset.client for asset in report.assets):
            parts.append(_totals("By client", "Client", clients, report))
        parts.append("</div>")
        parts.append(_assets(report, names, token))
    expiry = datetime.fromtimestamp(expires_at, UTC).astimezone(ZoneInfo(report.timezone))
    parts.append(
        f"</main>\n<footer><p>Work counts on the day on which its money was set aside, at what it really cost;"
        f" amounts are in {escape(report.currency)}, exact to the millionth. The total is {money(report.total_micro)}.</p>"
        f"<p>Whoever has this page’s address can read it until {expiry:%Y-%m-%d %H:%M}. For a new one, type"
        " <code>/draft costs</code> in the channel.</p></footer>\n</body>\n</html>\n"
    )
    return "\n".join(parts)


def refusal_page(sentence: str) -> str:
    """What a link that does not hold shows."""
    return (
        _HEAD.format(title="This link doesn’t open anything", root="/costs")
        + f'<main class="refusal">{_MARK}<h1>This link doesn’t open anything</h1><p>{escape(sentence)}</p>'
        "<p>Type <code>/draft costs</code> in the channel, and press “Page”: that makes a new link."
        " If somebody sent you this one, ask them for it.</p></main>\n</body>\n</html>\n"
    )


def _cards(report: Report) -> str:
    money = _money(report)
    cards = [("Spent", money(report.total_micro), _count(len(report.assets), "asset"))]
    if report.with_margin_micro != report.total_micro:
        margins = sorted({asset.margin_bp for asset in report.assets})
        told = f"{percent(margins[0])}% on top" if len(margins) == 1 else "margins differ by asset"
        cards.append(("With margin", money(report.with_margin_micro), told))
    cards.append(("Approved", str(report.approved), f"of {_count(len(report.assets), 'asset')}"))
    if report.approved:
        each = (2 * report.total_micro + report.approved) // (2 * report.approved)
        cards.append(("Per approved asset", money(each), "all spend over approved assets"))
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
        f"<section><h2>{title}</h2><table><thead><tr>"
        f'<th scope="col">{head}</th><th scope="col" class="number">Spent</th>'
        f'<th scope="col" class="number">Share</th></tr></thead><tbody>{body}</tbody>'
        f'<tfoot><tr><th scope="row">Total</th><td class="number">{money(total)}</td>'
        '<td class="number"></td></tr></tfoot></table></section>'
    )


def _assets(report: Report, names: Mapping[str, str], token: str) -> str:
    money = _money(report)
    margin = report.with_margin_micro != report.total_micro
    heads = [*TIER_NAMES.values(), "Total", *(["With margin"] if margin else [])]
    head = "".join(f'<th scope="col" class="number">{name}</th>' for name in heads)
    shown = report.assets[:ASSETS_LIMIT]
    rows = "\n".join(_asset(asset, report, names, token, margin) for asset in shown)
    sums = [*(micro for _, micro in report.by("tier")), report.total_micro]
    sums += [report.with_margin_micro] if margin else []
    foot = "".join(
        f'<td class="number" data-label="{name}">{money(micro)}</td>'
        for name, micro in zip(heads, sums, strict=True)
    )
    note = ""
    if len(shown) < len(report.assets):
        note = (
            f'<p class="note">These are the {len(shown)} dearest of {len(report.assets)} assets;'
            " the sums and the CSV file count all of them.</p>"
        )
    return (
        f'<section aria-labelledby="assets"><h2 id="assets">By asset</h2>{note}<table class="assets"><thead><tr>'
        f'<th scope="col"><span class="sr-only">Picture</span></th><th scope="col">Asset</th>{head}</tr></thead>'
        f'<tbody>\n{rows}\n</tbody><tfoot><tr><td class="thumb"></td><th scope="row">Total</th>{foot}</tr></tfoot>'
        "</table></section>"
    )


def _asset(asset: Asset, report: Report, names: Mapping[str, str], token: str, margin: bool) -> str:
    money = _money(report)
    prompt = asset.prompt if len(asset.prompt) <= SHOWN_PROMPT else asset.prompt[: SHOWN_PROMPT - 1] + "…"
    opened = asset.opened_at.astimezone(ZoneInfo(report.timezone))
    facts = [asset.brief, names.get(asset.author, asset.author), f"{opened:%Y-%m-%d %H:%M}"]
    facts += [asset.client] if asset.client else []
    approved = ", ".join(names.get(person, person) for person in asset.approvers)
    state = f'<span class="good">Approved by {escape(approved)}</span>' if approved else "Not approved"
    picture = ""
    if asset.thumbnail:
        picture = (
            f'<img src="/costs/{escape(token)}/thumbnails/{asset.thumbnail}" width="72" height="72"'
            f' loading="lazy" alt="{escape(prompt)}">'
        )
    amounts = {
        "Drafts": asset.draft_micro,
        "Pro": asset.pro_micro,
        "Fixes": asset.fix_micro,
        "Total": asset.total_micro,
        **({"With margin": asset.with_margin_micro} if margin else {}),
    }
    cells = "".join(
        f'<td class="number{" zero" if not micro else ""}" data-label="{name}">{money(micro)}</td>'
        for name, micro in amounts.items()
    )
    return (
        f'<tr><td class="thumb">{picture}</td><th scope="row"><span class="prompt">{escape(prompt)}</span>'
        f"<small>{escape(' · '.join(facts))}</small><small>{state}</small></th>{cells}</tr>"
    )


def _money(report: Report) -> Callable[[Micro], str]:
    """What writes exact amounts of a report, ready for HTML."""
    return lambda micro: escape(format_money(micro, report.currency, exact=True))


def _share(micro: Micro, total: Micro) -> str:
    return f"{100 * micro / total:.1f} %" if total > 0 else ""


def _count(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
