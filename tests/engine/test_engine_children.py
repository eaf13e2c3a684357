"""Models in processes of their own, two of them: everything works across the pipe, and what dies is replaced."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import numpy as np
import psutil
import pytest
import pytest_asyncio

from engine.profiles.profile import Profile
from engine.serving.limits import Limits
from engine.serving.subprocess import ChildDevice
from tests.engine.calls import mask_png, noise, pixels_of, png
from tests.engine.served import Serving, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")

LONG = {"steps": 200, "size": "128x128", "tier": "pro"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(tiny_profile: Profile) -> AsyncIterator[Serving]:
    """One engine with two workers on the CPU."""
    profile = replace(tiny_profile, devices=("cpu", "cpu"), threads=1)
    async with serving(profile, limits=Limits(hung_step_seconds=2.0), isolated=True) as engine:
        await both_ready(engine)
        yield engine


async def both_ready(engine: Serving) -> None:
    async with asyncio.timeout(120):
        while [worker["state"] for worker in engine.engine.workers] != ["ready", "ready"]:
            await asyncio.sleep(0.05)


def processes(engine: Serving) -> list[int]:
    devices = [worker.device for worker in engine.engine._pool.workers]
    return [device.pid for device in devices if isinstance(device, ChildDevice) and device.pid is not None]


async def first_preview(stream: AsyncIterator[dict[str, Any]]) -> None:
    async for event in stream:
        if event["type"].endswith("partial_image"):
            return


async def last_of(stream: AsyncIterator[dict[str, Any]]) -> dict[str, Any]:
    return [event async for event in stream][-1]


async def only_busy(engine: Serving) -> int:
    """The process of the one worker that runs something, once the other has put down what it had."""
    async with asyncio.timeout(30):
        while True:
            busy = [worker for worker in engine.engine._pool.workers if worker.busy]
            if len(busy) == 1:
                assert isinstance(busy[0].device, ChildDevice)
                return busy[0].device.pid or 0
            await asyncio.sleep(0.005)


async def test_two_pro_renders_run_side_by_side_on_two_workers(pair: Serving) -> None:
    assert len(set(processes(pair))) == 2
    async with (
        aclosing(pair.call.stream_generation(seed=1, partial_images=2, **LONG)) as one,
        aclosing(pair.call.stream_generation(seed=1, partial_images=2, **LONG)) as other,
    ):
        # On one worker the second would show nothing before the first is done.
        await asyncio.gather(first_preview(one), first_preview(other))
        ends = [[event async for event in stream][-1] for stream in (one, other)]
    assert [end["type"] for end in ends] == ["image_generation.completed"] * 2
    assert np.array_equal(pixels_of(ends[0]), pixels_of(ends[1]))
    assert ends[0]["draftroom"]["steps"] == 200


async def test_drafts_overtake_inside_a_process_and_fixes_stay_exact(pair: Serving) -> None:
    _, alone = await pair.call.generate(seed=1, **LONG)
    before = noise(50, 41)
    streams = [pair.call.stream_generation(seed=1, partial_images=1, **LONG) for _ in range(2)]
    async with aclosing(streams[0]) as one, aclosing(streams[1]) as other:
        await asyncio.gather(first_preview(one), first_preview(other))
        # Both workers are busy with Pro renders: these can only run inside them.
        drafted, fixed = await asyncio.gather(
            pair.call.generate(n=3, seed=4), pair.call.edit(png(before), mask_png(50, 41, (10, 10, 30, 30)))
        )
        finished = [event async for event in one][-1]
    assert drafted[0] == fixed[0] == 200
    after = pixels_of(fixed[1]["data"][0])
    after[10:30, 10:30] = before[10:30, 10:30]
    assert np.array_equal(after, before)
    assert np.array_equal(pixels_of(finished), pixels_of(alone["data"][0]))
    assert await pair.call.metric("draftroom_overtakes_total") >= 2
    assert await pair.call.metric('draftroom_prompt_cache_total{result="hit"}') > 0
    memory = await pair.call.metric("draftroom_memory_bytes")
    assert memory > psutil.Process().memory_info().rss


async def test_a_closed_connection_stops_the_work_in_the_process(pair: Serving) -> None:
    cancelled = await pair.call.metric('draftroom_cancelled_total{tier="pro"}')
    async with aclosing(pair.call.stream_generation(n=8, partial_images=1, **LONG)) as stream:
        await first_preview(stream)
    async with asyncio.timeout(20):
        while await pair.call.metric('draftroom_cancelled_total{tier="pro"}') == cancelled:
            await asyncio.sleep(0.05)


async def test_a_process_that_hangs_is_killed_and_replaced(pair: Serving) -> None:
    async with aclosing(pair.call.stream_generation(n=4, partial_images=1, **LONG)) as stream:
        # Before its first word its end could be no fault of the job's, which would then begin again elsewhere.
        await first_preview(stream)
        process = await only_busy(pair)
        os.kill(process, signal.SIGSTOP)  # it will neither answer nor end by itself
        body = await last_of(stream)
    assert body["type"] == "error"
    assert body["error"]["message"].startswith("The render made no progress for 2 s")
    assert pair.engine.ready, "the other worker still serves"
    assert (await pair.call.generate())[0] == 200
    await both_ready(pair)
    assert process not in processes(pair)
    assert not psutil.pid_exists(process) or psutil.Process(process).status() == psutil.STATUS_ZOMBIE


async def test_a_process_that_dies_says_so_and_takes_nobody_along(pair: Serving) -> None:
    async with aclosing(pair.call.stream_generation(n=4, partial_images=1, **LONG)) as stream:
        await first_preview(stream)
        process = await only_busy(pair)
        others = [asyncio.create_task(pair.call.generate(seed=seed, **LONG)) for seed in range(3)]
        os.kill(process, signal.SIGKILL)
        failed = await last_of(stream)
        answers = await asyncio.gather(*others)
    assert failed["type"] == "error"
    assert failed["error"]["message"].startswith("The worker's process was killed")
    assert [status for status, _ in answers] == [200, 200, 200]
    await both_ready(pair)
    # Workers that die while nothing runs cost nobody a request.
    for process in processes(pair):
        os.kill(process, signal.SIGKILL)
    status, body = await pair.call.generate()
    assert status == 200, body
