"""The Images API on the wire: fields and forms out, JSON and server-sent events in. Pure but for reading bodies."""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import aiohttp

from bot.images_api import judging
from bot.images_api.capabilities import Capabilities
from bot.images_api.presets import Choice
from bot.images_api.types import (
    EngineBlocked,
    EngineBusy,
    EngineError,
    EngineEvent,
    EngineFailed,
    EngineLacks,
    EngineRefused,
    Lora,
    Options,
    Picture,
    Preview,
    Queued,
)
from bot.texts import say

OptionsT = TypeVar("OptionsT", bound=Options)

#: Room for all of an answer that is no picture, in bytes.
WORDS_LIMIT_BYTES = 4 * 2**20
#: Of what a server says of its refusal, in characters.
SENTENCE_LIMIT = 300
#: Codes of accounts that have to be paid first.
_UNPAID = ("insufficient_quota", "billing_hard_limit_reached", "billing_not_active")
#: Codes of what a checker refused: OpenAI's, which the engine's own checkers use too.
BLOCKED = ("moderation_blocked", "content_policy_violation")
#: Longest pause that a server can ask for, in seconds.
RETRY_LIMIT_S = 3_600.0


def fields_of(
    options: Options, prompt: str, choice: Choice, can: Capabilities, extras: Mapping[str, Any]
) -> dict[str, Any]:
    """What is sent to a server that can do this, by its own names."""
    by_tier = {"draft": "low", "fix": "medium", "pro": "high"}.get(options.tier or "")
    values = {
        "model": options.model or choice.model or None,
        "prompt": prompt,
        "n": options.count,
        "size": f"{options.size[0]}x{options.size[1]}" if options.size else None,
        "quality": choice.quality or by_tier,
        "output_format": "png",
        "stream": True,
        "partial_images": min(options.partial_images, can.most_previews),
        "tier": options.tier,
        "seeds": list(options.seeds) or None,
        "steps": options.steps,
        "guidance": options.guidance,
        "negative_prompt": options.negative_prompt,
        "loras": [_lora(one) for one in options.loras] or None,
        "fairness_key": options.fairness_key,
        "priority": options.priority,
        "idempotency_key": options.idempotency_key,
        **extras,
    }
    if can.names.get("seeds") == "seed" and options.seeds:
        values["seeds"] = options.seeds[0]
    ours = {can.names.get(name, name): value for name, value in values.items() if can.takes(name)}
    wanted = {name: value for name, value in can.wants.items() if can.takes(name)}
    return {name: value for name, value in {**ours, **wanted}.items() if value is not None}


def _lora(one: Lora) -> dict[str, Any]:
    return {"name": one.name} if one.weight is None else {"name": one.name, "weight": one.weight}


def parts_of(options: OptionsT, can: Capabilities) -> list[OptionsT]:
    """The requests in which a server draws this: one, but where it takes fewer pictures at once, or one seed."""
    most = can.most_pictures
    unnumbered = (
        can.takes("stream") and not can.numbers_previews and min(options.partial_images, can.most_previews)
    )
    if (can.names.get("seeds") == "seed" and can.takes("seeds") and options.seeds) or unnumbered:
        most = 1
    if options.count <= most:
        return [options]
    key = options.idempotency_key
    return [
        replace(
            options,
            seeds=options.seeds[first : first + most],
            n=min(most, options.count - first),
            idempotency_key=None if key is None else f"{key}:{first}",
        )
        for first in range(0, options.count, most)
    ]


#: How files of pictures begin, and what they are; a WebP says so a little later.
_KINDS = ((b"\x89PNG", "png"), (b"\xff\xd8", "jpeg"), (b"RIFF", "webp"))


def form_of(fields: Mapping[str, Any], files: Mapping[str, bytes]) -> aiohttp.FormData:
    """The same as a form with its pictures."""
    form = aiohttp.FormData()
    for name, data in files.items():
        kind = next((kind for beginning, kind in _KINDS if data.startswith(beginning)), "png")
        form.add_field(name, data, filename=f"{name}.{kind}", content_type=f"image/{kind}")
    for name, value in fields.items():
        form.add_field(name, value if isinstance(value, str) else json.dumps(value))
    return form


def bytes_limit(options: Options, pictures: int) -> int:
    """The largest answer of so many pictures: 16 bits a channel, uncompressed, in base64, and words."""
    width, height = options.size or (4_096, 4_096)
    return pictures * width * height * 8 * 4 // 3 + WORDS_LIMIT_BYTES


async def body_of(content: AsyncIterator[bytes], limit: int) -> bytes:
    """A whole body. Raises EngineFailed for one that is too large."""
    body = bytearray()
    async for chunk in content:
        body += chunk
        if len(body) > limit:
            raise EngineFailed(say("engine-answer-too-large"))
    return bytes(body)


async def json_or_none(content: AsyncIterator[bytes], limit: int = WORDS_LIMIT_BYTES) -> Any:
    """The JSON of a body. Raises EngineFailed for one that is too large."""
    try:
        return json.loads(await body_of(content, limit))
    except (ValueError, RecursionError):
        return None


