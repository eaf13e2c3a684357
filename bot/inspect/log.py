"""`draftroom log`: who asked, who approved, what went out and what was refused, as a CSV file for the records."""

from __future__ import annotations

import csv
import sys
from contextlib import nullcontext
from pathlib import Path

from bot.inspect import table as inspect_table
from bot.reports.export import harmless
from bot.settings import load
from bot.store.database import connect


def main(out: Path | None) -> int:
    """Write it to a file, or print it. 0. Raises NoDatabase."""
    path = load().existing_database()
    rows = inspect_table.log(connect(path, read_only=True))
    with out.open("w", encoding="utf-8-sig", newline="") if out else nullcontext(sys.stdout) as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(inspect_table.COLUMNS)
        writer.writerows([harmless(str(value)) for value in row] for row in rows)
    return 0
