"""What a measuring eye sees in a picture: its backdrop's colour, where the thing is, and a crop around it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PIL import Image

from engine.starter.data import Pixels, hex_rgb, to_oklab, to_rgb
from engine.starter.subjects import POSITIONS

#: side of the small copy that is looked at, in pixels
SIDE = 64
#: side of the crop that the classifier gets, in pixels
CROP = 64


def lab_of(picture: Image.Image, side: int = SIDE) -> Pixels:
    """A picture in OKLab at a small size."""
    small = picture.convert("RGB").resize((side, side), Image.Resampling.BOX)
    return to_oklab(np.asarray(small, np.float32) / np.float32(255))


def border(picture: Image.Image) -> Pixels:
    """The median colour of a frame one sixteenth wide, in OKLab."""
    lab = lab_of(picture)
    frame = np.ones(lab.shape[:2], bool)
    frame[4:-4, 4:-4] = False
    middle: Pixels = np.median(lab[frame], axis=0)
    return middle


def nearest(lab: Pixels, colours: Mapping[str, str]) -> str:
    """The name of the colour that looks most like this one. Source: CIELAB distance (CIE76)."""
    target = _cielab(_rgb_of(lab))
    return min(colours, key=lambda name: float(np.linalg.norm(_cielab(hex_rgb(colours[name])) - target)))


def foreground(picture: Image.Image) -> Pixels:
    """How much each point differs from the backdrop, 0 or more."""
    lab = lab_of(picture)
    difference = np.abs(lab - border(picture)) * np.array([0.6, 1, 1], np.float32)
    weight: Pixels = np.clip(difference.sum(-1) - 0.09, 0, 0.25)
    return weight


def box_of(picture: Image.Image) -> tuple[float, float, float, float] | None:
    """Left, top, right and bottom of the thing as shares of the sides; None where nothing is seen."""
    weight = foreground(picture)
    rows, columns = np.nonzero(weight > 0.05)
    if weight.sum() < 0.5 or not len(rows):
        return None
    low_x, high_x = np.percentile(columns, (2, 98))
    low_y, high_y = np.percentile(rows, (2, 98))
    return (
        float(low_x / SIDE),
        float(low_y / SIDE),
        float((high_x + 1) / SIDE),
        float((high_y + 1) / SIDE),
    )


def place(picture: Image.Image) -> str:
    """Which of the nine positions the centre of the thing is nearest to; `nowhere` where nothing is seen."""
    box = box_of(picture)
    if box is None:
        return "nowhere"
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return min(POSITIONS, key=lambda n: (POSITIONS[n][0] - x) ** 2 + (POSITIONS[n][1] - y) ** 2)


def thing(picture: Image.Image) -> Image.Image:
    """A square crop around the thing with a little room, `CROP` pixels wide; all of it where nothing is seen."""
    box = box_of(picture) or (0.0, 0.0, 1.0, 1.0)
    half = max(box[2] - box[0], box[3] - box[1]) * 0.58
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    area = [
        round(v * side)
        for v, side in zip((x - half, y - half, x + half, y + half), picture.size * 2, strict=True)
    ]
    frame = np.asarray(picture.convert("RGB"))
    wide = np.pad(frame, ((picture.height,) * 2, (picture.width,) * 2, (0, 0)), "edge")
    whole = Image.fromarray(wide)
    left, top = picture.size
    moved = (area[0] + left, area[1] + top, area[2] + left, area[3] + top)
    return whole.resize((CROP, CROP), Image.Resampling.BOX, box=moved)


def fine_detail(picture: Image.Image) -> float:
    """How much of a picture is finer than one of half its side can hold.

    The energy of its grey values above half of their Nyquist frequency, per pixel, under a Hann window. Enlarging
    adds next to nothing there, whatever the filter.
    """
    grey = np.asarray(picture.convert("L"), np.float32)
    window = np.hanning(grey.shape[0])[:, None] * np.hanning(grey.shape[1])
    energy = np.abs(np.fft.fft2((grey - grey.mean()) * window)) ** 2
    down, across = np.fft.fftfreq(grey.shape[0])[:, None], np.fft.fftfreq(grey.shape[1])[None, :]
    return float(energy[np.maximum(np.abs(down), np.abs(across)) > 0.25].sum() / energy.size)


def seam(picture: Image.Image, box: tuple[int, int, int, int]) -> float:
    """The step across the border of a box ÷ the steps one to four pixels inside of it; 1 or less is no seam."""
    pixels = np.asarray(picture.convert("RGB"), np.float32)
    left, top, right, bottom = box

    def step(inset: int) -> float:
        x0, y0, x1, y1 = left + inset, top + inset, right - inset, bottom - inset
        sides = (
            pixels[y0:y1, x0] - pixels[y0:y1, x0 - 1],
            pixels[y0:y1, x1] - pixels[y0:y1, x1 - 1],
            pixels[y0, x0:x1] - pixels[y0 - 1, x0:x1],
            pixels[y1, x0:x1] - pixels[y1 - 1, x0:x1],
        )
        return float(np.mean([np.abs(side).mean() for side in sides]))

    return step(0) / max(0.25, max(step(inset) for inset in range(1, 5)))


_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE = np.array([0.95047, 1.0, 1.08883])


def _cielab(rgb: Pixels) -> Pixels:
    """sRGB 0–1 to CIELAB under D65."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    ratio = (_TO_XYZ @ linear) / _WHITE
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    lab: Pixels = np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])], np.float32)
    return lab


def _rgb_of(lab: Pixels) -> Pixels:
    rgb: Pixels = to_rgb(lab[None])[0]
    return rgb
