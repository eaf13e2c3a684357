"""The OpenAI Images API over aiohttp: thin handlers that read, ask the engine, and write JSON or event streams."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from engine.api.access import guard
from engine.pixels.files import encode
from engine.pixels.words import asked_words, can_read, look_for
from engine.profiles.profile import Tier
from engine.provenance.recipe import labelled
from engine.render.events import Done, Event, Failed, Picture, Preview, Queued
from engine.render.request import RenderRequest
from engine.serving.data_urls import picture, pictures
from engine.serving.engine import Engine, Ticket, describe_model
from engine.serving.errors import Refused, error_body

log = logging.getLogger("engine.api.server")

#: tells a job's id, for `DELETE /v1/images/jobs/ID`
JOB_HEADER = "X-Draftroom-Job"
#: the pictures of a form; a file of any other name is refused, never passed over
FILE_FIELDS = ("image", "image[]", "mask", "markup")
ENGINE: web.AppKey[Engine] = web.AppKey("engine", Engine)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(engine: Engine, *, token: str | None, loopback: bool) -> web.Application:
    """The application around an engine. `token` must come as a bearer token where one is set."""
    app = web.Application(
        middlewares=[_tell_errors, guard(token, loopback=loopback)], client_max_size=engine.limits.body_bytes
    )
    app[ENGINE] = engine
    app.add_routes(
        [
            web.post("/v1/images/generations", generations),
            web.post("/v1/images/edits", edits),
            web.post("/v1/masks", masks),
            web.delete("/v1/images/jobs/{name}", cancel),
            web.get("/v1/models", models),
            web.get("/v1/models/{name}", model),
            web.get("/health", health),
            web.get("/metrics", metrics),
        ]
    )
    return app


@web.middleware
async def _tell_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Refused as error:
        return _error_response(error)
    except web.HTTPRequestEntityTooLarge:
        most = request.app[ENGINE].limits.body_bytes // 2**20
        return _error_response(
            Refused(f"The request is too large; at most {most} MiB are accepted.", status=413)
        )
    except web.HTTPException as error:
        if error.status < 400:
            raise
        sentence = f"There is nothing at {request.method} {request.path}."
        return _error_response(Refused(sentence, status=error.status, code="not_found"))
    except ConnectionError:
        raise
    except Exception:
        log.exception("answering %s failed", request.path)
        sentence = "The engine met a defect of its own while answering; its log says more."
        return _error_response(Refused(sentence, status=500, code="internal_error"))


def _error_response(error: Refused) -> web.Response:
    headers = {}
    if error.retry_after is not None:
        headers["Retry-After"] = str(max(1, round(error.retry_after)))
    return web.json_response(error.body(), status=error.status, headers=headers)


async def health(request: web.Request) -> web.Response:
    """Whether the engine lives and serves, and why not."""
    engine = request.app[ENGINE]
    body = {
        "live": True,
        "ready": engine.ready,
        "reason": engine.reason,
        "profile": engine.profile.name,
        "model": engine.profile.name,
        "queue": engine.queue,
        "workers": engine.workers,
    }
    return web.json_response(body, status=200 if engine.ready else 503)


async def metrics(request: web.Request) -> web.Response:
    """Prometheus' text format."""
    return web.Response(
        body=request.app[ENGINE].metrics_text().encode(), headers={"Content-Type": CONTENT_TYPE_LATEST}
    )


async def models(request: web.Request) -> web.Response:
    """The one model that this engine serves, as a list."""
    return web.json_response({"object": "list", "data": [describe_model(request.app[ENGINE])]})


async def model(request: web.Request) -> web.Response:
    """One model by its name."""
    engine = request.app[ENGINE]
    name = request.match_info["name"]
    if not engine.profile.answers_to(name):
        raise Refused(
            f"There is no model “{name[:100]}” here.", status=404, param="model", code="model_not_found"
        )
    return web.json_response(describe_model(engine))


async def generations(request: web.Request) -> web.StreamResponse:
    """New pictures from a JSON body."""
    engine = request.app[ENGINE]
    engine.check_ready()
    fields = await _json_object(request)
    key = request.headers.get("Idempotency-Key")
    return await _answer(request, engine, engine.reader.generation(fields, idempotency_key=key))


async def edits(request: web.Request) -> web.StreamResponse:
    """Changes to a picture, from a multipart form."""
    engine = request.app[ENGINE]
    engine.check_ready()
    form = await _form(request)
    # Decoding pictures takes a while: other people's events must not wait for it.
    render_request = await asyncio.to_thread(
        engine.reader.edit,
        form.fields,
        image=form.images[0] if form.images else None,
        mask=form.mask,
        markup=form.markup,
        others=form.images[1:],
        idempotency_key=request.headers.get("Idempotency-Key"),
    )
    return await _answer(request, engine, render_request)


