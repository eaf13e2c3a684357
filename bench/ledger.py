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
    step = (NOW - begin) / max(1, rows // 2)

    def work(tx: Any) -> None:
        connection: sqlite3.Connection = tx.conn
        connection.execute(
            "INSERT INTO channels (id, name, timezone, summary_hour, created_at) VALUES (?, 'bench', 'Europe/London', 18, ?)",
            [CHANNEL, clock.to_text(begin)],
        )
        connection.execute(
            "INSERT INTO pictures VALUES (?, 'image/png', 8, 8, 9, ?)", ["0" * 64, clock.to_text(begin)]
        )
        for number in range(rows // 2):
            _one(connection, number, clock.to_text(begin + step * number))

    transact(db, work)
    db.execute("ANALYZE")
    db.close()


def _one(connection: sqlite3.Connection, number: int, at: str) -> None:
    """A brief with its job, its two ledger rows and one picture."""
    brief, job = f"B{number}", f"J{number}"
    tier = ("draft", "draft", "draft", "pro", "fix")[number % 5]
    connection.execute(
        "INSERT INTO briefs (id, channel, author, prompt, cells, aspect_width, aspect_height, seed, source_key,"
        " created_at) VALUES (?, ?, 'U1', 'a red apple', 4, 1, 1, 7, ?, ?)",
        [brief, CHANNEL, brief, at],
    )
    connection.execute(
        "INSERT INTO jobs (id, brief, tier, state, person, request, idempotency_key, not_before, created_at,"
        " finished_at) VALUES (?, ?, ?, 'done', 'U1', '{}', ?, ?, ?, ?)",
        [job, brief, tier, job, at, at, at],
    )
    for kind, reservation in (("reserve", None), ("settle", 2 * number + 1)):
        connection.execute(
            "INSERT INTO ledger_entries (at, period_at, kind, reservation, channel, brief, job, tier, person,"
            " amount_micro, currency, idempotency_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'U1', 1000, 'USD', ?)",
            [at, at, kind, reservation, CHANNEL, brief, job, tier, f"{kind}:{job}"],
        )
    connection.execute(
        "INSERT INTO versions (id, brief, job, kind, number, prompt, seed, picture, seconds, created_at)"
        " VALUES (?, ?, ?, 'cell', 1, 'a red apple', 7, ?, 0.5, ?)",
        [number + 1, brief, job, "0" * 64, at],
    )
    if number % 10 == 0:
        connection.execute(
            "INSERT INTO approvals (version, person, created_at) VALUES (?, 'U1', ?)", [number + 1, at]
        )


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
