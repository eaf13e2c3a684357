"""Twenty people in eight channels at once: how long acknowledgements take, who waits how long, how much memory.

The engine is the instant one: what is measured is the bot under Slack's limits as the practice workspace keeps them.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import re
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
import psutil

from sandbox.client import Json, Person, Refused
from tests.end_to_end.product import Product, free_port, payload
from tests.torture import house
from tests.torture.report import Report

PEOPLE = tuple(f"U0CROWD{number:02}" for number in range(1, 21))
CHANNELS = (*house.CHANNELS, *(f"C0CROWD{number}" for number in range(1, 6)))
#: How much longer a channel waits than the median, and the memory of the bot: at most.
FAIR, MEMORY_MIB = 3.0, 150.0
#: So often each of the people types one draft, all at the same moment; with a pause between, in seconds.
MOMENTS, PAUSE_S = 5, 8.0


class Measured:
    """A product with its bot's memory and its calls to Slack."""

    def __init__(self, folder: Path, engine: str, *workspace: str) -> None:
        port = free_port()
        self.product = Product(
            folder,
            engine,
            DRAFTROOM_WEB_PORT=str(port),
            DRAFTROOM_DEFAULT_BUDGET="1000000 monthly",
            workspace=("--crowd", *workspace),
        ).start_bot()
        self._bot = psutil.Process(self.product.bot.pid)
        self._web = f"http://127.0.0.1:{port}"
        self.memory: list[tuple[float, float]] = []

    def mib(self) -> float:
        """The bot's resident memory now."""
        return float(self._bot.memory_info().rss) / 2**20

    async def watch(self, every_s: float = 2.0) -> None:
        """Note the memory until cancelled."""
        began = time.monotonic()
        while True:
            self.memory.append((time.monotonic() - began, self.mib()))
            await asyncio.sleep(every_s)

    async def calls(self, outcome: str = "ok") -> dict[str, int]:
        """How often each of Slack's methods was called with that outcome, by the bot's own metrics."""
        async with aiohttp.ClientSession() as session, session.get(f"{self._web}/metrics") as answer:
            text = await answer.text()
        found: dict[str, int] = {}
        for labels, number in re.findall(r"slack_calls_total\{([^}]*)\} (\S+)", text):
            values = dict(re.findall(r'(\w+)="([^"]*)"', labels))
            if values["outcome"] == outcome:
                found[values["method"]] = int(float(number))
        return found


@asynccontextmanager
async def people(product: Product, users: Sequence[str]) -> AsyncIterator[list[Person]]:
    """These people at their desks."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(product.person(user)) for user in users]


@asynccontextmanager
async def measured(folder: Path, engine: str, *workspace: str) -> AsyncIterator[Measured]:
    """A product that is watched, and stopped in the end."""
    folder.mkdir(exist_ok=True)
    found = Measured(folder, engine, *workspace)
    watching = asyncio.create_task(found.watch())
    with house.stopped(found.product):
        try:
            yield found
        finally:
            watching.cancel()


def finished(message: Json) -> bool:
    """Whether a grid stands, with its buttons."""
    return payload(message).get("role") == "grid" and bool(house.actions(message, "approve_cell_"))


async def typed(person: Person, channel: str, line: str) -> float:
    """Type it, again where it was not taken; how long the acknowledgement took, in milliseconds."""
    while True:
        with contextlib.suppress(Refused):
            answer = await person.type(channel, line)
            if not answer.response_text:
                return answer.ack_ms
        await asyncio.sleep(1)


async def run(report: Report, folder: Path, engine: str, *, drafts: int) -> None:
    """Twenty at a moment; so many at once under Slack's limits; ten while Slack takes two seconds for a file."""
    async with measured(folder / "moments", engine) as product:
        await _moments(report, product)
    async with measured(folder / "crowd", engine) as product:
        await _crowd(report, product, drafts)
    async with measured(folder / "slow", engine, "--file-delay", "2") as product:
        await _slow_files(report, product)


async def _moments(report: Report, product: Measured) -> None:
    async with people(product.product, PEOPLE) as crowd:
        acks: list[float] = []
        for moment in range(MOMENTS):
            acks += await asyncio.gather(
                *(
                    typed(person, CHANNELS[n % len(CHANNELS)], f"/draft a red apple number {moment}-{n}.")
                    for n, person in enumerate(crowd)
                )
            )
            await asyncio.sleep(PAUSE_S)
    report.figures[f"acknowledgement when {len(PEOPLE)} people type at the same moment, {MOMENTS} times"] = (
        _spread(acks)
    )
    report.hold("after a burst all comes to rest", await house.quiet(product.product, 300), "--part load")


def _spread(acks: Sequence[float]) -> str:
    """Of times in milliseconds: the median, below what 99 of 100 are, the longest."""
    found = sorted(acks)
    p99 = found[max(0, math.ceil(len(found) * 0.99) - 1)]
    return f"median {statistics.median(found):.0f}, 99 % {p99:.0f}, longest {found[-1]:.0f} ms"