async def masks(request: web.Request) -> web.StreamResponse:
    """The mask of what a text names in a picture, from a multipart form: its transparent pixels may change."""
    engine = request.app[ENGINE]
    engine.check_ready()
    form = await _form(request)
    image = form.images[0] if form.images else None
    wanted = await asyncio.to_thread(engine.reader.mask, form.fields, image=image)
    ticket = engine.submit(wanted)
    try:
        async for event in _follow(engine, ticket):
            if isinstance(event, Failed):
                raise Refused(event.sentence, status=event.status, code=event.code)
            if isinstance(event, Picture):
                found = event
    finally:
        ticket.close()
    data = await asyncio.to_thread(encode, found.pixels, "png")
    body = {
        "created": int(time.time()),
        "data": [{"b64_json": base64.b64encode(data).decode()}],
        "size": wanted.size,
        "coverage": round(float((found.pixels[..., 3] == 0).mean()), 4),
        "draftroom": {**_measured(engine, wanted, [found]), "model": engine.finder},
    }
    return web.json_response(body, headers={JOB_HEADER: ticket.id})


@dataclass(frozen=True, kw_only=True)
class _Form:
    """A multipart form, or the same as JSON: pictures as their bytes, everything else as it was sent."""

    fields: dict[str, Any]
    images: list[bytes]
    mask: bytes | None
    markup: bytes | None


async def _form(request: web.Request) -> _Form:
    if request.content_type == "application/json":
        return _from_json(await _json_object(request))
    if not request.content_type.startswith("multipart/"):
        raise Refused("An edit must be sent as a multipart form with the picture as “image”.", param="image")
    try:
        form = await request.post()
    except ValueError as error:
        raise Refused("The multipart form cannot be read.") from error
    files = {
        name: [value.file.read() for value in form.getall(name) if isinstance(value, web.FileField)]
        for name in form
    }
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    if unknown := files.keys() - fields.keys() - set(FILE_FIELDS):
        name = min(unknown)
        raise Refused(
            f"A file named “{name}” is not known here: pictures are sent as “image”, “mask” or “markup”.",
            param=name,
            code="unknown_parameter",
        )
    if misplaced := set(FILE_FIELDS) & fields.keys():
        # Passing over it would repaint a whole picture whose owner meant to protect most of it.
        name = min(misplaced)
        raise Refused(f"“{name}” must be sent as a file, with a file name.", param=name)
    return _Form(
        fields=fields,
        images=files.get("image", []) + files.get("image[]", []),
        mask=next(iter(files.get("mask", [])), None),
        markup=next(iter(files.get("markup", [])), None),
    )


def _from_json(fields: dict[str, Any]) -> _Form:
    images = fields.pop("images", fields.pop("image", None))
    mask, markup = fields.pop("mask", None), fields.pop("markup", None)
    return _Form(
        fields=fields,
        images=[] if images is None else pictures(images if isinstance(images, list) else [images], "images"),
        mask=None if mask is None else picture(mask, "mask"),
        markup=None if markup is None else picture(markup, "markup"),
    )


async def _json_object(request: web.Request) -> dict[str, Any]:
    try:
        fields = await request.json()
    except (ValueError, LookupError, RecursionError) as error:
        raise Refused("The body is not valid JSON.") from error
    if not isinstance(fields, dict):
        raise Refused("The body must be a JSON object.")
    return fields


async def cancel(request: web.Request) -> web.Response:
    """Stop a job at its next step; whoever waits for it is told."""
    name = request.match_info["name"]
    stopped = request.app[ENGINE].cancel(name)
    return web.json_response({"id": name, "object": "image.job", "cancelled": stopped})


async def _answer(request: web.Request, engine: Engine, wanted: RenderRequest) -> web.StreamResponse:
    ticket = engine.submit(wanted)
    try:
        if wanted.stream:
            return await _stream(request, engine, wanted, ticket)
        return await _whole(engine, wanted, ticket)
    finally:
        # Reached too when the client hangs up: the server runs with handler_cancellation.
        ticket.close()


async def _follow(engine: Engine, ticket: Ticket) -> AsyncIterator[Event | None]:
    """A job's events until it ends; None now and then while nothing happens."""
    number = 0
    while True:
        event = await ticket.log.get(number, patience_seconds=engine.limits.stream_keepalive_seconds)
        yield event
        if event is None:
            continue
        number += 1
        if isinstance(event, Done | Failed):
            return


async def _whole(engine: Engine, wanted: RenderRequest, ticket: Ticket) -> web.Response:
    pictures: list[Picture] = []
    async for event in _follow(engine, ticket):
        if isinstance(event, Picture):
            pictures.append(event)
        elif isinstance(event, Failed):
            raise Refused(event.sentence, status=event.status, code=event.code)
    pictures.sort(key=lambda picture: picture.index)
    request = ticket.request
    data = [
        {
            "b64_json": await _encoded(engine, wanted, request, picture),
            "seed": picture.seed,
            **await _words(request, picture),
        }
        for picture in pictures
    ]
    body = {
        "created": int(time.time()),
        "data": data,
        **_look(wanted),
        "usage": _usage(wanted, len(pictures)),
        "draftroom": _measured(engine, request, pictures),
    }
    return web.json_response(body, headers={JOB_HEADER: ticket.id})


