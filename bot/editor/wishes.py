"""What the page asks for, read and checked before anything is spent. Errors are sentences for the person who painted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from PIL import Image

from bot.editor.adjust import Adjustment
from bot.studio import masks
from bot.studio.commands import PROMPT_LIMIT, clean
from bot.studio.model import Remedy

#: Results that one request may ask for.
CANDIDATES_LIMIT = 4
#: Regions that one request may have.
PARTS_LIMIT = 6
#: Characters of the key by which a request that comes twice is known.
KEY_LIMIT = 64


@dataclass(frozen=True, kw_only=True)
class FixWish:
    """Fixes of one version."""

    version: int
    candidates: int
    instructions: tuple[str, ...]
    #: Percent by side, where the canvas is to be extended instead of painted on.
    extend: object | None
    key: str


@dataclass(frozen=True, kw_only=True)
class AdjustWish:
    """An adjustment of one version."""

    version: int
    by: Adjustment
    key: str


def read_fix(text: str) -> FixWish:
    """From the JSON of a request. Raises Remedy."""
    wish = _object(text)
    candidates = wish.get("candidates", 1)
    if (
        isinstance(candidates, bool)
        or not isinstance(candidates, int)
        or not 1 <= candidates <= CANDIDATES_LIMIT
    ):
        raise Remedy(f"Ask for 1 to {CANDIDATES_LIMIT} candidates.")
    parts = wish.get("parts")
    if not isinstance(parts, list) or not 1 <= len(parts) <= PARTS_LIMIT:
        raise Remedy(f"A request has 1 to {PARTS_LIMIT} regions.")
    return FixWish(
        version=_version(wish),
        candidates=candidates,
        instructions=tuple(_instruction(part) for part in parts),
        extend=wish.get("extend"),
        key=_key(wish),
    )


def read_adjustment(text: str) -> AdjustWish:
    """From the JSON of a request. Raises Remedy."""
    wish = _object(text)
    return AdjustWish(version=_version(wish), by=Adjustment.read(wish.get("values")), key=_key(wish))


def read_mask(data: bytes, width: int, height: int) -> Image.Image:
    """A painted mask (mode L): 255 may change, 0 stays, grey is a soft edge. Raises Remedy."""
    image = masks.open_picture(data, "The selection")
    if image.size != (width, height):
        raise Remedy(
            f"The selection is {image.width}×{image.height} pixels, the picture {width}×{height}."
            " Load the page again and select anew."
        )
    mask = image.convert("L")
    if not np.asarray(mask, dtype=np.uint8).any():
        raise Remedy("Nothing is selected. Paint over what should change.")
    return mask


def _object(text: str) -> Mapping[str, object]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise Remedy("That request cannot be read. Load the page again.") from error
    if not isinstance(found, dict):
        raise Remedy("That request cannot be read. Load the page again.")
    return found


def _version(wish: Mapping[str, object]) -> int:
    version = wish.get("version")
    if isinstance(version, bool) or not isinstance(version, int):
        raise Remedy("That request names no version. Load the page again.")
    return version


def _key(wish: Mapping[str, object]) -> str:
    key = wish.get("key")
    if not isinstance(key, str) or not 8 <= len(key) <= KEY_LIMIT or not key.isascii():
        raise Remedy("That request has no key of its own. Load the page again.")
    return key


def _instruction(part: object) -> str:
    said = part.get("instruction") if isinstance(part, dict) else None
    instruction = clean(said) if isinstance(said, str) else ""
    if not instruction:
        raise Remedy("Say what should be there: an instruction is missing.")
    if len(instruction) > PROMPT_LIMIT:
        raise Remedy(
            f"That instruction has {len(instruction):,} characters; I read up to {PROMPT_LIMIT:,}. Shorten it."
        )
    return instruction


def read_version(text: str) -> int:
    """The version that a JSON object names. Raises Remedy."""
    return _version(_object(text))
