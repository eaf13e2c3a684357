"""Pictures made of pictures: numbered contact sheets, before and after, masks shown. Pure Pillow.

Sheets have transparent gutters, so that they sit on light and dark backgrounds alike. Every function
takes and returns encoded bytes and may take some tenths of a second: call it in a thread.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, ImageOps, UnidentifiedImageError

from bot.briefs.model import UserError
from bot.pictures import opening
from bot.texts import say
from marks.writing import encode, together

#: Largest number of cells on a sheet.
MOST_CELLS: Final = 25
#: Sheets are enlarged to this width, in pixels, so that numbers stay sharp on dense screens.
LEAST_SHEET_WIDTH: Final = 1024
#: Sheets are shrunk to this longer side, in pixels: more than any chat shows, and quick to upload.
LONGEST_SHEET_SIDE: Final = 2400
#: A cell whose picture is not there yet, when no other cell tells a size. Width, height in pixels.
DEFAULT_CELL_SIZE: Final = (256, 256)

#: Shares of the sheet's shorter way across a phone: its width, or less where it is wide and flat.
_GUTTER_SHARE: Final = 0.012
_BADGE_SHARE: Final = 0.074
#: A badge covers at most this share of a cell's shorter side.
_BADGE_OF_CELL: Final = 0.24
#: Shapes are drawn this many times larger and shrunk, which smooths their edges.
_SMOOTH: Final = 4

_INK: Final = (17, 19, 24, 255)
_PAPER: Final = (255, 255, 255, 255)
_HAIRLINE: Final = (128, 132, 140, 255)
_EMPTY: Final = (226, 229, 235, 255)
_EMPTY_MARK: Final = (168, 174, 186, 255)


@dataclass(frozen=True, kw_only=True)
class SheetLayout:
    """Where the cells of a sheet lie, in pixels."""

    width: int
    height: int
    #: Left, top, right, bottom of each cell; right and bottom excluded.
    boxes: tuple[tuple[int, int, int, int], ...]
    gutter: int
    #: Diameter of a number's disc.
    badge: int

    def badge_centre(self, number: int) -> tuple[int, int]:
        """Where the disc of cell `number` (from 1) is centred: near the cell's top left corner."""
        left, top, _, _ = self.boxes[number - 1]
        inset = round(self.badge * 0.72)
        return left + inset, top + inset


def layout(cells: int, cell_width: int, cell_height: int, columns: int | None = None) -> SheetLayout:
    """Arrange `cells` pictures of one size; without `columns` as large as a square frame allows.

    Raises ValueError for no cells, too many, or columns that are not between 1 and `cells`.
    """
    if not 1 <= cells <= MOST_CELLS:
        raise ValueError(f"a sheet has 1 to {MOST_CELLS} cells, not {cells}")
    columns = columns if columns is not None else _best_columns(cells, cell_width, cell_height)
    if not 1 <= columns <= cells:
        raise ValueError(f"{cells} cells cannot stand in {columns} columns")
    rows = math.ceil(cells / columns)
    scale = max(1.0, LEAST_SHEET_WIDTH / (columns * cell_width))
    scale = min(scale, LONGEST_SHEET_SIDE / max(columns * cell_width, rows * cell_height))
    width, height = max(1, round(cell_width * scale)), max(1, round(cell_height * scale))
    across = columns * width
    gutter = max(3, round(across * _GUTTER_SHARE))
    badge = round(min(across * _BADGE_SHARE, min(width, height) * _BADGE_OF_CELL))
    boxes = []
    for index in range(cells):
        row, column = divmod(index, columns)
        # A short last row stands in the middle, which looks meant rather than unfinished.
        missing = rows * columns - cells if row == rows - 1 else 0
        left = gutter + column * (width + gutter) + missing * (width + gutter) // 2
        top = gutter + row * (height + gutter)
        boxes.append((left, top, left + width, top + height))
    return SheetLayout(
        width=across + (columns + 1) * gutter,
        height=rows * (height + gutter) + gutter,
        boxes=tuple(boxes),
        gutter=gutter,
        badge=max(12, badge),
    )


