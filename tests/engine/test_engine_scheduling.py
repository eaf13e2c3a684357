"""Drafts overtake Pro renders without changing them; closed connections stop work; full queues say when to return."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import aiohttp
import numpy as np

from engine.serving.limits import Limits
from tests.engine.calls import events_of as tiny_events
from tests.engine.calls import noise, pixels_of, png
from tests.engine.served import Serve, Serving

#: long enough that other requests arrive in its midst on any machine
LONG = {"steps": 200, "size": "128x128", "tier": "pro"}


async def until_first_preview(stream: AsyncIterator[dict[str, Any]]) -> None:
    async for event in stream:
        if event["type"].endswith("partial_image"):
            return
    raise AssertionError("the stream ended without a preview")


async def test_a_draft_overtakes_a_running_pro_which_then_ends_as_if_alone(tiny: Serving) -> None:
    _, alone = await tiny.call.generate(seed=1, **LONG)
    async with aclosing(tiny.call.stream_generation(seed=1, partial_images=3, **LONG)) as pro:
        await until_first_preview(pro)
        order = []

        async def draft(seed: int) -> None:
            status, _ = await tiny.call.generate(prompt="a green shoe", seed=seed)
            assert status == 200
            order.append("draft")

        async def rest() -> dict[str, Any]:
            completed = [event async for event in pro if event["type"].endswith("completed")]
            order.append("pro")
            return completed[0]

        finished, *_ = await asyncio.gather(rest(), draft(5), draft(6))
    assert order == ["draft", "draft", "pro"]
    assert await tiny.call.metric("draftroom_overtakes_total") >= 1
    assert np.array_equal(pixels_of(finished), pixels_of(alone["data"][0]))


async def test_a_fix_or_pro_waits_for_the_pro_before_it_in_turn(tiny: Serving) -> None:
    picture = png(noise(32, 32))
    answers = await asyncio.gather(*(tiny.call.edit(picture, seed=seed) for seed in range(4)))
    assert [status for status, _ in answers] == [200] * 4


async def test_the_device_time_of_a_pro_leaves_out_the_drafts_that_ran_inside_it(tiny: Serving) -> None:
    async with aclosing(tiny.call.stream_generation(seed=1, partial_images=3, **LONG)) as pro:
        await until_first_preview(pro)
        drafts = await asyncio.gather(*(tiny.call.generate(n=4, steps=50) for _ in range(3)))
        finished = [event async for event in pro if event["type"].endswith("completed")]
    spent = sum(body["draftroom"]["seconds"] for _, body in drafts) + finished[0]["draftroom"]["seconds"]
    counted = await tiny.call.metric('draftroom_device_seconds_total{tier="draft"}')
    counted += await tiny.call.metric('draftroom_device_seconds_total{tier="pro"}')
    assert abs(spent - counted) < 0.01


async def test_closing_the_connection_stops_the_work(tiny: Serving) -> None:
    async with aiohttp.ClientSession() as session:
        body = {"prompt": "a red apple", "stream": True, "partial_images": 3, "n": 8, **LONG}
        answer = await session.post(f"{tiny.url}/v1/images/generations", json=body)
        assert b"draftroom.queued" in await answer.content.readline()
        answer.close()
    async with asyncio.timeout(30):
        while not await tiny.call.metric('draftroom_cancelled_total{tier="pro"}'):
            await asyncio.sleep(0.01)
    assert await tiny.call.metric('draftroom_pictures_total{tier="pro"}') < 8
    status, _ = await tiny.call.generate()
    assert status == 200


async def test_a_shared_render_goes_on_while_anybody_waits(tiny: Serving) -> None:
    asked = {"seed": 1, "idempotency_key": "shared", "partial_images": 3, **LONG}
    async with aclosing(tiny.call.stream_generation(**asked)) as leaving:
        await until_first_preview(leaving)
        staying = asyncio.create_task(tiny.call.generate(**asked))
        await asyncio.sleep(0.05)
    status, body = await staying
    assert status == 200
    assert len(body["data"]) == 1
    assert await tiny.call.metric('draftroom_pictures_total{tier="pro"}') == 1


async def test_a_full_queue_says_when_to_come_again(serve: Serve) -> None:
    full = await serve(limits=Limits(waiting_jobs=2))
    async with (
        aiohttp.ClientSession() as session,
        aclosing(full.call.stream_generation(seed=1, partial_images=3, n=4, **LONG)) as running,
    ):
        await until_first_preview(running)
        answers = await asyncio.gather(
            *(
                session.post(f"{full.url}/v1/images/generations", json={"prompt": "a shoe", "tier": "pro"})
                for _ in range(4)
            )
        )
        refused = [answer for answer in answers if answer.status == 429]
        assert len(refused) == 2
        error = (await refused[0].json())["error"]
    assert int(refused[0].headers["Retry-After"]) >= 1
    assert error["code"] == "queue_full"
    assert error["message"].startswith("The engine is busy: 2 jobs wait. Try again in ")
    assert [answer.status for answer in answers].count(200) == 2


async def test_compatible_drafts_of_several_people_share_a_batch(tiny: Serving) -> None:
    _, alone = await tiny.call.generate(prompt="a green shoe", seed=3)
    async with aclosing(tiny.call.stream_generation(seed=1, partial_images=3, **LONG)) as pro:
        await until_first_preview(pro)
        shared = await asyncio.gather(
            *(tiny.call.generate(prompt="a green shoe", seed=3, fairness_key=f"C{i}") for i in range(3)),
            tiny.call.generate(prompt="a red apple", seed=4, fairness_key="C9"),
        )
    for _, body in shared[:3]:
        apart = pixels_of(body["data"][0]).astype(int) - pixels_of(alone["data"][0])
        assert np.abs(apart).max() <= 1


async def test_a_draining_engine_finishes_what_it_accepted_and_takes_no_more(tiny: Serving) -> None:
    async with aclosing(tiny.call.stream_generation(seed=1, partial_images=3, **LONG)) as pro:
        await until_first_preview(pro)
        draining = asyncio.create_task(tiny.engine.drain(30))
        await asyncio.sleep(0)
        status, body = await tiny.call.generate()
        assert status == 503
        assert body["error"]["message"] == "The engine is stopping; try again in a minute."
        kinds = [event["type"] async for event in pro]
    assert kinds[-1] == "image_generation.completed"
    await draining


async def test_a_job_can_be_cancelled_by_its_id(tiny: Serving) -> None:
    url = f"{tiny.url}/v1/images"
    async with aiohttp.ClientSession() as session:
        body = {"prompt": "a red apple", "stream": True, "partial_images": 3, "n": 8, **LONG}
        answer = await session.post(f"{url}/generations", json=body)
        events = tiny_events(answer)
        queued = await anext(events)
        job = answer.headers["X-Draftroom-Job"]
        assert queued["job"] == job
        await until_first_preview(events)
        async with session.delete(f"{url}/jobs/{job}") as answered:
            assert await answered.json() == {"id": job, "object": "image.job", "cancelled": True}
        last = [event async for event in events][-1]
        assert last["type"] == "error"
        assert last["error"]["message"] == "The request was cancelled."
        async with session.delete(f"{url}/jobs/{job}") as answered:
            assert (await answered.json())["cancelled"] is False
        async with session.delete(f"{url}/jobs/job-0") as answered:
            assert answered.status == 404
            assert (await answered.json())["error"]["code"] == "job_not_found"
    assert await tiny.call.metric('draftroom_cancelled_total{tier="pro"}') == 1


async def test_a_waiting_job_leaves_the_queue_when_it_is_cancelled_by_its_key(serve: Serve) -> None:
    engine = await serve(limits=Limits(waiting_jobs=1))
    async with aclosing(engine.call.stream_generation(seed=1, partial_images=3, **LONG)) as pro:
        await until_first_preview(pro)
        waiting = asyncio.create_task(engine.call.generate(tier="pro", idempotency_key="mine"))
        while not engine.engine.queue:
            await asyncio.sleep(0.01)
        assert (await engine.call.generate(tier="pro"))[0] == 429
        async with engine.call.session.delete(f"{engine.url}/v1/images/jobs/mine") as answer:
            assert (await answer.json())["cancelled"] is True
        status, body = await waiting
        assert status == 499
        assert body["error"]["code"] == "cancelled"
        assert engine.engine.queue == 0
        kinds = [event["type"] async for event in pro]
    assert kinds[-1] == "image_generation.completed"
