"""Takes the plain backdrop out of a painted picture, so that only its subject and its shadow are left. Knows no model.

A pixel shows `alpha` of the subject and the rest of the backdrop (Porter and Duff, “Compositing digital images”, 1984).
What the backdrop is, is told by the picture's border; a soft shadow is the backdrop made darker, and stays as one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from engine.pixels.array import Pixels

Plane = NDArray[np.float32]
Where = NDArray[np.bool_]

#: the border that tells what the backdrop is, as a share of the shorter side
BORDER = 0.03
#: a picture has a plain backdrop where this share of its border lies on it
PLAIN_SHARE = 0.6
#: largest difference between a pixel of the backdrop and its smooth course, 0–1
GROUND_NOISE = 0.05
#: darkest shadow, as a share of the backdrop's light
DEEPEST_SHADOW = 0.45
#: how far a shadow's colour may be from the backdrop's, made darker, 0–1
SHADOW_TINT = 0.05
#: backdrop that the subject encloses is joined to nothing: it has to be this near to its course
HOLE_NOISE = 0.02
#: and this large, in pixels of a picture of 256
HOLE_AREA = 24
#: on a backdrop lighter than this, white things look like holes, so none are looked for
LIGHT_GROUND = 0.88
#: steepest change within a shadow, per pixel of a picture of 256: an edge is no shadow
SHADOW_SLOPE = 0.045
#: pixels at the subject's edge that show some of the backdrop, in a picture of 256
RIM = 2
#: on a backdrop darker than this, 0–1, no shadow can be seen
DARK_GROUND = 0.2
#: side of a picture, in pixels, above which its alpha is worked out on a smaller copy
WORKED_SIDE = 1024
#: smallest side of a picture that has a border and something within it, in pixels
LEAST_SIDE = 8


class NoPlainBackdrop(Exception):
    """There is nothing plain around the subject that could be taken out."""


def without_backdrop(pixels: Pixels) -> Pixels:
    """The picture as RGBA (height × width × 4): transparent where its backdrop was. Raises NoPlainBackdrop."""
    height, width = pixels.shape[:2]
    if min(height, width) < LEAST_SIDE:
        raise NoPlainBackdrop
    if max(height, width) <= WORKED_SIDE:
        return _cut(pixels)
    scale = WORKED_SIDE / max(height, width)
    small = Image.fromarray(pixels[..., :3]).resize(
        (max(LEAST_SIDE, round(width * scale)), max(LEAST_SIDE, round(height * scale))), Image.Resampling.BOX
    )
    found = Image.fromarray(_cut(np.array(small)), "RGBA").resize((width, height), Image.Resampling.BICUBIC)
    large: Pixels = np.array(found)
    solid = large[..., 3] == 255
    large[solid, :3] = pixels[solid, :3]
    return large


def _cut(pixels: Pixels) -> Pixels:
    """The same for a picture of which every pixel is looked at."""
    colours = pixels[..., :3].astype(np.float32) / np.float32(255)
    scale = max(1.0, min(colours.shape[:2]) / 256)
    ground, joined = _ground(colours)
    shadow, depth = _shadow(colours, ground, joined, scale)
    behind = joined | shadow
    solid = ~behind
    if not solid.any():
        raise NoPlainBackdrop
    lit = ground * (1 - depth)[..., None]
    rim = round(RIM * scale)
    core = ndimage.binary_erosion(solid, iterations=rim, border_value=1)
    # Something too thin to have a core keeps its colours as they are.
    core = core if core.any() else solid
    inner = _nearest(colours, core)
    alpha = np.where(solid, np.float32(1), np.float32(0))
    edge = ndimage.binary_dilation(solid, iterations=1) & ~core
    # Only what has a core near it: thin parts farther off would be given another part's colour.
    edge &= ndimage.distance_transform_edt(~core) <= 2 * rim + 1
    away = inner - lit
    share = ((colours - lit) * away).sum(-1) / np.maximum((away**2).sum(-1), 1e-4)
    alpha = np.where(edge, np.clip(share, 0, 1), alpha)
    shown = np.where(edge[..., None], inner, colours)
    # The subject over black as thick as the shadow is deep, over nothing.
    whole = alpha + (1 - alpha) * depth
    mixed = shown * (alpha / np.maximum(whole, 1e-6))[..., None]
    result = np.concatenate([mixed, whole[..., None]], axis=-1)
    rgba: Pixels = np.rint(np.clip(result, 0, 1) * 255).astype(np.uint8)
    return rgba


def _ground(colours: Plane) -> tuple[Plane, Where]:
    """The backdrop's smooth course everywhere, and where it is seen. Raises NoPlainBackdrop."""
    height, width = colours.shape[:2]
    band = max(2, round(BORDER * min(height, width)))
    border = np.ones((height, width), dtype=np.bool_)
    border[band:-band, band:-band] = False
    seen: Where = border
    middle = np.median(colours[border], axis=0)
    near = np.abs(colours - middle).max(-1) < 4 * GROUND_NOISE
    course = _smooth(colours, seen & near)
    # What the border tells first is told better by all of the backdrop that is joined to it.
    for _ in range(3):
        near = np.abs(colours - course).max(-1) < GROUND_NOISE
        seen = ndimage.binary_propagation(border & near, mask=near)
        if not seen.any():
            raise NoPlainBackdrop
        course = _smooth(colours, seen)
    if (seen & border).sum() < PLAIN_SHARE * border.sum():
        raise NoPlainBackdrop
    found: Where = seen | _holes(colours, course)
    return course, found


