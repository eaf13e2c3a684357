"""Another colour for what a mask marks, with its light, shade and texture as they were. Pure and exact: no model.

Reckoned in OKLab (Björn Ottosson, “A perceptual color space for image processing”, 2020), where lightness, chroma and
hue can be changed one without the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray
from PIL import Image

#: Reckoned in single precision; numpy's types do not follow it everywhere.
Plane = NDArray[np.floating[Any]]

#: How far the middle lightness goes towards the colour's own; the rest is what it was.
TOWARDS = 0.8
#: Below this chroma a pixel has no hue that anybody sees.
GREY = 0.03
#: A thing whose chroma is mostly below this is grey all over: then all of it takes the colour.
COLOURLESS = 0.045
#: A thing's own colour reaches so far to both sides of its hue, and then fades; in degrees.
OWN_HUE, FADING = 50.0, 25.0
#: The rest of a thing keeps its colours only where its own colour is this share of all colour in it.
OWN_SHARE = 0.45
#: At a soft edge the thing's own colour is that of the nearest whole pixel, so many pixels away at most.
REACH = 6
#: Most that a pixel's chroma may exceed the colour's, as a factor.
MOST_CHROMA = 1.25
#: How much of a picture is reckoned with at once, and how much of it tells what its colour is, in pixels.
STRIP_PIXELS, SAMPLE_PIXELS = 400_000, 200_000

_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    dtype=np.float32,
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ],
    dtype=np.float32,
)
_FROM_LAB, _FROM_LMS = np.linalg.inv(_TO_LAB), np.linalg.inv(_TO_LMS)


def recoloured(picture: Image.Image, mask: Image.Image, colour: tuple[int, int, int]) -> Image.Image:
    """The picture (RGB or RGBA) with what the mask (mode L) marks in another colour (sRGB, 0–255 each).

    Where the mask is 0 every pixel stays as it is; where it is grey the change is partial. Transparency stays.
    """
    result = picture.copy()
    box = mask.getbbox()
    if box is None:
        return result
    left, top, right, bottom = box
    change = _change(picture, mask, box, _lab(np.array(colour, dtype=np.float32) / 255))
    rows = max(1, STRIP_PIXELS // (right - left))
    for start in range(top, bottom, rows):
        end = min(bottom, start + rows)
        # A little more above and below, where a soft edge finds its whole pixels.
        above, below = min(REACH, start - top), min(REACH, bottom - end)
        around = left, start - above, right, end + below
        part = np.array(picture.crop(around))
        weight = np.asarray(mask.crop(around), dtype=np.float32) / 255
        before = part[..., :3].astype(np.float32) / 255
        whole = _nearest_whole(before, weight)
        moved = before + weight[..., None] * (_coloured(whole, change) - whole)
        after = np.rint(np.clip(moved, 0, 1) * 255).astype(np.uint8)
        part[..., :3] = np.where(weight[..., None] > 0, after, part[..., :3])
        strip = part[above : part.shape[0] - below]
        result.paste(Image.fromarray(np.ascontiguousarray(strip), picture.mode), (left, start))
    return result


def own_colour(picture: Image.Image, shares: Plane) -> Plane:
    """Of a thing (shares 0–1 per pixel) what has its own colour, 0–1: an apple without its leaf.

    All of it where no colour is most of it.
    """
    lab = _lab(np.asarray(picture.convert("RGB"), dtype=np.float32) / 255)
    chroma, hue = np.hypot(lab[..., 1], lab[..., 2]), np.degrees(np.arctan2(lab[..., 2], lab[..., 1]))
    solid = shares > 0.95
    if not solid.any() or float(np.median(chroma[solid])) < COLOURLESS:
        return shares
    weights = np.where(solid, chroma, 0)
    votes, _ = np.histogram(hue, bins=72, range=(-180, 180), weights=weights)
    # Each five degrees with those near to them, around the circle.
    around = scipy.ndimage.convolve1d(votes, np.ones(9), mode="wrap")
    middle = -177.5 + 5 * int(around.argmax())
    away = np.abs((hue - middle + 180) % 360 - 180)
    own = np.clip(1 - (away - OWN_HUE) / FADING, 0, 1)
    if float((weights * own).sum()) < OWN_SHARE * float(weights.sum()):
        return shares
    kept = np.where(chroma < GREY, np.float32(1), own)
    # Hue is noisy from pixel to pixel, and at the thing's edge it is half the ground's.
    soft = scipy.ndimage.gaussian_filter(np.where(solid, kept, 0), 1) / np.maximum(
        scipy.ndimage.gaussian_filter(solid.astype(np.float32), 1), 1e-3
    )
    inner = np.where(solid, soft, 0)
    rows, columns = scipy.ndimage.distance_transform_edt(~solid, return_distances=False, return_indices=True)
    found: Plane = (shares * np.clip(inner[rows, columns], 0, 1)).astype(np.float32)
    return found


def _nearest_whole(pixels: Plane, weight: Plane) -> Plane:
    """The colour of the thing itself in each pixel: at its edge, where ground shines through, a near whole one's."""
    solid = weight >= 0.99
    if not solid.any():
        return pixels
    distance, (rows, columns) = scipy.ndimage.distance_transform_edt(~solid, return_indices=True)
    near = (distance > 0) & (distance <= REACH)
    found: Plane = np.where(near[..., None], pixels[rows, columns], pixels)
    return found


