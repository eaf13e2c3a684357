"""The bench's history: copies of what a bot left, whatever of it there is."""

import sqlite3
from contextlib import closing

from bench.rows.history import _copies
from bot.store import Database


def test_a_table_that_drafts_leave_empty_does_not_stop_the_copies(tmp_path):
    path = tmp_path / "draftroom.sqlite3"
    Database(path).close()
    with closing(sqlite3.connect(path)) as database:
        database.execute(
            "INSERT INTO seen_events (key, at) VALUES ('one', '2026-11-01T00:00:00.000000+00:00')"
        )
        database.commit()
        _copies(path, 3)
        found = {row[0] for row in database.execute("SELECT key FROM seen_events")}
    assert found == {"one", "one-1", "one-2", "one-3"}
