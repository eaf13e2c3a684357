"""The one door for pictures: whatever people have is opened warily, upright, in 8 bits and in sRGB's colours. Pure.

May take a second for a large photo: call it in a thread.
"""

from __future__ import annotations

import io
import struct
import warnings
from typing import Literal

import numpy as np
import pillow_heif
from PIL import ExifTags, Image, ImageCms, ImageOps, UnidentifiedImageError

from bot.briefs.model import UserError
from bot.texts import say
from marks.writing import encode, marks_of

pillow_heif.register_heif_opener()

#: Largest picture that is decoded whole, in pixels; read from the header, before any pixel is.
PIXELS_LIMIT = 16_000_000
#: Largest photo that is scaled down while it is read, in pixels; only what cameras write.
PHOTO_LIMIT = 120_000_000
#: The same of a PNG, such as a panorama that was exported.
EXPORT_LIMIT = 50_000_000
#: Longer side of a photo that is only looked at, in pixels.
LOOKED_AT_SIDE = 2_048

#: What files of pictures call themselves, in Slack's words.
MIMES = (
    "image/png",
    "image/jpeg",
    "image/webp",
    "image/gif",
    "image/heic",
    "image/heif",
    "image/avif",
    "image/mpo",
)

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "AVIF", "HEIF")
_CAMERAS = ("JPEG", "MPO", "HEIF", "AVIF")
_MEGAPIXELS = PIXELS_LIMIT // 1_000_000
_ORIENTATION = ExifTags.Base.Orientation
#: What Pillow raises where a camera's notes are broken.
_EXIF_ERRORS = (SyntaxError, ValueError, OSError, struct.error, LookupError, TypeError, ArithmeticError)

#: Which file is meant, where something is wrong with it.
What = Literal["file", "picture", "product", "attached", "mask", "selection"]


def open_picture(data: bytes, what: What = "file", *, side: int | None = None) -> Image.Image:
    """Decode a picture with limits, first frame only, in 8 bits; its values and its profile as they are.

    With `side` a photo that is larger comes scaled down to that longer side, in pixels, and may be larger than
    others. Raises UserError with what was wrong.
    """
    try:
        with warnings.catch_warnings():
            # Pillow warns of pictures that our own, lower limit refuses in a sentence.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image: Image.Image = Image.open(io.BytesIO(data), formats=_FORMATS)
        width, height = image.size
        most = PIXELS_LIMIT
        if side is not None and image.format in (*_CAMERAS, "PNG"):
            most = EXPORT_LIMIT if image.format == "PNG" else PHOTO_LIMIT
        if width * height > most:
            raise _too_large(what, width, height, most)
        scaled = image.format in _CAMERAS or width * height > PIXELS_LIMIT
        if scaled and side is not None and max(width, height) > side:
            scale = side / max(width, height)
            size = max(1, round(width * scale)), max(1, round(height * scale))
            image.draft(None, size)
            image.load()
            notes = dict(image.info)
            if image.mode in ("1", "P"):
                # Their values are names of colours, between which there is nothing.
                image = _plain(image)
            image = image.resize(size, Image.Resampling.LANCZOS)
            image.info = notes
        image.load()
    except Image.DecompressionBombError as error:
        raise UserError(say("masks-far-too-large", what=what, most=_MEGAPIXELS)) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, struct.error) as error:
        raise UserError(say("masks-no-picture", what=what)) from error
    return _eight_bits(image)


def seen(data: bytes, what: What = "file", *, side: int | None = None) -> Image.Image:
    """A picture as people see it: upright, in sRGB, as RGB or, where something shows through, RGBA. Raises UserError."""
    picture = upright(open_picture(data, what, side=side))
    try:
        return srgb(picture)
    except UserError:
        # A profile that cannot be read describes no colours: browsers ignore it, too.
        return _plain(picture)


def small(picture: Image.Image, side: int) -> Image.Image:
    """An opened picture as people see it, scaled down to that longer side, in pixels, where it is larger."""
    shown = (
        picture.copy()
        if max(picture.size) <= side
        else picture.resize(_scaled(picture.size, side), reducing_gap=2)
    )
    shown.info = dict(picture.info)
    shown = upright(shown)
    try:
        return srgb(shown)
    except UserError:
        return _plain(shown)


def _scaled(size: tuple[int, int], side: int) -> tuple[int, int]:
    width, height = (max(1, round(one * side / max(size))) for one in size)
    return width, height


