"""Reads a drawn-over copy of a picture: where it differs from the original is the mask.

The copy may be re-compressed, scaled by 0.5 to 2 and cropped to four fifths; what cannot be read is said in a sentence.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from bot.briefs.model import UserError
from bot.pictures import opening, shapes
from bot.pictures.alignment import Placement, place
from bot.pictures.shapes import Region
from bot.texts import say

Values: TypeAlias = NDArray[np.float64]

#: Longer side at which copies are read, in pixels.
READING_PX = 1024
#: Correlation below which two pictures are not the same one.
LEAST_LIKENESS = 0.80
#: Smallest mark, as a share of the picture.
LEAST_SHARE = 0.0006
#: Largest mark: more is another picture.
MOST_SHARE = 0.85


class NothingDrawn(UserError):
    """It is a copy of the picture, and nothing is drawn on it."""


@dataclass(frozen=True, kw_only=True)
class Markup:
    """What was understood."""

    #: Mode L at the original's size, 255 = may change.
    mask: Image.Image
    #: Share of the picture that is marked, 0 to 1.
    share: float


def read(original: Image.Image, upload: bytes) -> Markup:
    """The mask that somebody drew. Raises UserError when it is no copy, or when nothing is drawn on it."""
    opened = opening.open_picture(upload, "picture")
    tables = getattr(opened, "quantization", None) if opened.format == "JPEG" else None
    copy = opening.seen(upload, "picture").convert("RGB")
    plain = opening.srgb(original).convert("RGB")
    found = place(plain, copy)
    if found is None or found.likeness < LEAST_LIKENESS:
        raise UserError(say("markup-no-copy"))
    drawn = _drawn(plain, copy, found, tables)
    region = _on_original(drawn, found, original.size)
    least = max(12, round(LEAST_SHARE * region.size))
    region = shapes.without_specks(_enclosed(region), least)
    share = float(region.mean())
    if not region.any():
        raise NothingDrawn(say("markup-nothing-drawn"))
    if share > MOST_SHARE:
        raise UserError(say("markup-no-copy"))
    return Markup(mask=Image.fromarray(region.astype(np.uint8) * 255), share=share)


def _drawn(original: Image.Image, copy: Image.Image, at: Placement, tables: object) -> Region:
    """Where the copy, on its own grid, differs from what an untouched copy would look like."""
    if max(copy.size) > READING_PX:
        scale = READING_PX / max(copy.size)
        copy = copy.resize((round(copy.width * scale), round(copy.height * scale)), Image.Resampling.BOX)
        tables = None
    expected = _untouched(original, copy, at, tables)
    seen = _colours(copy)
    difference = _fitted(seen, expected)
    size = np.abs(difference) @ np.array([0.5, 0.25, 0.25])
    flat = _mean(size, 1)
    # Where the original is busy, a hair of misplacement differs too.
    busy = _range(expected[..., 0], 1) * 0.16
    quiet = float(np.median(flat))
    noise = 1.4826 * float(np.median(np.abs(flat - quiet)))
    sure = flat > np.maximum(quiet + 7 * noise + 5.0 + busy, 9.0)
    sure = shapes.without_specks(sure, 6)
    maybe = flat > quiet + 3 * noise + 2.5 + busy * 0.8
    # The edge of a stroke lies where half of its strength is left, however blurred it came.
    reach = max(2, round(max(copy.size) * 0.007))
    peak = _highest(np.where(sure, flat, 0.0), reach)
    return shapes.touching(maybe & (flat > 0.45 * peak), sure)


def _untouched(original: Image.Image, copy: Image.Image, at: Placement, tables: object) -> Values:
    """The original cropped, scaled and compressed as the copy was; of several ways the one that fits best."""
    box = (
        max(0.0, at.left),
        max(0.0, at.top),
        min(float(original.width), at.right),
        min(float(original.height), at.bottom),
    )
    seen = np.asarray(copy.convert("L"), dtype=np.float64)
    best: tuple[float, Image.Image] | None = None
    for way in (
        Image.Resampling.LANCZOS,
        Image.Resampling.BICUBIC,
        Image.Resampling.BILINEAR,
        Image.Resampling.BOX,
    ):
        scaled = original.resize(copy.size, way, box=box)
        if tables:
            scaled = _compressed(scaled, tables)
        apart = np.abs(np.asarray(scaled.convert("L"), dtype=np.float64) - seen)
        # Most of a copy is not drawn on: its lower half of differences judges the way it was scaled.
        misfit = float(np.mean(np.minimum(apart, np.quantile(apart, 0.6))))
        if best is None or misfit < best[0]:
            best = misfit, scaled
    assert best is not None
    return _colours(best[1])


def _compressed(image: Image.Image, tables: object) -> Image.Image:
    out = io.BytesIO()
    try:
        image.save(out, "JPEG", qtables=tables, subsampling=2)
    except (ValueError, OSError, TypeError):
        return image
    return Image.open(io.BytesIO(out.getvalue())).convert("RGB")


def _colours(image: Image.Image) -> Values:
    """Brightness and two colours, calm enough to compare."""
    return np.asarray(image.convert("YCbCr"), dtype=np.float64)


def _fitted(seen: Values, expected: Values) -> Values:
    """The difference, after a change of brightness or tint that the whole copy went through is taken out."""
    result = np.empty_like(seen)
    for channel in range(3):
        a, b = expected[..., channel], seen[..., channel]
        gain, shift = 1.0, float(np.median(b - a))
        close = np.abs(b - a - shift) < 12
        if close.mean() > 0.25 and a[close].std() > 8:
            gain, shift = np.polyfit(a[close], b[close], 1)
            gain = float(np.clip(gain, 0.85, 1.18))
            shift = float(np.median(b[close] - gain * a[close]))
        result[..., channel] = b - gain * a - shift
    return result


def _on_original(drawn: Region, at: Placement, size: tuple[int, int]) -> Region:
    """The region on the original's grid; what was cropped away is not marked."""
    height, width = drawn.shape
    ax, ay = width / (at.right - at.left), height / (at.bottom - at.top)
    soft = Image.fromarray(drawn.astype(np.uint8) * 255)
    if ax > 1.2:
        soft = soft.filter(ImageFilter.BoxBlur((ax - 1) / 2))
    laid = soft.transform(
        size, Image.Transform.AFFINE, (ax, 0, -at.left * ax, 0, ay, -at.top * ay), Image.Resampling.BILINEAR
    )
    return np.asarray(laid) > 127


