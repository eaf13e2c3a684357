"""An image server that answers at once, for what is about the bot alone. `python -m tests.torture.instant`."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io

from aiohttp import web
from PIL import Image


def picture(width: int, height: int, word: str) -> str:
    """A picture of one colour, another one for each word."""
    colour = tuple(hashlib.sha256(word.encode()).digest()[:3])
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG", compress_level=1)
    return base64.b64encode(out.getvalue()).decode()


async def draw(request: web.Request) -> web.Response:
    """Generations and edits alike."""
    if request.content_type == "application/json":
        asked = await request.json()
    else:
        asked = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    width, height = map(int, str(asked.get("size", "64x64")).split("x"))
    count = int(asked.get("n", 1))
    data = [{"b64_json": picture(width, height, f"{asked.get('prompt')}{n}")} for n in range(count)]
    return web.json_response({"created": 0, "data": data})


async def models(request: web.Request) -> web.Response:
    """One model."""
    return web.json_response({"object": "list", "data": [{"id": "instant", "object": "model"}]})


async def main() -> None:
    """Serve until killed."""
    app = web.Application(client_max_size=2**26)
    app.router.add_post("/v1/images/generations", draw)
    app.router.add_post("/v1/images/edits", draw)
    app.router.add_get("/v1/models", models)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"instant engine ready at http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
