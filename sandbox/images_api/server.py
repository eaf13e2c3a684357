"""The HTTP around a form's rules: reads requests, refuses or draws, answers as JSON, events or links."""

from __future__ import annotations

import asyncio
import base64
import json
import time
import uuid
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import BodyPartReader, web

from sandbox.images_api import drawing
from sandbox.images_api.asked import Asked
from sandbox.images_api.fields import FILE_LIMIT, Fields, File
from sandbox.images_api.forms import Form
from sandbox.images_api.refusals import Refusal, missing

#: Pictures that are kept for links, the newest.
LINKS_KEPT = 50
#: Words that stand for what a moderation refuses.
REFUSED_WORDS = "[refused]"


@dataclass(kw_only=True)
class Entry:
    """One request that was answered."""

    path: str
    #: As they came; of files how many.
    fields: dict[str, Any] = field(default_factory=dict)
    status: int = 0
    error: dict[str, Any] | None = None


_entry: ContextVar[Entry] = ContextVar("entry")


class Server:
    """A server of one form on a port. `log` holds what was asked, and what came of it."""

    def __init__(
        self, form: Form, *, host: str = "127.0.0.1", port: int = 0, key: str = "", step_s: float = 0.0
    ) -> None:
        """`key` is the only one that is accepted, empty: any; `step_s` is how long each picture takes."""
        self.form, self._host, self._port, self._key, self._step_s = form, host, port, key, step_s
        self.log: list[Entry] = []
        self._links: dict[str, tuple[bytes, str]] = {}
        app = web.Application(client_max_size=17 * FILE_LIMIT, middlewares=[self._refusals])
        app.router.add_get("/v1/models", self._models)
        app.router.add_post("/v1/images/generations", self._generations)
        app.router.add_post("/v1/images/edits", self._edits)
        app.router.add_get("/v1/images/{name}/content", self._link)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1, access_log=None)
        self.url = ""

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        self.url = f"http://{self._host}:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    @web.middleware
    async def _refusals(self, request: web.Request, handler: Any) -> web.StreamResponse:
        entry = Entry(path=request.path)
        _entry.set(entry)
        try:
            self._check_key(request)
            answer: web.StreamResponse = await handler(request)
        except Refusal as refusal:
            body = refusal.body()
            answer = web.json_response(body, status=refusal.status)
            entry.error = body["error"]
        except web.HTTPException as error:
            message = (
                f"Invalid URL ({request.method} {request.path})" if error.status == 404 else error.reason
            )
            return web.json_response(Refusal(message, status=error.status).body(), status=error.status)
        if request.method == "POST":
            entry.status = answer.status
            self.log.append(entry)
        return answer

    def _check_key(self, request: web.Request) -> None:
        if not request.path.startswith("/v1/") or not self.form.key_needed:
            return
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not key:
            raise Refusal(
                "You didn't provide an API key. Send it in the Authorization header, as Bearer YOUR_KEY.",
                status=401,
            )
        if self._key and key != self._key:
            raise Refusal(f"Incorrect API key provided: {key[:3]}…", code="invalid_api_key", status=401)

    async def _models(self, request: web.Request) -> web.Response:
        listed = [
            {"id": name, "object": "model", "created": 1_700_000_000, "owned_by": "practice"}
            for name in self.form.models
        ]
        return web.json_response({"object": "list", "data": listed})

    async def _generations(self, request: web.Request) -> web.StreamResponse:
        if request.content_type != "application/json":
            raise Refusal(
                f"Unsupported content type: '{request.content_type}'. Send 'application/json'.",
                code="unsupported_content_type",
            )
        try:
            values = await request.json()
        except ValueError as error:
            raise Refusal("We could not parse the JSON body of your request.") from error
        if not isinstance(values, dict):
            raise Refusal("The body of your request is no JSON object.")
        _entry.get().fields = values
        return await self._made(request, self.form.generation(Fields(values)))

    async def _edits(self, request: web.Request) -> web.StreamResponse:
        if request.content_type != "multipart/form-data":
            raise Refusal(
                f"Unsupported content type: '{request.content_type}'. Send 'multipart/form-data'.",
                code="unsupported_content_type",
            )
        values: dict[str, str] = {}
        files: dict[str, list[File]] = {}
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or not part.name:
                raise missing("image")
            data = bytes(await part.read())
            if part.filename is None:
                values[part.name] = data.decode("utf-8", "replace")
            else:
                mime = part.headers.get("Content-Type", "application/octet-stream")
                files.setdefault(part.name, []).append(File(data, mime))
        _entry.get().fields = {**values, **{name: len(found) for name, found in files.items()}}
        return await self._made(request, self.form.edit(Fields(values, files)))

    async def _made(self, request: web.Request, asked: Asked) -> web.StreamResponse:
        if REFUSED_WORDS in asked.prompt:
            raise Refusal(
                "Your request was rejected by the safety system.", code="moderation_blocked", status=400
            )
        return await (self._streamed(request, asked) if asked.stream else self._whole(asked))

    async def _whole(self, asked: Asked) -> web.Response:
        began, data = time.monotonic(), []
        for number in range(asked.n):
            await asyncio.sleep(self._step_s)
            file = await asyncio.to_thread(_file, asked, number)
            data.append(self._linked(file, asked) if asked.links else {"b64_json": _b64(file)})
        body: dict[str, Any] = {"created": int(time.time()), "data": data, **_look(asked)}
        if self.form.counts_tokens:
            body["usage"] = drawing.usage(asked, asked.n, 0)
        if self.form.says_seconds:
            body |= {
                "id": uuid.uuid4().hex,
                "inference_time_s": time.monotonic() - began,
                "peak_memory_mb": 1.0,
            }
        return web.json_response(body)

    def _linked(self, file: bytes, asked: Asked) -> dict[str, str]:
        name = uuid.uuid4().hex
        self._links[name] = (file, f"image/{asked.output_format}")
        for old in list(self._links)[:-LINKS_KEPT]:
            del self._links[old]
        return {"url": f"/v1/images/{name}/content"}

    async def _link(self, request: web.Request) -> web.Response:
        file, mime = self._links.get(request.match_info["name"], (b"", ""))
        if not file:
            raise web.HTTPNotFound
        return web.Response(body=file, content_type=mime)

    async def _streamed(self, request: web.Request, asked: Asked) -> web.StreamResponse:
        """Events without an index of the picture, as the published ones are."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        kind = "image_edit" if asked.is_edit else "image_generation"
        for number in range(asked.n):
            for index in range(asked.partial_images):
                await asyncio.sleep(self._step_s / (asked.partial_images + 1))
                rough = await asyncio.to_thread(_rough, asked, number)
                await _event(response, f"{kind}.partial_image", rough, asked, partial_image_index=index)
            await asyncio.sleep(self._step_s / (asked.partial_images + 1))
            file = await asyncio.to_thread(_file, asked, number)
            usage = drawing.usage(asked, 1, asked.partial_images)
            await _event(response, f"{kind}.completed", file, asked, usage=usage)
        await response.write_eof()
        return response


async def _event(response: web.StreamResponse, kind: str, file: bytes, asked: Asked, **more: Any) -> None:
    body = {"type": kind, "b64_json": _b64(file), "created_at": int(time.time()), **_look(asked), **more}
    await response.write(f"event: {kind}\ndata: {json.dumps(body)}\n\n".encode())


def _file(asked: Asked, number: int) -> bytes:
    return drawing.encoded(drawing.draw(asked, number), asked)


def _rough(asked: Asked, number: int) -> bytes:
    return drawing.encoded(drawing.partial(asked, number), asked)


def _look(asked: Asked) -> dict[str, str]:
    identified = {} if asked.safety_identifier is None else {"safety_identifier": asked.safety_identifier}
    return {
        **identified,
        "size": f"{asked.size[0]}x{asked.size[1]}",
        "quality": "medium" if asked.quality == "auto" else asked.quality,
        "background": asked.background,
        "output_format": asked.output_format,
    }


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
