"""Pictures as they come and go: reads uploads warily, writes PNG, JPEG and WebP. Knows no HTTP and no torch."""

from __future__ import annotations

import io
import logging
import warnings
from typing import Any, Literal, TypeAlias

import numpy as np
from PIL import Image, ImageOps, PngImagePlugin, UnidentifiedImageError

from engine.pixels.array import Pixels
from engine.pixels.colour import as_rgb

log = logging.getLogger("engine.pixels.files")

OutputFormat: TypeAlias = Literal["png", "jpeg", "webp"]
READABLE = ("PNG", "JPEG", "WEBP")
MEDIA_TYPES: dict[OutputFormat, str] = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp"}


class UnreadablePicture(Exception):
    """An upload cannot be used; the message is a sentence for whoever sent it."""


def open_upload(data: bytes, *, name: str, most_pixels: int) -> Image.Image:
    """Decode an uploaded PNG, JPEG or WebP, turned upright; its header is judged before its pixels are read.

    `name` is what the sentence calls it (“picture”, “mask”). Raises UnreadablePicture.
    """
    if not data:
        raise UnreadablePicture(f"The {name} is empty.")
    try:
        with warnings.catch_warnings():
            # Pillow warns of pictures that our own, lower limit refuses in a sentence.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            opened: Image.Image = Image.open(io.BytesIO(data), formats=READABLE)
    except Image.DecompressionBombError as error:
        raise UnreadablePicture(
            f"The {name} has far more than the {most_pixels / 1e6:g} megapixels that are accepted."
        ) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise UnreadablePicture(f"The {name} is not a PNG, JPEG or WebP that can be read.") from error
    width, height = opened.size
    if width * height > most_pixels:
        raise UnreadablePicture(
            f"The {name} has {width} × {height} pixels; at most {most_pixels / 1e6:g} megapixels are accepted."
        )
    # MPO is how cameras write a JPEG: their picture, and smaller ones behind it.
    if opened.format != "MPO" and getattr(opened, "n_frames", 1) > 1:
        raise UnreadablePicture(f"The {name} is an animation; send a single picture.")
    try:
        opened.load()
    except (OSError, ValueError, SyntaxError) as error:
        raise UnreadablePicture(f"The {name} is damaged and cannot be decoded.") from error
    return _eight_bits(_upright(opened))


def _upright(picture: Image.Image) -> Image.Image:
    """The picture as its EXIF says it is held; as it lies where that cannot be read, as browsers do it."""
    try:
        return ImageOps.exif_transpose(picture)
    except Exception as error:  # what is wrong with an EXIF block surfaces as a dozen kinds
        log.info("a picture's EXIF cannot be read (%s)", type(error).__name__)
        return picture


def _eight_bits(picture: Image.Image) -> Image.Image:
    """A grey picture of 16 bits with 8, as it is seen, clear where its clear value was; others unchanged."""
    if not picture.mode.startswith("I"):
        return picture
    levels = np.clip(np.array(picture).astype(np.int64), 0, 65_535)
    grey = Image.fromarray(np.round(levels / 257).astype(np.uint8), "L")
    clear = picture.info.get("transparency")
    if isinstance(clear, int):
        grey.putalpha(Image.fromarray(np.where(levels == clear, 0, 255).astype(np.uint8)))
    return grey


def to_pixels(picture: Image.Image) -> Pixels:
    """The picture as height × width × 3, or × 4 where it has transparency."""
    picture = as_rgb(picture)
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    return np.array(picture.convert(mode), dtype=np.uint8)


def editable_region(mask: Image.Image) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Where a mask allows a change: its fully transparent pixels, as the Images API has it.

    Raises UnreadablePicture when the mask has no transparency at all, or marks nothing.
    """
    if not mask.has_transparency_data:
        raise UnreadablePicture(
            "The mask has no transparency: erase the part that may change, and save it as a PNG with alpha."
        )
    region: np.ndarray[tuple[int, int], np.dtype[np.bool_]] = np.array(mask.convert("RGBA"))[..., 3] == 0
    if not region.any():
        raise UnreadablePicture("The mask marks nothing: at least one pixel must be fully transparent.")
    return region


def drawn_region(markup: Image.Image) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Where somebody drew on a transparent sheet over a picture.

    Raises UnreadablePicture when the sheet has no transparency, or nothing is drawn on it.
    """
    if not markup.has_transparency_data:
        raise UnreadablePicture(
            "The markup has no transparency: draw over the picture on a transparent sheet, and save it as a PNG."
        )
    region: np.ndarray[tuple[int, int], np.dtype[np.bool_]] = np.array(markup.convert("RGBA"))[..., 3] > 0
    if not region.any():
        raise UnreadablePicture("Nothing is drawn in the markup: mark what may change.")
    return region


def flatten(pixels: Pixels) -> Image.Image:
    """An RGB picture for the model to see: transparency is laid over white."""
    if pixels.shape[2] == 3:
        return Image.fromarray(pixels, "RGB")
    picture = Image.fromarray(pixels, "RGBA")
    ground = Image.new("RGBA", picture.size, (255, 255, 255, 255))
    return Image.alpha_composite(ground, picture).convert("RGB")


def encode(
    pixels: Pixels,
    output_format: OutputFormat,
    *,
    compression: int | None = None,
    notes: dict[str, str] | None = None,
    xmp: str | None = None,
    colour_profile: bytes | None = None,
    lossless: bool = False,
) -> bytes:
    """Encode a picture; `notes` become PNG text chunks, `xmp` its XMP packet in every format.

    `compression` is the quality of JPEG and WebP, 0–100; `lossless` keeps every pixel of a WebP as it is.
    """
    picture = Image.fromarray(pixels, "RGBA" if pixels.shape[2] == 4 else "RGB")
    target = io.BytesIO()
    packet: dict[str, Any] = {} if xmp is None else {"xmp": xmp.encode()}
    if colour_profile is not None:
        packet["icc_profile"] = colour_profile
    if output_format == "png":
        info = PngImagePlugin.PngInfo()
        for key, text in (notes or {}).items():
            info.add_itxt(key, text)
        if xmp is not None:
            info.add_itxt("XML:com.adobe.xmp", xmp)
        # Level 3 is a third of the default's time for a few per cent more bytes.
        picture.save(target, "PNG", pnginfo=info, compress_level=3, icc_profile=colour_profile)
    elif output_format == "jpeg":
        flatten(pixels).save(target, "JPEG", quality=95 if compression is None else compression, **packet)
    elif lossless:
        # `exact` keeps the colours under full transparency, too.
        picture.save(target, "WEBP", lossless=True, exact=True, **packet)
    else:
        picture.save(target, "WEBP", quality=95 if compression is None else compression, **packet)
    return target.getvalue()
