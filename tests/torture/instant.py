"""An image server that answers at once, or badly when told to, for what is about the bot alone.

`python -m tests.torture.instant [--port 0] [--delay 0 2] [--previews]`, a delay in seconds, drawn for each request.
`PUT /mischief` with `{"name": "bomb", "times": 2}` spoils so many requests; `GET /mischief` tells how many were spoiled.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import io
import json
import random
import struct
import zlib
from typing import Any

from aiohttp import web
from PIL import Image

#: What can be wrong with an answer.
MISCHIEFS = (
    "500",
    "429",
    "hang",
    "hang in a stream",
    "cut stream",
    "rubbish",
    "half a picture",
    "wrong size",
    "one too few",
    "one too many",
    "bomb",
    "redirect",
    "reset",
    "endless seconds",
)
Json = dict[str, Any]


def picture(width: int, height: int, word: str) -> bytes:
    """A PNG of one colour, another one for each word."""
    colour = tuple(hashlib.sha256(word.encode()).digest()[:3])
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG", compress_level=1)
    return out.getvalue()


def bomb(side: int) -> bytes:
    """A PNG of one bit a pixel and so many a side: a few kilobytes that are gigabytes once decoded."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer, row = zlib.compressobj(9), b"\0" + b"\xff" * -(-side // 8)
    data = b"".join([*(packer.compress(row) for _ in range(side)), packer.flush()])
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


class Server:
    """Draws, or does not."""

    def __init__(self, delay_s: tuple[float, float], *, previews: bool) -> None:
        self.delay_s, self.previews = delay_s, previews
        self.mischief, self.left, self.struck = "", 0, 0
        self._released = asyncio.Event()

    async def draw(self, request: web.Request) -> web.StreamResponse:
        """Generations and edits alike."""
        if request.content_type == "application/json":
            asked = await request.json()
        else:
            asked = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        size = tuple(map(int, str(asked.get("size", "64x64")).split("x")))
        count, streams = int(asked.get("n", 1)), str(asked.get("stream")).lower() == "true"
        await asyncio.sleep(random.uniform(*self.delay_s))
        if self.left > 0:
            self.left -= 1
            self.struck += 1
            return await self._spoil(request, (size[0], size[1]), count)
        drawn = [picture(size[0], size[1], f"{asked.get('prompt')}{n}") for n in range(count)]
        return await _stream(request, drawn) if streams and self.previews else _whole(drawn)

    async def _spoil(self, request: web.Request, size: tuple[int, int], count: int) -> web.StreamResponse:
        good = [picture(*size, str(number)) for number in range(count)]
        match self.mischief:
            case "500":
                return web.json_response({"error": {"message": "Out of order."}}, status=500)
            case "429":
                headers = {"Retry-After": "1"}
                return web.json_response({"error": {"message": "Full."}}, status=429, headers=headers)
            case "hang":
                await self._released.wait()
            case "hang in a stream":
                answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
                await answer.prepare(request)
                await answer.write(b": working\n\n")
                await self._released.wait()
            case "cut stream":
                return await _stream(request, good, cut=True)
            case "rubbish":
                return web.Response(text="{]<html>\0", content_type="application/json")
            case "half a picture":
                return _whole([one[: len(one) // 2] for one in good])
            case "wrong size":
                return _whole([picture(size[0] * 2, size[1], "wide")] * count)
            case "one too few":
                return _whole(good[1:])
            case "one too many":
                return _whole([*good, good[0]])
            case "bomb":
                return _whole([bomb(13_000)] * count)
            case "redirect":
                raise web.HTTPTemporaryRedirect("http://127.0.0.2:9/elsewhere")
            case "endless seconds":
                return _whole(good, draftroom={"seconds": 1e12})
        if request.transport:
            request.transport.abort()
        return web.Response()

    async def set_mischief(self, request: web.Request) -> web.Response:
        """Spoil so many requests from now on."""
        body = await request.json()
        # What hangs of an earlier mischief breaks off.
        self._released.set()
        self._released = asyncio.Event()
        self.mischief, self.left, self.struck = body["name"], body["times"], 0
        return web.json_response({})

    async def get_mischief(self, request: web.Request) -> web.Response:
        """How many requests were spoiled since."""
        return web.json_response({"struck": self.struck})


def _whole(drawn: list[bytes], **more: Json) -> web.Response:
    data = [{"b64_json": base64.b64encode(one).decode()} for one in drawn]
    return web.json_response({"created": 0, "data": data, **more})


async def _stream(request: web.Request, drawn: list[bytes], *, cut: bool = False) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await answer.prepare(request)
    for kind in ("partial_image", "completed"):
        for index, one in enumerate(drawn):
            event: Json = {"type": f"image_generation.{kind}", "b64_json": base64.b64encode(one).decode()}
            event |= {"image_index": index} | ({"partial_image_index": 0} if kind == "partial_image" else {})
            text = f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()
            if cut and kind == "completed":
                await answer.write(text[: len(text) // 2])
                if request.transport:
                    request.transport.abort()
                return answer
            await answer.write(text)
    await answer.write(b"data: [DONE]\n\n")
    return answer


async def models(request: web.Request) -> web.Response:
    """One model."""
    return web.json_response({"object": "list", "data": [{"id": "instant", "object": "model"}]})


async def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(prog="instant", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--delay", type=float, nargs=2, default=(0.0, 0.0))
    parser.add_argument("--previews", action="store_true")
    options = parser.parse_args()
    server = Server((options.delay[0], options.delay[1]), previews=options.previews)
    app = web.Application(client_max_size=2**26)
    app.router.add_post("/v1/images/generations", server.draw)
    app.router.add_post("/v1/images/edits", server.draw)
    app.router.add_get("/v1/models", models)
    app.router.add_put("/mischief", server.set_mischief)
    app.router.add_get("/mischief", server.get_mischief)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", options.port, reuse_address=True).start()
    print(f"instant engine ready at http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
