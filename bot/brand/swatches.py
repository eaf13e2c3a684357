"""A palette as a picture: each colour with its hex text, readable on it. Pure Pillow; returns PNG bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageColor, ImageDraw, ImageFont

from bot.brand.kit import Colour
from bot.texts import say

#: Pixels of one colour's tile.
TILE = (200, 150)
_GAP, _PER_ROW = 10, 4
_INK, _PAPER, _RIM = (17, 19, 24), (255, 255, 255), (128, 132, 140)


def swatches(palette: Sequence[Colour]) -> bytes:
    """The palette, four colours in a row, on a transparent ground."""
    columns = min(_PER_ROW, len(palette))
    rows = -(-len(palette) // columns)
    size = columns * (TILE[0] + _GAP) + _GAP, rows * (TILE[1] + _GAP) + _GAP
    picture = Image.new("RGBA", size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    for number, colour in enumerate(palette):
        row, column = divmod(number, columns)
        left, top = _GAP + column * (TILE[0] + _GAP), _GAP + row * (TILE[1] + _GAP)
        box = (left, top, left + TILE[0], top + TILE[1])
        draw.rounded_rectangle(box, 14, fill=colour.hex, outline=_RIM, width=2)
        ink = ink_on(colour.hex)
        lines = [line for line in (colour.name, colour.hex) if line]
        for index, line in enumerate(lines):
            font = _fitting(line, TILE[0] - 24, 30 if line == colour.hex else 24)
            draw.text(
                (left + 14, top + TILE[1] - 14 - 34 * (len(lines) - 1 - index)),
                line,
                font=font,
                fill=ink,
                anchor="ls",
            )
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def alt_text(palette: Sequence[Colour]) -> str:
    """What the picture shows, in words."""
    return say("swatches-alt", count=len(palette), colours=", ".join(map(str, palette)))


def ink_on(background: str) -> tuple[int, int, int]:
    """Black or white, whichever stands out more on a colour."""
    light = [
        part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in ImageColor.getrgb(background)[:3]
    ]
    luminance = 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]
    # Where both contrast the same: (L + 0.05)² = 1.05 × 0.05.
    return _INK if luminance > 0.179 else _PAPER


def _fitting(text: str, width: int, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    font = ImageFont.load_default(size)
    while size > 12 and font.getlength(text) > width:
        size -= 2
        font = ImageFont.load_default(size)
    return font
