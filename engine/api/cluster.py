"""The engine on several machines: a Ray Serve application of painters, each a whole engine with its own queue.

`python -m engine.cluster --replicas 2`. Its front passes requests on and asks another painter where one is lost.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import aiohttp
import ray
from aiohttp import web
from ray import serve
from ray.exceptions import RayActorError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from engine.api.access import TOKEN_VARIABLE, is_loopback
from engine.api.server import make_app
from engine.profiles.profile import ProfileError, load_profile
from engine.serving.engine import Engine
from engine.serving.errors import error_body

#: headers that belong to one connection, or that the next hop writes itself
OF_CONNECTION = {"connection", "content-length", "host", "keep-alive", "transfer-encoding", "upgrade"}
#: says which painter answered
PAINTER_HEADER = "Draftroom-Painter"
#: how often a request is begun again when its painter is lost
TRIES = 5
#: most requests that one painter holds; its own queue refuses earlier, in a sentence
ONGOING = 256


class Painter:
    """One replica: the engine and its HTTP server on an address that only this process uses."""

    async def __init__(self, profile: str, token: str | None, loopback: bool) -> None:  # type: ignore[misc]
        self._engine = Engine(load_profile(profile))
        app = make_app(self._engine, token=token, loopback=loopback)
        runner = web.AppRunner(app, handler_cancellation=True, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self._address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=None), auto_decompress=False, read_bufsize=2**22
        )
        self._engine.start()
        if not await self._engine.settled():
            raise RuntimeError(self._engine.reason)

    async def check_health(self) -> None:
        """Serve replaces a painter that raises here."""
        if not self._engine.ready:
            raise RuntimeError(self._engine.reason)

    async def answer(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> AsyncIterator[tuple[int, dict[str, str]] | bytes]:
        """Status and headers first, then the body as it comes. Closing the iterator stops the work."""
        url = self._address + target
        async with self._session.request(method, url, headers=headers, data=body) as found:
            kept = {name: value for name, value in found.headers.items() if name.lower() not in OF_CONNECTION}
            yield found.status, {**kept, PAINTER_HEADER: str(os.getpid())}
            async for chunk in found.content.iter_any():
                yield chunk


class Front:
    """Passes requests to the painters; begins one again elsewhere while none of its pictures were delivered."""

    def __init__(self, painters: Any) -> None:
        self._painters = painters.options(method_name="answer", stream=True)

    async def __call__(self, request: Request) -> Response:
        headers = {name: value for name, value in request.headers.items() if name not in OF_CONNECTION}
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        asked = (request.method, target, headers, await request.body())
        for _ in range(TRIES):
            parts = self._painters.remote(*asked)
            try:
                status, told = await anext(parts)
                if not told.get("Content-Type", "").startswith("text/event-stream"):
                    # A whole answer is small: it is read before anything is promised.
                    return Response(b"".join([chunk async for chunk in parts]), status, told)
                return StreamingResponse(self._events(parts, asked), status, told)
            except RayActorError:
                continue
        return JSONResponse(error_body(LOST, status=503, code="worker_lost"), 503, {"Retry-After": "5"})

    async def _events(self, parts: Any, asked: tuple[Any, ...]) -> AsyncIterator[bytes]:
        delivered = False
        for _ in range(TRIES):
            try:
                async for chunk in parts:
                    if isinstance(chunk, bytes):
                        delivered = delivered or b".completed" in chunk
                        yield chunk
                return
            except RayActorError:
                if delivered:
                    break
                parts = self._painters.remote(*asked)
                yield b"\n\n"
        body = JSONResponse({"type": "error", **error_body(LOST, status=503, code="worker_lost")}).body
        yield b"\n\nevent: error\ndata: " + bytes(body) + b"\n\n"


LOST = "The machine that painted this was lost; send the request again."


def application(
    profile: str,
    *,
    replicas: int = 1,
    most_replicas: int | None = None,
    gpus: float = 0.0,
    cpus: float = 1.0,
    token: str | None = None,
    loopback: bool = True,
) -> Any:
    """The Serve application. With `most_replicas` Serve adds painters while requests wait; `gpus` may be a fraction."""
    scaling: dict[str, Any] = {"num_replicas": replicas}
    if most_replicas is not None:
        limits = {"min_replicas": replicas, "max_replicas": most_replicas, "target_ongoing_requests": 4}
        scaling = {"autoscaling_config": limits}
    resources = {"num_cpus": cpus, "num_gpus": gpus}
    # Serve's own batching knows no priorities: each painter's queue does that, so it must hold many requests.
    painter = serve.deployment(
        Painter, name="painter", max_ongoing_requests=ONGOING, ray_actor_options=resources, **scaling
    )
    front = serve.deployment(
        Front, name="front", max_ongoing_requests=ONGOING * 16, ray_actor_options={"num_cpus": 0}
    )
    return front.bind(painter.bind(profile, token, loopback))


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to stop; joins the cluster of RAY_ADDRESS, or starts one on this machine."""
    parser = argparse.ArgumentParser(prog="engine.api.cluster", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8061)
    parser.add_argument("--profile", default="starter")
    parser.add_argument("--replicas", type=int, default=1, help="painters, at least (default: %(default)s)")
    parser.add_argument("--most-replicas", type=int, help="painters, at most, when requests wait")
    parser.add_argument("--gpus", type=float, default=0.0, help="GPUs per painter; 0.5 lets two share one")
    parser.add_argument("--cpus", type=float, default=1.0, help="cores per painter (default: %(default)s)")
    options = parser.parse_args(arguments)
    token = os.environ.get(TOKEN_VARIABLE) or None
    if token is None and not is_loopback(options.host):
        print(
            f"Other machines could reach the engine on {options.host}: set {TOKEN_VARIABLE} first.",
            file=sys.stderr,
        )
        return 2
    try:
        load_profile(options.profile)
    except ProfileError as error:
        print(error, file=sys.stderr)
        return 2
    ray.init(ignore_reinit_error=True, log_to_driver=False)
    serve.start(http_options={"host": options.host, "port": options.port})
    serve.run(
        application(
            options.profile,
            replicas=options.replicas,
            most_replicas=options.most_replicas,
            gpus=options.gpus,
            cpus=options.cpus,
            token=token,
            loopback=is_loopback(options.host),
        )
    )
    print(f"engine ready on http://{options.host}:{options.port}", flush=True)
    asyncio.run(_until_stopped())
    serve.shutdown()
    return 0


async def _until_stopped() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()


if __name__ == "__main__":
    sys.exit(main())
