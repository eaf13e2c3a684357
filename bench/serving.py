"""The real engine as a program of its own behind HTTP, and a client that tells seconds."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
from PIL import Image

#: how long a program may take to load its model and warm up, in seconds
PATIENCE_SECONDS = 900.0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a request came to, in seconds since it was sent."""

    seconds: float
    first_preview: float | None
    pictures: list[dict[str, Any]] = field(default_factory=list)

    @property
    def device_seconds(self) -> float:
        return sum(float(picture["draftroom"]["seconds"]) for picture in self.pictures)

    def pixels(self, number: int = 0) -> np.ndarray[Any, Any]:
        """A picture, decoded."""
        return np.array(Image.open(io.BytesIO(base64.b64decode(self.pictures[number]["b64_json"]))))


@dataclass(frozen=True, kw_only=True)
class Client:
    """Calls one engine."""

    session: aiohttp.ClientSession
    url: str
    #: the engine's process
    pid: int

    async def seconds(self, **fields: Any) -> float:
        """A generation from its request to the last byte of its JSON, in seconds."""
        return (await self.generate(**fields)).seconds

    async def generate(self, **fields: Any) -> Answer:
        """A generation, not streamed."""
        started = time.perf_counter()
        async with self.session.post(f"{self.url}/v1/images/generations", json=fields) as answer:
            body = await answer.json()
        if answer.status != 200:
            raise RuntimeError(f"the engine answered {answer.status}: {body}")
        took = time.perf_counter() - started
        pictures = [{**body["data"][0], "draftroom": body["draftroom"]}]
        return Answer(seconds=took, first_preview=None, pictures=pictures)

    async def fix(self, picture: bytes, mask: bytes, **fields: Any) -> Answer:
        """A fix, not streamed."""
        form = aiohttp.FormData(default_to_multipart=True)
        for name, value in fields.items():
            form.add_field(name, str(value))
        form.add_field("image", picture, filename="image.png", content_type="image/png")
        form.add_field("mask", mask, filename="mask.png", content_type="image/png")
        started = time.perf_counter()
        async with self.session.post(f"{self.url}/v1/images/edits", data=form) as answer:
            body = await answer.json()
        if answer.status != 200:
            raise RuntimeError(f"the engine answered {answer.status}: {body}")
        took = time.perf_counter() - started
        return Answer(
            seconds=took, first_preview=None, pictures=[{**body["data"][0], "draftroom": body["draftroom"]}]
        )

    async def stream(self, *, begun: asyncio.Event | None = None, **fields: Any) -> Answer:
        """A generation with events; `begun` is set at its first preview."""
        started, first = time.perf_counter(), None
        pictures = []
        body = {"stream": True, "partial_images": 1, **fields}
        async with self.session.post(f"{self.url}/v1/images/generations", json=body) as answer:
            async for event in _events(answer):
                if event["type"].endswith("partial_image"):
                    first = first or time.perf_counter() - started
                    if begun is not None:
                        begun.set()
                elif event["type"].endswith("completed"):
                    pictures.append(event)
                elif event["type"] == "error":
                    raise RuntimeError(event["error"]["message"])
        return Answer(seconds=time.perf_counter() - started, first_preview=first, pictures=pictures)


async def _events(answer: aiohttp.ClientResponse) -> AsyncIterator[dict[str, Any]]:
    waiting = b""
    async for chunk in answer.content.iter_any():
        waiting += chunk
        *lines, waiting = waiting.split(b"\n")
        for line in lines:
            if line.startswith(b"data: "):
                yield json.loads(line[6:])


@asynccontextmanager
async def engine(profile: str | Path) -> AsyncIterator[Client]:
    """`python -m engine` with this profile, until it is left."""
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "engine", "--port", "0", "--profile", str(profile)),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert program.stdout is not None
        line = await asyncio.wait_for(program.stdout.readline(), PATIENCE_SECONDS)
        if not line.startswith(b"engine ready on "):
            raise RuntimeError(f"the engine did not start with {profile}")
        url = line.split()[-1].decode()
        patience = aiohttp.ClientTimeout(total=None)
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(
            timeout=patience, connector=connector, read_bufsize=2**22
        ) as session:
            yield Client(session=session, url=url, pid=program.pid)
    finally:
        if program.returncode is None:
            program.terminate()
        await program.wait()
