"""The words that a prompt asks for in quotation marks, and whether they can be read in the picture. Knows no torch.

Reading needs the extra `words` (rapidocr-onnxruntime, whose small models come in its package); without it nothing is told.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np

from engine.pixels.array import Pixels
from engine.pixels.files import flatten

QUOTED = re.compile(
    r"“([^”“]+)”|„([^“”„]+)[“”]|«([^»]+)»|»([^«]+)«|「([^」]+)」|\"([^\"]+)\"|(?<!\w)['‘]([^'’‘]+)['’](?!\w)"
)
#: most that is looked for in one picture, and most letters of each
MOST_ASKED, MOST_LETTERS = 10, 120
#: characters of Latin and Chinese, which the reader's models know
READABLE = re.compile("(LATIN|CJK UNIFIED|DIGIT)")
#: what a reader takes for one another in most typefaces
ALIKE = str.maketrans({"ß": "b", "0": "o", "1": "l", "i": "l", "5": "s", "8": "b"})
#: how sure a reading must be, 0–1
CERTAIN = 0.5

_reading = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class Words:
    """What was asked for, what was read, and what of the one is not in the other."""

    asked: tuple[str, ...]
    read: tuple[str, ...]
    missing: tuple[str, ...]

    def told(self) -> dict[str, list[str]]:
        """As an answer's JSON has it."""
        return {"asked": list(self.asked), "read": list(self.read), "missing": list(self.missing)}


def asked_words(prompt: str) -> tuple[str, ...]:
    """What stands in quotation marks and could be read."""
    found = (next(filter(None, match.groups())).strip() for match in QUOTED.finditer(prompt))
    kept = dict.fromkeys(text for text in found if 0 < len(text) <= MOST_LETTERS and _is_readable(text))
    return tuple(kept)[:MOST_ASKED]


def can_read() -> bool:
    """Whether the extra is installed."""
    return find_spec("rapidocr_onnxruntime") is not None


def look_for(asked: Sequence[str], pixels: Pixels) -> Words:
    """Read a picture and compare."""
    picture = np.ascontiguousarray(np.asarray(flatten(pixels))[..., ::-1])
    with _reading:
        found, _ = _reader()(picture)
    read = tuple(text for _, text, sure in found or () if sure >= CERTAIN)
    return Words(
        asked=tuple(asked), read=read, missing=tuple(text for text in asked if not is_in(text, read))
    )


def is_in(asked: str, read: Sequence[str]) -> bool:
    """Whether each of its words was read, in any order, or all of them together with other gaps between them."""
    words = " ".join(map(_plain, read)).split()
    wanted = _plain(asked)
    together = wanted.replace(" ", "")
    runs = (
        "".join(words[start:end]) for start in range(len(words)) for end in range(start + 1, len(words) + 1)
    )
    return all(word in words for word in wanted.split()) or together in runs


def _plain(text: str) -> str:
    """Without case, accents and punctuation, and with characters that look alike made one."""
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text.replace("ß", "b"))
        if not unicodedata.combining(letter)
    )
    alike = bare.casefold().translate(ALIKE)
    return " ".join("".join(letter if letter.isalnum() else " " for letter in alike).split())


def _is_readable(text: str) -> bool:
    letters = [letter for letter in text if letter.isalnum()]
    return bool(letters) and all(READABLE.search(unicodedata.name(letter, "")) for letter in letters)


@cache
def _reader() -> Any:
    from rapidocr_onnxruntime import RapidOCR

    return RapidOCR()
