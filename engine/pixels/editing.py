"""What an edit may change, worked out from its fields: a mask either way round, or the room around a picture.

Pure: pictures and regions in, pictures and regions out. Errors are sentences.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from engine.pixels.array import Pixels
from engine.pixels.stitch import Region

#: where the picture lies on its larger canvas → shares of the free room on its left and above it
ANCHORS: dict[str, tuple[float, float]] = {
    "top-left": (0.0, 0.0),
    "top": (0.5, 0.0),
    "top-right": (1.0, 0.0),
    "left": (0.0, 0.5),
    "center": (0.5, 0.5),
    "right": (1.0, 0.5),
    "bottom-left": (0.0, 1.0),
    "bottom": (0.5, 1.0),
    "bottom-right": (1.0, 1.0),
}

#: what a mask's transparent pixels mean: they may change, or they alone are kept
MASK_MODES = ("edit", "keep")


class CannotEdit(Exception):
    """The fields of an edit do not fit together; the message is a sentence."""

    def __init__(self, sentence: str, *, param: str) -> None:
        super().__init__(sentence)
        self.param = param


@dataclass(frozen=True, kw_only=True)
class Canvas:
    """A picture on a larger canvas: its own pixels unchanged, the rest to be painted."""

    pixels: Pixels
    #: what is to be painted
    region: Region
    left: int
    top: int

    def placed(self, region: Region) -> Region:
        """A region of the picture as a region of the canvas."""
        found = np.zeros(self.region.shape, dtype=np.bool_)
        found[self.top : self.top + region.shape[0], self.left : self.left + region.shape[1]] = region
        return found


def extend(pixels: Pixels, *, width: int, height: int, anchor: str) -> Canvas:
    """Put a picture on a canvas of this size, in pixels. Raises CannotEdit unless the canvas is larger."""
    old_height, old_width = pixels.shape[:2]
    if width < old_width or height < old_height or (width, height) == (old_width, old_height):
        raise CannotEdit(
            f"To extend the picture, “size” must be larger than its {old_width}x{old_height} in one direction "
            "and not smaller in the other.",
            param="size",
        )
    across, down = ANCHORS[anchor]
    left, top = round((width - old_width) * across), round((height - old_height) * down)
    margins = ((top, height - old_height - top), (left, width - old_width - left), (0, 0))
    # Mirrored, the new room already has the picture's colours where the model starts from it.
    canvas: Pixels = np.pad(pixels, margins, mode="symmetric")
    region = np.ones((height, width), dtype=np.bool_)
    region[top : top + old_height, left : left + old_width] = False
    if canvas.shape[2] == 4:
        canvas[region, 3] = 255
    return Canvas(pixels=canvas, region=region, left=left, top=top)


def filled(pixels: Pixels) -> tuple[Pixels, Region] | None:
    """A picture with holes: closed with what lies nearest to them, and where they were. None where it has none.

    Holes are fully transparent; a picture of nothing else has none either.
    """
    if pixels.shape[2] != 4:
        return None
    region: Region = pixels[..., 3] == 0
    if not region.any() or region.all():
        return None
    rows, columns = ndimage.distance_transform_edt(region, return_distances=False, return_indices=True)
    found = pixels.copy()
    # What is painted is blended with this at its edge: erased pixels often hold black.
    found[region] = pixels[rows[region], columns[region]]
    found[region, 3] = 255
    return found, region


def turned(region: Region, mode: str) -> Region:
    """The region that may change, from what a mask marks. Raises CannotEdit where nothing is left."""
    if mode == "edit":
        return region
    outside: Region = ~region
    if not outside.any():
        raise CannotEdit("The mask keeps the whole picture, so nothing may change.", param="mask")
    return outside
