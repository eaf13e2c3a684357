"""What must be true of a product after whatever was done to it, told from its database, its files and what people see."""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from bot.ledger import verify
from bot.store.database import connect
from sandbox.client import Json, Person, Refused
from tests.end_to_end.product import Product, payload
from tests.torture.report import Report

CHANNELS = ("C0SNEAKERS", "C0GENERAL", "C0TEAHOUSE")
_SUFFIX = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}
#: How messages begin that say that something is being done.
_UNDER_WAY = ("Drafting ", "Rendering picture ", "Fixing ")


def actions(part: object, prefix: str) -> list[str]:
    """The actions of that name which a message offers, wherever in its blocks."""
    if isinstance(part, dict):
        found = [str(part["action_id"])] if str(part.get("action_id", "")).startswith(prefix) else []
        return found + actions(list(part.values()), prefix)
    return [name for one in part for name in actions(one, prefix)] if isinstance(part, list) else []


async def quiet(product: Product, timeout_s: float = 180) -> bool:
    """Wait until nothing is to be done any more; False where it never was."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        (left,) = product.rows(
            "SELECT (SELECT count(*) FROM jobs WHERE state IN ('queued', 'running'))"
            " + (SELECT count(*) FROM effects WHERE state IN ('waiting', 'sending'))"
            " + (SELECT count(*) FROM inbox) + (SELECT count(*) FROM background_jobs WHERE state = 'waiting') AS n"
        )
        if left["n"] == 0:
            return True
        await asyncio.sleep(0.2)
    return False


@contextlib.contextmanager
def stopped(product: Product, engine: subprocess.Popen[bytes] | None = None) -> Iterator[None]:
    """The product is stopped in the end, however it stands by then, and the engine of its own."""
    try:
        yield
    finally:
        with contextlib.suppress(AssertionError, subprocess.TimeoutExpired):
            product.stop()
        if engine:
            engine.terminate()
            engine.wait(10)


async def rest(product: Product, report: Report, promise: str, replay: str) -> None:
    """Wait until nothing is to be done any more, and hold every promise."""
    report.hold(promise, await quiet(product), replay)
    await check(product, report, replay)


async def check(
    product: Product, report: Report, replay: str, channels: Sequence[str] = CHANNELS, user: str = "U0ADA"
) -> list[Json]:
    """Hold every promise against the product as it stands, at rest; what is to be seen in its channels."""
    async with product.person(user) as person:
        seen = await everything(person, channels)
    _said(product, report, replay, seen)
    _kept(product, report, replay)
    _paid(product, report, replay)
    return seen


async def everything(person: Person, channels: Iterable[str]) -> list[Json]:
    """Every message of these channels, threads included, each once."""
    found: dict[tuple[str, str], Json] = {}
    for channel in channels:
        with contextlib.suppress(Refused):
            for message in await person.messages(channel):
                found[channel, message["ts"]] = message
                if message.get("reply_count"):
                    for answer in await person.messages(channel, message["ts"]):
                        found[channel, answer["ts"]] = answer
    return list(found.values())


def _said(product: Product, report: Report, replay: str, seen: list[Json]) -> None:
    ours = [message for message in seen if payload(message).get("effect")]
    times = Counter(payload(message)["effect"] for message in ours)
    twice = [key for key, number in times.items() if number > 1]
    report.hold("no message comes twice", not twice, f"{replay} {twice[:3]}")
    # One that was posted, and posted again since nobody noted it, stands there and is nobody's.
    known = {(row["channel"], row["ts"]) for row in product.rows("SELECT channel, ts FROM messages")}
    stray = [m["text"][:80] for m in ours if (m["channel"], m["ts"]) not in known]
    report.hold("the bot knows each message of its own", not stray, f"{replay} {stray[:3]}")
    given_up = product.rows("SELECT key, failure FROM effects WHERE state = 'failed'")
    given_up = [row for row in given_up if row["failure"] not in ("not wanted", "message_not_found")]
    report.hold("nothing that was said is given up", not given_up, f"{replay} {given_up[:2]}")
    stuck = [m["text"][:80] for m in ours if m["text"].startswith(_UNDER_WAY)]
    report.hold("no message says “…” for ever", not stuck, f"{replay} {stuck[:2]}")
    shown = {payload(m).get("brief") for m in ours}
    asked = {row["id"] for row in product.rows("SELECT id FROM briefs WHERE kind = 'draft'")}
    unanswered = sorted(asked - shown)
    report.hold("every brief is answered", not unanswered, f"{replay} {unanswered[:2]}")
    done = {
        row["brief"]
        for row in product.rows(
            "SELECT brief FROM jobs JOIN briefs ON briefs.id = brief AND briefs.kind = 'draft'"
            " WHERE tier = 'draft' AND state = 'done'"
        )
    }
    grids = {
        payload(m).get("brief")
        for m in ours
        if actions(m, "approve_cell_") or "removed the grid" in m["text"]
    }
    unseen = sorted(done - grids)
    report.hold("every grid that was drawn is seen with its buttons", not unseen, f"{replay} {unseen[:2]}")


def _kept(product: Product, report: Report, replay: str) -> None:
    place = product.data / "pictures"
    rows = product.rows("SELECT sha256, mime FROM pictures WHERE gone_at IS NULL")
    names = {f"{row['sha256']}.{_SUFFIX[row['mime']]}" for row in rows}
    lost = [name for name in names if not (place / name[:2] / name).exists()]
    report.hold("no picture is lost", not lost, f"{replay} {lost[:2]}")
    partial = [path.name for path in place.rglob("*") if path.is_file() and path.name not in names]
    report.figures["files in pictures/ that no row names, at rest"] = str(
        int(report.figures.get("files in pictures/ that no row names, at rest", "0")) + len(partial)
    )
    wrong = product.rows("PRAGMA integrity_check")
    report.hold("the database is whole", [*wrong[0].values()] == ["ok"], f"{replay} {wrong[:2]}")


def _paid(product: Product, report: Report, replay: str) -> None:
    with contextlib.closing(connect(product.data / "draftroom.sqlite3", read_only=True)) as database:
        problems = verify(database)
    report.hold("the ledger adds up", not problems, f"{replay} {problems[:2]}")
    double = product.rows(
        "SELECT job, count(*) AS n FROM ledger_entries WHERE kind = 'settle' GROUP BY job HAVING n > 1"
    )
    report.hold("nothing is charged twice", not double, f"{replay} {double[:2]}")
    unpaid = product.rows(
        "SELECT id FROM jobs WHERE state IN ('failed', 'cancelled')"
        " AND id IN (SELECT job FROM ledger_entries WHERE kind = 'settle' AND amount_micro > 0)"
        " AND id NOT IN (SELECT job FROM versions)"
    )
    report.hold("what did not come costs nothing", not unpaid, f"{replay} {unpaid[:2]}")
    twice = product.rows(
        "SELECT parent, count(*) AS n FROM versions WHERE kind = 'pro' GROUP BY parent HAVING n > 1"
    )
    report.hold("no cell is rendered twice", not twice, f"{replay} {twice[:2]}")
    held = product.rows(
        "SELECT job FROM ledger_entries WHERE kind = 'reserve' AND id NOT IN"
        " (SELECT reservation FROM ledger_entries WHERE kind IN ('settle', 'void'))"
        " AND job IN (SELECT id FROM jobs WHERE state IN ('done', 'failed', 'cancelled'))"
    )
    report.hold("no money stays held at rest", not held, f"{replay} {held[:2]}")


def show(value: object) -> str:
    """A value as one short line."""
    return json.dumps(value, default=str, ensure_ascii=False)[:200]
