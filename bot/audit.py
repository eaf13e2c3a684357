"""`draftroom ledger verify`: proves the ledger's invariants on a real file, which it only reads."""

from __future__ import annotations

import sqlite3
import sys

from bot.ledger import verify
from bot.settings import Settings
from bot.store.database import connect


def main() -> int:
    """Print what does not add up; 0 when everything does, 1 when not, 2 when there is no ledger to read."""
    path = Settings().database_path
    if not path.exists():
        print(
            f"There is no database at {path}. Set DRAFTROOM_DATA_DIR to the bot's data folder.",
            file=sys.stderr,
        )
        return 2
    try:
        problems = verify(connect(path, read_only=True))
    except sqlite3.Error as error:
        print(f"The database at {path} cannot be read: {error}.", file=sys.stderr)
        return 2
    for problem in problems:
        print(f"✗ {problem}")
    if not problems:
        print(f"✓ The ledger in {path} adds up.")
    return 1 if problems else 0
