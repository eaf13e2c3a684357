"""A fix of a thing by its name: the engine's model that finds things makes the mask, where its profile has one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from PIL import ImageOps

from bot.briefs.model import UserError
from bot.fix import actions as fix_actions
from bot.fix.regions import parse_region
from bot.fix.request import FixRequest
from bot.images_api.client import EngineFailed, EngineLacks, EngineRefused
from bot.images_api.types import EngineError
from bot.pictures import masks, opening
from bot.slack.context import Context
from bot.texts import say


@dataclass(frozen=True)
class Segmenter:
    """Whatever finds a thing in a picture by its name."""

    #: Given the picture and the name, a PNG of the picture's size, transparent where the thing is.
    mask_of: Callable[[bytes, str], Awaitable[bytes]]


def names_something(asked: FixRequest) -> bool:
    """Whether a thing has to be found first."""
    return any(one.named for one in (asked, *asked.more))


async def found(asked: FixRequest, *, brief: str, context: Context) -> tuple[FixRequest, bytes]:
    """The request with a mask picture for what it names: white is what may change. Raises UserError."""
    if asked.more or asked.each:
        raise UserError(say("naming-one-thing"))
    picture = await fix_actions.picture_to_fix(context.services, asked, brief_id=brief)
    try:
        found_mask = await context.the(Segmenter).mask_of(picture, asked.named)
    except EngineRefused as error:
        if isinstance(error, EngineLacks):
            # Then the name is no region that can be used: the sentence about regions says what can.
            parse_region(asked.region_text)
        raise UserError(say("naming-paint", problem=str(error))) from error
    except (EngineFailed, EngineError) as error:
        raise UserError(say("naming-again-or-paint", problem=str(error))) from error
    mask = await asyncio.to_thread(_white_where_it_is, found_mask, asked.inverted)
    return replace(asked, named="", inverted=False), mask


def _white_where_it_is(png: bytes, inverted: bool) -> bytes:
    kept = opening.open_picture(png).convert("RGBA").getchannel("A")
    return masks.to_png(kept if inverted else ImageOps.invert(kept))
