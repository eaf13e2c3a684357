"""Twenty people in eight channels at once: how long acknowledgements take, who waits how long, how much memory."""

from __future__ import annotations

import asyncio
import statistics
import time
from pathlib import Path

import psutil

from tests.end_to_end.product import Product, approve_buttons, payload
from tests.torture import house
from tests.torture.report import Report

PEOPLE = ("U0ADA", "U0BEN", "U0CLEO", "U0DEV")


async def run(report: Report, folder: Path, engine: str, *, drafts: int) -> None:
    """So many drafts as fast as people can type them."""
    product = Product(folder, engine).start_bot()
    process = psutil.Process(product.bot.pid)
    before = process.memory_info().rss / 2**20
    acks: list[float] = []
    waits: dict[str, list[float]] = {channel: [] for channel in house.CHANNELS}

    async def one(person, channel: str, number: int) -> None:
        began = time.monotonic()
        prompt = f"a red apple number {number}"
        answer = await person.type(channel, f"/draft {prompt} --n 1")
        acks.append(answer.ack_ms)

        def finished(message) -> bool:
            return (
                payload(message).get("role") == "grid"
                and bool(approve_buttons(message))
                and prompt in str(message)
            )

        await person.wait_for(channel, finished, 600)
        waits[channel].append(time.monotonic() - began)

    try:
        async with (
            asyncio.TaskGroup() as group,
            product.person("U0ADA") as ada,
            product.person("U0BEN") as ben,
        ):
            people, began = (ada, ben), time.monotonic()
            tasks = [
                group.create_task(one(people[n % 2], house.CHANNELS[n % len(house.CHANNELS)], n))
                for n in range(drafts)
            ]
            await asyncio.gather(*tasks)
        seconds = time.monotonic() - began
        memory = process.memory_info().rss / 2**20
        acks.sort()
        medians = [statistics.median(found) for found in waits.values() if found]
        report.figures |= {
            "drafts at once": f"{drafts}",
            "acknowledgement, median / 99 % / longest": f"{acks[len(acks) // 2]:.0f} / {acks[int(len(acks) * 0.99) - 1]:.0f} / {acks[-1]:.0f} ms",
            "drafts a second, with the practice workspace's limits": f"{drafts / seconds:.1f}",
            "longest ÷ median wait between channels": f"{max(medians) / statistics.median(medians):.2f}",
            "the bot's memory before and after": f"{before:.0f} and {memory:.0f} MiB",
        }
        report.hold("acknowledged within Slack's three seconds", acks[-1] < 3_000, f"{acks[-1]:.0f} ms")
        report.hold(
            "no channel waits thrice the median", max(medians) <= 3 * statistics.median(medians), str(medians)
        )
        uploads = product.rows("SELECT count(*) AS n FROM briefs")[0]["n"]
        report.hold("every draft of a burst comes", uploads == drafts, f"{uploads} of {drafts}")
        report.hold("after a burst all comes to rest", await house.quiet(product, 300), "--part load")
        await house.check(product, report, "--part load")
    finally:
        product.stop()
