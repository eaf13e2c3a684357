"""What must be true of a product after whatever was done to it. No promise is checked but by what people can see."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter

from bot.ledger import verify
from bot.store.database import connect
from sandbox.client import Person, Refused
from tests.end_to_end.product import Product, payload
from tests.torture.report import Report

CHANNELS = ("C0SNEAKERS", "C0GENERAL", "C0TEAHOUSE")


async def quiet(product: Product, timeout_s: float = 120) -> bool:
    """Wait until nothing is to be done any more; False where it never was."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        open_rows = product.rows(
            "SELECT (SELECT count(*) FROM jobs WHERE state IN ('queued', 'running'))"
            " + (SELECT count(*) FROM effects WHERE state IN ('waiting', 'sending'))"
            " + (SELECT count(*) FROM inbox) + (SELECT count(*) FROM background_jobs WHERE state = 'waiting') AS n"
        )
        if open_rows[0]["n"] == 0:
            return True
        await asyncio.sleep(0.1)
    return False


async def check(product: Product, report: Report, replay: str) -> None:
    """Hold every promise against the product as it stands."""
    async with product.person("U0ADA") as ada:
        seen = await everything(ada, report)
    effects = Counter(payload(message).get("effect") for message in seen if payload(message).get("effect"))
    twice = [key for key, times in effects.items() if times > 1]
    report.hold("no message comes twice", not twice, f"{replay} {twice[:3]}")
    problems = verify(connect(product.data / "draftroom.sqlite3", read_only=True))
    report.hold("the ledger adds up", not problems, f"{replay} {problems[:2]}")
    rows = product.rows("SELECT sha256, mime FROM pictures WHERE gone_at IS NULL")
    suffix = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}
    lost = [
        row["sha256"]
        for row in rows
        if not (
            product.data / "pictures" / row["sha256"][:2] / f"{row['sha256']}.{suffix[row['mime']]}"
        ).exists()
    ]
    report.hold("no picture is lost", not lost, f"{replay} {lost[:2]}")
    double = product.rows(
        "SELECT job, kind, count(*) AS n FROM ledger_entries WHERE kind = 'settle' GROUP BY job HAVING n > 1"
    )
    report.hold("nothing is charged twice", not double, f"{replay} {double[:2]}")
    unpaid = product.rows(
        "SELECT id FROM jobs WHERE state IN ('failed', 'cancelled')"
        " AND id IN (SELECT job FROM ledger_entries WHERE kind = 'settle')"
    )
    report.hold("what did not come costs nothing", not unpaid, f"{replay} {unpaid[:2]}")
    given_up = product.rows("SELECT key, failure FROM effects WHERE state = 'failed'")
    report.hold("nothing that was said is given up", not given_up, f"{replay} {given_up[:2]}")
    dead = [m["text"] for m in seen if m.get("text", "").startswith("Drafting")]
    report.hold("no message says “Drafting…” for ever", not dead, f"{replay} {dead[:2]}")
    shown = {payload(m).get("brief") for m in seen}
    briefs = {row["id"] for row in product.rows("SELECT id FROM briefs WHERE kind = 'draft'")}
    report.hold("every accepted brief is answered", briefs <= shown, f"{replay} {sorted(briefs - shown)[:2]}")


async def everything(person: Person, report: Report) -> list[dict]:
    """Every message of every channel, threads included."""
    found = []
    for channel in CHANNELS:
        with contextlib.suppress(Refused):
            for message in await person.messages(channel):
                found.append(message)
                if message.get("reply_count") or message.get("thread_ts") == message["ts"]:
                    found += (await person.messages(channel, message["ts"]))[1:]
    return found