def error_from(status: int, body: Any, retry_after: str | None) -> EngineError:
    error = body.get("error") if isinstance(body, dict) else None
    sentence = error.get("message") if isinstance(error, dict) else None
    sentence = " ".join(sentence.split()) if isinstance(sentence, str) else ""
    if not sentence:
        sentence = say("engine-unexplained", status=status)
    elif len(sentence) > SENTENCE_LIMIT:
        sentence = sentence[: SENTENCE_LIMIT - 1] + "…"
    seconds = _pause(retry_after)
    if _of(error, "code") in _UNPAID:
        # It says 429, but no waiting helps.
        return EngineRefused(sentence)
    if _of(error, "code") in BLOCKED:
        # Also of a whole stream, which tells no status.
        return EngineBlocked(sentence)
    if status in (429, 503):
        return EngineBusy(sentence, seconds)
    if status >= 500:
        return EngineFailed(sentence)
    if _of(error, "code") == "no_segmenter":
        return EngineLacks(sentence)
    return EngineRefused(sentence)


def _pause(retry_after: str | None) -> float | None:
    """The seconds of a Retry-After header; None for anything else."""
    try:
        seconds = float(retry_after or "")
    except ValueError:
        return None
    return min(seconds, RETRY_LIMIT_S) if seconds >= 0 and not math.isnan(seconds) else None


async def messages(content: AsyncIterator[bytes], limit: int) -> AsyncIterator[dict[str, Any]]:
    """The JSON objects of a server-sent event stream, none larger than `limit` bytes."""
    waiting = bytearray()
    async for chunk in content:
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
            except (ValueError, RecursionError) as error:
                raise EngineFailed(say("engine-event-unreadable")) from error
            if isinstance(message, dict):
                yield message
        if len(waiting) > limit:
            raise EngineFailed(say("engine-event-too-large"))


def event_from(message: Mapping[str, Any], options: Options, finished: int) -> EngineEvent | None:
    """One event; None for kinds that we have no use for. `finished` numbers pictures that carry no index."""
    kind = str(message.get("type", ""))
    if message.get("error"):
        status = {"queue_full": 429, "not_ready": 503}.get(str(_of(message["error"], "code")), 500)
        raise error_from(status, message, None)
    if kind == "draftroom.queued":
        position = message.get("position")
        return Queued(position=max(0, position) if isinstance(position, int) else 0)
    if kind.endswith(".partial_image"):
        return _preview(message, options)
    if kind.endswith(".completed"):
        number = judging.index(message.get("image_index", finished), options.count)
        return _picture(message, number, message.get("draftroom"))
    return None


def _preview(message: Mapping[str, Any], options: Options) -> Preview | None:
    """A preview; None where it cannot be told whose it is, or cannot be shown: the finished picture will come."""
    # Without an index it is the only picture's, or nobody's.
    which = message.get("image_index", 0 if options.count == 1 else None)
    number = message.get("partial_image_index", 0)
    if not isinstance(which, int) or not 0 <= which < options.count or not isinstance(number, int):
        return None
    try:
        png = _bytes_of(message)
    except EngineFailed:
        return None
    return Preview(index=which, png=png, number=number) if judging.is_preview(png, options.size) else None


def pictures_from(body: Any, options: Options) -> list[Picture]:
    """The pictures of a whole answer. Raises EngineFailed."""
    listed = body.get("data") if isinstance(body, dict) else None
    if not isinstance(listed, list) or not listed or not all(isinstance(item, dict) for item in listed):
        raise EngineFailed(say("engine-no-pictures"))
    if len(listed) != options.count:
        raise EngineFailed(say("engine-other-count", pictures=len(listed), asked=options.count))
    measured = body.get("draftroom")
    # SGLang measures the whole request.
    share = dict(measured) if isinstance(measured, dict) else {"seconds": body.get("inference_time_s")}
    for name, most in (("seconds", judging.SECONDS_LIMIT), ("joules", judging.JOULES_LIMIT)):
        whole = judging.amount(share.get(name), most * len(listed), name)
        share[name] = None if whole is None else whole / len(listed)
    used = [count // len(listed) for count in _tokens(body, len(listed))]
    pictures = [_picture(item, index, share) for index, item in enumerate(listed)]
    return [replace(picture, input_tokens=used[0], output_tokens=used[1]) for picture in pictures]


def _tokens(answer: Mapping[str, Any], pictures: int = 1) -> tuple[int, int]:
    """Input and output tokens of an answer's `usage`; 0 where there are none. Raises EngineFailed."""
    counts = (
        judging.amount(_of(answer.get("usage"), name), judging.TOKENS_LIMIT * pictures, name)
        for name in ("input_tokens", "output_tokens")
    )
    given, drawn = (int(count or 0) for count in counts)
    return given, drawn


def _picture(item: Mapping[str, Any], index: int, measured: Any) -> Picture:
    details = dict(measured) if isinstance(measured, dict) else {}
    given, drawn = _tokens(item)
    steps = judging.amount(details.pop("steps", None), judging.STEPS_LIMIT, "steps")
    return Picture(
        index=index,
        png=_bytes_of(item),
        seed=judging.seed(item.get("seed")),
        seconds=judging.amount(details.pop("seconds", None), judging.SECONDS_LIMIT, "seconds"),
        joules=judging.amount(details.pop("joules", None), judging.JOULES_LIMIT, "joules"),
        input_tokens=given,
        output_tokens=drawn,
        missing_words=_missing(item.get("words")),
        details=details if steps is None else {**details, "steps": int(steps)},
    )


def _missing(words: Any) -> tuple[str, ...]:
    """What cannot be read of what was asked for, as our engine tells; nothing where it does not."""
    listed = _of(words, "missing")
    return tuple(map(str, listed)) if isinstance(listed, list) else ()


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
