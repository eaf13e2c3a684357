"""Where a picture comes from: made by a model, or a person's own. Knows no requests and no engine."""

from __future__ import annotations

from engine.pixels.array import Pixels
from engine.pixels.source import Origin
from marks.reading import read_notes
from marks.source import IPTC, SourceType, pixels_sha256


def origin_of(data: bytes, pixels: Pixels, *, told: str = "auto") -> Origin:
    """Where a picture comes from: as the sender says (`model`, `person`), else as the picture itself shows.

    A picture counts as made only where its recipe is there and its pixels are those that were made: whatever else
    was sent may be a person's own, and is labelled so.
    """
    if told == "model":
        return Origin(source_type=SourceType.MADE, data=data)
    if told == "person":
        return Origin(source_type=SourceType.COMPOSITE, data=data)
    notes = read_notes(data)
    made = notes.source_type == IPTC + SourceType.MADE or notes.recipe.get("source_type") == SourceType.MADE
    # The pixels of JPEG and lossy WebP are never those that were made: there its word is taken.
    unchanged = notes.lossy or notes.recipe.get("pixels_sha256") == pixels_sha256(pixels)
    return Origin(source_type=SourceType.MADE if made and unchanged else SourceType.COMPOSITE, data=data)