def kept(data: bytes, *, side: int | None = None) -> bytes:
    """A file that can be kept, drawn on and shown by Slack: as it came where it can be, else a PNG of what people see.

    With `side` as in `open_picture`. Raises UserError.
    """
    picture = open_picture(data, "picture") if side is None else _within(data, side)
    single = getattr(picture, "n_frames", 1) == 1
    if picture.format == "MPO":
        return kept(_first_of_several(data), side=side)
    if (
        picture.format in ("PNG", "JPEG")
        and picture.mode in ("RGB", "RGBA")
        and single
        and _turned(picture) == 1
    ):
        return data
    turned = upright(picture)
    if turned.mode in ("RGB", "RGBA", "P", "PA") and _space(turned) == "RGB":
        # Its numbers go on meaning what its profile says.
        profile, turned = turned.info["icc_profile"], _plain(turned)
        turned.info["icc_profile"] = profile
    else:
        turned = seen(data, "picture", side=side)
    return encode(turned, "PNG", marks_of(data), icc_profile=turned.info.get("icc_profile"))


def upright(picture: Image.Image) -> Image.Image:
    """The picture turned as the camera says; as it is where its notes are broken."""
    try:
        return ImageOps.exif_transpose(picture)
    except _EXIF_ERRORS:
        return picture


def srgb(picture: Image.Image) -> Image.Image:
    """The picture's colours in sRGB, as RGB or RGBA without a profile. Raises UserError for a broken profile."""
    profile = picture.info.get("icc_profile")
    if not profile:
        return _plain(picture)
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        space = own.profile.xcolor_space.strip()
    except (ImageCms.PyCMSError, OSError) as error:
        raise UserError(say("cropping-bad-profile")) from error
    plain = _plain(picture)
    wanted = {"RGB": "RGB", "CMYK": "CMYK", "GRAY": "L"}.get(space)
    grey = picture.mode in ("1", "L", "LA")
    fits = (wanted == "L") == grey and (wanted == "CMYK") == (picture.mode == "CMYK")
    if wanted is None or not fits:
        # A profile of other numbers than the picture's tells nothing of them.
        return plain
    numbers = picture if wanted == "CMYK" else plain.convert("RGB").convert(wanted)
    try:
        turned = ImageCms.profileToProfile(numbers, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError) as error:
        raise UserError(say("cropping-bad-profile")) from error
    assert turned is not None
    turned.info.pop("icc_profile", None)
    if plain.mode == "RGBA":
        turned.putalpha(plain.getchannel("A"))
    return turned


def _within(data: bytes, side: int) -> Image.Image:
    """Whole where it may be, else scaled down."""
    try:
        return open_picture(data, "picture")
    except UserError:
        return open_picture(data, "picture", side=side)


def _plain(picture: Image.Image) -> Image.Image:
    """RGB or RGBA by Pillow's own rules, without a profile."""
    found = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    found.info.pop("icc_profile", None)
    return found


def _eight_bits(picture: Image.Image) -> Image.Image:
    """16-bit grey as 8-bit grey: Pillow by itself cuts it off at 255."""
    if not picture.mode.startswith("I"):
        return picture
    values = np.asarray(picture).astype(np.float64)
    found = Image.fromarray(np.rint(np.clip(values / 257, 0, 255)).astype(np.uint8))
    clear = picture.info.get("transparency")
    found.info = {name: value for name, value in picture.info.items() if name != "transparency"}
    if isinstance(clear, int):
        found.putalpha(Image.fromarray(np.where(values == clear, 0, 255).astype(np.uint8)))
    return found


def _turned(picture: Image.Image) -> int:
    """How the camera was held, as EXIF numbers it; 1 is upright. Broken notes are to be left behind: 0."""
    try:
        return int(picture.getexif().get(_ORIENTATION, 1) or 1)
    except _EXIF_ERRORS:
        return 0


def _space(picture: Image.Image) -> str:
    """The colour space of a picture's profile: RGB, GRAY, CMYK; empty where there is none that can be read."""
    profile = picture.info.get("icc_profile")
    try:
        return ImageCms.ImageCmsProfile(io.BytesIO(profile)).profile.xcolor_space.strip() if profile else ""
    except (ImageCms.PyCMSError, OSError):
        return ""


def _first_of_several(data: bytes) -> bytes:
    """A camera's JPEG of several pictures without the list of the others: what is left is its first, unchanged."""
    at = 2
    while data[at : at + 1] == b"\xff" and data[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if data[at + 1] == 0xE2 and data[at + 4 : at + 8] == b"MPF\0":
            return data[:at] + data[end:]
        at = end
    raise UserError(say("masks-no-picture", what="picture"))


def _too_large(what: What, width: int, height: int, most: int) -> UserError:
    scale = (most / (width * height)) ** 0.5
    return UserError(
        say(
            "masks-too-large",
            what=what,
            width=width,
            height=height,
            most=most // 1_000_000,
            fit_width=int(width * scale),
            fit_height=int(height * scale),
        )
    )
