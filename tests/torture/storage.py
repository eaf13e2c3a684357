"""The database is locked by somebody, the disk is full or refuses, the clock jumps: people hear of it, nothing is lost."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.client import Person, Refused
from tests.end_to_end.product import Product, drafted, payload, run_bot, start
from tests.torture import house
from tests.torture.report import Report

CHANNEL = "C0SNEAKERS"
#: Size of the disk that is filled, in MiB; and how many days or hours the clock jumps, in seconds.
DISK_MIB, JUMPS_S = 24, (7_200, -7_200, 86_400, -86_400, 0)
_LOG_LIMIT = 2_000_000


async def run(report: Report, folder: Path, engine: str, *, locked_s: float) -> None:
    """Each bad day on a product of its own."""
    for name, day in (("locked", _locked), ("refusing", _refusing), ("full", _full), ("clock", _clock)):
        place = folder / name
        place.mkdir()
        product = Product(
            place, engine, DRAFTROOM_DEFAULT_BUDGET="1000 monthly", workspace=("--rate-factor", "10")
        )
        try:
            replay = f"--part storage ({name})"
            with house.stopped(product):
                await day(report, product, replay, locked_s)
                await house.rest(product, report, "after a bad day of the disk all comes to rest", replay)
        finally:
            if (place / "data").is_mount():
                subprocess.run(["umount", "-l", place / "data"], check=False)
        print(f"  {name}, {report.failures} failures", flush=True)


async def _locked(report: Report, product: Product, replay: str, locked_s: float) -> None:
    """Somebody opens the database with another program and keeps it."""
    product.start_bot()
    async with product.person("U0ADA") as ada:
        await _goes_on(report, ada, "drafts come before a bad day", replay)
        with contextlib.closing(
            sqlite3.connect(product.data / "draftroom.sqlite3", isolation_level=None)
        ) as other:
            other.execute("BEGIN IMMEDIATE")
            typing = asyncio.create_task(_typed(ada))
            await asyncio.sleep(locked_s)
            other.execute("ROLLBACK")
        report.hold("a bad disk is told", bool(await typing), replay)
        await _goes_on(report, ada, f"after a database locked {locked_s:.0f} s drafts come", replay)


async def _refusing(report: Report, product: Product, replay: str, locked_s: float) -> None:
    """Where pictures are kept, nothing can be kept. (Rights do not stop root, a file in the way does.)"""
    product.start_bot()
    async with product.person("U0ADA") as ada:
        await _goes_on(report, ada, "drafts come before a bad day", replay)
        place, away = product.data / "pictures", product.data / "pictures.away"
        with _quiet_log(report, product, replay):
            place.rename(away)
            place.write_bytes(b"")
            await _typed(ada)
            await asyncio.sleep(5)
            place.unlink()
            away.rename(place)
        await _goes_on(report, ada, "after a disk that refuses drafts come", replay)


async def _full(report: Report, product: Product, replay: str, locked_s: float) -> None:
    """The disk is full for a while, and cannot be written at all before a start."""
    product.data.mkdir()
    mounted = shutil.which("mount") and not _mount(product.data, "rw").returncode
    if not mounted:
        report.figures["not tried"] = "a full disk and one that is read-only: that needs the right to mount"
        product.start_bot()
        return
    _mount(product.data, "remount,ro")
    status, said = run_bot(product.data, **product.settings)
    told = status != 0 and "Traceback" not in said and "Draftroom cannot start" in said
    report.hold("a disk that cannot be written is told in words", told, f"{replay} {status} {said[-200:]}")
    _mount(product.data, "remount,rw")
    product.start_bot()
    async with product.person("U0ADA") as ada:
        await _goes_on(report, ada, "drafts come before a bad day", replay)
        with _quiet_log(report, product, replay):
            ballast = product.data / "ballast"
            with ballast.open("wb", buffering=0) as sink, contextlib.suppress(OSError):
                while True:
                    sink.write(b"\0" * 4_096)
            answers = [await _typed(ada) for _ in range(3)]
            await asyncio.sleep(10)
            report.hold("a bad disk is told", all(answers), f"{replay} {answers}")
            ballast.unlink()
        await _goes_on(report, ada, "after a full disk drafts come", replay)


async def _clock(report: Report, product: Product, replay: str, locked_s: float) -> None:
    """The clock is set back and forth while drafts are under way."""
    shift = product.folder / "clock"
    shift.write_text("0")
    settings = {**product.settings, "TORTURE_CLOCK": str(shift)}
    product.bot, _ = start("tests.torture.shifted", environment=settings, log=product.log)
    async with product.person("U0ADA") as ada:
        await _goes_on(report, ada, "drafts come before a bad day", replay)
        for jump_s in JUMPS_S:
            await _typed(ada)
            shift.write_text(str(jump_s))
            await _goes_on(report, ada, "after the clock has jumped drafts come", f"{replay} {jump_s:+} s")


def _mount(place: Path, how: str) -> subprocess.CompletedProcess[bytes]:
    words = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m,{how}", "tmpfs", str(place)]
    return subprocess.run(words, check=False, capture_output=True)


@contextmanager
def _quiet_log(report: Report, product: Product, replay: str) -> Iterator[None]:
    before = product.log.stat().st_size
    yield
    grown = product.log.stat().st_size - before
    report.hold("a bad disk does not fill the log", grown < _LOG_LIMIT, f"{replay}: {grown} bytes")


async def _typed(person: Person) -> str:
    """What somebody reads who types a draft just now; empty where it was only taken."""
    try:
        answer = await person.type(CHANNEL, "/draft two cats --n 1")
    except (Refused, TimeoutError, OSError) as error:
        return str(error) or "no answer"
    return answer.response_text or ""


async def _goes_on(report: Report, person: Person, promise: str, replay: str) -> None:
    try:
        async with asyncio.timeout(90):
            while True:
                with contextlib.suppress(Refused, AssertionError):
                    grid = await drafted(person, CHANNEL, "/draft a small rocket --n 1")
                    report.hold(promise, payload(grid).get("role") == "grid", replay)
                    return
                await asyncio.sleep(0.5)
    except TimeoutError:
        report.hold(promise, False, replay)
