"""Finds where a copy of a picture lies on the original: it may be scaled, cropped, compressed, and drawn on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grey: TypeAlias = NDArray[np.float64]

#: Least share of the original's width, and height, that a copy shows.
LEAST_SHOWN = 0.72
#: Longer side of the pictures of the first search, in pixels; then of each refinement.
COARSE_PX = 96
#: Longer side, rounds, and the difference in brightness that counts as drawn in the first round: a misplaced
#: edge must not be taken for a stroke before it could be moved.
FINE = ((128, 4, 30.0), (256, 4, 25.0), (512, 4, 20.0))
#: Longer side at which a place is felt for step by step, and the steps, in its pixels.
FELT_PX = 160
_ROUGH = (3.0, 1.5)
_FINELY = (0.75, 0.35, 0.15)
#: A larger difference in brightness counts no more than this: what is drawn must not pull.
_MOST_APART = 16.0
#: How left, top, right and bottom move: along, across, each edge alone, larger or smaller.
_MOVES = ((1, 0, 1, 0), (0, 1, 0, 1), (1, 0, 0, 0), (0, 0, 1, 0), (0, 1, 0, 0), (0, 0, 0, 1), (1, 1, -1, -1))
#: Places of the first search that are followed further.
FOLLOWED = 3
_STEP = 1.018


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where the copy's corners lie on the original, in its pixels, and how well the two agree."""

    left: float
    top: float
    right: float
    bottom: float
    #: Correlation of both pictures where nothing seems to be drawn, at most 1.
    likeness: float


def place(original: Image.Image, copy: Image.Image) -> Placement | None:
    """The copy's place; None where its shape alone says that it is none."""
    starts = _search(original, copy)
    if not starts:
        return None
    # Roughly from each start, finely from the best alone.
    rough = min((_felt(original, copy, start, _ROUGH) for start in starts), key=lambda found: found[0])[1]
    box = _felt(original, copy, rough, _FINELY)[1]
    likeness = 0.0
    for side, rounds, tolerance in FINE:
        box, likeness = _refine(original, copy, box, side, rounds, tolerance)
        if side >= max(original.size):
            break
    left, top, right, bottom = (float(edge) for edge in box)
    return Placement(left=left, top=top, right=right, bottom=bottom, likeness=likeness)


_Box: TypeAlias = tuple[float, float, float, float]


def _search(original: Image.Image, copy: Image.Image) -> list[_Box]:
    """The best of all scales and places, at low resolution; none where the shapes do not fit."""
    width, height = original.size
    most = min(1.015 * width / copy.width, 1.015 * height / copy.height)
    scale = max(LEAST_SHOWN * width / copy.width, LEAST_SHOWN * height / copy.height)
    if scale > most:
        return []
    k = COARSE_PX / max(width, height)
    # Some room around, since a rounded size may reach beyond the edge.
    ground = np.pad(_structure(_grey(original, (round(width * k), round(height * k)))), 2, mode="edge")
    found: list[tuple[float, _Box]] = []
    while scale <= most * _STEP:
        size = max(8, round(copy.width * scale * k)), max(8, round(copy.height * scale * k))
        if size[0] <= ground.shape[1] and size[1] <= ground.shape[0]:
            score, x, y = _match(ground, _structure(_grey(copy, size)))
            left, top = (x - 2) / k, (y - 2) / k
            box = (left, top, left + copy.width * scale, top + copy.height * scale)
            found.append((score, box))
        scale *= _STEP
    return [box for _, box in sorted(found, reverse=True)[:FOLLOWED]]


def _structure(grey: Grey) -> Grey:
    """Edges count beside brightness: a flat backdrop alone places nothing."""
    down, across = np.gradient(grey)
    found: Grey = grey * 0.35 + np.hypot(down, across) * 2.0
    return found


def _match(ground: Grey, template: Grey) -> tuple[float, int, int]:
    """Normalised cross-correlation at every place where the template lies within the ground."""
    rows, columns = template.shape
    places = ground.shape[0] - rows + 1, ground.shape[1] - columns + 1
    centred = template - template.mean()
    spectrum = np.fft.rfft2(ground) * np.conj(np.fft.rfft2(centred, ground.shape))
    products = np.fft.irfft2(spectrum, ground.shape)[: places[0], : places[1]]
    count = rows * columns
    sums, squares = _boxes(ground, rows, columns), _boxes(ground**2, rows, columns)
    spread = np.sqrt(np.maximum(squares - sums**2 / count, 1e-9)) * np.sqrt((centred**2).sum() + 1e-9)
    score = products / spread
    y, x = np.unravel_index(int(score.argmax()), score.shape)
    return float(score[y, x]), int(x), int(y)


def _boxes(values: Grey, rows: int, columns: int) -> Grey:
    """Sums over all rectangles of that size."""
    whole = np.pad(values, ((1, 0), (1, 0))).cumsum(0).cumsum(1)
    found: Grey = (
        whole[rows:, columns:] - whole[:-rows, columns:] - whole[rows:, :-columns] + whole[:-rows, :-columns]
    )
    return found


