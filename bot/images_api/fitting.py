"""A picture of any size on the canvas that a server can draw, and back: no pixel moves, whatever its sizes are. Pure."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, PngImagePlugin

#: Sides that differ by less than this share are stretched rather than cut: nobody sees it.
STRETCH = 0.02


@dataclass(frozen=True, kw_only=True)
class Fit:
    """Where a picture of one size lies on the canvas of another."""

    asked: tuple[int, int]
    canvas: tuple[int, int]

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom on the canvas, around its middle."""
        scale = min(self.canvas[0] / self.asked[0], self.canvas[1] / self.asked[1])
        width, height = (
            canvas if canvas - side * scale <= STRETCH * canvas else max(1, round(side * scale))
            for side, canvas in zip(self.asked, self.canvas, strict=True)
        )
        left, top = (self.canvas[0] - width) // 2, (self.canvas[1] - height) // 2
        return left, top, left + width, top + height

    def put(self, data: bytes) -> bytes:
        """A picture on the canvas; what it leaves free goes on as its edge is."""
        if self.asked == self.canvas:
            return data
        with Image.open(io.BytesIO(data)) as picture:
            plain = picture if picture.mode in ("RGB", "RGBA", "L", "LA") else picture.convert("RGBA")
            profile = picture.info.get("icc_profile")
            scaled = plain.resize(self._inner, Image.Resampling.LANCZOS)
        left, top, right, bottom = self.box
        free = ((top, self.canvas[1] - bottom), (left, self.canvas[0] - right))
        values = np.asarray(scaled)
        wide = Image.fromarray(np.pad(values, (*free, *((0, 0),) * (values.ndim - 2)), mode="edge"))
        return _png(wide, profile)

    def put_mask(self, data: bytes) -> bytes:
        """A mask on the canvas; what the picture leaves free is to stay."""
        if self.asked == self.canvas:
            return data
        with Image.open(io.BytesIO(data)) as picture:
            scaled = picture.convert("RGBA").resize(self._inner, Image.Resampling.NEAREST)
        canvas = Image.new("RGBA", self.canvas, (0, 0, 0, 255))
        canvas.paste(scaled, self.box[:2])
        return _png(canvas)

    def take(self, data: bytes, *, exact: bool) -> bytes:
        """The picture out of a canvas: of the size that was asked for where that is needed, else as it was drawn.

        The file stays as it is where nothing is to be done.
        """
        whole = self.box == (0, 0, *self.canvas)
        if whole and (not exact or self.canvas == self.asked):
            return data
        with Image.open(io.BytesIO(data)) as picture:
            profile = picture.info.get("icc_profile")
            plain = picture if picture.mode in ("RGB", "RGBA", "L", "LA") else picture.convert("RGBA")
            size = self.asked if exact else self._inner
            return _png(plain.resize(size, Image.Resampling.LANCZOS, box=self.box), profile, picture.info)

    @property
    def _inner(self) -> tuple[int, int]:
        left, top, right, bottom = self.box
        return right - left, bottom - top


def _png(
    picture: Image.Image, profile: bytes | None = None, labels: Mapping[Any, Any] | None = None
) -> bytes:
    """The file, with what another one said of how it was made."""
    texts = PngImagePlugin.PngInfo()
    for name, text in (labels or {}).items():
        if isinstance(name, str) and isinstance(text, str):
            texts.add_itxt(name, text)
    out = io.BytesIO()
    picture.save(out, "PNG", icc_profile=profile, pnginfo=texts)
    return out.getvalue()
