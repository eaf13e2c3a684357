"""Work that is done by itself: a commit wakes who works on its table, and nothing that goes wrong ends a loop."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import asynccontextmanager

import pytest

from bot.store import Database, Loop, loop


@pytest.fixture
def database(tmp_path):
    found = Database(tmp_path / "draftroom.sqlite3")
    yield found
    found.close()


def event(name):
    return lambda tx: tx.execute("INSERT INTO inbox (event, body, at) VALUES (?, '{}', '')", [name])


@asynccontextmanager
async def working(database, do):
    """A loop that takes events out of the inbox and deletes those that were done."""

    async def take(in_hand):
        rows = await database.read(lambda tx: [r[0] for r in tx.execute("SELECT event FROM inbox")])
        return next((row for row in rows if row not in in_hand), None)

    async def done(name):
        await do(name)
        await database.write(lambda tx: tx.execute("DELETE FROM inbox WHERE event = ?", [name]))

    task = asyncio.create_task(Loop("a test", database, watches={"inbox"}, take=take, do=done).run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def empty(database):
    async with asyncio.timeout(10):
        while await database.read(lambda tx: tx.execute("SELECT 1 FROM inbox").fetchone()):
            await asyncio.sleep(0.01)


async def test_a_commit_wakes_who_works_on_its_table(database, monkeypatch):
    monkeypatch.setattr(loop, "IDLE_S", 3_600.0)
    done = []

    async def do(name):
        done.append(name)

    async with working(database, do):
        await asyncio.sleep(0.1)
        await database.write(event("one"))
        await empty(database)
    assert done == ["one"]


async def test_only_a_table_that_is_watched_wakes(database):
    woken = []
    database.watch({"inbox"}, lambda: woken.append("inbox"))
    database.watch({"seen_events"}, lambda: woken.append("seen_events"))
    await database.write(lambda tx: tx.execute("INSERT INTO seen_events (key, at) VALUES ('k', '')"))
    with pytest.raises(sqlite3.IntegrityError):
        await database.write(lambda tx: (event("one")(tx), event("one")(tx)))
    await database.write(lambda tx: tx.execute("DELETE FROM seen_events"))
    assert woken == ["seen_events", "seen_events"]


async def test_work_that_fails_is_logged_and_done_again(database, monkeypatch, caplog):
    monkeypatch.setattr(loop, "FIRST_PAUSE_S", 0.01)
    tried = []

    async def do(name):
        tried.append(name)
        if len(tried) < 4:
            raise AttributeError("'str' object has no attribute 'get'")

    async with working(database, do):
        await database.write(event("one"))
        await empty(database)
    assert tried == ["one"] * 4
    assert len([record for record in caplog.records if record.levelname == "ERROR"]) == 3


async def test_a_database_that_refuses_is_asked_ever_less_often(database, caplog):
    asked = []

    async def take(in_hand):
        asked.append(True)
        raise sqlite3.OperationalError("database or disk is full")

    task = asyncio.create_task(
        Loop("a test", database, watches={"inbox"}, take=take, do=lambda work: None).run()
    )
    for number in range(50):
        await database.write(event(str(number)))
        await asyncio.sleep(0.02)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    # One look at once, one after half a second, one after a second more.
    assert 1 <= len(asked) <= 3


async def test_after_a_clean_end_all_that_was_committed_stands_in_one_file(tmp_path):
    database = Database(tmp_path / "draftroom.sqlite3")
    await database.write(event("one"))
    database.close()
    assert [path.name for path in tmp_path.iterdir()] == ["draftroom.sqlite3"]