async def _stream(
    request: web.Request, engine: Engine, wanted: RenderRequest, ticket: Ticket
) -> web.StreamResponse:
    response = web.StreamResponse(
        headers={
            "Content-Type": "text/event-stream; charset=utf-8",
            "Cache-Control": "no-store",
            JOB_HEADER: ticket.id,
        }
    )
    await response.prepare(request)
    kind = "image_edit" if wanted.is_edit else "image_generation"
    async for event in _follow(engine, ticket):
        if event is None:
            await response.write(b": working\n\n")
            continue
        found = await _event_body(engine, wanted, ticket.request, kind, event)
        if found is not None:
            payload = json.dumps(found, separators=(",", ":"))
            await response.write(f"event: {found['type']}\ndata: {payload}\n\n".encode())
    await response.write_eof()
    return response


async def _event_body(
    engine: Engine, wanted: RenderRequest, made: RenderRequest, kind: str, event: Event
) -> dict[str, Any] | None:
    if isinstance(event, Queued):
        return {"type": "draftroom.queued", "position": event.position, "job": event.job}
    if isinstance(event, Preview):
        if event.number >= wanted.partial_images:
            return None
        rough = await asyncio.to_thread(
            encode,
            event.pixels,
            wanted.output_format,
            compression=wanted.compression,
            colour_profile=wanted.colour_profile,
            lossless=wanted.tier is Tier.FIX,
        )
        return {
            "type": f"{kind}.partial_image",
            "b64_json": base64.b64encode(rough).decode(),
            "partial_image_index": event.number,
            "image_index": event.index,
            "created_at": int(time.time()),
            **_look(wanted),
        }
    if isinstance(event, Picture):
        return {
            "type": f"{kind}.completed",
            "b64_json": await _encoded(engine, wanted, made, event),
            "image_index": event.index,
            "seed": event.seed,
            **await _words(made, event),
            "created_at": int(time.time()),
            **_look(wanted),
            "usage": _usage(wanted, 1),
            "draftroom": _measured(engine, made, [event]),
        }
    if isinstance(event, Failed):
        return {"type": "error", **error_body(event.sentence, status=event.status, code=event.code)}
    return None


async def _encoded(engine: Engine, wanted: RenderRequest, made: RenderRequest, picture: Picture) -> str:
    data = await asyncio.to_thread(labelled, wanted, made, picture, engine.profile)
    return base64.b64encode(data).decode()


async def _words(made: RenderRequest, picture: Picture) -> dict[str, Any]:
    """Whether the words that the prompt asks for can be read, where it asks and the extra is there."""
    asked = asked_words(made.prompt)
    if not asked or not can_read():
        return {}
    try:
        found = await asyncio.to_thread(look_for, asked, picture.pixels)
    except Exception:
        # A picture is not lost because it could not be read.
        log.exception("reading a picture's words failed")
        return {}
    return {"words": found.told()}


def _look(wanted: RenderRequest) -> dict[str, str]:
    told = {} if wanted.safety_identifier is None else {"safety_identifier": wanted.safety_identifier}
    return {
        **told,
        "size": wanted.size,
        "quality": wanted.quality,
        "background": "transparent" if wanted.transparent else "opaque",
        "output_format": wanted.output_format,
    }


def _usage(wanted: RenderRequest, pictures: int) -> dict[str, Any]:
    """Tokens in the API's sense: words of the prompt, and patches of 16 × 16 pixels."""
    text = len(wanted.prompt.split())
    image_in = wanted.image.shape[0] * wanted.image.shape[1] // 256 if wanted.image is not None else 0
    image_out = pictures * wanted.width * wanted.height // 256
    return {
        "input_tokens": text + image_in,
        "output_tokens": image_out,
        "total_tokens": text + image_in + image_out,
        "input_tokens_details": {"text_tokens": text, "image_tokens": image_in},
        "output_tokens_details": {"text_tokens": 0, "image_tokens": image_out},
    }


def _measured(engine: Engine, made: RenderRequest, pictures: list[Picture]) -> dict[str, Any]:
    joules = [picture.measured.joules for picture in pictures if picture.measured.joules is not None]
    return {
        "seconds": round(sum(picture.measured.seconds for picture in pictures), 4),
        "queue_seconds": round(max((picture.measured.queue_seconds for picture in pictures), default=0.0), 4),
        "steps": max((picture.measured.steps for picture in pictures), default=0),
        "model": engine.profile.name,
        "tier": made.tier.value,
        "joules": round(sum(joules), 3) if joules else None,
    }
