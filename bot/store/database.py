"""The one door to the SQLite file: a single writer thread, a reader thread, durable pragmas.

Domain functions take a `Transaction` and run synchronously inside it, so that several of them
(open a brief, reserve money, queue a message) commit together or not at all. What different people ask for at one
moment shares a commit, since a disk takes its time for each, and is whole or undone for itself all the same.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections import deque
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import sqlite_utils

from bot.store.schema import STEPS, migrations

Transaction = sqlite_utils.Database
T = TypeVar("T")


class NewerDatabase(sqlite3.DatabaseError):
    """A newer version of this program wrote the file: what it holds is not known here."""


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


def _raise(error: BaseException) -> NoReturn:
    raise error


class Database:
    """Asynchronous access to one SQLite file. Writes are serialised; reads see the last commit.

    A commit wakes who watches a table that it changed, so that nobody who writes has to think of who works on.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="store-write")
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="store-read")
        self._write_db = connect(path)
        _check_version(self._write_db)
        migrations.apply(self._write_db)
        self._read_db = connect(path, read_only=True)
        #: What waits to be written, and who waits for it.
        self._asked: deque[tuple[Callable[[Transaction], Any], Future[Any]]] = deque()
        #: Who is woken by a change of a table.
        self._watchers: dict[str, list[Callable[[], None]]] = {}
        #: The watched tables that the transaction under way changed.
        self._changed: set[str] = set()
        self._write_db.conn.create_function("note_change", 1, self._changed.add)

    def watch(self, tables: Collection[str], wake: Callable[[], None]) -> None:
        """Call `wake` on the event loop after each commit that changed a row of one of these tables."""
        for table in tables:
            if table not in self._watchers:
                self._writer.submit(_note_changes, self._write_db, table).result()
            self._watchers.setdefault(table, []).append(wake)

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` on the writer thread; once this returns it is committed, whole, and nothing of it where it raises."""
        asked: Future[T] = Future()
        self._asked.append((work, asked))
        self._writer.submit(self._commit, asyncio.get_running_loop())
        return await asyncio.wrap_future(asked)

    def _commit(self, loop: asyncio.AbstractEventLoop) -> None:
        """All that waits, in one commit: the disk takes its time for each, however much it holds."""
        waiting = [self._asked.popleft() for _ in range(len(self._asked))]
        those = [(work, asked) for work, asked in waiting if asked.set_running_or_notify_cancel()]
        if not those:
            return
        self._changed.clear()
        try:
            ends = transact(self._write_db, lambda tx: [self._apart(tx, work) for work, _ in those])
        except BaseException as error:
            ends = [partial(_raise, error)] * len(those)
            self._changed.clear()
        if self._changed:
            # From here, since who waits for the result may be cancelled: what was committed is worked on.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._wake, frozenset(self._changed))
        for (_, asked), end in zip(those, ends, strict=True):
            try:
                asked.set_result(end())
            except BaseException as error:
                asked.set_exception(error)

    def _apart(self, tx: Transaction, work: Callable[[Transaction], T]) -> Callable[[], T]:
        """Do it in a transaction that it shares, and undo it where it raises; what came of it, told when called."""
        before = frozenset(self._changed)
        tx.execute("SAVEPOINT apart")
        try:
            result = work(tx)
        except Exception as error:
            if not tx.conn.in_transaction:
                # A disk that is full has undone all of it.
                raise
            tx.execute("ROLLBACK TO apart")
            tx.execute("RELEASE apart")
            self._changed.intersection_update(before)
            return partial(_raise, error)
        tx.execute("RELEASE apart")
        return lambda: result

    def _wake(self, changed: Collection[str]) -> None:
        for wake in {wake for table in changed for wake in self._watchers[table]}:
            wake()

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
        """Finish queued work, then close both connections: all that was committed stands in the one file."""
        self._writer.shutdown(wait=True)
        self._reader.shutdown(wait=True)
        # The writer last: a reader that closes after it would leave the log of commits beside the file.
        self._read_db.close()
        with contextlib.suppress(sqlite3.OperationalError):
            self._write_db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._write_db.close()


def _check_version(database: sqlite_utils.Database) -> None:
    newer = [step.name for step in migrations.applied(database) if step.name not in STEPS]
    if newer:
        database.close()
        raise NewerDatabase(f"its step {newer[-1]} is not known here")


def _note_changes(database: sqlite_utils.Database, table: str) -> None:
    """Have this connection note when it changes a row. The triggers are its own: the file knows nothing of them."""
    for event in ("INSERT", "UPDATE", "DELETE"):
        database.execute(
            f"CREATE TEMP TRIGGER note_{event}_{table} AFTER {event} ON main.{table}"
            f" BEGIN SELECT note_change('{table}'); END"
        )
