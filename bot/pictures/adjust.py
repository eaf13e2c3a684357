"""Adjustments that need no model, with the arithmetic of the page that shows them first. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bot.briefs.model import UserError
from bot.texts import say


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
    mode = "RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB"
    pixels = np.asarray(picture if picture.mode == mode else picture.convert(mode))
    before = pixels[..., :3].astype(np.float64)
    moved = (before * 2.0**by.exposure - 128) * (1 + by.contrast / 100) + 128
    moved *= np.array([1 + by.warmth * 0.0025, 1.0, 1 - by.warmth * 0.0025])
    luma = moved @ np.array([0.299, 0.587, 0.114])
    after = np.clip(luma[..., None] + (moved - luma[..., None]) * (1 + by.saturation / 100), 0, 255)
    weight: NDArray[np.float64] | float = 1.0
    if mask is not None:
        weight = np.asarray(mask, dtype=np.uint8)[..., None] / 255.0
    result = pixels.copy()
    result[..., :3] = np.floor(before + (after - before) * weight + 0.5)
    image = Image.fromarray(result)
    if "icc_profile" in picture.info:
        image.info["icc_profile"] = picture.info["icc_profile"]
    return image
