"""The queue's own time, the prompt cache, and the memory that a further tier takes."""

from __future__ import annotations

import time

import psutil

from bench import peers
from bench.measuring import Result, faster, in_turns, timed
from bench.serving import engine
from bench.setting import PROMPT, Setting
from bench.weights import pipeline_folder
from engine.serving.queueing import Entry, FairQueue

FEW, MANY = 10, 10_000


async def queue(setting: Setting) -> list[Result]:
    """One job in and one out, while so many wait."""

    def operations(waiting: int) -> float:
        line: FairQueue[int] = FairQueue()
        for number in range(waiting):
            line.push(_entry(number))
        count = 2_000
        started = time.perf_counter()
        for number in range(count):
            line.push(_entry(number))
            line.take()
        return (time.perf_counter() - started) / count * 1e6

    async def few() -> float:
        return operations(FEW)

    async def many() -> float:
        return operations(MANY)

    found = await in_turns(setting.rounds(15), {"ours": many, "peer": few})
    ours, peer = found["ours"], found["peer"]
    return [
        Result(
            name="queue",
            what=f"a job into and out of the queue while {MANY:,} wait",
            against=f"while {FEW} wait",
            ours=ours.median,
            peer=peer.median,
            unit="µs",
            ratio=ours.median / peer.median,
            ratio_unit="× the time",
            aim="flat",
            met=ours.median <= 2 * peer.median,
            ours_range=ours.range,
            peer_range=peer.range,
            rounds=len(ours.values),
        )
    ]


def _entry(number: int) -> Entry[int]:
    return Entry(item=number, level=number % 3, key=f"C{number % 50}", cost=4)


async def prompt_cache(setting: Setting) -> list[Result]:
    """A draft of a prompt that was seen before, against one that was not."""
    number = 0

    async with engine(setting.full_size_profile()) as client:

        async def new() -> float:
            nonlocal number
            number += 1
            return await client.seconds(prompt=f"{PROMPT} {number}", seed=1)

        sides = {"ours": lambda: client.seconds(prompt=PROMPT, seed=1), "peer": new}
        found = await in_turns(setting.rounds(5), sides)
    return [
        faster(
            "prompt-cache",
            found["ours"],
            found["peer"],
            what="one draft, its prompt seen before, SD-class size, 1 step",
            against="a new prompt",
        )
    ]


async def tier_memory(setting: Setting) -> list[Result]:
    """What Pro and fix add to an engine that drafts, against a second pipeline loaded for them."""
    async with engine(setting.full_size_profile(pro_steps=2)) as client:
        await client.generate(prompt=PROMPT, steps=1)
        before = _megabytes(client.pid)
        await client.generate(prompt=PROMPT, tier="pro", steps=2)
        ours = max(0.0, _megabytes(client.pid) - before)
    me = psutil.Process().pid
    start = _megabytes(me)
    pipe = peers.plain(pipeline_folder(setting.size))
    await timed(lambda: peers.grid(pipe, prompt=PROMPT, steps=1, side=64, pictures=1))()
    peer = _megabytes(me) - start
    return [
        Result(
            name="tier-memory",
            what="memory that the Pro tier adds to an engine that drafts, SD-class size",
            against="a pipeline of its own for the tier",
            ours=ours,
            peer=peer,
            unit="MB",
            ratio=peer - ours,
            ratio_unit="MB less",
            note="the full decoder's working memory included",
        )
    ]


def _megabytes(pid: int) -> float:
    program = psutil.Process(pid)
    family = [program, *program.children(recursive=True)]
    # Memory that programs share, such as mapped weights, counts once.
    return sum(float(one.memory_full_info().uss) for one in family) / 1e6
