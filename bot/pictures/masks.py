"""Masks and the promise that a fix changes nothing outside of them, kept and counted pixel by pixel."""

from __future__ import annotations

import functools
import zlib
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from bot.briefs.model import UserError
from bot.pictures.box import Box
from bot.pictures.opening import LOOKED_AT_SIDE, open_picture, seen, upright
from bot.texts import say
from marks.writing import Marks, encode, renewed

#: Width of the soft edge inside the mask, as a share of the picture's shorter side.
FEATHER_SHARE = 0.015

#: What makes a mask of a picture: this share of its pixels is grey, and nearly black or nearly white.
MASK_SHARE = 0.97
GREY_RANGE = 12
DARK, LIGHT = 40, 215


def from_box(box: Box, width: int, height: int) -> Image.Image:
    """A mask (mode L, 255 = may change) of a region on a picture of that size."""
    mask = Image.new("L", (width, height), 255 if box.outside else 0)
    left, top, right, bottom = box.pixels(width, height)
    ImageDraw.Draw(mask).rectangle((left, top, right - 1, bottom - 1), fill=0 if box.outside else 255)
    if not mask.getbbox():
        raise UserError(say("masks-nothing-left"))
    return mask


def from_upload(data: bytes, width: int, height: int, *, scaled: bool = False) -> Image.Image:
    """A mask that a person attached: transparent or white is what may change.

    `scaled`: its picture may have come scaled down, and the mask in its own size.

    Raises UserError when it is no picture, has another size than the picture, or marks nothing.
    """
    image = upright(open_picture(data, "mask", side=max(width, height) if scaled else None))
    if (
        scaled
        and image.width > width
        and abs(image.width * height - image.height * width) < 2 * max(image.size)
    ):
        image = image.resize((width, height), Image.Resampling.NEAREST)
    if image.size != (width, height):
        raise UserError(
            say(
                "masks-other-size",
                width=image.width,
                height=image.height,
                picture_width=width,
                picture_height=height,
            )
        )
    alpha = image.convert("RGBA").getchannel("A")
    marked = alpha.point(lambda value: 255 if value < 128 else 0)
    if not marked.getbbox():
        marked = image.convert("L").point(lambda value: 255 if value > 127 else 0)
    share = np.asarray(marked, dtype=np.uint8).mean() / 255
    if share == 0:
        raise UserError(say("masks-empty"))
    return marked


def is_mask(data: bytes) -> bool:
    """Whether a picture is a mask (black and white, or partly transparent) and no photo that was drawn on.

    Raises UserError when it is no picture.
    """
    image = seen(data, "attached", side=LOOKED_AT_SIDE)
    if (np.asarray(image.convert("RGBA").getchannel("A"), dtype=np.uint8) < 128).any():
        return True
    pixels = np.asarray(image.convert("RGB"), dtype=np.int16)
    grey = (pixels.max(axis=-1) - pixels.min(axis=-1)) < GREY_RANGE
    extreme = (pixels[..., 1] < DARK) | (pixels[..., 1] > LIGHT)
    return bool((grey & extreme).mean() > MASK_SHARE)


#: From here on a picture is large, in pixels.
LARGE_PIXELS = 4_000_000
#: Rows of two pictures that are compared at once.
STRIP_PX = 256


def union(parts: Iterable[Image.Image]) -> Image.Image:
    """Everything that any of the masks (mode L) lets change; one mask after the other, as each may be large."""
    return functools.reduce(ImageChops.lighter, parts)


def to_png(image: Image.Image, *, made_of: bytes | None = None, step: str = "") -> bytes:
    """The picture as PNG bytes; with the marks of the file that it was made of, and of the step that made it."""
    marks = Marks() if made_of is None else renewed(made_of, image, step)
    options: dict[str, Any] = {"compress_level": 6}
    if image.width * image.height > LARGE_PIXELS:
        # The usual level takes seconds for what is large, and saves some per cent. A photo's filtered rows hardly ever
        # repeat, so that looking for repetitions takes longer and finds nothing; a mask's do.
        options = {"compress_level": 1}
        if image.mode in ("RGB", "RGBA"):
            options["compress_type"] = zlib.Z_RLE
    return encode(image, "PNG", marks, icc_profile=image.info.get("icc_profile"), **options)


