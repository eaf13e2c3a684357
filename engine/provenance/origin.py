"""Where a picture comes from: made by a model, or a person's own. Knows no requests and no engine."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

from engine.events import Pixels
from engine.provenance.reading import read_notes


class SourceType(StrEnum):
    """IPTC's words for how a picture came to be; their addresses are `IPTC` followed by the word."""

    #: made by a trained model alone
    MADE = "trainedAlgorithmicMedia"
    #: a person's own picture in which a trained model changed something
    COMPOSITE = "compositeWithTrainedAlgorithmicMedia"


IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The picture that a request starts from."""

    #: what a picture made from it is
    source_type: SourceType
    #: the file as it was sent, to be named as an ingredient
    data: bytes = field(default=b"", repr=False)


def pixels_sha256(pixels: Pixels) -> str:
    """Identity of a picture's content: of its rows of RGB or RGBA bytes."""
    return hashlib.sha256(pixels.tobytes()).hexdigest()


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