async def _crowd(report: Report, product: Measured, drafts: int) -> None:
    before = product.mib()
    async with people(product.product, PEOPLE) as crowd:
        began = time.monotonic()
        acks = await asyncio.gather(
            *(
                typed(
                    crowd[n % len(crowd)],
                    CHANNELS[n % len(CHANNELS)],
                    f"/draft a red apple number {n}. --n 4",
                )
                for n in range(drafts)
            )
        )
        waits = await _waits(crowd[0], drafts, began)
    seconds = time.monotonic() - began
    missing = [n for n in range(drafts) if n not in waits]
    report.hold("every draft of a burst comes", not missing, f"--part load: {missing[:5]}")
    by_channel = [
        [wait for n, wait in waits.items() if n % len(CHANNELS) == place] for place in range(len(CHANNELS))
    ]
    means = [statistics.median(found) for found in by_channel if found]
    fair = max(means) / statistics.median(means)
    calls = await product.calls()
    highest = max(mib for _, mib in product.memory)
    report.figures |= {
        "drafts at once, people, channels": f"{drafts}, {len(PEOPLE)}, {len(CHANNELS)}",
        f"acknowledgement of {drafts} at the same moment": _spread(acks),
        "all grids stand after": f"{seconds:.0f} s",
        "wait for a grid, median / longest": f"{statistics.median(waits.values()):.0f} / {max(waits.values()):.0f} s",
        "longest ÷ median wait between channels": f"{fair:.2f}",
        "uploads for so many grids": f"{calls.get('files.completeUploadExternal', 0)} for {len(waits)}",
        "calls of Slack's a draft": ", ".join(
            f"{name} {n / drafts:.1f}" for name, n in sorted(calls.items()) if n >= drafts / 2
        ),
        "calls that Slack put off": str(sum((await product.calls("wait")).values())),
        "the bot's memory before, at most": f"{before:.0f}, {highest:.0f} MiB",
    }
    report.hold("acknowledged within Slack's three seconds", max(acks) < 3_000, _spread(acks))
    report.hold("no channel waits thrice the median", fair <= FAIR, f"--part load: {fair:.2f}")
    uploads = calls.get("files.completeUploadExternal", 0)
    report.hold("no file is uploaded twice", uploads == len(waits), f"--part load: {uploads} uploads")
    report.hold("the bot needs at most 150 MiB", highest <= MEMORY_MIB, f"--part load: {highest:.0f} MiB")
    report.hold("after a burst all comes to rest", await house.quiet(product.product, 300), "--part load")
    await house.check(product.product, report, "--part load", CHANNELS, PEOPLE[0])


async def _waits(person: Person, drafts: int, began: float, patience_s: float = 900) -> dict[int, float]:
    """By draft: how long it took until its grid stood, in seconds."""
    waits: dict[int, float] = {}
    while len(waits) < drafts and time.monotonic() - began < patience_s:
        for channel in CHANNELS:
            for message in await person.messages(channel):
                number = re.search(r"a red apple number (\d+)\.", str(message)) if finished(message) else None
                if number:
                    waits.setdefault(int(number[1]), time.monotonic() - began)
        await asyncio.sleep(0.5)
    return waits


async def _slow_files(report: Report, product: Measured, drafts: int = 10) -> None:
    async with people(product.product, PEOPLE) as crowd:
        began = time.monotonic()
        lines = [f"/draft a red apple number {n}. --n 1" for n in range(drafts)]
        await asyncio.gather(
            *(typed(crowd[n], CHANNELS[n % len(CHANNELS)], line) for n, line in enumerate(lines))
        )
        waits = await _waits(crowd[0], drafts, began)
    seconds, calls = time.monotonic() - began, await product.calls()
    uploads = calls.get("files.completeUploadExternal", 0)
    report.figures["ten drafts while Slack takes 2 s for a file"] = (
        f"{seconds:.0f} s, {uploads} uploads, {calls.get('files.info', 0)} looks whether a file is there"
    )
    report.hold(
        "ten drafts come within 50 s of slow files", len(waits) == drafts and seconds <= 50, str(seconds)
    )
    report.hold(
        "no file is uploaded twice", uploads == drafts, f"--part load (slow files): {uploads} uploads"
    )


async def grow(report: Report, folder: Path, engine: str, *, drafts: int, minutes: float) -> None:
    """So many drafts, one after the other for each person, without Slack's limits: what they leave in memory."""
    async with measured(folder / "growth", engine, "--rate-factor", "0", "--file-delay", "0") as product:
        end, left, done = time.monotonic() + minutes * 60, iter(range(drafts)), 0
        samples = {0: product.mib()}

        async def draft(person: Person, channel: str) -> None:
            nonlocal done
            for number in left:
                if time.monotonic() > end:
                    return
                await typed(person, channel, f"/draft a red apple number {number}. --n 1")
                await _drawn(product.product, number)
                done += 1
                if done in (10, 100, 500, 1_000, 2_000, 5_000) or done % 10_000 == 0:
                    samples[done] = product.mib()
                    print(f"  {done} drafts, {samples[done]:.0f} MiB", flush=True)

        began = time.monotonic()
        async with people(product.product, PEOPLE[:8]) as crowd:
            await asyncio.gather(*(draft(person, CHANNELS[n]) for n, person in enumerate(crowd)))
        seconds, samples[done] = time.monotonic() - began, product.mib()
        report.figures["the bot's memory after so many drafts"] = ", ".join(
            f"{number:,}: {mib:.0f} MiB" for number, mib in samples.items()
        )
        report.figures["drafts a second without Slack's limits, eight people"] = f"{done / seconds:.1f}"
        report.hold(
            "the bot needs at most 150 MiB", max(samples.values()) <= MEMORY_MIB, f"--part growth: {samples}"
        )


async def _drawn(product: Product, number: int) -> None:
    for _ in range(600):
        if product.rows(
            "SELECT 1 FROM briefs JOIN jobs ON jobs.brief = briefs.id AND jobs.state = 'done' WHERE prompt = ?",
            f"a red apple number {number}.",
        ):
            return
        await asyncio.sleep(0.2)