def for_engine(mask: Image.Image) -> bytes:
    """The mask as the Images API wants it: a PNG whose transparent pixels are edited."""
    keep = mask.point(lambda value: 0 if value else 255)
    picture = Image.new("RGBA", mask.size, (0, 0, 0, 255))
    picture.putalpha(keep)
    return to_png(picture)


def composite(original: Image.Image, edited: Image.Image, mask: Image.Image) -> Image.Image:
    """The original with the edit inside the mask, softly blended at the inner edge.

    Outside the mask every pixel is the original's, whatever the engine did there. Raises ValueError
    when the sizes differ.
    """
    if not original.size == edited.size == mask.size:
        raise ValueError(f"sizes differ: {original.size}, {edited.size}, {mask.size}")
    before = _pixels(original)
    after = _pixels(edited.convert(original.mode) if edited.mode != original.mode else edited)
    # A mask with grey values brings its own soft edge.
    soft = np.asarray(mask, dtype=np.uint8) / 255.0 if is_soft(mask) else _inner_feather(mask)
    weight = soft[..., None]
    blended = np.rint(before * (1 - weight) + after * weight).astype(before.dtype)
    inside = np.asarray(mask, dtype=np.uint8) > 0
    result = np.where(inside[..., None], blended, before)
    return _described_as(original, _from_pixels(result, original.mode))


def is_soft(mask: Image.Image) -> bool:
    """Whether a mask (mode L) has values between "stays" and "may change"."""
    values = np.asarray(mask, dtype=np.uint8)
    return bool(((values > 0) & (values < 255)).any())


def _described_as(original: Image.Image, result: Image.Image) -> Image.Image:
    """The result with the original's colour profile, without which its numbers would mean other colours."""
    if "icc_profile" in original.info:
        result.info["icc_profile"] = original.info["icc_profile"]
    return result


def changed_outside(original: Image.Image, result: Image.Image, mask: Image.Image) -> int:
    """How many pixels outside the mask differ in any channel. The answer of a good fix is 0."""
    if original.mode != result.mode or original.size != result.size:
        raise ValueError(f"{original.mode} {original.size} against {result.mode} {result.size}")
    found = 0
    for top in range(0, original.height, STRIP_PX):
        strip = (0, top, original.width, min(original.height, top + STRIP_PX))
        before, after, inside = (image.crop(strip) for image in (original, result, mask))
        different = (_pixels(before) != _pixels(after)).any(axis=-1)
        found += int(np.count_nonzero(different & (np.asarray(inside, dtype=np.uint8) == 0)))
    return found


def _inner_feather(mask: Image.Image) -> NDArray[np.float64]:
    """Weights 0..1 that rise from the mask's border inwards; 0 outside, so that nothing leaks out.

    A border on the picture's own edge is not feathered, since nothing is blended there.
    """
    radius = max(1, round(min(mask.size) * FEATHER_SHARE))
    pad = radius + 1
    inside = np.pad(np.asarray(mask, dtype=np.uint8) > 0, pad, mode="edge")
    depth = inside.astype(np.int32)
    eroded = Image.fromarray(inside.astype(np.uint8) * 255)
    for _ in range(radius):
        eroded = eroded.filter(ImageFilter.MinFilter(3))
        depth += np.asarray(eroded, dtype=np.uint8) > 0
    depth = depth[pad:-pad, pad:-pad]
    # A thin stroke never gets `radius` deep: its own middle then counts as fully inside.
    return np.clip(depth / max(1, min(radius + 1, int(depth.max()))), 0.0, 1.0)


def _pixels(image: Image.Image) -> NDArray[Any]:
    array = np.asarray(image)
    return array if array.ndim == 3 else array[..., None]


def _from_pixels(array: NDArray[Any], mode: str) -> Image.Image:
    squeezed = array[..., 0] if array.shape[-1] == 1 else array
    return (
        Image.fromarray(squeezed) if mode in ("RGB", "RGBA", "L", "LA") else Image.fromarray(squeezed, mode)
    )
