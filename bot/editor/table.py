"""The editor's door to its tables: signed-out people, marked pictures. Visible SQL, no decisions."""

from __future__ import annotations

from typing import Literal

from bot.briefs.model import Job
from bot.store import Transaction
from bot.worker import table as worker_table


def belongs(tx: Transaction, table: Literal["versions", "jobs"], row_id: int | str, brief: str) -> bool:
    """Whether a version, or a job, is part of a brief."""
    known = {"versions": "SELECT 1 FROM versions", "jobs": "SELECT 1 FROM jobs"}[table]
    return tx.execute(f"{known} WHERE id = ? AND brief = ?", [row_id, brief]).fetchone() is not None


def working(tx: Transaction, brief: str) -> list[Job]:
    """Fixes of a brief that wait or run."""
    rows = tx.execute(
        "SELECT id FROM jobs WHERE brief = ? AND tier = 'fix' AND state IN ('queued', 'running')"
        " ORDER BY created_at",
        [brief],
    ).fetchall()
    return [worker_table.job(tx, row["id"]) for row in rows]


def cost_of(tx: Transaction, job: str) -> tuple[int, str] | None:
    """What a job was charged: micro-units and currency; None while it is not settled."""
    row = tx.execute(
        "SELECT amount_micro, currency FROM ledger_entries WHERE job = ? AND kind = 'settle'", [job]
    ).fetchone()
    return (int(row["amount_micro"]), str(row["currency"])) if row else None
