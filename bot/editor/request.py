"""What the page asks for, read and checked before anything is spent. Errors are sentences for the person who painted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from PIL import Image

from bot.briefs.model import UserError
from bot.briefs.typed import PROMPT_LIMIT, clean
from bot.pictures import opening
from bot.pictures.adjust import Adjustment
from bot.texts import say

#: Results that one request may ask for.
CANDIDATES_LIMIT = 4
#: Regions that one request may have.
PARTS_LIMIT = 6
#: Characters of the key by which a request that comes twice is known.
KEY_LIMIT = 64


@dataclass(frozen=True, kw_only=True)
class PaintedFix:
    """Fixes of one version."""

    version: int
    candidates: int
    instructions: tuple[str, ...]
    #: Percent by side, where the canvas is to be extended instead of painted on.
    extend: object | None
    key: str


@dataclass(frozen=True, kw_only=True)
class PaintedAdjustment:
    """An adjustment of one version."""

    version: int
    by: Adjustment
    key: str


def read_fix(text: str) -> PaintedFix:
    """From the JSON of a request. Raises UserError."""
    page_request = _object(text)
    candidates = page_request.get("candidates", 1)
    if (
        isinstance(candidates, bool)
        or not isinstance(candidates, int)
        or not 1 <= candidates <= CANDIDATES_LIMIT
    ):
        raise UserError(say("editor-candidates-limit", most=CANDIDATES_LIMIT))
    parts = page_request.get("parts")
    if not isinstance(parts, list) or not 1 <= len(parts) <= PARTS_LIMIT:
        raise UserError(say("editor-regions-limit", most=PARTS_LIMIT))
    return PaintedFix(
        version=_version(page_request),
        candidates=candidates,
        instructions=tuple(_instruction(part) for part in parts),
        extend=page_request.get("extend"),
        key=_key(page_request),
    )


def read_adjustment(text: str) -> PaintedAdjustment:
    """From the JSON of a request. Raises UserError."""
    page_request = _object(text)
    return PaintedAdjustment(
        version=_version(page_request), by=Adjustment.read(page_request.get("values")), key=_key(page_request)
    )


def read_mask(data: bytes, width: int, height: int) -> Image.Image:
    """A painted mask (mode L): 255 may change, 0 stays, grey is a soft edge. Raises UserError."""
    image = opening.open_picture(data, "selection")
    if image.size != (width, height):
        raise UserError(
            say(
                "editor-selection-size",
                width=image.width,
                height=image.height,
                picture_width=width,
                picture_height=height,
            )
        )
    mask = image.convert("L")
    if not np.asarray(mask, dtype=np.uint8).any():
        raise UserError(say("editor-selection-empty"))
    return mask


def read_key(text: str) -> str:
    """The key that a JSON object names. Raises UserError."""
    return _key(_object(text))


def _object(text: str) -> Mapping[str, object]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UserError(say("editor-unreadable")) from error
    if not isinstance(found, dict):
        raise UserError(say("editor-unreadable"))
    return found


def _version(page_request: Mapping[str, object]) -> int:
    version = page_request.get("version")
    if isinstance(version, bool) or not isinstance(version, int):
        raise UserError(say("editor-no-version"))
    return version


def _key(page_request: Mapping[str, object]) -> str:
    key = page_request.get("key")
    if not isinstance(key, str) or not 8 <= len(key) <= KEY_LIMIT or not key.isascii():
        raise UserError(say("editor-no-key"))
    return key


def _instruction(part: object) -> str:
    said = part.get("instruction") if isinstance(part, dict) else None
    instruction = clean(said) if isinstance(said, str) else ""
    if not instruction:
        raise UserError(say("editor-instruction-missing"))
    if len(instruction) > PROMPT_LIMIT:
        raise UserError(
            say("editor-instruction-long", count=f"{len(instruction):,}", most=f"{PROMPT_LIMIT:,}")
        )
    return instruction


def read_version(text: str) -> int:
    """The version that a JSON object names. Raises UserError."""
    return _version(_object(text))


#: Versions that one request may discard.
VERSIONS_LIMIT = 100


def read_versions(text: str) -> list[int]:
    """The versions that a JSON object names. Raises UserError."""
    found = _object(text).get("versions")
    if not isinstance(found, list) or not 1 <= len(found) <= VERSIONS_LIMIT:
        raise UserError(say("editor-no-version"))
    return [_version({"version": one}) for one in found]
