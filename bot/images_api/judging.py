"""Whether an engine's answer can be what was asked for: judged before anyone sees it, and before it is money. Pure."""

from __future__ import annotations

import io
import math
import struct
import warnings
from typing import Any

from PIL import Image, UnidentifiedImageError

from bot.images_api.types import EngineFailed
from bot.texts import say

#: Largest picture where no size was asked for, in pixels.
PIXELS_LIMIT = 17_000_000
#: What one picture can take at most: an hour of a device that draws 10 kW, …
SECONDS_LIMIT = 3_600
JOULES_LIMIT = SECONDS_LIMIT * 10_000
#: … these steps, and these tokens: the largest picture at the highest quality that is sold takes a fifth of them.
STEPS_LIMIT = 1_000
TOKENS_LIMIT = 400_000
SEED_LIMIT = 2**63

_FORMATS = ("PNG", "JPEG", "WEBP")
#: The last chunk of every PNG, which Pillow does not miss.
_PNG_END = b"\0\0\0\0IEND\xaeB`\x82"
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error, ZeroDivisionError, IndexError)


def finished(data: bytes, size: tuple[int, int] | None) -> tuple[int, int]:
    """The size of a finished picture that is whole and of the size that was asked for. Takes time: call it in a thread.

    Its header is read first, so that no picture larger than that is ever decoded. Raises EngineFailed.
    """
    try:
        with _opened(data) as picture:
            if size is not None and picture.size != size:
                raise EngineFailed(say("engine-other-size", came=sides(picture.size), asked=sides(size)))
            if size is None and picture.width * picture.height > PIXELS_LIMIT:
                raise EngineFailed(say("engine-too-large", came=sides(picture.size)))
            if picture.format == "PNG" and _PNG_END not in data:
                raise EngineFailed(say("engine-not-whole"))
            picture.load()
            return picture.size
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise EngineFailed(say("engine-undecodable")) from error
    except _BROKEN as error:
        raise EngineFailed(say("engine-not-whole")) from error


def is_preview(data: bytes, size: tuple[int, int] | None) -> bool:
    """Whether a preview can be shown: a picture, by its header, that is no larger than the finished one."""
    try:
        with _opened(data) as picture:
            most = size[0] * size[1] if size else PIXELS_LIMIT
            return picture.width * picture.height <= most
    except (UnidentifiedImageError, Image.DecompressionBombError, *_BROKEN):
        return False


def size_of(data: bytes) -> tuple[int, int]:
    """The size of a picture of our own, in pixels."""
    with _opened(data) as picture:
        return picture.size


def amount(value: Any, most: float, what: str) -> float | None:
    """A measured amount; None where nothing was measured. Raises EngineFailed for what cannot be."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # Compared before it is converted: an integer may be too large for a float.
    if not 0 <= value <= most or math.isnan(value):
        raise EngineFailed(say("engine-amount", what=what, value=str(value)[:20]))
    return float(value)


def seed(value: Any) -> int | None:
    """The seed of a picture; None where the server says none that could be asked for again."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and 0 <= value < SEED_LIMIT else None


def index(value: Any, count: int) -> int:
    """Which of the pictures it is. Raises EngineFailed where there is no such one."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < count:
        raise EngineFailed(say("engine-other-picture", asked=count))
    return value


def _opened(data: bytes) -> Image.Image:
    with warnings.catch_warnings():
        # Pillow warns of pictures that our own, lower limit refuses.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        return Image.open(io.BytesIO(data), formats=_FORMATS)


def sides(size: tuple[int, int]) -> str:
    """A size as people read it."""
    return f"{size[0]}×{size[1]}"
