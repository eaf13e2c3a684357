"""Things with their shadows as layers to be laid on any backdrop, so that a GPU can compose scenes by itself.

A layer holds colours that are weighted by their cover already (premultiplied) and the cover, one byte each. Knows
pixels and scenes, but no torch.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from engine.starter.captions import Scene
from engine.starter.data import SPRITES, SQUARE, Shape, paste, resized, shares, sprite, things_in
from engine.starter.subjects import CELLS

#: cells of room around a thing's square, for its shadow
ROOM = 1
#: what a thing looks like: its name and its colour
Look = tuple[str, str | None]
Bytes = NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class Format:
    """How large a layer is, for one size of the picture."""

    #: side of the thing's square in cells
    cells: int
    #: longer side of the thing as a share of the picture's
    share: float


def formats(scene: Scene, shape: Shape = SQUARE) -> list[Format]:
    """The formats that a scene's things may have."""
    cells, may = shares(things_in(scene), scene.position, scene.size, shape)
    return [Format(cells=cells, share=share) for share in may]


def layer(look: Look, form: Format, mirrored: bool, size: int, folder: Path = SPRITES) -> Bytes:
    """A thing and its shadow as they lie on a picture of `size` pixels, in a square of their own.

    Rows, columns, and red, green, blue (weighted) and cover. The square begins `ROOM` cells before the thing's. The
    mirror image is a layer of its own, since shadows fall on whole pixels.
    """
    picture = sprite(*look, folder)
    small = resized(ImageOps.mirror(picture) if mirrored else picture, form.share * size)
    side = (form.cells + 2 * ROOM) * size // CELLS
    left, top = (round(side / 2 - extent / 2) for extent in small.size)
    grounds = [Image.new("RGB", (side, side), shade) for shade in ("black", "white")]
    for ground in grounds:
        paste(ground, small, (left, top))
    dark, light = (np.asarray(ground, np.int16) for ground in grounds)
    cover = 255 - (light - dark).max(-1, keepdims=True)
    return np.concatenate([dark, cover], -1).clip(0, 255).astype(np.uint8)


def layers(
    wanted: Iterable[tuple[Look, Format]], size: int, folder: Path = SPRITES, workers: int = 0
) -> list[Bytes]:
    """Each layer and then its mirror image, made in as many processes as `workers` says; 0 makes them here."""
    asked = [(look, form, mirrored, size, folder) for look, form in wanted for mirrored in (False, True)]
    if not workers:
        return [layer(*each) for each in asked]
    # Processes that start afresh: a forked one may inherit locks of torch's threads.
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        return list(pool.map(_layer, asked, chunksize=32))


def _layer(asked: tuple[Look, Format, bool, int, Path]) -> Bytes:
    return layer(*asked)
