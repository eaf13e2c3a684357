"""Cuts a product out of its picture and puts it back, pixel by pixel. Pure; takes tenths of a second, so call it in a thread."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy  # it loads `ndimage` when that is first used: 20 MB
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

from bot.briefs.model import UserError
from bot.pictures import masks, opening, shapes
from bot.texts import say

#: Sides of a product's picture, in pixels.
LEAST_SIDE, LONGEST_SIDE = 64, 2048
#: A product takes this share of its picture at least, and leaves as much for the background.
LEAST_SHARE = 0.005
LEAST_ROOM = 0.03
#: A background is plain where the picture's corners, so long as a share of the shorter side, and this share of its
#: border follow one course of light.
CORNER, PLAIN_SHARE = 0.04, 0.6
#: Largest difference of a channel, 0–255, between a plain background and its own middle.
TOLERANCE = 26
#: And where its noise is no larger than this.
LEAST_TOLERANCE = 10
#: Darkest shadow, as a share of the background's light; largest difference of its tint, 0–255; steepest change of
#: its light per pixel of a picture of 256.
DEEPEST_SHADOW, SHADOW_TINT, SHADOW_SLOPE = 0.4, 12, 0.03
#: Steepest change of a shadow where something touches its ground; how many times flatter an edge is when blurred.
CONTACT_SLOPE, EDGE_LOSS = 0.12, 1.4
#: A ground's light, 0–255, from which on a shadow's tint may be as far off as that.
BRIGHT_GROUND = 150
#: Ground that the product encloses is this near to its course, 0–255, this large in a picture of 256, and darker than
#: this.
HOLE_NOISE, HOLE_AREA, LIGHT_GROUND = 6, 24, 224
#: Smallest step of a channel, 0–255, at a product's edge, and how much of its outline may have none: more, and the
#: product has its ground's light there.
LEAST_STEP, FADING_SHARE = 6, 0.08
#: A part is a product's that has this share of its largest part.
SPECK_SHARE = 0.01
#: What the model may paint reaches this far under the product's edge, so that nothing of the old background shines
#: through where the engine blends; a share of the shorter side.
UNDERLAP_SHARE = 0.02
#: A product stands on this share of its height; its shadow reaches so far beyond its foot's half width, is so high as a
#: share of that, and is so dark at its middle, 0–1.
FOOT_SHARE, SHADOW_REACH, SHADOW_HEIGHT, SHADOW_DARKNESS = 0.06, 1.25, 0.22, 0.6
#: What the model is shown in place of the background.
_GREY = (128, 128, 128)


class Unclear(UserError):
    """The picture is good, but where the product is in it can't be told."""


def cut_out(data: bytes, mask: bytes | None = None) -> Image.Image:
    """The product as RGBA: opaque where it is, transparent around it.

    It is told from the background by the file's own transparency, by a painted mask (white, or transparent, is
    the product), or by a plain background that reaches the border. Raises Unclear where that tells nothing, and
    any other UserError for what can't be used at all; both say what to upload.
    """
    seen = _seen(data)
    if mask is not None:
        alpha = masks.from_upload(mask, *seen.size, scaled=True)
    elif seen.mode == "RGBA" and (np.asarray(seen.getchannel("A")) < 128).mean() >= LEAST_ROOM:
        alpha = seen.getchannel("A")
    else:
        alpha = _off_plain(seen.convert("RGB"))
    share = float((np.asarray(alpha) == 255).mean())
    if share < LEAST_SHARE:
        raise Unclear(say("product-not-found"))
    if share > 1 - LEAST_ROOM:
        raise Unclear(say("product-fills"))
    return _with_alpha(seen, alpha)


def whole(data: bytes) -> Image.Image:
    """The picture as RGBA before anybody has said where the product is: opaque all over. Raises UserError."""
    seen = _seen(data)
    return _with_alpha(seen, Image.new("L", seen.size, 255))


def painted(picture: Image.Image, mask: Image.Image) -> Image.Image:
    """A cut-out or whole picture with the product where the mask (mode L, 255) says. Raises UserError."""
    share = float((np.asarray(mask) == 255).mean())
    if share < LEAST_SHARE:
        raise UserError(say("product-painted-little"))
    if share > 1 - LEAST_ROOM:
        raise UserError(say("product-painted-all"))
    return _with_alpha(picture, mask)


