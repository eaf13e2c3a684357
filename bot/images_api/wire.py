"""The Images API on the wire: fields and forms out, JSON and server-sent events in. Pure but for reading bodies."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

import aiohttp

from bot.images_api.types import (
    EngineBusy,
    EngineError,
    EngineEvent,
    EngineFailed,
    EngineLacks,
    EngineRefused,
    Options,
    Picture,
    Preview,
    Queued,
)
from bot.texts import say

#: Largest event of a stream, in bytes: a picture in base64, with room to spare.
EVENT_LIMIT_BYTES = 64 * 2**20


def standard_fields(options: Options, prompt: str, model: str) -> dict[str, Any]:
    values = {
        "model": options.model or model or None,
        "prompt": prompt,
        "n": options.count,
        "size": f"{options.size[0]}x{options.size[1]}" if options.size else None,
        "quality": {"draft": "low", "fix": "medium", "pro": "high"}.get(options.tier or ""),
        "output_format": "png",
    }
    return {name: value for name, value in values.items() if value is not None}


def our_fields(options: Options) -> dict[str, Any]:
    return {
        "stream": True,
        "partial_images": options.partial_images,
        "tier": options.tier,
        "seeds": list(options.seeds) or None,
        "steps": options.steps,
        "guidance": options.guidance,
        "negative_prompt": options.negative_prompt,
        "fairness_key": options.fairness_key,
        "priority": options.priority,
        "idempotency_key": options.idempotency_key,
    }


def form_of(fields: Mapping[str, Any], files: Mapping[str, bytes]) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, data in files.items():
        kind = "image/png" if data.startswith(b"\x89PNG") else "application/octet-stream"
        form.add_field(name, data, filename=f"{name}.png", content_type=kind)
    for name, value in fields.items():
        form.add_field(name, value if isinstance(value, str) else json.dumps(value))
    return form


async def json_or_none(answer: aiohttp.ClientResponse) -> Any:
    try:
        return json.loads(await answer.read())
    except ValueError:
        return None


def is_about_a_field(status: int, body: Any) -> bool:
    """Whether a refusal says that the server does not know a field of ours."""
    if status not in (400, 422):
        return False
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict) and error.get("code") == "unknown_parameter":
        return True
    words = json.dumps(body)
    return (
        re.search(
            r"unknown|unrecogni[sz]ed|unsupported|not supported|extra[_ ]\w*|not permitted", words, re.I
        )
        is not None
    )


def error_from(status: int, body: Any, retry_after: str | None) -> EngineError:
    error = body.get("error") if isinstance(body, dict) else None
    sentence = error.get("message") if isinstance(error, dict) else None
    if not isinstance(sentence, str) or not sentence:
        sentence = say("engine-unexplained", status=status)
    try:
        seconds = float(retry_after) if retry_after else None
    except ValueError:
        seconds = None
    if status in (429, 503):
        return EngineBusy(sentence, seconds)
    if status >= 500:
        return EngineFailed(sentence)
    if _of(error, "code") == "no_segmenter":
        return EngineLacks(sentence)
    return EngineRefused(sentence)


async def messages(content: aiohttp.StreamReader) -> AsyncIterator[dict[str, Any]]:
    """The JSON objects of a server-sent event stream."""
    waiting = bytearray()
    async for chunk in content.iter_any():
        searched = max(0, len(waiting) - 3)
        waiting += chunk.replace(b"\r", b"")
        while (end := waiting.find(b"\n\n", searched)) >= 0:
            block, searched = bytes(waiting[:end]), 0
            del waiting[: end + 2]
            lines = (line[5:].strip() for line in block.split(b"\n") if line.startswith(b"data:"))
            data = b"\n".join(lines)
            if not data or data == b"[DONE]":
                continue
            try:
                message = json.loads(data)
            except ValueError as error:
                raise EngineFailed(say("engine-event-unreadable")) from error
            if isinstance(message, dict):
                yield message
        if len(waiting) > EVENT_LIMIT_BYTES:
            raise EngineFailed(say("engine-event-too-large"))


def event_from(message: Mapping[str, Any], finished: int) -> EngineEvent | None:
    """One event; None for kinds that we have no use for. `finished` numbers pictures that carry no index."""
    kind = str(message.get("type", ""))
    if message.get("error"):
        status = {"queue_full": 429, "not_ready": 503}.get(str(_of(message["error"], "code")), 500)
        raise error_from(status, message, None)
    if kind == "draftroom.queued":
        return Queued(position=int(message.get("position", 0)))
    if kind.endswith(".partial_image"):
        return Preview(
            index=int(message.get("image_index", 0)),
            png=_bytes_of(message),
            number=int(message.get("partial_image_index", 0)),
        )
    if kind.endswith(".completed"):
        return _picture(message, int(message.get("image_index", finished)), message.get("draftroom"))
    return None


def pictures_from(body: Any) -> list[Picture]:
    listed = body.get("data") if isinstance(body, dict) else None
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        raise EngineFailed(say("engine-no-pictures"))
    measured = body.get("draftroom")
    share = dict(measured) if isinstance(measured, dict) else {}
    for name in ("seconds", "joules"):
        if isinstance(share.get(name), int | float):
            share[name] = share[name] / len(listed)
    used = [count // len(listed) for count in _tokens(body)]
    pictures = [_picture(item, index, share) for index, item in enumerate(listed)]
    return [replace(picture, input_tokens=used[0], output_tokens=used[1]) for picture in pictures]


def _tokens(answer: Mapping[str, Any]) -> tuple[int, int]:
    """Input and output tokens of an answer's `usage`; 0 where there are none."""
    counts = [_of(answer.get("usage"), name) for name in ("input_tokens", "output_tokens")]
    given, drawn = (count if isinstance(count, int) and count > 0 else 0 for count in counts)
    return given, drawn


def _picture(item: Mapping[str, Any], index: int, measured: Any) -> Picture:
    details = dict(measured) if isinstance(measured, dict) else {}
    given, drawn = _tokens(item)
    seed, seconds, joules = item.get("seed"), details.pop("seconds", None), details.pop("joules", None)
    return Picture(
        index=index,
        png=_bytes_of(item),
        seed=seed if isinstance(seed, int) else None,
        seconds=float(seconds) if isinstance(seconds, int | float) else None,
        joules=float(joules) if isinstance(joules, int | float) else None,
        input_tokens=given,
        output_tokens=drawn,
        details=details,
    )


def _bytes_of(item: Mapping[str, Any]) -> bytes:
    text = item.get("b64_json")
    if not isinstance(text, str):
        raise EngineFailed(say("engine-no-bytes"))
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise EngineFailed(say("engine-undecodable")) from error


def _of(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None
