"""How large a picture is, from its aspect ratio and tier. Pure functions."""

from __future__ import annotations

from fractions import Fraction

#: Widest and tallest aspect ratio.
ASPECT_LIMIT = 3
#: Sides are multiples of this many pixels, which every latent grid we know divides.
SIDE_STEP_PX = 32
#: Usual sizes by name, as the networks ask for them: the name of the label's text, width, height.
USUAL = {
    "square": ("deliveries-usual-square", 1080, 1080),
    "portrait": ("deliveries-usual-portrait", 1080, 1350),
    "story": ("deliveries-usual-story", 1080, 1920),
    "facebook": ("deliveries-usual-facebook", 1200, 628),
    "x": ("deliveries-usual-x", 1600, 900),
    "linkedin": ("deliveries-usual-linkedin", 1200, 627),
    "youtube": ("deliveries-usual-youtube", 1280, 720),
    "pinterest": ("deliveries-usual-pinterest", 1000, 1500),
}


def draft_size(aspect: tuple[int, int], longer_px: int) -> tuple[int, int]:
    """(width, height) in pixels with that longer side and about that aspect ratio.

    The longer side counts, so that no shape asks more of a model than its largest square.
    """
    width, height = aspect
    scale = longer_px / max(width, height)
    return _step(width * scale), _step(height * scale)


def shape_of(width: int, height: int) -> tuple[int, int]:
    """The aspect ratio of a picture in small numbers, no wider or taller than a draft may be."""
    ratio = min(max(width / height, 1 / ASPECT_LIMIT), ASPECT_LIMIT)
    shape = Fraction(ratio).limit_denominator(20)
    return shape.numerator, shape.denominator


def pro_size(draft: tuple[int, int], longer_px: int) -> tuple[int, int]:
    """The draft's size scaled up (never down) to that longer side, so that the composition is kept."""
    scale = max(1.0, longer_px / max(draft))
    return _step(draft[0] * scale), _step(draft[1] * scale)


def _step(pixels: float) -> int:
    return max(SIDE_STEP_PX, int(pixels / SIDE_STEP_PX + 0.5) * SIDE_STEP_PX)