def _seen(data: bytes) -> Image.Image:
    """The picture as people see it. a large photo scaled down. Raises UserError for one that is too small or too large."""
    picture = opening.seen(data, "product", side=LONGEST_SIDE)
    width, height = picture.size
    if max(width, height) > LONGEST_SIDE or min(width, height) < LEAST_SIDE:
        raise UserError(
            say("product-wrong-size", width=width, height=height, least=LEAST_SIDE, most=LONGEST_SIDE)
        )
    return picture


def _with_alpha(picture: Image.Image, alpha: Image.Image) -> Image.Image:
    found = picture.convert("RGB").convert("RGBA")
    found.putalpha(alpha)
    return found


def _off_plain(picture: Image.Image) -> Image.Image:
    """Opaque where a picture is not its plain background: what looks like the border and is joined to it goes."""
    pixels = np.asarray(picture, dtype=np.float32)
    near = background(pixels)
    if near is None:
        raise Unclear(say("product-not-plain"))
    away = ~shapes.from_rim(near) & ~_seen_through(pixels, ground(pixels))
    parts = np.bincount(shapes.labels(away).ravel())[1:]
    away = shapes.without_specks(away, SPECK_SHARE * parts.max(initial=0))
    product = Image.fromarray(away.astype(np.uint8) * 255)
    # The outermost pixels are mixed with the old background; single grains are noise.
    found = product.filter(ImageFilter.MinFilter(3)).filter(ImageFilter.MedianFilter(3))
    if _fading(pixels, np.asarray(found) == 255) > FADING_SHARE:
        raise Unclear(say("product-fades"))
    return found


def _fading(pixels: NDArray[np.float32], product: NDArray[np.bool_]) -> float:
    """The share of a product's outline, 0–1, along which the picture shows no edge."""
    scale = _scale(pixels)
    soft = scipy.ndimage.gaussian_filter(pixels, (0.5 * scale, 0.5 * scale, 0))
    around = 2 * round(2 * scale) + 1
    reach = (around, around, 1)
    step = (scipy.ndimage.maximum_filter(soft, reach) - scipy.ndimage.minimum_filter(soft, reach)).max(
        axis=-1
    )
    outline = product & ~shapes.worn(product, 1)
    return float((step[outline] < LEAST_STEP).mean()) if outline.any() else 0.0


