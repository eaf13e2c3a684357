"""The bot after ten, ten thousand and a hundred thousand drafts: nothing reads its whole history, so all are as quick.

The bot is the real program, before a practice workspace without rate limits and a practice image server that takes no
time. The history is copies of real drafts' rows, spread over days as a team of 10,000 drafts a day would leave them.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from bench.measuring import Result, Sample, Side, in_turns
from bench.setting import Setting
from sandbox.client import Person, Refused

ROOT = Path(__file__).parents[2]
CHANNELS = ("C0SNEAKERS", "C0GENERAL", "C0TEAHOUSE")
#: Drafts that are drawn before any is copied; and what a history is called by how many there are.
SOURCES, SIZES = 10, (10, 10_000, 100_000)
#: Drafts a round, and how many are asked for at once.
DRAFTS, AT_ONCE = 30, 6
#: How long all drafts of a round may take, in seconds.
PATIENCE_S = 300
#: Seconds between two drafts of a history.
_STEP_S = 86_400 / 10_000
_TOKENS = {"SLACK_BOT_TOKEN": "xoxb-practice-000000000000", "SLACK_APP_TOKEN": "xapp-practice-000000000000"}
_SUFFIXED = {
    "briefs": ("id", "source_key"),
    "jobs": ("id", "brief", "idempotency_key"),
    "versions": ("brief", "job"),
    "ledger_entries": ("brief", "job", "idempotency_key"),
    "effects": ("key", "target", "thread"),
    "messages": ("brief",),
    "seen_events": ("key",),
}
#: Numbers that have to differ: those of a copy are so many higher.
_NUMBERED = {"versions": ("id",), "ledger_entries": ("id", "reservation")}
_TIMES = {"at", "period_at", "created_at", "not_before", "started_at", "finished_at", "sent_at"}


async def history(setting: Setting) -> list[Result]:
    """Drafts a second on each history."""
    sizes = (10, 20, 40) if setting.smoke else SIZES
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        folder = Path(scratch)
        images = stack.enter_context(
            _program(folder, "sandbox.images_api", "--port", "0", "--form", "vllm-omni", "--seconds", "0")
        )
        first = folder / "first"
        await _draw(first, images)
        workspaces = {}
        for size in sizes:
            place = folder / str(size)
            shutil.copytree(first, place)
            _copies(place / "data" / "draftroom.sqlite3", size // SOURCES - 1)
            workspaces[size] = stack.enter_context(_product(place, images))

        def side(size: int) -> Side:
            return lambda: _rate(workspaces[size], 3 if setting.smoke else DRAFTS)

        found = await in_turns(setting.rounds(3), {str(size): side(size) for size in sizes})
    young, _, old = (found[str(size)] for size in sizes)
    return [
        _result(f"history-{size}", size, sizes[0], found[str(size)], young, rounds=len(old.values))
        for size in sizes[1:]
    ]


def _result(name: str, size: int, few: int, ours: Sample, young: Sample, rounds: int) -> Result:
    ratio = ours.median / young.median
    return Result(
        name=name,
        what=f"drafts a second with {size:,} drafts of history, instant engine, no rate limits",
        against=f"with {few}",
        ours=ours.median,
        peer=young.median,
        unit="drafts/s",
        ratio=ratio,
        ratio_unit="× as many",
        aim="≥ 0.9 ×",
        met=ratio >= 0.9,
        ours_range=ours.range,
        peer_range=young.range,
        rounds=rounds,
    )


@contextmanager
def _program(folder: Path, *words: str, **environment: str) -> Iterator[str]:
    """A program of ours while it is needed; its address, once it has said that it is ready."""
    folder.mkdir(exist_ok=True)
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("SLACK_", "DRAFTROOM_"))}
    with (folder / f"{words[0]}.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=folder,
            env={**kept, "PYTHONPATH": str(ROOT), **environment},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            said = process.stdout.readline() if process.stdout else ""
            if " ready" not in said:
                raise RuntimeError(f"{words[0]} did not start; see {folder}")
            address = re.search(r"http://\S+", said)
            yield address.group() if address else ""
        finally:
            process.terminate()
            process.wait(30)


@contextmanager
def _product(folder: Path, images: str) -> Iterator[tuple[str, Path]]:
    """A workspace and a bot on this folder; the workspace's address and the database."""
    manifest = str(ROOT / "bot" / "manifest.yml")
    with _program(
        folder, "sandbox", "--port", "0", "--manifest", manifest, "--rate-factor", "0", "--file-delay", "0"
    ) as workspace:
        settings = {
            "SLACK_API_URL": f"{workspace}/api/",
            "DRAFTROOM_ENGINE_URL": images,
            "DRAFTROOM_ENGINE_PRESET": "vllm-omni",
            "DRAFTROOM_ENGINE_PREVIEWS": "0",
            "DRAFTROOM_DATA_DIR": str(folder / "data"),
            "DRAFTROOM_DRAFT_SIZE_PX": "64",
            "DRAFTROOM_WEB_PORT": "0",
            "DRAFTROOM_DEFAULT_BUDGET": "1000000 monthly",
        }
        with _program(folder, "bot", **_TOKENS, **settings):
            yield workspace, folder / "data" / "draftroom.sqlite3"