def contact_sheet(
    cells: Sequence[bytes | None],
    *,
    columns: int | None = None,
    cell_size: tuple[int, int] | None = None,
    numbers: Sequence[int] | None = None,
    labels: Sequence[str] | None = None,
) -> bytes:
    """A PNG of the cells, each with its number (from 1, or as given) in the top left corner.

    `labels` are a few words for each cell, drawn at its lower edge and cut where they are too long.

    None stands for a picture that is still being drawn and becomes a quiet placeholder. `cell_size`
    (width, height) keeps the layout the same while previews come in smaller than the final pictures;
    without it the largest picture decides.
    Raises ValueError for a wrong number of cells, PIL.UnidentifiedImageError for bytes of no picture.
    """
    pictures = [None if data is None else _open(data) for data in cells]
    sizes = [picture.size for picture in pictures if picture is not None]
    size = cell_size or max(sizes, key=lambda one: one[0] * one[1], default=DEFAULT_CELL_SIZE)
    plan = layout(len(pictures), *size, columns=columns)
    sheet = Image.new("RGBA", (plan.width, plan.height), (0, 0, 0, 0))
    for place, (picture, box) in enumerate(zip(pictures, plan.boxes, strict=True), start=1):
        _place(sheet, picture, box, plan.gutter)
        disc = _disc(str(numbers[place - 1] if numbers else place), plan.badge, quiet=picture is None)
        x, y = plan.badge_centre(place)
        sheet.alpha_composite(disc, (x - disc.width // 2, y - disc.height // 2))
        if labels:
            _label(sheet, labels[place - 1], box)
    return _png(sheet, *filter(None, cells))


def before_after(
    before: bytes,
    after: bytes,
    mask: bytes | Image.Image | None = None,
    *,
    seen: tuple[Image.Image, Image.Image] | None = None,
) -> bytes:
    """A PNG of both pictures with their names, the mask's region outlined on the first.

    Side by side, or one above the other where they are wide. `after` is shown at `before`'s size.
    The mask marks what was edited by transparency or, if nothing is transparent, by white; a picture of it is in mode L.
    `seen` are both pictures as they are to be shown, where they are at hand: large ones are opened twice else.
    """
    first, second = seen or (_open(before), _open(after))
    wide = first.width > 1.5 * first.height
    plan = layout(2, *first.size, columns=1 if wide else 2)
    sheet = Image.new("RGBA", (plan.width, plan.height), (0, 0, 0, 0))
    for picture, box in zip((first, second), plan.boxes, strict=True):
        _place(sheet, picture, box, plan.gutter)
    if mask is not None:
        left, top, right, bottom = plan.boxes[0]
        _outline(sheet, _marked(mask, (right - left, bottom - top)), (left, top), plan.width)
    label_height = round(plan.width * (0.056 if wide else 0.048))
    inset = round(label_height * 0.35)
    for word, (left, top, _, _) in zip((say("sheet-before"), say("sheet-after")), plan.boxes, strict=True):
        sheet.alpha_composite(_pill(word, label_height), (left + inset, top + inset))
    return _png(sheet, before, after)


def mask_overlay(picture: bytes, mask: bytes) -> bytes:
    """A PNG of the picture with everything outside the mask dimmed and the region outlined."""
    base = _open(picture).convert("RGBA")
    marked = _marked(mask, base.size)
    dimmed = Image.blend(base, Image.new("RGBA", base.size, _INK), 0.55)
    dimmed.paste(base, (0, 0), marked)
    _outline(dimmed, marked, (0, 0), base.width * 2)
    return _png(dimmed, picture)


def corner_label(picture: Image.Image, text: str) -> Image.Image:
    """The picture with a few words at its lower right, small but readable, and no wider than half of it."""
    shown = picture.convert("RGBA")
    tall = max(12, round(min(picture.size) * 0.045))
    pill = _pill(text, tall)
    if pill.width > picture.width * 0.5:
        tall = max(8, round(tall * picture.width * 0.5 / pill.width))
        pill = _pill(text, tall)
    inset = round(tall * 0.4)
    at = max(0, shown.width - pill.width - inset), max(0, shown.height - pill.height - inset)
    shown.paste(pill, at, pill)
    return shown if picture.mode == "RGBA" else shown.convert("RGB")


def _label(sheet: Image.Image, text: str, box: tuple[int, int, int, int]) -> None:
    """A pill at the lower edge of a cell, no wider than the cell."""
    left, _, right, bottom = box
    inset = max(2, (right - left) // 40)
    tall = max(16, round((right - left) * 0.115))
    pill = _pill(text, tall)
    while pill.width > right - left - 2 * inset and len(text) > 4:
        text = text.rstrip("…")[: -max(1, len(text) // 8)].rstrip() + "…"
        pill = _pill(text, tall)
    sheet.alpha_composite(pill, (left + inset, bottom - inset - tall))


def _best_columns(cells: int, width: int, height: int) -> int:
    """Columns that show the pictures largest in a square; among equals the fuller grid, then the wider."""

    def flaws(columns: int) -> tuple[int, int, int]:
        rows = math.ceil(cells / columns)
        return max(columns * width, rows * height), rows * columns - cells, -columns

    return min(range(1, cells + 1), key=flaws)


def _open(data: bytes) -> Image.Image:
    try:
        return opening.seen(data)
    except UserError as error:
        raise UnidentifiedImageError(error.sentence) from error


def _place(
    sheet: Image.Image, picture: Image.Image | None, box: tuple[int, int, int, int], gutter: int
) -> None:
    """Put a picture, or a placeholder, into its box with a hairline around it."""
    left, top, right, bottom = box
    # In the gutter, never on the picture: white pictures stay apart on a white background.
    line = max(1, gutter // 8)
    frame = (left - line, top - line, right + line - 1, bottom + line - 1)
    ImageDraw.Draw(sheet).rectangle(frame, fill=_HAIRLINE)
    size = (right - left, bottom - top)
    if picture is None:
        sheet.paste(_placeholder(size), (left, top))
        return
    fitted = picture
    if picture.size != size:
        # Sizes that are rounded are the same shape; another shape is shown whole.
        alike = 0.97 < picture.width * size[1] / (picture.height * size[0]) < 1.03
        shrink = ImageOps.fit if alike else ImageOps.contain
        fitted = shrink(picture, size, Image.Resampling.LANCZOS)
    sheet.paste(_EMPTY, box)
    at = left + (size[0] - fitted.width) // 2, top + (size[1] - fitted.height) // 2
    sheet.paste(fitted, at, fitted if fitted.mode == "RGBA" else None)


@lru_cache(maxsize=4)
def _placeholder(size: tuple[int, int]) -> Image.Image:
    """Pale, with three dots: something is coming."""
    panel = Image.new("RGBA", size, _EMPTY)
    radius = max(2, min(size) // 40)
    dots = Image.new("RGBA", (radius * 12 * _SMOOTH, radius * 2 * _SMOOTH), (0, 0, 0, 0))
    draw = ImageDraw.Draw(dots)
    for index in range(3):
        left = index * radius * 5 * _SMOOTH
        draw.ellipse((left, 0, left + radius * 2 * _SMOOTH - 1, radius * 2 * _SMOOTH - 1), fill=_EMPTY_MARK)
    small = dots.resize((radius * 12, radius * 2), Image.Resampling.LANCZOS)
    panel.alpha_composite(small, ((size[0] - small.width) // 2, (size[1] - small.height) // 2))
    return panel


@lru_cache(maxsize=64)
def _disc(text: str, diameter: int, *, quiet: bool = False) -> Image.Image:
    """A dark disc with a light rim and a light number: readable on any picture."""
    side = diameter * _SMOOTH
    image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    rim = max(_SMOOTH, side // 14)
    draw.ellipse((0, 0, side - 1, side - 1), fill=_PAPER)
    draw.ellipse((rim, rim, side - 1 - rim, side - 1 - rim), fill=_EMPTY_MARK if quiet else _INK)
    _bold(draw, (side / 2, side / 2), text, side * 0.62)
    return image.resize((diameter, diameter), Image.Resampling.LANCZOS)


@lru_cache(maxsize=128)
def _pill(text: str, height: int) -> Image.Image:
    """A dark label with a light rim, as wide as its text needs."""
    tall = height * _SMOOTH
    font = ImageFont.load_default(tall * 0.56)
    wide = round(font.getlength(text) + tall * 0.95)
    image = Image.new("RGBA", (wide, tall), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    rim = max(_SMOOTH, tall // 18)
    draw.rounded_rectangle((0, 0, wide - 1, tall - 1), tall // 2, fill=_PAPER)
    draw.rounded_rectangle((rim, rim, wide - 1 - rim, tall - 1 - rim), tall // 2 - rim, fill=_INK)
    _bold(draw, (wide / 2, tall / 2), text, tall * 0.56)
    return image.resize((round(wide / _SMOOTH), height), Image.Resampling.LANCZOS)


def _bold(draw: ImageDraw.ImageDraw, centre: tuple[float, float], text: str, size: float) -> None:
    """Centred on what the eye sees, not on the font's line; thickened, as the font has no bold."""
    font = ImageFont.load_default(size)
    stroke = size / 34
    left, top, right, bottom = draw.textbbox((0, 0), text, font=font, stroke_width=stroke)
    x, y = centre[0] - (left + right) / 2, centre[1] - (top + bottom) / 2
    draw.text((x, y), text, font=font, fill=_PAPER, stroke_width=stroke, stroke_fill=_PAPER)


def _marked(mask: bytes | Image.Image, size: tuple[int, int]) -> Image.Image:
    """The edited region as mode L, 255 inside, at `size`."""
    if isinstance(mask, Image.Image):
        shown = mask if mask.size == size else mask.resize(size, Image.Resampling.NEAREST)
        return shown.point(lambda value: 255 if value > 127 else 0)
    image = _open(mask)
    if image.mode == "RGBA" and image.getchannel("A").point(lambda value: value < 128).getbbox():
        region = image.getchannel("A").point(lambda value: 255 if value < 128 else 0)
    else:
        region = image.convert("L").point(lambda value: 255 if value > 127 else 0)
    return region if region.size == size else region.resize(size, Image.Resampling.NEAREST)


def _outline(sheet: Image.Image, marked: Image.Image, at: tuple[int, int], sheet_width: int) -> None:
    """A light line between two dark ones along the inside of the region's border: seen on any picture."""
    line = max(1, round(sheet_width * 0.0024))
    inside = np.asarray(marked, dtype=np.uint8) > 0
    depths = [inside, *(_worn(inside, line * step) for step in (1, 2, 3))]
    drawing = Image.new("RGBA", marked.size, (0, 0, 0, 0))
    for (outer, inner), colour in zip(pairwise(depths), (_INK, _PAPER, _INK), strict=True):
        drawing.paste(colour, (0, 0), Image.fromarray(outer & ~inner))
    sheet.alpha_composite(drawing, at)


def _worn(region: NDArray[np.bool_], by: int) -> NDArray[np.bool_]:
    """The region without its outer `by` pixels; the picture's own edge counts as a border."""
    worn = np.pad(region, by)
    for axis in (0, 1):
        # A pixel stays when its whole neighbourhood along the axis lies inside.
        counts = np.cumsum(worn, axis=axis)
        span = 2 * by + 1
        whole: NDArray[np.bool_] = counts - np.roll(counts, span, axis) == span
        worn = np.roll(whole, -by, axis)
    return worn[by:-by, by:-by]


def _png(image: Image.Image, *shown: bytes) -> bytes:
    """With what the pictures that it shows say of where they come from."""
    # Level 3 halves the time of the default for some percent more bytes.
    return encode(image, "PNG", together(shown), compress_level=3)
