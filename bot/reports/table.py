"""The one query behind every report: what was settled per asset, tier, person and local day.

Work belongs to the day on which its money was reserved (`period_at`), as budgets and summaries count it.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from datetime import datetime

from bot import clock
from bot.ledger.periods import zone_named
from bot.reports.figures import TIERS, Asset, Line, Report, Shot
from bot.reports.spans import Span
from bot.reports.terms import Terms
from bot.store import Transaction

_SUFFIX = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


def report_of(tx: Transaction, channel: str, span: Span, currency: str) -> Report:
    """What `channel` spent in those of its days. Raises KeyError for an unknown channel."""
    place = tx.execute("SELECT name, timezone FROM channels WHERE id = ?", [channel]).fetchone()
    if place is None:
        raise KeyError(channel)
    edges = span.edges(zone_named(place["timezone"]))
    days = [[day.isoformat(), clock.to_text(start), clock.to_text(end)] for day, start, end in edges]
    rows = tx.execute(
        """
        WITH days AS (
          SELECT value ->> 0 AS day, value ->> 1 AS first, value ->> 2 AS next FROM json_each(:days)
        )
        SELECT days.day AS day, brief, tier, person, currency, sum(amount_micro) AS micro,
               sum(kind = 'settle') AS jobs
          FROM days CROSS JOIN ledger_entries entry
            ON entry.channel = :channel AND entry.period_at >= days.first AND entry.period_at < days.next
         WHERE kind NOT IN ('reserve', 'void')
         GROUP BY days.day, brief, tier, person, currency
         ORDER BY days.day, brief, tier, person
        """,
        {"days": json.dumps(days), "channel": channel},
    ).fetchall()
    by_text = {day.isoformat(): day for day, _, _ in edges}
    lines = tuple(
        Line(
            day=by_text[row["day"]],
            brief=row["brief"],
            tier=row["tier"],
            person=row["person"],
            micro=row["micro"],
            jobs=row["jobs"],
        )
        for row in rows
        if row["currency"] == currency
    )
    return Report(
        channel=channel,
        channel_name=place["name"].removeprefix("#"),
        timezone=place["timezone"],
        span=span,
        currency=currency,
        lines=lines,
        assets=_assets(tx, lines),
        other_currencies=tuple(sorted({row["currency"] for row in rows} - {currency})),
    )


def _assets(tx: Transaction, lines: tuple[Line, ...]) -> tuple[Asset, ...]:
    """The briefs behind the lines, each with the sum of its own lines; dearest first."""
    sums: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(TIERS, 0))
    for line in lines:
        sums[line.brief][line.tier] += line.micro
    wanted = json.dumps(list(sums))
    briefs = tx.execute(
        "SELECT briefs.id, prompt, author, created_at, client, margin_bp FROM briefs"
        " JOIN brief_terms ON brief_terms.brief = briefs.id WHERE briefs.id IN (SELECT value FROM json_each(?))",
        [wanted],
    ).fetchall()
    versions = _grouped(
        tx,
        "SELECT versions.brief, versions.id, parent, kind, number, picture, mime FROM shown_versions AS versions"
        " JOIN pictures ON pictures.sha256 = versions.picture WHERE brief IN (SELECT value FROM json_each(?)) ORDER BY versions.id",
        wanted,
    )
    approvals = _grouped(
        tx,
        "SELECT versions.brief, version, person, approvals.created_at FROM approvals"
        " JOIN versions ON versions.id = approvals.version"
        " WHERE withdrawn_at IS NULL AND versions.brief IN (SELECT value FROM json_each(?)) ORDER BY approvals.id",
        wanted,
    )
    heads = _grouped(
        tx,
        "SELECT brief, version, newest FROM heads WHERE brief IN (SELECT value FROM json_each(?)) ORDER BY id",
        wanted,
    )
    found = []
    for row in briefs:
        given = approvals[row["id"]]
        made = versions[row["id"]]
        pictures = _pictures(row["id"], made, given, heads[row["id"]])
        cells = [version for version in made if version["kind"] == "cell"]
        spent = sums[row["id"]]
        found.append(
            Asset(
                brief=row["id"],
                prompt=row["prompt"],
                author=row["author"],
                opened_at=clock.from_text(row["created_at"]),
                approved_at=clock.from_text(given[0]["created_at"]) if given else None,
                approvers=tuple(dict.fromkeys(approval["person"] for approval in given)),
                pictures=pictures,
                thumbnail=pictures[0].sha256 if pictures else (cells[0]["picture"] if cells else None),
                client=row["client"],
                margin_bp=row["margin_bp"],
                draft_micro=spent["draft"],
                pro_micro=spent["pro"],
                fix_micro=spent["fix"],
            )
        )
    return tuple(sorted(found, key=lambda asset: (-asset.total_micro, asset.brief)))


def _grouped(tx: Transaction, sql: str, wanted: str) -> dict[str, list[sqlite3.Row]]:
    found: dict[str, list[sqlite3.Row]] = defaultdict(list)
    for row in tx.execute(sql, [wanted]).fetchall():
        found[row["brief"]].append(row)
    return found


def _pictures(
    brief: str, versions: list[sqlite3.Row], approvals: list[sqlite3.Row], heads: list[sqlite3.Row]
) -> tuple[Shot, ...]:
    """Of each approved cell its latest render or fix, or the one that somebody went back to since."""
    by_id = {version["id"]: version for version in versions}
    roots: dict[int, int] = {}
    latest: dict[int, sqlite3.Row] = {}
    for version in versions:
        roots[version["id"]] = roots.get(version["parent"], version["id"])
        latest[roots[version["id"]]] = version
    if heads and heads[-1]["newest"] == max(by_id) and (back := by_id.get(heads[-1]["version"])):
        latest[roots[back["id"]]] = back
    found = []
    for cell in dict.fromkeys(approval["version"] for approval in approvals):
        version = latest[cell]
        if version["kind"] == "cell":
            continue
        number = by_id[cell]["number"] if version["kind"] == "pro" else version["number"]
        name = f"{version['kind']}-{brief}-{number}.{_SUFFIX[version['mime']]}"
        found.append(Shot(filename=name, sha256=version["picture"]))
    return tuple(found)


def terms_of(tx: Transaction, channel: str) -> Terms:
    """The terms that hold for new briefs."""
    row = tx.execute(
        """
        SELECT (SELECT client FROM channel_terms WHERE channel = :channel AND client IS NOT NULL
                 ORDER BY set_at DESC, id DESC LIMIT 1) AS client,
               (SELECT margin_bp FROM channel_terms WHERE channel = :channel AND margin_bp IS NOT NULL
                 ORDER BY set_at DESC, id DESC LIMIT 1) AS margin_bp
        """,
        {"channel": channel},
    ).fetchone()
    return Terms(client=row["client"] or "", margin_bp=row["margin_bp"] or 0)


def set_terms(
    tx: Transaction,
    *,
    channel: str,
    client: str | None,
    margin_bp: int | None,
    person: str,
    at: datetime,
) -> Terms:
    """Change one or both from now on; None leaves as it is. What held before stays on record."""
    tx.execute(
        "INSERT INTO channel_terms (channel, client, margin_bp, set_by, set_at) VALUES (?, ?, ?, ?, ?)",
        [channel, client, margin_bp, person, clock.to_text(at)],
    )
    return terms_of(tx, channel)