async def _draw(folder: Path, images: str) -> None:
    """The drafts that are copied."""
    with _product(folder, images) as product:
        await _rate(product, SOURCES)


async def _rate(product: tuple[str, Path], drafts: int) -> float:
    """Drafts a second, from the first that is typed to the last whose grid stands."""
    address, path = product
    gate = asyncio.Semaphore(AT_ONCE)

    async def draft(person: Person, number: int) -> None:
        # One that the workspace takes for late is drawn all the same, and counted.
        async with gate:
            with suppress(Refused):
                await person.type(
                    CHANNELS[number % len(CHANNELS)], f"/draft a red apple number {number} --n 1"
                )

    async with Person(address, "U0ADA") as ada:
        with closing(sqlite3.connect(path)) as database:
            (before,) = database.execute(_DRAWN).fetchone()
            started = time.perf_counter()
            await asyncio.gather(*(draft(ada, number) for number in range(drafts)))
            while any(database.execute(_OPEN).fetchone()):
                if time.perf_counter() - started > PATIENCE_S:
                    raise RuntimeError(f"the drafts do not come: {path}")
                await asyncio.sleep(0.02)
            seconds = time.perf_counter() - started
            (after,) = database.execute(_DRAWN).fetchone()
    return float((after - before) / seconds)


_DRAWN = "SELECT count(*) FROM briefs"
_OPEN = (
    "SELECT (SELECT count(*) FROM jobs WHERE state IN ('queued', 'running')),"
    " (SELECT count(*) FROM effects WHERE state IN ('waiting', 'sending'))"
)


def _copies(path: Path, times: int) -> None:
    """Add that many copies of all that is in a database, each a little older than the one before."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA foreign_keys = OFF")
        database.execute("PRAGMA synchronous = OFF")
        database.execute("CREATE TEMP TABLE numbers (n INTEGER)")
        database.executemany("INSERT INTO numbers VALUES (?)", [(n,) for n in range(1, times + 1)])
        for table in _SUFFIXED:
            names = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
            highest = max(
                database.execute(f"SELECT max({name}) FROM {table}").fetchone()[0]  # noqa: S608 - names of ours
                for name in _NUMBERED.get(table, ("rowid",))[:1]
            )
            values = [_copied(table, name, int(highest or 0)) for name in names]
            # The original's place in time is the newest, so that histories of all lengths end alike.
            copied = f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)}"
            database.execute(f"{copied} FROM numbers, {table} ORDER BY n DESC, {table}.rowid")
        database.commit()
        database.execute("ANALYZE")


def _copied(table: str, name: str, highest: int) -> str:
    """How a copy's value is written in SQL."""
    step_s = _STEP_S * SOURCES
    if name in _SUFFIXED[table]:
        return f"{name} || '-' || n"
    if name in _NUMBERED.get(table, ()):
        return f"{name} + n * {highest}"
    if name in _TIMES:
        shifted = f"strftime('%Y-%m-%dT%H:%M:%S', {name}, '-' || CAST(n * {step_s} AS INTEGER) || ' seconds')"
        return f"{shifted} || '.000000+00:00'"
    if name == "ts":
        return f"printf('%.6f', CAST(ts AS REAL) - n * {step_s})"
    return name
