"""Calls an engine the way any client would: JSON, forms, event streams."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import numpy as np
from PIL import Image

Answer = tuple[int, dict[str, Any]]


@dataclass(frozen=True)
class Caller:
    """One client of one engine."""

    session: aiohttp.ClientSession
    url: str

    async def generate(self, **fields: Any) -> Answer:
        """POST a generation and read its JSON."""
        body = {"prompt": "a red apple", **fields}
        async with self.session.post(f"{self.url}/v1/images/generations", json=body) as answer:
            return answer.status, await answer.json()

    async def edit(self, image: bytes | None, mask: bytes | None = None, **fields: Any) -> Answer:
        """POST an edit and read its JSON."""
        form = edit_form(image, mask, **fields)
        async with self.session.post(f"{self.url}/v1/images/edits", data=form) as answer:
            return answer.status, await answer.json()

    async def stream_generation(self, **fields: Any) -> AsyncIterator[dict[str, Any]]:
        """The events of a generation."""
        body = {"prompt": "a red apple", "stream": True, **fields}
        async with self.session.post(f"{self.url}/v1/images/generations", json=body) as answer:
            assert answer.status == 200, await answer.text()
            async for event in events_of(answer):
                yield event

    async def stream_edit(
        self, image: bytes, mask: bytes | None = None, **fields: Any
    ) -> AsyncIterator[dict[str, Any]]:
        """The events of an edit."""
        form = edit_form(image, mask, stream="true", **fields)
        async with self.session.post(f"{self.url}/v1/images/edits", data=form) as answer:
            assert answer.status == 200, await answer.text()
            async for event in events_of(answer):
                yield event

    async def metric(self, name: str) -> float:
        """One line of /metrics, by its name and labels; 0 when it was never counted."""
        async with self.session.get(f"{self.url}/metrics") as answer:
            lines = (await answer.text()).splitlines()
        return next((float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(f"{name} ")), 0.0)


async def events_of(answer: aiohttp.ClientResponse) -> AsyncIterator[dict[str, Any]]:
    """Server-sent events as JSON objects; each one's name must be its type."""
    name = ""
    waiting = b""
    async for chunk in answer.content.iter_any():
        waiting += chunk
        while b"\n" in waiting:
            line, waiting = waiting.split(b"\n", 1)
            if line.startswith(b"event: "):
                name = line[7:].decode()
            elif line.startswith(b"data: "):
                event = json.loads(line[6:])
                assert event["type"] == name
                yield event


def edit_form(image: bytes | None, mask: bytes | None = None, **fields: Any) -> aiohttp.FormData:
    """A multipart form for an edit."""
    form = aiohttp.FormData(default_to_multipart=True)
    for name, value in {"prompt": "a blue apple", **fields}.items():
        form.add_field(name, str(value))
    if image is not None:
        form.add_field("image", image, filename="image.png", content_type="image/png")
    if mask is not None:
        form.add_field("mask", mask, filename="mask.png", content_type="image/png")
    return form


def noise(width: int, height: int, channels: int = 3) -> np.ndarray:
    """A picture in which every changed pixel shows."""
    return np.random.default_rng(7).integers(0, 256, (height, width, channels), dtype=np.uint8)


def png(pixels: np.ndarray) -> bytes:
    target = io.BytesIO()
    Image.fromarray(pixels).save(target, "PNG")
    return target.getvalue()


def mask_png(width: int, height: int, hole: tuple[int, int, int, int]) -> bytes:
    """An opaque mask with a transparent rectangle (left, top, right, bottom)."""
    left, top, right, bottom = hole
    pixels = np.full((height, width, 4), 255, np.uint8)
    pixels[top:bottom, left:right, 3] = 0
    return png(pixels)


def opened(item: dict[str, Any]) -> Image.Image:
    """The picture in a result or an event."""
    return Image.open(io.BytesIO(base64.b64decode(item["b64_json"])))


def pixels_of(item: dict[str, Any]) -> np.ndarray:
    return np.array(opened(item))