@dataclass(frozen=True, kw_only=True)
class _Change:
    """How one colour becomes another."""

    #: The new colour's chroma, and its hue as a direction.
    wanted: float
    tint: Plane
    #: Of what is coloured, mostly; so it was, and so it will be.
    chroma: float
    light: float
    aim: float


def _change(
    picture: Image.Image, mask: Image.Image, box: tuple[int, int, int, int], colour: Plane
) -> _Change:
    """From a sample of what the mask marks."""
    every = max(1, round((((box[2] - box[0]) * (box[3] - box[1])) / SAMPLE_PIXELS) ** 0.5))
    weight = np.asarray(mask.crop(box))[::every, ::every].astype(np.float32) / 255
    if not weight.any():
        every, weight = 1, np.asarray(mask.crop(box)).astype(np.float32) / 255
    pixels = np.asarray(picture.crop(box))[::every, ::every, :3].astype(np.float32) / 255
    lab = _lab(pixels[weight > 0.5] if (weight > 0.5).any() else pixels[weight > 0])
    light = float(np.median(lab[..., 0]))
    chroma = float(np.hypot(*colour[1:]))
    return _Change(
        wanted=chroma,
        tint=colour[1:] / max(chroma, 1e-6),
        chroma=float(np.median(np.hypot(lab[..., 1], lab[..., 2]))),
        light=light,
        aim=light + TOWARDS * (float(colour[0]) - light),
    )


def _coloured(pixels: Plane, change: _Change) -> Plane:
    lab = _lab(pixels)
    lightness, chroma = lab[..., 0], np.hypot(lab[..., 1], lab[..., 2])
    if change.chroma < COLOURLESS:
        # Black and white have no room for colour, what lies between them has most.
        share = 1 - np.abs(2 * lightness - 1) ** 3
    else:
        share = np.minimum(chroma / change.chroma, MOST_CHROMA)
    # Black stays black and white white; what is lighter than another stays so.
    below, above = change.aim / max(change.light, 1e-3), (1 - change.aim) / max(1 - change.light, 1e-3)
    light = np.where(lightness < change.light, lightness * below, 1 - (1 - lightness) * above)
    return _from_lab(light, share * change.wanted, change.tint)


def _lab(pixels: Plane) -> Plane:
    """sRGB, 0–1, as OKLab."""
    linear = np.where(pixels <= 0.04045, pixels / 12.92, ((pixels + 0.055) / 1.055) ** 2.4)
    found: Plane = (np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T).astype(np.float32)
    return found


def _from_lab(light: Plane, chroma: Plane, tint: Plane) -> Plane:
    """sRGB, 0–1, of colours of one hue; what no screen shows loses chroma rather than light."""
    least, most = np.zeros_like(light), np.ones_like(light)
    for _ in range(8):
        middle = (least + most) / 2
        linear = _linear(light, chroma * middle, tint)
        shown = _is_shown(linear)
        least, most = np.where(shown, middle, least), np.where(shown, most, middle)
    fits = _linear(light, chroma, tint)
    inside = _is_shown(fits)
    linear = np.clip(np.where(inside[..., None], fits, _linear(light, chroma * least, tint)), 0, 1)
    found: Plane = np.where(
        linear <= 0.0031308, linear * 12.92, 1.055 * np.power(linear, 1 / 2.4) - 0.055
    ).astype(np.float32)
    return found


def _linear(light: Plane, chroma: Plane, tint: Plane) -> Plane:
    lab = np.stack([light, chroma * tint[0], chroma * tint[1]], axis=-1)
    found: Plane = ((lab @ _FROM_LAB.T) ** 3) @ _FROM_LMS.T
    return found


def _is_shown(linear: Plane) -> NDArray[np.bool_]:
    """Which colours a screen can show."""
    found: NDArray[np.bool_] = (linear.min(axis=-1) >= -1e-3) & (linear.max(axis=-1) <= 1 + 1e-3)
    return found
