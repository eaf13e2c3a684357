"""A report as a CSV file for spreadsheets: one row per asset, exact amounts, nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from bot.ledger.money import MICRO_PER_UNIT, Micro
from bot.ledger.periods import zone_named
from bot.reports.figures import Report
from bot.reports.terms import percent

COLUMNS: Final = (
    "client",
    "channel",
    "brief",
    "prompt",
    "author",
    "approvers",
    "pictures",
    "draft",
    "pro",
    "fix",
    "total",
    "margin_percent",
    "total_with_margin",
    "currency",
    "opened",
    "approved",
    "time_zone",
    "ai_source_type",
)
#: What makes a formula of a cell, at its start or after something that another locale takes for a border.
_FORMULA: Final = re.compile(r"(^|[;\t\r\n|])([\s\u200b\ufeff]*)(?=[=+\-@＝＋－＠\t\r\n])")


def csv_of(report: Report, names: Mapping[str, str], sources: Mapping[str, str]) -> bytes:
    """The file, in UTF-8 with a byte order mark.

    `names` tells who an id is; a missing one stays an id. `sources` tells what a brief's pictures are, in IPTC's words.
    """
    zone = zone_named(report.timezone)
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for asset in report.assets:
        words = (
            asset.client,
            f"#{report.channel_name}" if report.channel_name else report.channel,
            asset.brief,
            asset.prompt,
            names.get(asset.author, asset.author),
            ", ".join(names.get(person, person) for person in asset.approvers),
            ", ".join(shot.filename for shot in asset.pictures),
        )
        figures = (
            decimal(asset.draft_micro),
            decimal(asset.pro_micro),
            decimal(asset.fix_micro),
            decimal(asset.total_micro),
            percent(asset.margin_bp),
            decimal(asset.with_margin_micro),
        )
        writer.writerow(
            (
                *map(harmless, words),
                *figures,
                report.currency,
                _local(asset.opened_at, zone),
                _local(asset.approved_at, zone) if asset.approved_at else "",
                report.timezone,
                sources.get(asset.brief, ""),
            )
        )
    return out.getvalue().encode("utf-8-sig")


def filename(report: Report) -> str:
    """`costs-sunflower-spring-2026-11-01-2026-11-30.csv`, in plain letters."""
    place = re.sub(r"[^A-Za-z0-9_-]+", "-", report.channel_name).strip("-") or report.channel
    return f"costs-{place}-{report.span.first}-{report.span.last}.csv"


def decimal(micro: Micro) -> str:
    """An amount in units of the currency with all six decimals: `0.004200`."""
    return f"{Decimal(micro) / MICRO_PER_UNIT:.6f}"


def harmless(text: str) -> str:
    """The text with an apostrophe wherever a spreadsheet would begin to read a formula."""
    return _FORMULA.sub(r"\1'\2", text.replace("\0", ""))


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
