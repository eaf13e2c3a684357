"""What is known of where a picture comes from: IPTC's words for it, and the identity of its pixels."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

from engine.pixels.array import Pixels


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
