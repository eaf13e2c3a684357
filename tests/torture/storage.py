"""The database is locked by somebody, the disk is full, the disk refuses: people hear of it, and nothing is lost."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from pathlib import Path

from sandbox.client import Refused
from tests.end_to_end.product import Product, drafted, payload
from tests.torture import house
from tests.torture.report import Report


async def run(report: Report, folder: Path, engine: str, *, locked_s: float) -> None:
    """A draft before, during and after each bad day of the disk."""
    product = Product(folder, engine).start_bot()
    try:
        async with product.person("U0ADA") as ada:
            await drafted(ada, "C0SNEAKERS", "/draft a red apple --n 1")
            with contextlib.closing(
                sqlite3.connect(product.data / "draftroom.sqlite3", isolation_level=None)
            ) as other:
                other.execute("BEGIN IMMEDIATE")
                typing = asyncio.create_task(_type(ada))
                await asyncio.sleep(locked_s)
                other.execute("ROLLBACK")
            await typing
            await _goes_on(report, ada, "after a locked database drafts come", "--part storage (locked)")
            size = product.log.stat().st_size
            # Where pictures are kept, nothing can be kept. (Rights do not stop root, a file in the way does.)
            place, away = product.data / "pictures", product.data / "pictures.away"
            place.rename(away)
            place.write_bytes(b"")
            await _type(ada)
            await asyncio.sleep(3)
            place.unlink()
            away.rename(place)
            grown = product.log.stat().st_size - size
            report.hold("a bad disk does not fill the log", grown < 2_000_000, f"{grown} bytes")
            await _goes_on(report, ada, "after a disk that refuses drafts come", "--part storage (read-only)")
        report.hold(
            "after the disk's bad days all comes to rest", await house.quiet(product), "--part storage"
        )
        await house.check(product, report, "--part storage")
    finally:
        product.stop()


async def _type(person) -> None:
    with contextlib.suppress(Refused, TimeoutError, OSError):
        await person.type("C0SNEAKERS", "/draft two cats --n 1")


async def _goes_on(report: Report, person, promise: str, replay: str) -> None:
    try:
        async with asyncio.timeout(60):
            while True:
                with contextlib.suppress(Refused, AssertionError):
                    grid = await drafted(person, "C0SNEAKERS", "/draft a small rocket --n 1")
                    report.hold(promise, payload(grid).get("role") == "grid", replay)
                    return
                await asyncio.sleep(0.5)
    except TimeoutError:
        report.hold(promise, False, replay)
