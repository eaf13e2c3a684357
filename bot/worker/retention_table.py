"""Which pictures nobody needs any more, and rows that served their time. The ledger is never among them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot import clock
from bot.store import Transaction
from bot.store.pictures import Picture

#: How many pictures are let go in one transaction.
BATCH = 500

#: What is still to be done, whose words name pictures: masks, references, sheets.
_AT_WORK = (
    # In the words of the indexes that hold only what is open.
    ("effects", "payload", "(state = 'waiting' OR state = 'sending')"),
    ("jobs", "request", "state = 'queued'"),
    ("jobs", "request", "state = 'running'"),
    # Done, and nobody has used or discarded yet what came of them.
    (
        "jobs",
        "request",
        "id IN (SELECT made.job FROM staged_versions AS staged"
        " JOIN versions AS made ON made.id = staged.version WHERE staged.state = 'waiting')",
    ),
    ("background_jobs", "payload", "state = 'waiting'"),
    ("refused_requests", "payload", "true"),
    ("budget_requests", "payload", "state = 'open'"),
)
#: Nothing that is to be done names the picture.
_IDLE = " AND ".join(
    f"NOT EXISTS (SELECT 1 FROM {table} WHERE {state} AND instr({column}, pictures.sha256))"  # noqa: S608
    for table, column, state in _AT_WORK
)
#: The picture is a version of a brief.
_DRAWN = "EXISTS (SELECT 1 FROM versions WHERE picture = pictures.sha256)"
#: No brief of the picture was worked on since, or waits for anything, and nothing of it was approved or fixed.
_UNTOUCHED = """
NOT EXISTS (
  SELECT 1 FROM versions JOIN briefs ON briefs.id = versions.brief
  WHERE versions.picture = pictures.sha256
    AND (briefs.created_at >= {before}
      OR EXISTS (SELECT 1 FROM jobs WHERE jobs.brief = briefs.id
                 AND (jobs.created_at >= {before} OR jobs.state IN ('queued', 'running')))
      OR EXISTS (SELECT 1 FROM background_jobs AS work
                 WHERE work.channel = briefs.channel AND work.state = 'waiting')
      OR EXISTS (SELECT 1 FROM refused_requests AS refused
                 WHERE refused.channel = briefs.channel AND refused.at >= {before})
      OR EXISTS (SELECT 1 FROM budget_requests AS work
                 WHERE work.channel = briefs.channel AND work.state = 'open' AND work.created_at >= {before})
      OR EXISTS (SELECT 1 FROM versions AS kept WHERE kept.brief = briefs.id
                 AND (kept.kind <> 'cell'
                   OR EXISTS (SELECT 1 FROM approvals
                              WHERE approvals.version = kept.id AND withdrawn_at IS NULL)))))
"""


@dataclass(frozen=True, kw_only=True)
class Gone:
    """A picture that was let go."""

    picture: Picture
    #: When, as the column holds it.
    at: str
    #: Whether somebody needs it again.
    wanted: bool


def loose(tx: Transaction, before: datetime) -> list[Picture]:
    """Pictures that no row refers to: contact sheets and overlays, which were shown and can be made again."""
    condition = f"created_at < :before AND NOT {_DRAWN} AND {_IDLE} {_unreferenced(tx)}"
    return _pictures(tx, condition, {"before": clock.to_text(before)})


def unapproved(tx: Transaction, before: datetime) -> list[Picture]:
    """Pictures of briefs on which nobody worked since, and of which none was approved or fixed."""
    untouched = _UNTOUCHED.format(before=":before")
    condition = f"created_at < :before AND {_DRAWN} AND {untouched} AND {_IDLE} {_unreferenced(tx)}"
    return _pictures(tx, condition, {"before": clock.to_text(before)})


def let_go(tx: Transaction, gone: list[Picture], at: datetime) -> None:
    """Their files are deleted once this is committed."""
    for picture in gone:
        tx.execute("UPDATE pictures SET gone_at = ? WHERE sha256 = ?", [clock.to_text(at), picture.sha256])


def gone(tx: Transaction, after: tuple[str, str]) -> list[Gone]:
    """Those that were let go after that moment, or at it with a hash that comes after that one, in this order."""
    wanted = f"NOT ({_UNTOUCHED.format(before='pictures.gone_at')} AND {_IDLE} {_unreferenced(tx)})"
    rows = tx.execute(
        f"SELECT sha256, mime, width, height, size_bytes, gone_at, {wanted} AS wanted FROM pictures"  # noqa: S608
        f" WHERE gone_at IS NOT NULL AND (gone_at, sha256) > (?, ?) ORDER BY gone_at, sha256 LIMIT {BATCH}",
        list(after),
    )
    found = []
    for row in rows:
        fields = dict(row)
        at, is_wanted = str(fields.pop("gone_at")), bool(fields.pop("wanted"))
        found.append(Gone(picture=Picture(**fields), at=at, wanted=is_wanted))
    return found


def bring_back(tx: Transaction, picture: Picture) -> None:
    """It is there, and wanted."""
    tx.execute("UPDATE pictures SET gone_at = NULL WHERE sha256 = ?", [picture.sha256])


def forget(tx: Transaction, before: datetime) -> int:
    """Drop what only guards against a second delivery of old events, and updates that newer ones replaced. How many."""
    moment = clock.to_text(before)
    seen = tx.execute("DELETE FROM seen_events WHERE at < ?", [moment]).rowcount
    replaced = tx.execute(
        "DELETE FROM effects WHERE action = 'update' AND created_at < ? AND (state = 'sent' OR state = 'failed')"
        " AND EXISTS (SELECT 1 FROM effects AS newer WHERE newer.target = effects.target"
        "  AND newer.action = 'update' AND newer.state = 'sent' AND newer.rowid > effects.rowid)"
        " AND NOT EXISTS (SELECT 1 FROM effects AS later"
        "  WHERE later.target = effects.key OR later.thread = effects.key)",
        [moment],
    ).rowcount
    return seen + replaced


def _unreferenced(tx: Transaction) -> str:
    """That no row refers to the picture; the versions that it is are not counted."""
    return " ".join(
        f"AND NOT EXISTS (SELECT 1 FROM {table} WHERE {column} = pictures.sha256)"  # noqa: S608
        for table, column in _references(tx)
        if (table, column) != ("versions", "picture")
    )


def _references(tx: Transaction) -> list[tuple[str, str]]:
    """Every column that refers to a picture."""
    tables = [row[0] for row in tx.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return [
        (table, row["from"])
        for table in tables
        for row in tx.execute(f"PRAGMA foreign_key_list({table})")
        if row["table"] == "pictures"
    ]


def _pictures(tx: Transaction, condition: str, values: dict[str, str]) -> list[Picture]:
    rows = tx.execute(
        "SELECT sha256, mime, width, height, size_bytes FROM pictures"  # noqa: S608
        f" WHERE gone_at IS NULL AND {condition} ORDER BY created_at LIMIT {BATCH}",
        values,
    )
    return [Picture(**dict(row)) for row in rows]
