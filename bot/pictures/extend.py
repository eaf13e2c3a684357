"""Extends a picture's canvas: a larger picture whose new part may change and whose old part may not. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from bot.briefs.model import UserError
from bot.pictures.opening import PIXELS_LIMIT
from bot.texts import say

#: How far one side may be extended at once, in percent of the picture.
SIDE_LIMIT = 100
#: Longest side of an extended picture, in pixels.
LONGEST_SIDE = 4096
#: Sides are multiples of this many pixels, which every engine takes.
STEP_PX = 8

SIDES = ("left", "right", "top", "bottom")


@dataclass(frozen=True, kw_only=True)
class Extended:
    """The larger picture, its mask (mode L, 255 = new) and where the old picture lies on it."""

    picture: Image.Image
    mask: Image.Image
    offset: tuple[int, int]


def margins(sides: object, width: int, height: int) -> tuple[int, int, int, int]:
    """Left, right, top and bottom in pixels, from percent by side. Raises UserError."""
    if not isinstance(sides, dict) or not set(sides) <= set(SIDES):
        raise UserError(say("extend-how-far"))
    for value in sides.values():
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= SIDE_LIMIT:
            raise UserError(say("extend-limit", most=SIDE_LIMIT))
    along = {"left": width, "right": width, "top": height, "bottom": height}
    found = [round(along[side] * float(sides.get(side, 0)) / 100 / STEP_PX) * STEP_PX for side in SIDES]
    left, right, top, bottom = found
    if not any(found):
        raise UserError(say("extend-no-side"))
    wide, tall = width + left + right, height + top + bottom
    if not fits(wide, tall):
        raise UserError(say("extend-too-large", width=wide, height=tall, most=LONGEST_SIDE))
    return left, right, top, bottom


def fits(width: int, height: int) -> bool:
    """Whether a canvas of that size is drawn."""
    return max(width, height) <= LONGEST_SIDE and width * height <= PIXELS_LIMIT


def extend(picture: Image.Image, left: int, right: int, top: int, bottom: int) -> Extended:
    """Continue the picture's edges, blurred, as a start for the model; the old pixels are untouched."""
    pixels = np.asarray(picture)
    pad = [(top, bottom), (left, right), *([(0, 0)] if pixels.ndim == 3 else [])]
    larger = Image.fromarray(np.pad(pixels, pad, mode="reflect" if _reflects(picture, pad) else "edge"))
    start = larger.filter(ImageFilter.GaussianBlur(max(2, min(picture.size) // 40)))
    start.paste(picture, (left, top))
    mask = Image.new("L", larger.size, 255)
    mask.paste(0, (left, top, left + picture.width, top + picture.height))
    if "icc_profile" in picture.info:
        start.info["icc_profile"] = picture.info["icc_profile"]
    return Extended(picture=start, mask=mask, offset=(left, top))


def _reflects(picture: Image.Image, pad: list[tuple[int, int]]) -> bool:
    """A mirror image needs as many pixels as it shows."""
    return max(pad[0]) < picture.height and max(pad[1]) < picture.width
