"""The things in a picture on a plain ground: where each is, how far into its soft edge, and where there is room.

Pure. What cannot be told from its ground is told by None, never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray
from PIL import Image

from bot.pictures import cutouts, shapes

Where = NDArray[np.bool_]
Plane = NDArray[np.float32]

#: Longest side of a picture in which things are looked for, in pixels.
WORKED_SIDE = 1024
#: A ground is plain where this share of the picture's border lies on its course.
PLAIN_SHARE = 0.8
#: Largest difference of a channel between the ground and its own course, 0–255: at least, and at most.
LEAST_NOISE, MOST_NOISE = 7.0, 24.0
#: Smallest thing, as a share of the picture; all of them leave so much ground.
LEAST_THING, LEAST_GROUND = 0.002, 0.08
#: Ground that a thing encloses, as a share of the picture at least: a doughnut's hole.
LEAST_HOLE = 0.001
#: Width of the soft edge of things, in pixels of a picture of 256.
RIM = 1.5
#: A thing is meant by a region that covers this share of it.
TOUCHED_SHARE = 0.12
#: Smallest room for something new, as a share of the picture's shorter side.
LEAST_ROOM = 0.16
#: The ground of what was drawn is looked at so far inside its edge, where it is faded in; a share of its shorter side.
EDGE = 0.03
#: Most that it is moved, 0–255.
MOST_LEVELLED = 48


@dataclass(frozen=True, kw_only=True)
class Things:
    """What stands on a plain ground. All planes have the picture's size, height × width."""

    #: 0 is ground, each thing has a number from 1.
    labels: NDArray[np.int32]
    #: How much of a thing a pixel shows, 0–1: between both at its soft edge.
    shares: Plane
    #: Where the ground is neither covered nor in a thing's shadow.
    free: Where

    @property
    def count(self) -> int:
        return int(self.labels.max())

    def meant(self, region: Where) -> Where:
        """The things that somebody means who points at a region: whole ones, also where they reach out of it.

        One that the region touches; of several those that lie mostly in it, or else the one most in it.
        """
        sizes = np.bincount(self.labels.ravel(), minlength=self.count + 1)
        inside = np.bincount(self.labels[region], minlength=self.count + 1)
        covered = {
            number: inside[number] / sizes[number]
            for number in range(1, self.count + 1)
            if inside[number] >= TOUCHED_SHARE * sizes[number]
        }
        mostly = [number for number, share in covered.items() if share >= 0.5]
        chosen = mostly or sorted(covered, key=lambda number: inside[number])[-1:]
        return np.isin(self.labels, chosen)

    def edge(self, things: Where) -> Plane:
        """The share of some of the things in each pixel, soft at their edge, 0–1."""
        near = np.asarray(scipy.ndimage.binary_dilation(things, iterations=_rim(self.labels.shape) + 1))
        return np.where(near & ~((self.labels > 0) & ~things), self.shares, np.float32(0))

    def room(self, region: Where) -> tuple[int, int, int, int] | None:
        """The largest square of free ground in a region: left, top, right, bottom. None where it is too small."""
        free = np.pad(self.free & region, 1)
        # Half the side of the largest square around each pixel.
        depth = scipy.ndimage.distance_transform_cdt(free, metric="chessboard")[1:-1, 1:-1]
        half = int(depth.max())
        if 2 * half - 1 < LEAST_ROOM * min(region.shape):
            return None
        rows, columns = np.nonzero(depth >= half)
        row, column = int(rows[len(rows) // 2]), int(columns[len(columns) // 2])
        return column - half + 1, row - half + 1, column + half, row + half


def find(picture: Image.Image) -> Things | None:
    """The things in a picture (any mode, WORKED_SIDE at most); None where no ground is plain, or nothing is on it."""
    if min(picture.size) < 16:
        return None
    pixels = np.asarray(picture.convert("RGB"), dtype=np.float32)
    ground = cutouts.ground(pixels)
    away = np.abs(pixels - ground).max(axis=-1)
    border = shapes.rim(away)
    noise = float(np.clip(2.5 * np.quantile(border, 0.8), LEAST_NOISE, MOST_NOISE))
    if (border <= noise).mean() < PLAIN_SHARE:
        return None
    near = (away <= noise) | cutouts.shadow(pixels, ground)
    behind = shapes.from_rim(near)
    holes = np.asarray(scipy.ndimage.binary_opening(away <= noise / 2, iterations=2))
    behind |= shapes.without_specks(holes, LEAST_HOLE * holes.size)
    # Single grains are noise; what is a little apart belongs together.
    solid = np.asarray(scipy.ndimage.binary_opening(~behind, iterations=1))
    solid = shapes.without_specks(solid, LEAST_THING * solid.size)
    if not solid.any() or solid.mean() > 1 - LEAST_GROUND:
        return None
    joined = scipy.ndimage.binary_closing(np.pad(solid, 4), iterations=3)[4:-4, 4:-4] | solid
    labels = np.where(solid, shapes.labels(joined), 0).astype(np.int32)
    apart = max(3, round(0.015 * min(near.shape)))
    free = ~scipy.ndimage.binary_dilation(solid | (away > MOST_NOISE), iterations=apart)
    return Things(labels=labels, shares=_shares(pixels, ground, solid), free=np.asarray(free))


def levelled(before: Image.Image, after: Image.Image, mask: Image.Image) -> Image.Image:
    """What was drawn into a box of plain ground, with its own ground made the one that was there.

    Only where the mask (mode L) is not 0. A drawing whose ground is quite another stays as it is.
    """
    left, top, right, bottom = mask.getbbox() or (0, 0, 0, 0)
    inset = max(2, round(EDGE * min(right - left, bottom - top)))
    box = left + inset, top + inset, right - inset, bottom - inset
    if min(box[2] - box[0], box[3] - box[1]) < 16:
        return after
    old, new = (
        cutouts.ground(np.asarray(one.crop(box).convert("RGB"), dtype=np.float32)) for one in (before, after)
    )
    if float(np.abs(old - new).max()) > MOST_LEVELLED:
        return after
    shift = np.pad(old - new, ((inset, inset), (inset, inset), (0, 0)), mode="edge")
    pixels = np.array(after.crop((left, top, right, bottom)))
    weight = np.asarray(mask.crop((left, top, right, bottom)), dtype=np.float32)[..., None] / 255
    # What was drawn fades in over its edge, so does what is added to it.
    fade = np.minimum(
        1, scipy.ndimage.distance_transform_cdt(np.pad(weight[..., 0] > 0, 1))[1:-1, 1:-1] / inset
    )
    moved = np.rint(np.clip(pixels[..., :3] + shift * weight * fade[..., None], 0, 255)).astype(np.uint8)
    pixels[..., :3] = np.where(weight > 0, moved, pixels[..., :3])
    result = after.copy()
    result.paste(Image.fromarray(pixels, after.mode), (left, top))
    return result


def _shares(pixels: Plane, ground: Plane, solid: Where) -> Plane:
    """How much of a thing each pixel shows: at the edge, how far its colour lies from the ground's to the thing's."""
    rim = _rim(solid.shape)
    core = np.asarray(scipy.ndimage.binary_erosion(solid, iterations=rim, border_value=1))
    core = core if core.any() else solid
    outer = np.asarray(scipy.ndimage.binary_dilation(solid, iterations=rim)) & ~core
    rows, columns = scipy.ndimage.distance_transform_edt(~core, return_distances=False, return_indices=True)
    direction = pixels[rows, columns] - ground
    length = np.maximum((direction**2).sum(axis=-1), 1)
    share = np.clip(((pixels - ground) * direction).sum(axis=-1) / length, 0, 1)
    return np.where(outer, share, core).astype(np.float32)


def _rim(shape: tuple[int, ...]) -> int:
    return max(1, round(RIM * min(shape) / 256))
