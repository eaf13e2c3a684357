"""What a draft asks of the engine: pictures from words alone, or from a reference picture that gives the start."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from PIL import Image, ImageOps

from bot.briefs.model import Brief, Job
from bot.images_api.types import EditRequest, GenerateRequest
from bot.pictures import cropping, masks, opening

#: Previews asked of the engine for one grid.
DRAFT_PREVIEWS = 2


async def request_of(
    job: Job, brief: Brief, size: tuple[int, int], *, read: Callable[[str], Awaitable[bytes]]
) -> GenerateRequest | EditRequest:
    """The request for a brief's whole grid. `read(sha256)` gives a kept picture's bytes."""
    seeds = tuple(brief.seed + index for index in range(brief.cells))
    if brief.reference is None:
        return GenerateRequest(
            prompt=brief.whole_prompt,
            negative_prompt=brief.negative_prompt or None,
            size=size,
            seeds=seeds,
            tier=job.tier,
            partial_images=DRAFT_PREVIEWS,
            fairness_key=brief.channel,
            idempotency_key=job.id,
        )
    start = await asyncio.to_thread(fitted, await read(brief.reference.sha256), size)
    return EditRequest(
        prompt=brief.whole_prompt,
        negative_prompt=brief.negative_prompt or None,
        image=start,
        strength=brief.reference.strength_percent / 100,
        size=size,
        seeds=seeds,
        tier=job.tier,
        partial_images=DRAFT_PREVIEWS,
        fairness_key=brief.channel,
        idempotency_key=job.id,
    )


def fitted(data: bytes, size: tuple[int, int]) -> bytes:
    """A picture cut to that size around its middle, as PNG; nothing is stretched. Raises UserError."""
    return masks.to_png(ImageOps.fit(upright(data), size, Image.Resampling.LANCZOS))


def upright(data: bytes) -> Image.Image:
    """A picture as people see it: turned as the camera says, in sRGB, on white where it is transparent."""
    return cropping.flat(opening.seen(data, "picture", side=opening.LOOKED_AT_SIDE))
