"""Cuts a product out of its picture and puts it back, pixel by pixel. Pure; takes tenths of a second, so call it in a thread."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

from bot.studio import masks
from bot.studio.cropping import srgb
from bot.studio.model import Remedy

#: Sides of a product's picture, in pixels.
LEAST_SIDE, LONGEST_SIDE = 64, 2048
#: A product takes this share of its picture at least, and leaves as much for the background.
LEAST_SHARE = 0.005
LEAST_ROOM = 0.03
#: A background is plain where this share of the picture's border looks like the middle of it.
PLAIN_SHARE = 0.9
#: Largest difference of a channel, 0–255, between a plain background and its own middle.
TOLERANCE = 26
#: What the model may paint reaches this far under the product's edge, so that nothing of the old background shines
#: through where the engine blends; a share of the shorter side.
UNDERLAP_SHARE = 0.02
#: What the model is shown in place of the background.
_GREY = (128, 128, 128)

HOW = (
    "Upload a PNG whose background is transparent, or a picture on a plain background; or attach a second picture"
    " of the same size that is white where the product is and black elsewhere."
)


def cut_out(data: bytes, mask: bytes | None = None) -> Image.Image:
    """The product as RGBA: opaque where it is, transparent around it. Raises Remedy that says what to upload.

    It is told from the background by the file's own transparency, by a painted mask (white, or transparent, is
    the product), or by a plain background that reaches the border.
    """
    picture = ImageOps.exif_transpose(masks.open_picture(data, "The product's picture"))
    width, height = picture.size
    if max(width, height) > LONGEST_SIDE or min(width, height) < LEAST_SIDE:
        raise Remedy(
            f"The product's picture is {width}×{height} pixels; I take {LEAST_SIDE} to {LONGEST_SIDE} on a side."
        )
    seen = srgb(picture)
    if mask is not None:
        alpha = masks.from_upload(mask, width, height)
    elif seen.mode == "RGBA" and (np.asarray(seen.getchannel("A")) < 128).mean() >= LEAST_ROOM:
        alpha = seen.getchannel("A")
    else:
        alpha = _off_plain(seen.convert("RGB"))
    share = float((np.asarray(alpha) == 255).mean())
    if share < LEAST_SHARE:
        raise Remedy(f"I find no product in that picture. {HOW}")
    if share > 1 - LEAST_ROOM:
        raise Remedy(f"The product fills the whole picture, so there is no background to replace. {HOW}")
    found = seen.convert("RGB").convert("RGBA")
    found.putalpha(alpha)
    return found


def _off_plain(picture: Image.Image) -> Image.Image:
    """Opaque where a picture is not its plain background: what looks like the border and is joined to it goes."""
    pixels = np.asarray(picture, dtype=np.int16)
    rim = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    middle = np.median(rim, axis=0)
    if (np.abs(rim - middle).max(axis=-1) <= TOLERANCE).mean() < PLAIN_SHARE:
        raise Remedy(f"I can't tell the product from its background, which isn't plain. {HOW}")
    near = np.abs(pixels - middle).max(axis=-1) <= TOLERANCE
    border = np.zeros_like(near)
    border[[0, -1]] = border[:, [0, -1]] = True
    product = Image.fromarray((~joined(near, near & border)).astype(np.uint8) * 255)
    # The outermost pixels are mixed with the old background; single grains are noise.
    return product.filter(ImageFilter.MinFilter(3)).filter(ImageFilter.MedianFilter(3))


def joined(where: NDArray[np.bool_], start: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """All of `where` that `start` reaches, going across and down."""
    reached, before = start & where, -1
    while (count := int(reached.sum())) != before:
        before = count
        for turned in (False, True):
            area, seeds = (where.T, reached.T) if turned else (where, reached)
            # Each unbroken run along a line has a number; a run with a seed in it is reached as a whole.
            runs = np.cumsum(~np.pad(area, ((0, 0), (1, 0))), axis=None).reshape(area.shape[0], -1)[:, 1:]
            hit = np.zeros(int(runs.max()) + 1, dtype=np.bool_)
            hit[runs[seeds]] = True
            found = area & hit[runs]
            reached = found.T if turned else found
    return reached


def for_model(cutout: Image.Image) -> tuple[Image.Image, Image.Image]:
    """What the model is shown (RGB), and where it may paint (L, 255): the background, and a little under the product."""
    shown = Image.new("RGB", cutout.size, _GREY)
    shown.paste(cutout, mask=cutout.getchannel("A"))
    solid = cutout.getchannel("A").point(lambda value: 255 if value == 255 else 0)
    inner = solid
    for _ in range(max(2, round(min(cutout.size) * UNDERLAP_SHARE))):
        inner = inner.filter(ImageFilter.MinFilter(3))
    # A product too thin to lose its edge keeps it.
    kept = inner if np.asarray(inner).any() else solid
    return shown, ImageOps.invert(kept)


def put_back(cutout: Image.Image, background: Image.Image) -> Image.Image:
    """The product on a background of any size: its opaque pixels as they are, soft edges blended, RGB."""
    behind = background.convert("RGB")
    if behind.size != cutout.size:
        behind = behind.resize(cutout.size, Image.Resampling.LANCZOS)
    under, over = (np.asarray(one, dtype=np.float64)[..., :3] for one in (behind, cutout))
    weight = np.asarray(cutout.getchannel("A"), dtype=np.float64)[..., np.newaxis] / 255
    return Image.fromarray(np.rint(under * (1 - weight) + over * weight).astype(np.uint8))


def changed(cutout: Image.Image, result: Image.Image) -> int:
    """How many of the product's opaque pixels differ in a result. Raises ValueError where the sizes do."""
    if cutout.size != result.size:
        raise ValueError(f"{cutout.size} against {result.size}")
    solid = np.asarray(cutout.getchannel("A")) == 255
    different = (np.asarray(cutout)[..., :3] != np.asarray(result.convert("RGB"))).any(axis=-1)
    return int((different & solid).sum())
