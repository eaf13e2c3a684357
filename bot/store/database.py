"""The one door to the SQLite file: a single writer thread, a reader thread, durable pragmas.

Domain functions take a `Transaction` and run synchronously inside it, so that several of them
(open a brief, reserve money, queue a message) commit together or not at all.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import sqlite_utils

from bot.store.schema import migrations

Transaction = sqlite_utils.Database
T = TypeVar("T")

#: How long a connection waits for another process's lock, in milliseconds.
BUSY_TIMEOUT_MS = 10_000


def connect(path: Path, *, read_only: bool = False) -> sqlite_utils.Database:
    """Open the file with the settings that make commits durable (WAL, synchronous=FULL).

    `isolation_level=None` leaves transactions to us: we begin them IMMEDIATE, since a deferred
    one can meet SQLITE_BUSY between a check and the write that depends on it.
    """
    mode = "ro" if read_only else "rwc"
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False
    )
    connection.row_factory = sqlite3.Row
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    if not read_only:
        connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    return sqlite_utils.Database(connection)


def transact(database: sqlite_utils.Database, work: Callable[[Transaction], T]) -> T:
    """Run `work` in one BEGIN IMMEDIATE transaction: commit what it did, or roll all of it back."""
    connection = database.conn
    assert connection is not None
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = work(database)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return result


class Database:
    """Asynchronous access to one SQLite file. Writes are serialised; reads see the last commit."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="store-write")
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="store-read")
        self._write_db = connect(path)
        migrations.apply(self._write_db)
        self._read_db = connect(path, read_only=True)

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in its own committed transaction on the writer thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._writer, transact, self._write_db, work)

    async def read(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` on a read-only connection; it sees one consistent snapshot."""

        def snapshot() -> T:
            connection = self._read_db.conn
            assert connection is not None
            connection.execute("BEGIN")
            try:
                return work(self._read_db)
            finally:
                connection.execute("COMMIT")

        return await asyncio.get_running_loop().run_in_executor(self._reader, snapshot)

    def close(self) -> None:
        """Finish queued work, then close both connections."""
        self._writer.shutdown(wait=True)
        self._reader.shutdown(wait=True)
        self._write_db.close()
        self._read_db.close()
