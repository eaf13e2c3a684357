"""How large a picture is, from its aspect ratio and tier. Pure functions."""

from __future__ import annotations

#: Sides are multiples of this many pixels, which every latent grid we know divides.
SIDE_STEP_PX = 32


def draft_size(aspect: tuple[int, int], shorter_px: int) -> tuple[int, int]:
    """(width, height) in pixels with that shorter side and about that aspect ratio."""
    width, height = aspect
    if width >= height:
        return _step(shorter_px * width / height), _step(shorter_px)
    return _step(shorter_px), _step(shorter_px * height / width)


def pro_size(draft: tuple[int, int], shorter_px: int) -> tuple[int, int]:
    """The draft's size scaled up (never down) to that shorter side, so that the composition is kept."""
    scale = max(1.0, shorter_px / min(draft))
    return _step(draft[0] * scale), _step(draft[1] * scale)


def _step(pixels: float) -> int:
    return max(SIDE_STEP_PX, round(pixels / SIDE_STEP_PX) * SIDE_STEP_PX)
