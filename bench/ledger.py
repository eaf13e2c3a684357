"""How long a channel's summary takes on a young and on an old ledger: `python -m bench.ledger --rows 1000000`.

The history is spread evenly over three years, in triples of reserve, settle and picture, with an approval for
each tenth brief. What is timed is what the bot does for a summary: all its figures, from one connection.
"""

from __future__ import annotations

import argparse
import json
import platform
import sqlite3
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot import clock
from bot.ledger import BudgetRule
from bot.store.database import connect, transact
from bot.store.schema import migrations
from bot.summaries import figures_of

CHANNEL = "C1"
NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
YEARS = 3
RULE = BudgetRule(amount_micro=20_000_000_000, period="monthly", currency="USD")
TIMES = 21


def fill(path: Path, rows: int) -> None:
    """A database with so many ledger rows, half of them reservations, half settles."""
    db = connect(path)
    db.execute("PRAGMA synchronous = OFF")
    migrations.apply(db)
    begin = NOW - timedelta(days=365 * YEARS)

    # What is written here is known to be sound; checking each reference would take most of the time.
    db.execute("PRAGMA foreign_keys = OFF")
    transact(db, lambda tx: _write(tx, begin, rows // 2))
    db.execute("ANALYZE")
    db.close()


def _write(tx: Any, begin: datetime, jobs: int) -> None:
    """So many briefs, each with its job, two ledger rows and a picture; every tenth is approved."""
    since = clock.to_text(begin)
    tx.execute(
        "INSERT INTO channels (id, name, timezone, summary_hour, created_at) VALUES (?, 'bench', 'Europe/London', 18, ?)",
        [CHANNEL, since],
    )
    tx.execute("INSERT INTO pictures VALUES (?, 'image/png', 8, 8, 9, ?)", ["0" * 64, since])
    step_s = int((NOW - begin).total_seconds()) // jobs
    tx.execute(
        """
        CREATE TEMP TABLE work AS
        WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?)
        SELECT n, strftime('%Y-%m-%dT%H:%M:%S', ? + n * ?, 'unixepoch') || '.000000+00:00' AS at,
               CASE n % 5 WHEN 3 THEN 'pro' WHEN 4 THEN 'fix' ELSE 'draft' END AS tier FROM numbers
        """,
        [jobs, int(begin.timestamp()), step_s],
    )
    for statement in (
        "INSERT INTO briefs (id, channel, author, prompt, cells, aspect_width, aspect_height, seed, source_key,"
        " created_at) SELECT 'B' || n, 'C1', 'U1', 'a red apple', 4, 1, 1, 7, n, at FROM work",
        "INSERT INTO jobs (id, brief, tier, state, person, request, idempotency_key, not_before, created_at,"
        " finished_at) SELECT 'J' || n, 'B' || n, tier, 'done', 'U1', '{}', n, at, at, at FROM work",
        "INSERT INTO ledger_entries (id, at, period_at, kind, reservation, channel, brief, job, tier, person,"
        " amount_micro, currency, idempotency_key) SELECT 2 * n + 1, at, at, 'reserve', NULL, 'C1',"
        " 'B' || n, 'J' || n, tier, 'U1', 1500, 'USD', 'reserve:' || n FROM work",
        "INSERT INTO ledger_entries (id, at, period_at, kind, reservation, channel, brief, job, tier, person,"
        " amount_micro, currency, idempotency_key) SELECT 2 * n + 2, at, at, 'settle', 2 * n + 1, 'C1',"
        " 'B' || n, 'J' || n, tier, 'U1', 1000, 'USD', 'settle:' || n FROM work",
        "INSERT INTO versions (id, brief, job, kind, number, prompt, seed, picture, seconds, created_at)"
        " SELECT n + 1, 'B' || n, 'J' || n, 'cell', 1, 'a red apple', 7, printf('%064d', 0), 0.5, at FROM work",
        "INSERT INTO approvals (version, person, created_at) SELECT n + 1, 'U1', at FROM work WHERE n % 10 = 0",
    ):
        tx.execute(statement)


def measure(path: Path) -> dict[str, float]:
    """Milliseconds of a day's and a week's summary: the median and the slowest of TIMES runs."""
    db = connect(path, read_only=True)
    found = {}
    for name, days in (("day", 1), ("week", 7)):
        took = []
        for _ in range(TIMES):
            begin = time.perf_counter()
            figures_of(db, CHANNEL, NOW - timedelta(days=days), NOW, default=RULE)
            took.append(1_000 * (time.perf_counter() - begin))
        found |= {
            f"{name}_median_ms": round(statistics.median(took), 2),
            f"{name}_max_ms": round(max(took), 2),
        }
    db.close()
    return found


def main() -> int:
    """Measure, print, and write the row to `bench/rows/ledger.json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="ledger rows of the old ledger")
    options = parser.parse_args()
    row: dict[str, Any] = {
        "what": f"a channel's summary, ledger of {YEARS} years",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "runs": TIMES,
    }
    with tempfile.TemporaryDirectory() as folder:
        for rows in (options.rows // 100, options.rows):
            path = Path(folder) / f"{rows}.sqlite3"
            fill(path, rows)
            row[f"{rows} rows"] = measure(path)
            print(rows, row[f"{rows} rows"], flush=True)
    target = Path(__file__).with_name("rows") / "ledger.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(row, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
