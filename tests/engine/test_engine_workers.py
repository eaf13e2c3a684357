"""What goes wrong on a device: memory, hangs, crashes. Requests end with a sentence, and the engine goes on."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager
from typing import Any

import numpy as np
import torch

from engine.profiles.profile import Tier
from engine.render.renderer import Renderer
from engine.serving.in_process import LocalDevice
from engine.serving.limits import Limits
from engine.serving.workers import WorkerState
from tests.engine.calls import pixels_of
from tests.engine.served import Serve, Serving

LONG = {"steps": 200, "size": "128x128", "tier": "pro"}


def renderer_of(engine: Serving) -> Renderer:
    device = engine.engine._pool.workers[0].device
    assert isinstance(device, LocalDevice)
    assert device.renderer is not None
    return device.renderer


@contextmanager
def before_each_step(engine: Serving, action: Callable[[int], None]) -> Iterator[None]:
    """Call an action with the number of pictures whenever the tiny transformer is to run."""
    transformer = renderer_of(engine).model.pipeline(Tier.DRAFT, "text").pipe.transformer

    def act(_module: Any, _args: Any, values: dict[str, Any]) -> None:
        action(values["hidden_states"].shape[0] // 2)  # half of them are the unguided ones

    handle = transformer.register_forward_pre_hook(act, with_kwargs=True)
    try:
        yield
    finally:
        handle.remove()


async def health(engine: Serving) -> tuple[int, dict[str, Any]]:
    async with engine.call.session.get(f"{engine.url}/health") as answer:
        return answer.status, await answer.json()


async def until_ready(engine: Serving) -> None:
    async with asyncio.timeout(60):
        while not engine.engine.ready:
            await asyncio.sleep(0.02)


async def test_a_batch_that_runs_out_of_memory_is_made_in_halves(tiny: Serving) -> None:
    _, whole = await tiny.call.generate(n=4, seed=7)
    tried = []

    def short_of_memory(pictures: int) -> None:
        tried.append(pictures)
        if pictures > 2:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.")

    with before_each_step(tiny, short_of_memory):
        status, halves = await tiny.call.generate(n=4, seed=7)
        _, again = await tiny.call.generate(n=4, seed=7)
    assert status == 200, halves
    assert tried == [4] + [2] * 16, "found out once, remembered afterwards"
    for item, other in zip(whole["data"], halves["data"], strict=True):
        apart = pixels_of(item).astype(int) - pixels_of(other)
        assert np.abs(apart).max() <= 1
    assert [item["seed"] for item in again["data"]] == [7, 8, 9, 10]
    assert await tiny.call.metric('draftroom_memory_retries_total{tier="draft"}') == 1


async def test_the_cpus_way_to_say_it_is_understood_too(tiny: Serving) -> None:
    def short_of_memory(pictures: int) -> None:
        if pictures > 1:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 20 bytes.")

    with before_each_step(tiny, short_of_memory):
        status, body = await tiny.call.generate(n=3)
    assert status == 200, body
    assert len(body["data"]) == 3


async def test_without_memory_for_one_picture_it_says_so_and_lives_on(tiny: Serving) -> None:
    def out_of_memory(_pictures: int) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    with before_each_step(tiny, out_of_memory):
        status, body = await tiny.call.generate(n=2)
    assert status == 500
    assert body["error"]["code"] == "out_of_memory"
    assert body["error"]["message"].startswith("There is not enough memory for a picture of 32 × 32 pixels")
    status, _ = await tiny.call.generate()
    assert status == 200


async def test_one_broken_picture_does_not_fail_those_who_share_its_batch(tiny: Serving) -> None:
    vae = renderer_of(tiny).model.pipeline(Tier.DRAFT, "text").pipe.vae
    decode = vae.decode
    first = True

    def decode_once_broken(latents: torch.Tensor, **kwargs: Any) -> Any:
        nonlocal first
        broken, first = first, False
        return (decode(latents, **kwargs)[0] * (float("nan") if broken else 1),)

    async with aclosing(tiny.call.stream_generation(seed=1, **LONG)) as pro:
        assert (await anext(pro))["type"] == "draftroom.queued"
        vae.decode = decode_once_broken
        answers = await asyncio.gather(*(tiny.call.generate(seed=seed) for seed in range(3)))
    vae.decode = decode
    assert sorted(status for status, _ in answers) == [200, 200, 500]


async def test_a_hung_step_fails_with_a_sentence_and_its_worker_is_replaced(serve: Serve) -> None:
    engine = await serve(limits=Limits(hung_step_seconds=1.0))
    release = threading.Event()
    with before_each_step(engine, lambda _: release.wait() and None):
        hanging = asyncio.create_task(engine.call.generate(seed=3))
        status, body = await hanging
        assert status == 500
        assert body["error"]["code"] == "worker_lost"
        assert body["error"]["message"] == (
            "The render made no progress for 1 s, so it was stopped and its worker replaced; send it again."
        )
        status, told = await health(engine)
        assert status == 503
        assert told["reason"].startswith("The render made no progress for 1 s")
        assert told["reason"].endswith("A new worker is loading the model.")
        assert told["workers"][0]["state"] == "loading"
        status, body = await engine.call.generate()
        assert status == 503
        await until_ready(engine)
        assert (await engine.call.generate(seed=3))[0] == 200
        release.set()
    assert await engine.call.metric("draftroom_workers_lost_total") == 1


async def test_a_pro_inside_which_a_draft_hung_starts_again_and_ends_the_same(serve: Serve) -> None:
    engine = await serve(limits=Limits(hung_step_seconds=1.5))
    _, alone = await engine.call.generate(seed=1, **LONG)
    release, hang = threading.Event(), threading.Event()

    def hang_drafts(pictures: int) -> None:
        if pictures == 3:  # the draft's
            hang.set()
            release.wait()

    with before_each_step(engine, hang_drafts):
        async with aclosing(engine.call.stream_generation(seed=1, partial_images=1, **LONG)) as pro:
            assert [(await anext(pro))["type"] for _ in range(2)][1].endswith("partial_image")
            status, _ = await engine.call.generate(n=3)
            assert hang.is_set()
            assert status == 500
            finished = [event async for event in pro if event["type"].endswith("completed")]
        release.set()
    assert np.array_equal(pixels_of(finished[0]), pixels_of(alone["data"][0]))


async def test_a_worker_that_is_lost_while_nothing_runs_takes_no_request_with_it(serve: Serve) -> None:
    engine = await serve()
    pool = engine.engine._pool
    pool.workers[0].abandon("The card is gone.")
    async with asyncio.timeout(60):
        while pool.workers[0].state is not WorkerState.READY:
            await asyncio.sleep(0.02)
        await until_ready(engine)
        answers = [await engine.call.generate(seed=seed) for seed in range(4)]
    assert [status for status, _ in answers] == [200] * 4
