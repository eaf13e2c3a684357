"""Judges pictures without a judge: colours, counts and places from pixels, words by a reader, fixes and Pro by comparing.

Each prompt of the evaluation asks for plain things on a plain ground, so that a threshold tells them apart. Pure
functions; a figure says how often a model did what it was told, not whether people like it.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from PIL import Image
from scipy import ndimage

Pixels: TypeAlias = np.ndarray[Any, Any]

#: hues in degrees, from and to
HUES = {
    "red": (340, 18),
    "orange": (18, 44),
    "yellow": (44, 72),
    "green": (72, 170),
    "blue": (185, 262),
    "purple": (262, 325),
}
#: distance from the ground's colour, in levels, past which a pixel belongs to a thing
APART = 48
#: smallest thing, as a share of the picture
SMALLEST = 0.004
#: least saturation and value of a pixel that has a colour, 0–1
COLOURED = (0.35, 0.2)
#: least share of a thing that its colour must have, and least likeness of a Pro render to its draft
LEAST_SHARE, LEAST_LIKENESS = 0.5, 0.7
#: side of the greys that a draft and its Pro render are compared on
COMPARED = 32


def things(pixels: Pixels) -> Pixels:
    """Where the picture differs from its ground, which is the usual colour of its edge."""
    rgb = pixels[..., :3].astype(int)
    edge = np.concatenate([rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]])
    apart: Pixels = np.abs(rgb - np.median(edge, axis=0)).max(axis=2) > APART
    return apart


def of_colour(pixels: Pixels, colour: str) -> Pixels:
    """Where the picture has a colour."""
    hue, saturation, value = np.moveaxis(
        np.asarray(Image.fromarray(pixels[..., :3]).convert("HSV")) / 255.0, 2, 0
    )
    low, high = HUES[colour]
    degrees = hue * 360
    inside = (degrees >= low) & (degrees < high) if low < high else (degrees >= low) | (degrees < high)
    found: Pixels = inside & (saturation >= COLOURED[0]) & (value >= COLOURED[1])
    return found


def is_of_colour(pixels: Pixels, colour: str) -> tuple[bool, str]:
    """Whether what stands on the ground has mostly this colour."""
    thing = things(pixels)
    share = float(of_colour(pixels, colour)[thing].mean()) if thing.any() else 0.0
    return share >= LEAST_SHARE, f"{share:.0%} {colour}"


def is_count(pixels: Pixels, wanted: int) -> tuple[bool, str]:
    """Whether so many things stand apart on the ground."""
    closed = ndimage.binary_opening(ndimage.binary_fill_holes(things(pixels)), iterations=2)
    labels, count = ndimage.label(closed)
    sizes = ndimage.sum_labels(closed, labels, range(1, count + 1)) if count else []
    found = sum(bool(size >= SMALLEST * closed.size) for size in sizes)
    return found == wanted, f"{found} of {wanted}"


def is_beside(pixels: Pixels, left: str, right: str) -> tuple[bool, str]:
    """Whether one colour's middle lies left of the other's."""
    places = []
    for colour in (left, right):
        found = of_colour(pixels, colour) & things(pixels)
        if found.mean() < SMALLEST:
            return False, f"no {colour}"
        places.append(float(np.nonzero(found)[1].mean()) / pixels.shape[1])
    return places[0] < places[1], f"{left} at {places[0]:.0%}, {right} at {places[1]:.0%}"


def is_local(before: Pixels, after: Pixels, inside: Pixels) -> tuple[bool, str]:
    """Whether a fix changed something inside of its mask and nothing outside."""
    if before.shape[:2] != after.shape[:2]:
        return False, "another size"
    changed = (before[..., :3] != after[..., :3]).any(axis=2)
    outside = int((changed & ~inside).sum())
    return outside == 0 and bool((changed & inside).any()), f"{outside} pixels changed outside"


def keeps(draft: Pixels, pro: Pixels) -> tuple[bool, str]:
    """Whether a Pro render has its draft's composition: the correlation of their small greys."""
    one, other = (
        np.asarray(
            Image.fromarray(p[..., :3]).convert("L").resize((COMPARED, COMPARED), Image.Resampling.BOX), float
        )
        for p in (draft, pro)
    )
    flat = one.std() == 0 or other.std() == 0
    likeness = (
        float(one.std() == other.std()) if flat else float(np.corrcoef(one.ravel(), other.ravel())[0, 1])
    )
    return likeness >= LEAST_LIKENESS, f"{likeness:.2f}"
