"""What is written at one moment shares a commit; what one of them does wrong concerns nobody else."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import threading

import pytest

from bot.store import Database


@pytest.fixture
def database(tmp_path):
    found = Database(tmp_path / "draftroom.sqlite3")
    yield found
    found.close()


def event(name, body="{}"):
    return lambda tx: tx.execute("INSERT INTO inbox (event, body, at) VALUES (?, ?, '')", [name, body])


async def kept(database):
    return {
        row[0] for row in await database.read(lambda tx: tx.execute("SELECT event FROM inbox").fetchall())
    }


@pytest.fixture
def at_one_moment(database):
    """Has several pieces of work wait for the writer, and then all of them written; what came of each."""

    async def written(*works):
        held = threading.Event()
        first = asyncio.create_task(database.write(lambda tx: held.wait(10)))
        await asyncio.sleep(0.05)
        rest = [asyncio.create_task(database.write(work)) for work in works]
        await asyncio.sleep(0.05)
        held.set()
        await first
        return await asyncio.gather(*rest, return_exceptions=True)

    return written


async def test_a_hundred_at_one_moment_wait_for_one_commit(database, at_one_moment):
    said = []
    database._write_db.conn.set_trace_callback(said.append)
    await at_one_moment(*(event(str(number)) for number in range(100)))
    database._write_db.conn.set_trace_callback(None)
    assert len(await kept(database)) == 100
    assert said.count("COMMIT") == 2


async def test_what_breaks_is_undone_and_the_others_stand(database, at_one_moment):
    def broken(tx):
        event("half")(tx)
        raise LookupError("no such brief")

    before, middle, after = await at_one_moment(event("before"), broken, event("after"))
    assert isinstance(middle, LookupError)
    assert not isinstance(before, Exception)
    assert not isinstance(after, Exception)
    assert await kept(database) == {"before", "after"}


async def test_a_disk_that_is_full_is_told_to_everybody_whose_work_it_undid(database, at_one_moment):
    await database.write(lambda tx: tx.execute("PRAGMA max_page_count = 1"))
    ends = await at_one_moment(event("small"), event("large", json.dumps("x" * 1_000_000)), event("other"))
    assert isinstance(ends[1], sqlite3.OperationalError)
    assert "full" in str(ends[1])
    told = {
        name
        for name, end in zip(("small", "large", "other"), ends, strict=True)
        if isinstance(end, Exception)
    }
    assert await kept(database) == {"small", "large", "other"} - told
    await database.write(lambda tx: tx.execute("PRAGMA max_page_count = 1000000"))
    await database.write(event("later"))
    assert "later" in await kept(database)


async def test_what_nobody_waits_for_any_more_is_not_written(database):
    held = threading.Event()
    first = asyncio.create_task(database.write(lambda tx: held.wait(10)))
    await asyncio.sleep(0.05)
    given_up = asyncio.create_task(database.write(event("gone")))
    await asyncio.sleep(0.05)
    given_up.cancel()
    held.set()
    await asyncio.gather(first, given_up, return_exceptions=True)
    await database.write(event("later"))
    assert await kept(database) == {"later"}


async def test_whatever_a_piece_of_work_raises_nobody_waits_for_ever(database, at_one_moment):
    class Panic(BaseException):
        """What a library in another language raises where it gives up."""

    def broken(tx):
        raise Panic

    async with asyncio.timeout(20):
        ends = await at_one_moment(event("before"), broken, event("after"))
    assert [type(end) for end in ends] == [Panic, Panic, Panic]
    await database.write(event("later"))
    assert await kept(database) == {"later"}
