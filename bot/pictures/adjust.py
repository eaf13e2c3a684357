"""Adjustments that need no model, with the arithmetic of the page that shows them first. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bot.briefs.model import UserError
from bot.texts import say

#: How much of a picture is reckoned with at once, in pixels.
STRIP_PIXELS: Final = 65_536
_LUMA: Final = np.array([0.299, 0.587, 0.114])


@dataclass(frozen=True, kw_only=True)
class Adjustment:
    """What is moved by how much; 0 leaves it alone."""

    #: Stops, -2 to 2.
    exposure: float = 0
    #: -100 to 100, as are the next two.
    contrast: float = 0
    warmth: float = 0
    saturation: float = 0

    @classmethod
    def read(cls, values: object) -> Adjustment:
        """From numbers by name. Raises UserError for anything else, or when nothing is moved."""
        if not isinstance(values, dict) or not set(values) <= {field.name for field in fields(cls)}:
            raise UserError(say("adjust-unknown"))
        for name, value in values.items():
            most = 2 if name == "exposure" else 100
            if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= most:
                raise UserError(say("adjust-range", what=name, most=most))
        found = cls(**values)
        if found == cls():
            raise UserError(say("adjust-nothing"))
        return found

    def words(self) -> str:
        """`exposure +0.5, warmth −20`: what stands in the thread and in the tree."""
        moved = [(field.name, getattr(self, field.name)) for field in fields(self)]
        values = [(name, f"{value:+g}".replace("-", "−")) for name, value in moved if value]
        return ", ".join(say("adjust-moved", what=name, by=by) for name, by in values)


def adjusted(picture: Image.Image, mask: Image.Image | None, by: Adjustment) -> Image.Image:
    """The picture with the adjustment where the mask (mode L) is not 0, by its share where it is grey.

    Transparency and the colour profile stay. Without a mask everything is adjusted.
    """
    result = workable(picture)
    result = result.copy() if result is picture else result
    adjust(result, mask, by)
    return result


def workable(picture: Image.Image) -> Image.Image:
    """The picture itself, or in colour where it is not: RGBA where something shows through."""
    mode = "RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB"
    if picture.mode == mode:
        return picture
    image = picture.convert(mode)
    image.info = {key: value for key, value in picture.info.items() if key == "icc_profile"}
    return image


def adjust(picture: Image.Image, mask: Image.Image | None, by: Adjustment) -> None:
    """The same within the picture itself, in RGB or RGBA: by strips, so that a large one needs little memory."""
    rows = max(1, STRIP_PIXELS // picture.width)
    for top in range(0, picture.height, rows):
        box = (0, top, picture.width, min(picture.height, top + rows))
        weight = None if mask is None else np.asarray(mask.crop(box), dtype=np.uint8)
        if weight is not None and not weight.any():
            continue
        pixels = np.array(picture.crop(box))
        before = pixels[..., :3].astype(np.float64)
        after = _moved(before, by)
        if weight is not None and not (weight == 255).all():
            after -= before
            after *= weight[..., None] / 255.0
            after += before
        after += 0.5
        pixels[..., :3] = after  # whole numbers round down
        picture.paste(Image.fromarray(pixels), box)


def _moved(before: NDArray[np.float64], by: Adjustment) -> NDArray[np.float64]:
    """In the order in which the page reckons, so that both come to the same."""
    moved: NDArray[np.float64] = before * 2.0**by.exposure
    if by.contrast:
        moved -= 128
        moved *= 1 + by.contrast / 100
        moved += 128
    if by.warmth:
        moved[..., 0] *= 1 + by.warmth * 0.0025
        moved[..., 2] *= 1 - by.warmth * 0.0025
    if by.saturation:
        luma = (moved @ _LUMA)[..., None]
        moved -= luma
        moved *= 1 + by.saturation / 100
        moved += luma
    np.clip(moved, 0, 255, out=moved)
    return moved
