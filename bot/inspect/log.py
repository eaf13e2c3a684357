"""`draftroom log`: who asked, who approved, what went out and what was refused, as a CSV file for the records."""

from __future__ import annotations

import csv
import sys
from contextlib import nullcontext
from functools import cache
from pathlib import Path

from bot.briefs import table as briefs_table
from bot.inspect import table as inspect_table
from bot.marking.sources import source_type
from bot.reports.export import harmless
from bot.settings import load
from bot.store import PictureStore, pictures
from bot.store.database import connect

_VERSION = inspect_table.COLUMNS.index("version")


def main(out: Path | None) -> int:
    """Write it to a file, or print it. 0. Raises NoDatabase."""
    path = load().existing_database()
    ledger = connect(path, read_only=True)
    store = PictureStore(load().pictures_path, tidy=False)

    @cache
    def source(version: object) -> str:
        """What the picture of a version is; empty where a row is about none."""
        if not isinstance(version, int):
            return ""
        found = briefs_table.version(ledger, version)
        kind = briefs_table.brief(ledger, found.brief).kind
        return source_type(store, [pictures.find(ledger, found.picture)], kind)

    rows = [(*row, source(row[_VERSION])) for row in inspect_table.log(ledger)]
    with out.open("w", encoding="utf-8-sig", newline="") if out else nullcontext(sys.stdout) as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(inspect_table.COLUMNS)
        writer.writerows([harmless(str(value)) for value in row] for row in rows)
    return 0
