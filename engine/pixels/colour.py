"""Colour profiles: a picture keeps its own, and the model, which knows sRGB only, sees and paints in sRGB."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image, ImageCms

from engine.pixels.array import Pixels

#: pictures whose values are kept as they are; others are turned into these when they are read
KEPT_MODES = ("RGB", "RGBA", "P", "PA")


def kept_profile(picture: Image.Image) -> bytes | None:
    """A picture's ICC profile where its values are RGB in that profile; None for sRGB, and where there is none."""
    data = picture.info.get("icc_profile")
    if not isinstance(data, bytes) or picture.mode not in KEPT_MODES:
        return None
    try:
        opened = _opened(data)
        if opened.profile.xcolor_space.strip() != "RGB" or "srgb" in _name(opened).lower():
            return None
    except (ImageCms.PyCMSError, OSError):
        # What cannot be read does not describe colours either.
        return None
    return data


def as_rgb(picture: Image.Image) -> Image.Image:
    """A CMYK picture as its own profile says it looks, in sRGB; others unchanged."""
    data = picture.info.get("icc_profile")
    if picture.mode != "CMYK" or not isinstance(data, bytes):
        return picture
    try:
        turned = ImageCms.profileToProfile(picture, _opened(data), _srgb(), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return picture
    return turned or picture


def to_srgb(pixels: Pixels, profile: bytes | None) -> Pixels:
    """Pixels of a profile as sRGB shows them; transparency stays."""
    return pixels if profile is None else _apply(pixels, _transform(profile, True))


def from_srgb(pixels: Pixels, profile: bytes | None) -> Pixels:
    """sRGB pixels in the values of a profile; transparency stays."""
    return pixels if profile is None else _apply(pixels, _transform(profile, False))


def _apply(pixels: Pixels, transform: ImageCms.ImageCmsTransform) -> Pixels:
    seen = ImageCms.applyTransform(Image.fromarray(np.ascontiguousarray(pixels[..., :3]), "RGB"), transform)
    return np.dstack([np.array(seen), pixels[..., 3:]]).astype(np.uint8)


@lru_cache(maxsize=16)
def _transform(profile: bytes, inwards: bool) -> ImageCms.ImageCmsTransform:
    own, srgb = _opened(profile), _srgb()
    return ImageCms.buildTransform(*((own, srgb) if inwards else (srgb, own)), "RGB", "RGB")


def _opened(profile: bytes) -> Any:
    return ImageCms.ImageCmsProfile(io.BytesIO(profile))


def _srgb() -> Any:
    return ImageCms.createProfile("sRGB")


def _name(profile: Any) -> str:
    return str(profile.profile.profile_description or "")