def _seen_through(pixels: NDArray[np.float32], behind: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Where the ground is seen through a product, as in a cup's handle. On a white one every white part looks so."""
    scale = _scale(pixels)
    soft = scipy.ndimage.gaussian_filter(pixels, (0.5 * scale, 0.5 * scale, 0))
    near = (np.abs(soft - behind).max(axis=-1) < HOLE_NOISE) & (behind.min(axis=-1) < LIGHT_GROUND)
    # A colour that passes the ground's on its way to another is a thin stretch.
    near = scipy.ndimage.binary_opening(near, iterations=round(2 * scale))
    holes = shapes.without_specks(near, HOLE_AREA * scale**2)
    found: NDArray[np.bool_] = shapes.grown(holes, round(scale)) & (
        np.abs(pixels - behind).max(axis=-1) <= TOLERANCE
    )
    return found


def subject(picture: Image.Image) -> NDArray[np.bool_] | None:
    """Where a picture shows something else than its plain ground and a shadow on it; None where no ground is plain."""
    near = background(np.asarray(picture.convert("RGB"), dtype=np.float32))
    return None if near is None else ~near


def background(pixels: NDArray[np.float32]) -> NDArray[np.bool_] | None:
    """Where a picture looks like its plain ground or a shadow on it; None where no ground is plain."""
    behind = ground(pixels)
    away = np.abs(pixels - behind).max(axis=-1)
    border = shapes.rim(away)
    plain = border <= TOLERANCE
    side = max(2, round(CORNER * min(away.shape)))
    corners = [
        away[rows, columns]
        for rows in (slice(side), slice(-side, None))
        for columns in (slice(side), slice(-side, None))
    ]
    # A product may be cut off by the picture's edge; a table's edge reaches two corners.
    if plain.mean() < PLAIN_SHARE or any(np.median(corner) > TOLERANCE for corner in corners):
        return None
    # What is even lets a product be told that is hardly lighter than it.
    noise = min(TOLERANCE, max(LEAST_TOLERANCE, 1.5 * float(np.percentile(border[plain], 98))))
    found: NDArray[np.bool_] = (away <= noise) | shadow(pixels, behind)
    return found


def ground(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """The course of the light on a background everywhere, as the border tells it: a surface of the second degree.

    A product that reaches the border is told from it: what lies far from the surface doesn't count the next time.
    """
    height, width = pixels.shape[:2]
    down, across = (np.linspace(-1, 1, count, dtype=np.float32) for count in (height, width))

    def terms(y: NDArray[np.float32], x: NDArray[np.float32]) -> NDArray[np.float32]:
        y, x = np.broadcast_arrays(y, x)
        return np.stack([np.ones_like(x), x, y, x * y, x * x, y * y], axis=-1)

    sides = [terms(down[at], across) for at in (0, -1)] + [terms(down, across[at]) for at in (0, -1)]
    known = np.concatenate(sides)
    border = shapes.rim(pixels)
    middle = np.median(border, axis=0)
    course = np.broadcast_to(middle, border.shape)
    for reach in (3 * TOLERANCE, 2 * TOLERANCE, TOLERANCE):
        seen = np.abs(border - course).max(axis=-1) <= reach
        if seen.mean() < 0.5:
            return np.broadcast_to(middle, pixels.shape)
        weights = np.linalg.lstsq(known[seen], border[seen], rcond=None)[0]
        course = known @ weights
    found: NDArray[np.float32] = np.clip(terms(down[:, None], across[None]) @ weights, 0, 255)
    return found


def shadow(pixels: NDArray[np.float32], ground: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Where the background is only darker, of its own tint, and changes softly: an edge is no shadow."""
    scale = _scale(pixels)
    # Grains of noise are steep and have a tint; a shadow has neither.
    soft = scipy.ndimage.gaussian_filter(pixels, (0.5 * scale, 0.5 * scale, 0))
    energy = np.maximum((ground**2).sum(axis=-1), 1)
    light = (soft * ground).sum(axis=-1) / energy
    tint = np.abs(soft - light[..., None] * ground).max(axis=-1)
    slope, wider = (
        np.hypot(*np.gradient(one)) * scale
        for one in (light, scipy.ndimage.gaussian_filter(light, 1.4 * scale))
    )
    # Blurred, an edge loses its slope; where something touches its ground the shadow is steep, yet no edge.
    no_edge = (slope < SHADOW_SLOPE) | ((slope < CONTACT_SLOPE) & (slope < EDGE_LOSS * wider))
    # The darker the ground, the less is left to tell its shadow from a dark thing.
    least_tint = SHADOW_TINT * np.minimum(1, np.sqrt(energy / 3) / BRIGHT_GROUND)
    dark = (light < 1) & (light > DEEPEST_SHADOW) & (tint < least_tint)
    found: NDArray[np.bool_] = np.logical_and(dark, no_edge)
    return found


def _scale(plane: NDArray[Any]) -> float:
    """How many pixels of a picture lie where one of 256 pixels has one; at least 1."""
    return max(1.0, float(min(plane.shape[:2])) / 256)


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


def with_shadow(cutout: Image.Image) -> Image.Image:
    """The cut-out with a soft shadow under its foot, as something has that stands; its opaque pixels as they are."""
    over = np.asarray(cutout, dtype=np.float32)
    alpha = over[..., 3]
    rows, _ = np.nonzero(alpha == 255)
    if not rows.size:
        return cutout
    top, lowest = rows.min(), rows.max()
    reach = max(1, round(FOOT_SHARE * (lowest - top)))
    foot = np.flatnonzero((alpha[lowest - reach + 1 : lowest + 1] == 255).any(axis=0))
    half = max(2.0, (foot[-1] - foot[0] + 1) / 2)
    down, across = np.ogrid[: cutout.height, : cutout.width]
    away = ((across - (foot[0] + foot[-1]) / 2) / (SHADOW_REACH * half)) ** 2
    away = away + ((down - lowest) / max(2.0, SHADOW_HEIGHT * half)) ** 2
    shade = 255 * SHADOW_DARKNESS * np.exp(-2 * away)
    under = np.minimum(alpha + (1 - alpha / 255) * shade, 254)
    # What shines through an edge is the shadow, which is black.
    colour = over[..., :3] * (alpha / np.maximum(under, 1))[..., None]
    made = np.rint(np.concatenate([colour, under[..., None]], axis=-1))
    return Image.fromarray(np.where(alpha[..., None] == 255, over, made).astype(np.uint8))


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
