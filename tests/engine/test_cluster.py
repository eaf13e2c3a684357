"""Two painters on a local Ray share the work; one that is killed under load loses nobody's request."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.engine.calls import Caller, opened
from tests.engine.tiny_models import write_profile

ray = pytest.importorskip("ray", reason="the extra “cluster” (Ray Serve) is not installed")


@pytest.fixture(scope="module")
def cluster(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    from ray import serve

    from engine.api.cluster import application

    profile = write_profile(tmp_path_factory.mktemp("cluster") / "tiny.toml", tiny_model, threads=1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    try:
        serve.start(http_options={"host": "127.0.0.1", "port": port})
        serve.run(application(str(profile), replicas=2, cpus=0.5))
        yield f"http://127.0.0.1:{port}"
    finally:
        serve.shutdown()
        ray.shutdown()


async def test_two_painters_stream_and_a_killed_one_loses_no_request(cluster: str) -> None:
    async with aiohttp.ClientSession() as session:
        call = Caller(session, cluster)
        events = [event async for event in call.stream_generation(n=2, partial_images=1, seed=3)]
        assert [event["type"] for event in events].count("image_generation.completed") == 2
        status, body = await call.generate(size="33x32")
        assert status == 400
        assert body["error"]["type"] == "invalid_request_error"

        painters: list[int] = []

        async def draft(seed: int) -> tuple[int, int]:
            asked = {"prompt": "a red apple", "seed": seed, "steps": 100, "size": "128x128"}
            async with session.post(f"{cluster}/v1/images/generations", json=asked) as answer:
                painters.append(int(answer.headers.get("Draftroom-Painter", 0)))
                body = await answer.json()
                assert answer.status == 200, body
                assert opened(body["data"][0]).size == (128, 128)
                return seed, body["data"][0]["seed"]

        drafts = [asyncio.create_task(draft(seed)) for seed in range(16)]
        while not painters:
            await asyncio.sleep(0.05)
        killed = painters[0]
        os.kill(killed, signal.SIGKILL)
        assert [await task for task in drafts] == [(seed, seed) for seed in range(16)]
        assert set(painters) - {killed}
