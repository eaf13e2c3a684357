"""Reads what a picture's file says about its making. It is somebody's claim: nothing here is believed, only told."""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from marks.xmp import read_xmp

#: longest text that is looked at, in characters
LONGEST_TEXT = 1_000_000


#: what a PNG keeps texts in
_TEXTS = (b"tEXt", b"zTXt", b"iTXt", b"eXIf")


@dataclass(frozen=True, kw_only=True)
class Notes:
    """What a file says."""

    #: the widely read text, as it stands
    parameters: str = ""
    #: our recipe; empty where there is none that can be read
    recipe: Mapping[str, Any] = field(default_factory=dict)
    #: the address of IPTC's digital source type; empty where none is told
    source_type: str = ""
    #: whether the file's format changed the pixels when they were written
    lossy: bool = False


def read_notes(data: bytes) -> Notes:
    """What a PNG, JPEG or WebP says. A file that cannot be read says nothing."""
    info = open_notes(data)
    xmp = read_xmp(_text(info.get("xmp") or info.get("XML:com.adobe.xmp")))
    return Notes(
        parameters=_text(info.get("parameters")),
        recipe=_recipe(_text(info.get("draftroom"))) or _recipe(xmp.get("recipe", "")),
        source_type=xmp.get("source_type", ""),
        lossy=bool(info) and not data.startswith(b"\x89PNG"),
    )


def open_notes(data: bytes) -> Mapping[str, Any]:
    """Everything that Pillow finds beside the pixels, by Pillow's names; empty for a file that cannot be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            opened = Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP"))
            known = {"draftroom", "XML:com.adobe.xmp", "xmp"} & opened.info.keys()
            if opened.format == "PNG" and not known and _texts_follow(data):
                # Pillow reads those only with the pixels, which takes a second for a large photo.
                opened.load()
    except Exception:  # whatever is wrong with it is for those to say who need its pixels
        return {}
    return {str(name): value for name, value in opened.info.items()}


def _texts_follow(data: bytes) -> bool:
    """Whether a PNG has texts after its pixels, as some programs write them."""
    at, pixels = 8, False
    while at + 8 <= len(data):
        length, name = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        if pixels and name in _TEXTS:
            return True
        pixels = pixels or name == b"IDAT"
        at += length + 12
    return False


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return value if isinstance(value, str) and len(value) <= LONGEST_TEXT else ""


def _recipe(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
