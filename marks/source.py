"""IPTC's words for where a picture comes from, and the identity of its pixels."""

from __future__ import annotations

import hashlib
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class SourceType(StrEnum):
    """IPTC's words for how a picture came to be; their addresses are `IPTC` followed by the word."""

    #: made by a trained model alone
    MADE = "trainedAlgorithmicMedia"
    #: a person's own picture in which a trained model changed something
    COMPOSITE = "compositeWithTrainedAlgorithmicMedia"


IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def pixels_sha256(pixels: NDArray[np.uint8]) -> str:
    """Identity of a picture's content: of its rows of RGB or RGBA bytes."""
    return hashlib.sha256(pixels.tobytes()).hexdigest()