def _holes(colours: Plane, course: Plane) -> Where:
    """Where the backdrop is seen through the subject."""
    near: Where = (np.abs(colours - course).max(-1) < HOLE_NOISE) & (course.min(-1) < LIGHT_GROUND)
    # Thin stretches come from colours that pass the backdrop's on their way to another.
    near = np.asarray(ndimage.binary_opening(near, iterations=2))
    parts, count = ndimage.label(near)
    if not count:
        return near
    large = np.bincount(parts.ravel()) >= HOLE_AREA * (min(near.shape) / 256) ** 2
    large[0] = False
    found: Where = large[parts]
    return found


def _smooth(colours: Plane, where: Where) -> Plane:
    """The surface of the third degree that lies nearest to the colours there, in each channel."""
    height, width = where.shape
    if where.sum() < 16:
        raise NoPlainBackdrop
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    terms = np.stack([x**i * y**j for i in range(4) for j in range(4 - i)], axis=-1)
    rows, picked = terms[where], colours[where]
    # A few thousand pixels tell as much as all of them.
    every = max(1, len(rows) // 8_000)
    weights, *_ = np.linalg.lstsq(rows[::every], picked[::every], rcond=None)
    course: Plane = np.clip(terms @ weights, 0, 1).astype(np.float32)
    return course


def _shadow(colours: Plane, ground: Plane, joined: Where, scale: float) -> tuple[Where, Plane]:
    """Where a soft shadow lies beside the seen backdrop, and how much light it takes, 0–1."""
    energy = (ground**2).sum(-1)
    visible = energy > 3 * DARK_GROUND**2
    light = np.where(visible, (colours * ground).sum(-1) / np.maximum(energy, 1e-3), np.float32(1))
    tint = np.abs(colours - light[..., None] * ground).max(-1)
    dark = (light < 1) & (light > 1 - DEEPEST_SHADOW) & (tint < SHADOW_TINT)
    slope = np.hypot(*np.gradient(ndimage.gaussian_filter(light, 0.7 * scale))) * scale
    reached = ndimage.binary_propagation(joined, mask=joined | (dark & (slope < SHADOW_SLOPE)))
    shadow: Where = reached & ~joined
    # Grains of noise are no shadow; the darker the backdrop, the more they weigh.
    least = 0.02 / np.sqrt(np.maximum(energy, 1e-3) / 3)
    depth = np.where(shadow | joined, np.clip(1 - light, 0, DEEPEST_SHADOW), 0).astype(np.float32)
    depth = ndimage.gaussian_filter(np.where(depth < least, 0, depth), scale)
    # Below the subject's edge the shadow goes on as it is beside it.
    return shadow, np.where(reached, depth, _nearest(depth[..., None], reached)[..., 0])


def _nearest(values: Plane, where: Where) -> Plane:
    """For every pixel the values of the nearest one there."""
    rows, columns = ndimage.distance_transform_edt(~where, return_distances=False, return_indices=True)
    found: Plane = values[rows, columns]
    return found
