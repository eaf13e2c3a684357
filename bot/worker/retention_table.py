"""Which pictures nobody needs any more, and rows that served their time. The ledger is never among them."""

from __future__ import annotations

from datetime import datetime

from bot import clock
from bot.store import Transaction
from bot.store.pictures import Picture

#: How many pictures are let go in one transaction.
BATCH = 500

#: A picture of a brief on which nobody worked since, and of which nothing was approved or fixed.
_UNTOUCHED = """
EXISTS (SELECT 1 FROM versions WHERE picture = pictures.sha256)
AND NOT EXISTS (
  SELECT 1 FROM versions JOIN briefs ON briefs.id = versions.brief
  WHERE versions.picture = pictures.sha256
    AND (briefs.created_at >= :before
      OR EXISTS (SELECT 1 FROM jobs WHERE jobs.brief = briefs.id
                 AND (jobs.created_at >= :before OR jobs.state IN ('queued', 'running')))
      OR EXISTS (SELECT 1 FROM versions AS kept WHERE kept.brief = briefs.id
                 AND (kept.kind <> 'cell'
                   OR EXISTS (SELECT 1 FROM approvals
                              WHERE approvals.version = kept.id AND withdrawn_at IS NULL)))))
"""


def loose(tx: Transaction, before: datetime) -> list[Picture]:
    """Pictures that no row refers to: contact sheets and overlays, which were shown and can be made again."""
    named = " ".join(
        f"AND NOT EXISTS (SELECT 1 FROM {table} WHERE {column} = pictures.sha256)"  # noqa: S608
        for table, column in _references(tx)
    )
    return _pictures(
        tx,
        f"created_at < ? {named}"  # noqa: S608
        " AND NOT EXISTS (SELECT 1 FROM effects WHERE state IN ('waiting', 'sending')"
        " AND instr(payload, pictures.sha256))",
        [clock.to_text(before)],
    )


def unapproved(tx: Transaction, before: datetime) -> list[Picture]:
    """Pictures of briefs on which nobody worked since, and of which none was approved or fixed."""
    others = " ".join(
        f"AND NOT EXISTS (SELECT 1 FROM {table} WHERE {column} = pictures.sha256)"  # noqa: S608
        for table, column in _references(tx)
        if (table, column) != ("versions", "picture")
    )
    return _pictures(
        tx,
        f"{_UNTOUCHED} {others}",
        {"before": clock.to_text(before)},
    )


def let_go(tx: Transaction, gone: list[Picture], at: datetime) -> None:
    """Their files are deleted once this is committed."""
    for picture in gone:
        tx.execute("UPDATE pictures SET gone_at = ? WHERE sha256 = ?", [clock.to_text(at), picture.sha256])


def gone(tx: Transaction, since: datetime) -> list[Picture]:
    """Those that were let go lately: a crash may have left their files."""
    return _pictures(tx, "gone_at >= ?", [clock.to_text(since)], kept=False)


def forget(tx: Transaction, before: datetime) -> int:
    """Drop what only guards against a second delivery of old events, and updates that newer ones replaced. How many."""
    moment = clock.to_text(before)
    seen = tx.execute("DELETE FROM seen_events WHERE at < ?", [moment]).rowcount
    replaced = tx.execute(
        "DELETE FROM effects WHERE state IN ('sent', 'failed') AND action = 'update' AND created_at < ?"
        " AND EXISTS (SELECT 1 FROM effects AS newer WHERE newer.target = effects.target"
        "  AND newer.action = 'update' AND newer.state = 'sent' AND newer.rowid > effects.rowid)"
        " AND NOT EXISTS (SELECT 1 FROM effects AS later"
        "  WHERE later.target = effects.key OR later.thread = effects.key)",
        [moment],
    ).rowcount
    return seen + replaced


def _references(tx: Transaction) -> list[tuple[str, str]]:
    """Every column that refers to a picture."""
    tables = [row[0] for row in tx.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return [
        (table, row["from"])
        for table in tables
        for row in tx.execute(f"PRAGMA foreign_key_list({table})")
        if row["table"] == "pictures"
    ]


def _pictures(
    tx: Transaction, condition: str, values: list[str] | dict[str, str], *, kept: bool = True
) -> list[Picture]:
    rows = tx.execute(
        "SELECT sha256, mime, width, height, size_bytes FROM pictures"  # noqa: S608
        f" WHERE gone_at IS {'NULL' if kept else 'NOT NULL'} AND {condition} ORDER BY created_at LIMIT {BATCH}",
        values,
    )
    return [Picture(**dict(row)) for row in rows]
