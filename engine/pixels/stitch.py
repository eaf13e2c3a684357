"""Crop-and-stitch in pure numpy: where to crop around a mask, and how to paste so that nothing else changes.

It knows no model; what it promises it also asserts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.pixels.array import Pixels
from engine.pixels.files import flatten

#: height × width, true where a change is allowed
Region: TypeAlias = NDArray[np.bool_]

#: least context around a mask, in pixels of the original
LEAST_CONTEXT = 16


class OutsideChanged(AssertionError):
    """A pixel outside the mask differs: the result must not leave the engine."""


@dataclass(frozen=True, kw_only=True)
class Crop:
    """A rectangle of the original and the size at which the model repaints it, in pixels."""

    left: int
    top: int
    width: int
    height: int
    render_width: int
    render_height: int

    @property
    def rows(self) -> slice:
        return slice(self.top, self.top + self.height)

    @property
    def columns(self) -> slice:
        return slice(self.left, self.left + self.width)

    def rendered_at(self, side: int, multiple: int) -> Crop:
        """The same rectangle, painted with this longer side, in multiples of so many pixels."""
        scale = side / max(self.width, self.height)
        return replace(
            self,
            render_width=_round_to(self.width * scale, multiple),
            render_height=_round_to(self.height * scale, multiple),
        )


def plan_crop(region: Region, *, side: int, context: float, multiple: int) -> Crop:
    """The rectangle around the region with context, as square as the picture allows.

    `side` is the longer side at which it is rendered, `multiple` what rendered sides must divide by.
    """
    height, width = region.shape
    rows, columns = np.flatnonzero(region.any(axis=1)), np.flatnonzero(region.any(axis=0))
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    left, right = int(columns[0]), int(columns[-1]) + 1
    margin = max(LEAST_CONTEXT, round(max(bottom - top, right - left) * context))
    wanted = max(bottom - top, right - left) + 2 * margin
    left, crop_width = _span(left, right, wanted, width)
    top, crop_height = _span(top, bottom, wanted, height)
    whole = Crop(left=left, top=top, width=crop_width, height=crop_height, render_width=0, render_height=0)
    return whole.rendered_at(side, multiple)


def _span(start: int, end: int, wanted: int, limit: int) -> tuple[int, int]:
    """Start and length of a span of about `wanted` around start–end that stays within 0–limit."""
    length = min(max(wanted, end - start), limit)
    centred = start - (length - (end - start)) // 2
    return min(max(centred, 0), limit - length), length


def _round_to(value: float, multiple: int) -> int:
    return max(multiple, round(value / multiple) * multiple)


def crop_for_model(
    pixels: Pixels, region: Region, crop: Crop, *, cell: int
) -> tuple[Image.Image, Image.Image]:
    """The crop and its mask (white: repaint) at render size.

    The mask covers every latent cell (`cell` pixels wide) that the region touches, so that no original
    shows through at its edge; what is painted beyond the region is not pasted.
    """
    size = (crop.render_width, crop.render_height)
    picture = flatten(pixels[crop.rows, crop.columns]).resize(size, Image.Resampling.LANCZOS)
    inside = Image.fromarray(region[crop.rows, crop.columns].astype(np.uint8) * 255, "L")
    # BOX averages, so that a single marked pixel still leaves a trace when the crop shrinks.
    touched = np.array(inside.resize(size, Image.Resampling.BOX)) > 0
    cells = touched.reshape(size[1] // cell, cell, size[0] // cell, cell).any(axis=(1, 3))
    grown = np.repeat(np.repeat(cells, cell, axis=0), cell, axis=1)
    return picture, Image.fromarray(grown.astype(np.uint8) * 255, "L")


def feather_weights(region: Region, width: int) -> NDArray[np.float32]:
    """How much of the new picture shows, 0–1: 0 outside the region, rising to 1 over `width` pixels inside it.

    The picture's own border is no edge: a region that reaches it is not faded there.
    """
    weights = np.zeros(region.shape, dtype=np.float32)
    current = region
    steps = max(width, 0) + 1
    for _ in range(steps):
        weights += current
        padded = np.pad(current, 1, mode="edge")
        rows = padded[:-2] & padded[1:-1] & padded[2:]
        current = rows[:, :-2] & rows[:, 1:-1] & rows[:, 2:]
    return weights / np.float32(steps)


def paste(original: Pixels, region: Region, crop: Crop, painted: Pixels, *, feather: int) -> Pixels:
    """The original with the painted crop inside the region; everything else is the original, bit for bit.

    A transparent original becomes opaque where it was painted. Raises OutsideChanged rather than break the promise.
    """
    size = (crop.width, crop.height)
    fitted = np.array(Image.fromarray(painted[..., :3], "RGB").resize(size, Image.Resampling.LANCZOS))
    inside = region[crop.rows, crop.columns]
    weights = feather_weights(region, feather)[crop.rows, crop.columns][..., None]
    before = original[crop.rows, crop.columns].astype(np.float32)
    after = before.copy()
    after[..., :3] = fitted
    if original.shape[2] == 4:
        # A blend with colours that nobody saw would bleed them in: there the new colour counts alone.
        unseen = before[..., 3:] == 0
        before[..., :3] = np.where(unseen, after[..., :3], before[..., :3])
        after[..., 3] = 255
    blended = np.rint(before + (after - before) * weights).clip(0, 255).astype(np.uint8)
    result = original.copy()
    result[crop.rows, crop.columns][inside] = blended[inside]
    assert_only_inside_changed(original, result, region)
    return result


def assert_only_inside_changed(before: Pixels, after: Pixels, region: Region) -> None:
    """Raise OutsideChanged unless both pictures agree, in every channel, outside the region."""
    if before.shape != after.shape or not np.array_equal(before[~region], after[~region]):
        raise OutsideChanged("The fix changed pixels outside the mask, so it was thrown away.")
