"""The engine answers in every bad way, on every tier: nothing of it is shown or charged, and the next request works."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import aiohttp
import psutil

from sandbox.client import Json, Person, Refused
from tests.end_to_end.product import Product, start
from tests.torture import house
from tests.torture.instant import MISCHIEFS
from tests.torture.report import Report

CHANNEL = "C0SNEAKERS"
#: What passes by itself, so that the picture comes all the same. All else is told, and costs nothing.
_PASSING = {"500", "429", "cut stream", "reset"}
#: Of these people hear while they last, which is a minute; then they break off.
_HANGING = {"hang", "hang in a stream"}
#: So often each answer is spoiled: more than the bot tries, where what comes is not to be believed.
_OFTEN, _ONCE = 20, 2


async def run(report: Report, folder: Path) -> None:
    """Each mischief on drafts, Pro renders and fixes."""
    engine, address = start("tests.torture.instant", log=folder / "engine.log")
    product = Product(
        folder,
        address,
        DRAFTROOM_APPROVAL_GRACE_S="0",
        DRAFTROOM_ENGINE_PATIENCE_S="6",
        DRAFTROOM_DEFAULT_BUDGET="1000 monthly",
        workspace=("--rate-factor", "10"),
    ).start_bot()
    bot = psutil.Process(product.bot.pid)
    with house.stopped(product, engine):
        async with product.person("U0ADA") as ada, aiohttp.ClientSession(address) as control:
            for name in MISCHIEFS:
                for tier in ("draft", "pro", "fix"):
                    await _try(report, product, ada, control, name, tier)
                print(f"  {name}, {report.failures} failures", flush=True)
            report.figures["the bot's memory after a bad engine"] = f"{bot.memory_info().rss / 2**20:.0f} MiB"
            await house.rest(product, report, "after a bad engine all comes to rest", "--part engine")


async def _try(
    report: Report, product: Product, ada: Person, control: aiohttp.ClientSession, name: str, tier: str
) -> None:
    replay = f"--part engine ({name}, {tier})"
    grid = None if tier == "draft" else await _drafted(ada, f"a quiet apple {name} {tier}.")
    times = _ONCE if name in _PASSING else _OFTEN
    await control.put("/mischief", json={"name": name, "times": times})
    (before,) = product.rows("SELECT coalesce(max(rowid), 0) AS n FROM jobs")
    await _ask(ada, name, tier, grid)
    if name in _HANGING:
        told = await _heard(product, before["n"])
        report.hold("people hear of an engine that hangs", told, replay)
        struck = (await (await control.get("/mischief")).json())["struck"]
        await control.put("/mischief", json={"name": "", "times": 0})
    job = await _ended(product, before["n"])
    if name not in _HANGING:
        struck = (await (await control.get("/mischief")).json())["struck"]
        await control.put("/mischief", json={"name": "", "times": 0})
    report.hold("each fault of the engine struck", struck > 0, replay)
    if job is None:
        report.hold("a bad engine is given up, or comes back", False, replay)
        return
    report.hold("a bad engine is given up, or comes back", True, replay)
    if name in _HANGING:
        paid = product.rows("SELECT kind FROM ledger_entries WHERE job = ?", job["id"])
        ends = {"done": "settle", "failed": "void"}
        report.hold(
            "what hung is drawn after all, or costs nothing",
            paid[-1]["kind"] == ends.get(job["state"]),
            f"{replay} {job['state']} {paid}",
        )
    elif name in _PASSING:
        report.hold("what passes by is waited for", job["state"] == "done", f"{replay} {job['failure']}")
    else:
        report.hold("rubbish is neither shown nor charged", job["state"] == "failed", replay)
        paid = product.rows(
            "SELECT amount_micro FROM ledger_entries WHERE kind = 'settle' AND job = ?", job["id"]
        )
        report.hold("rubbish is neither shown nor charged", not paid, f"{replay} {paid}")
        told = await _told(product, job["id"], job["brief"])
        report.hold("people are told of a bad engine", told, replay)
    if tier == "draft":
        try:
            await _drafted(ada, f"a red apple after {name}.")
        except TimeoutError:
            report.hold("after a bad engine the next draft comes", False, replay)
        else:
            report.hold("after a bad engine the next draft comes", True, replay)


async def _drafted(ada: Person, prompt: str) -> Json:
    await ada.type(CHANNEL, f"/draft {prompt} --n 2")
    return await ada.wait_for(
        CHANNEL, lambda m: prompt in str(m) and bool(house.actions(m, "approve_cell_")), 60
    )


async def _ask(ada: Person, name: str, tier: str, grid: Json | None) -> None:
    with contextlib.suppress(Refused):
        if grid is None:
            await ada.type(CHANNEL, f"/draft a red apple with {name}. --n 2")
        elif tier == "pro":
            await ada.click(grid, "approve_cell_1", channel=CHANNEL)
        else:
            await ada.say(CHANNEL, "@Draftroom fix cell 1 left: make it blue", grid["ts"])


async def _ended(product: Product, after: int) -> Json | None:
    """The next job, once it has ended."""
    for _ in range(900):
        found = product.rows(
            "SELECT id, brief, state, failure FROM jobs WHERE rowid > ?"
            " AND state IN ('done', 'failed', 'cancelled') ORDER BY rowid LIMIT 1",
            after,
        )
        if found:
            return found[0]
        await asyncio.sleep(0.1)
    return None


async def _heard(product: Product, after: int, within_s: float = 90) -> bool:
    """Whether a message tells of trouble with the engine while the job still waits."""
    for _ in range(int(within_s / 0.5)):
        if product.rows(
            "SELECT 1 FROM jobs JOIN effects ON effects.key LIKE '%' || jobs.id || '%:trouble:%' OR effects.key LIKE '%'"
            " || jobs.brief || '%:trouble:%' WHERE jobs.rowid > ?",
            after,
        ):
            return True
        await asyncio.sleep(0.5)
    return False


async def _told(product: Product, job: str, brief: str) -> bool:
    """Whether a message says why."""
    for _ in range(100):
        said = product.rows(
            "SELECT payload FROM effects WHERE state = 'sent' AND (key LIKE ? OR key LIKE ?)",
            f"%{job}%",
            f"%{brief}%failed%",
        )
        if any("engine" in row["payload"] for row in said):
            return True
        await asyncio.sleep(0.1)
    return False