def _felt(
    original: Image.Image, copy: Image.Image, box: _Box, steps: tuple[float, ...]
) -> tuple[float, _Box]:
    """Moves the edges while fewer pixels differ. How much still does, and the place."""
    width, height = original.size
    k = min(1.0, FELT_PX / max(width, height))
    size = max(8, round(width * k)), max(8, round(height * k))
    ground = _smooth(_grey(original, size))
    scaled = [edge * k for edge in box]
    small = copy.convert("L").resize(
        (max(4, round(scaled[2] - scaled[0])), max(4, round(scaled[3] - scaled[1]))), Image.Resampling.BOX
    )

    def apart(edges: list[float]) -> float:
        seen, valid = _laid(small, (edges[0], edges[1], edges[2], edges[3]), size)
        if valid.mean() < LEAST_SHOWN**2 * 0.8:
            return np.inf
        return float(np.minimum(np.abs(ground - _smooth(seen))[valid], _MOST_APART).mean())

    least = apart(scaled)
    for step in steps:
        for _ in range(6):
            before = least
            for move in _MOVES:
                for sign in (step, -step):
                    tried = [edge + sign * along for edge, along in zip(scaled, move, strict=True)]
                    found = apart(tried)
                    if found < least:
                        scaled, least = tried, found
            if least == before:
                break
    left, top, right, bottom = (edge / k for edge in scaled)
    return least, (left, top, right, bottom)


def _refine(
    original: Image.Image, copy: Image.Image, box: _Box, side: int, rounds: int, tolerance: float
) -> tuple[_Box, float]:
    """Least squares on brightness that forgets what is drawn over; also how alike the rest is."""
    width, height = original.size
    k = min(1.0, side / max(width, height))
    size = max(8, round(width * k)), max(8, round(height * k))
    kx, ky = size[0] / width, size[1] / height
    ground = _smooth(_grey(original, size))
    left, top, right, bottom = box[0] * kx, box[1] * ky, box[2] * kx, box[3] * ky
    small = copy.convert("RGB").resize(
        (max(4, round(right - left)), max(4, round(bottom - top))),
        Image.Resampling.BOX if right - left < copy.width else Image.Resampling.BICUBIC,
    )
    u, v = np.meshgrid(np.linspace(-1, 1, size[0]), np.linspace(-1, 1, size[1]))
    likeness = 0.0
    for turn in range(rounds):
        seen, valid = _laid(small, (left, top, right, bottom), size)
        seen = _smooth(seen)
        error = ground - seen
        scale = 1.4826 * float(np.median(np.abs(error[valid]))) + 1.5
        ratio = np.clip(np.abs(error) / max(4.0 * scale, tolerance * 0.72**turn), 0, 1)
        weight = np.where(valid, (1 - ratio**2) ** 2, 0.0)
        down, across = np.gradient(seen)
        steps = np.stack([across, across * u, down, down * v, np.ones_like(u), seen / 128.0], axis=-1)
        # A part of the pixels decides as well as all.
        every = max(1, weight.size // 40_000)
        flat, w, e = steps.reshape(-1, 6)[::every], weight.ravel()[::every], error.ravel()[::every]
        normal = (flat * w[:, None]).T @ flat + np.diag([1e-3] * 4 + [1e2] * 2)
        dx, dux, dy, dvy, *_ = np.linalg.solve(normal, (flat * w[:, None]).T @ e)
        # The seen picture must move against the shift that explains the error.
        half_x, half_y = size[0] / 2, size[1] / 2
        left -= dx + dux * (left - half_x) / half_x
        right -= dx + dux * (right - half_x) / half_x
        top -= dy + dvy * (top - half_y) / half_y
        bottom -= dy + dvy * (bottom - half_y) / half_y
        likeness = _correlation(ground, seen, weight)
        if turn > 2 and max(abs(dx), abs(dux), abs(dy), abs(dvy)) < 0.004:
            break
    return (left / kx, top / ky, right / kx, bottom / ky), likeness


def _laid(small: Image.Image, box: _Box, size: tuple[int, int]) -> tuple[Grey, NDArray[np.bool_]]:
    """The copy drawn on the original's grid, and where it covers it."""
    left, top, right, bottom = box
    ax, ay = small.width / (right - left), small.height / (bottom - top)
    coefficients = (ax, 0, -left * ax, 0, ay, -top * ay)
    laid = small.convert("L").transform(size, Image.Transform.AFFINE, coefficients, Image.Resampling.BICUBIC)
    cover = Image.new("L", small.size, 255).transform(
        size, Image.Transform.AFFINE, coefficients, Image.Resampling.NEAREST
    )
    return np.asarray(laid, dtype=np.float64), np.asarray(cover) > 0


def _correlation(a: Grey, b: Grey, weight: Grey) -> float:
    total = weight.sum()
    if total < 16:
        return 0.0
    x, y = a - (a * weight).sum() / total, b - (b * weight).sum() / total
    spread = np.sqrt((x * x * weight).sum() * (y * y * weight).sum())
    return float((x * y * weight).sum() / spread) if spread > 1e-6 else 0.0


def _grey(image: Image.Image, size: tuple[int, int]) -> Grey:
    return np.asarray(image.convert("L").resize(size, Image.Resampling.BOX), dtype=np.float64)


def _smooth(values: Grey) -> Grey:
    """Three pixels' mean along both axes, so that compression and sharpness matter less."""
    padded = np.pad(values, 1, mode="edge")
    rows = (padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4
    smooth: Grey = (rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) / 4
    return smooth
