"""Whether one picture shows the other, or a part of it, at any size. Pure; call it in a thread."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

#: Longer side at which pictures are compared, in pixels.
SIDE = 96
#: How much of a picture's longer side may be left, at least and at most, in steps.
SHARES = tuple(np.linspace(0.6, 1.0, 17))
#: Correlation from which it is the same picture, 0 to 1.
ALIKE = 0.9


def shows(part: Image.Image, whole: Image.Image) -> bool:
    """Whether `part` is the picture `whole`, smaller, recoded, or with its edges cut off."""
    scale = SIDE / max(whole.size)
    ground = _grey(whole, max(8, round(whole.width * scale)), max(8, round(whole.height * scale)))
    best = 0.0
    for share in SHARES:
        # As large on the ground as it would lie there with that share of its width, or of its height.
        for fit in {share * ground.shape[1] / part.width, share * ground.shape[0] / part.height}:
            size = round(part.width * fit), round(part.height * fit)
            if min(size) < 8 or size[0] > ground.shape[1] or size[1] > ground.shape[0]:
                continue
            best = max(best, _correlation(_grey(part, *size), ground))
    return best >= ALIKE


def _grey(picture: Image.Image, width: int, height: int) -> NDArray[np.float64]:
    small = picture.convert("L").resize((width, height), Image.Resampling.BOX)
    return np.asarray(small, dtype=np.float64)


def _correlation(part: NDArray[np.float64], ground: NDArray[np.float64]) -> float:
    """The best normalised correlation over all places."""
    windows = np.lib.stride_tricks.sliding_window_view(ground, part.shape)
    seen = windows.reshape(-1, part.size)
    wanted = (part - part.mean()).ravel()
    centred = seen - seen.mean(axis=1, keepdims=True)
    strength = np.sqrt((centred**2).sum(axis=1) * (wanted**2).sum())
    return float((centred @ wanted / np.maximum(strength, 1e-9)).max())