def _enclosed(region: Region) -> Region:
    """What is drawn, with what it goes around: a circle means what is in it, also where it nearly closes."""
    by = max(1, round(min(region.shape) * 0.008))
    closed = shapes.worn(shapes.grown(region, by), by) | region
    return shapes.filled(closed) & (shapes.filled(shapes.grown(region, by)) | region)


def _mean(values: Values, reach: int) -> Values:
    padded = np.pad(values, reach, mode="edge")
    span = 2 * reach + 1
    sums = np.pad(padded, ((1, 0), (1, 0))).cumsum(0).cumsum(1)
    found: Values = (
        sums[span:, span:] - sums[:-span, span:] - sums[span:, :-span] + sums[:-span, :-span]
    ) / span**2
    return found


def _highest(values: Values, reach: int) -> Values:
    image = Image.fromarray(np.clip(values * 4, 0, 65_000).astype(np.int32), "I")
    return np.asarray(_filtered(image, reach), dtype=np.float64) / 4


def _filtered(image: Image.Image, reach: int) -> NDArray[np.int32]:
    values = np.asarray(image)
    for axis in (0, 1):
        pad = [(reach, reach) if index == axis else (0, 0) for index in (0, 1)]
        windows = np.lib.stride_tricks.sliding_window_view(np.pad(values, pad), 2 * reach + 1, axis=axis)
        values = windows.max(axis=-1)
    return values


def _range(values: Values, reach: int) -> Values:
    """Largest minus smallest value around each pixel."""
    result = []
    for sign in (1, -1):
        found = sign * values
        for axis in (0, 1):
            pad = [(reach, reach) if index == axis else (0, 0) for index in (0, 1)]
            windows = np.lib.stride_tricks.sliding_window_view(
                np.pad(found, pad, mode="edge"), 2 * reach + 1, axis=axis
            )
            found = windows.max(axis=-1)
        result.append(found)
    return result[0] + result[1]
