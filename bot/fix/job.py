"""How a fix is made: region after region at the engine, stitched into the original, counted before anyone sees it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

from PIL import Image

from bot.briefs.model import Brief, Job
from bot.images_api.types import EditRequest, EngineEvent, EngineFailed, Preview, Queued
from bot.ledger import Usage
from bot.pictures import masks, opening
from bot.texts import say

#: `watch(job id, event)` hears how a fix gets on; must never raise.
Watch = Callable[[str, dict[str, Any]], None]


def unwatched(job: str, event: dict[str, Any]) -> None:
    """Nobody looks."""


@dataclass(frozen=True, kw_only=True)
class Fixed:
    """A fix that kept its promise."""

    png: bytes
    #: Pixels that differ outside of the mask: always 0.
    outside: int
    seed: int
    #: What all its parts took.
    usage: Usage


@dataclass(frozen=True, kw_only=True)
class _Part:
    prompt: str
    instruction: str
    mask: bytes


async def make(
    job: Job,
    brief: Brief,
    original: bytes,
    *,
    read: Callable[[str], Awaitable[bytes]],
    draw: Callable[[EditRequest], Awaitable[tuple[bytes, int, Usage]]],
) -> Fixed:
    """Do all parts of a fix, each on what the one before made. `read(sha256)` gives a mask's bytes.

    Raises EngineFailed for an answer that cannot be a fix of this picture.
    """
    whole = await read(str(job.request["mask"]))
    parts = [
        _Part(prompt=part["prompt"], instruction=part["instruction"], mask=await read(str(part["mask"])))
        for part in _parts(job)
    ]
    picture, seed = original, _integer(job, "seed")
    spent: list[Usage] = []
    for number, part in enumerate(parts):
        request = EditRequest(
            prompt=part.prompt,
            instruction=part.instruction,
            negative_prompt=brief.negative_prompt or None,
            image=picture,
            mask=await asyncio.to_thread(_engine_mask, part.mask),
            size=(_integer(job, "width"), _integer(job, "height")),
            seeds=(_integer(job, "seed"),),
            tier=job.tier,
            partial_images=int(str(job.request.get("previews", 0))),
            fairness_key=brief.channel,
            idempotency_key=job.id if number == 0 else f"{job.id}:{number}",
        )
        edited, seed, usage = await draw(request)
        picture = await asyncio.to_thread(stitch, picture, edited, part.mask)
        spent.append(usage)
    outside = await asyncio.to_thread(_outside, original, picture, whole)
    return Fixed(png=picture, outside=outside, seed=seed, usage=reduce(add, spent))


def _parts(job: Job) -> list[dict[str, str]]:
    parts = job.request.get("parts")
    if isinstance(parts, list):
        return parts
    return [{name: str(job.request[name]) for name in ("prompt", "instruction", "mask")}]


async def watched(events: AsyncIterator[EngineEvent], job: Job, watch: Watch) -> AsyncIterator[EngineEvent]:
    """The same events, told on to whoever looks at this fix."""
    async for event in events:
        if isinstance(event, Queued):
            watch(job.id, {"type": "queued", "position": event.position})
        elif isinstance(event, Preview):
            watch(job.id, {"type": "preview", "png": event.png, "number": event.number})
            continue
        yield event


def stitch(original_png: bytes, edited_png: bytes, mask_png: bytes) -> bytes:
    """The edit inside the mask, the original everywhere else. Raises EngineFailed."""
    original = opening.open_picture(original_png)
    edited = opening.open_picture(edited_png)
    mask = opening.open_picture(mask_png).convert("L")
    if edited.size != original.size:
        raise EngineFailed(say("engine-wrong-size", edited=_size(edited), original=_size(original)))
    kept = edited.mode == original.mode and masks.changed_outside(original, edited, mask) == 0
    if kept and not masks.is_soft(mask) and "icc_profile" not in original.info:
        # The server kept the promise itself: its file stays as it is, with the provenance it carries.
        return edited_png
    return masks.to_png(masks.composite(original, edited, mask), labelled_as=edited_png)


def _outside(original_png: bytes, result_png: bytes, mask_png: bytes) -> int:
    original, result = opening.open_picture(original_png), opening.open_picture(result_png)
    outside = masks.changed_outside(original, result, opening.open_picture(mask_png).convert("L"))
    if outside:
        raise EngineFailed(say("engine-outside-mask", pixels=outside))
    return outside


def _engine_mask(mask_png: bytes) -> bytes:
    return masks.for_engine(opening.open_picture(mask_png).convert("L"))


def _integer(job: Job, name: str) -> int:
    value = job.request[name]
    assert isinstance(value, int)
    return value


def _size(picture: Image.Image) -> str:
    return f"{picture.width}×{picture.height}"
