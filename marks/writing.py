"""Carries a picture's marks into a file that was made of it: cropped, converted, adjusted. Nothing is invented here."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, PngImagePlugin

from marks.reading import open_notes, read_notes
from marks.source import IPTC, SourceType, pixels_sha256
from marks.xmp import packet, read_xmp

#: the texts that a PNG has beside its XMP
TEXTS = ("parameters", "draftroom")


@dataclass(frozen=True, kw_only=True)
class Marks:
    """What a file carries, as it stands there."""

    #: by their names; only PNG has a place for them
    texts: tuple[tuple[str, str], ...] = ()
    #: the packet; empty where there is none
    xmp: str = ""

    def __bool__(self) -> bool:
        return bool(self.texts or self.xmp)


def marks_of(data: bytes) -> Marks:
    """What a PNG, JPEG or WebP carries; nothing where it cannot be read."""
    info = open_notes(data)
    found = info.get("xmp") or info.get("XML:com.adobe.xmp") or ""
    return Marks(
        texts=tuple((name, info[name]) for name in TEXTS if isinstance(info.get(name), str)),
        xmp=found.decode("utf-8", "replace") if isinstance(found, bytes) else str(found),
    )


def renewed(data: bytes, image: Image.Image, step: str) -> Marks:
    """The marks of a file for a picture that a program of ours made of it without a model; `step` says how.

    Its recipe goes on to name the pixels that are ours. A file that somebody else changed keeps what it says, and
    with it that it was changed.
    """
    found, notes = marks_of(data), read_notes(data)
    if not notes.recipe or (not notes.lossy and notes.recipe.get("pixels_sha256") != identity(_opened(data))):
        return found
    recipe = dict(notes.recipe)
    recipe["pixels_sha256"] = identity(image)
    recipe["afterwards"] = [*recipe.get("afterwards", []), step]
    told = json.dumps(recipe, ensure_ascii=False, sort_keys=True)
    fields = read_xmp(found.xmp)
    source = fields.get("source_type") or IPTC + str(recipe.get("source_type", SourceType.COMPOSITE))
    return Marks(
        texts=tuple((name, told if name == "draftroom" else text) for name, text in found.texts),
        xmp=packet(
            source_type=source,
            system=fields.get("system", ""),
            version=fields.get("version", ""),
            tool=fields.get("tool", ""),
            prompt=fields.get("prompt", ""),
            recipe=told,
        ),
    )


def together(files: Sequence[bytes]) -> Marks:
    """The marks of one picture that shows several: what they are, without how each was made."""
    kinds = {read_notes(data).source_type for data in files} - {""}
    if not kinds:
        return Marks()
    source = IPTC + (SourceType.MADE if kinds == {IPTC + SourceType.MADE} else SourceType.COMPOSITE)
    return Marks(xmp=said(source))


def said(source_type: str, *, system: str = "", prompt: str = "") -> str:
    """A packet that says what a picture is, for one that carries nothing."""
    return packet(
        source_type=source_type, system=system, version="", tool="Draftroom", prompt=prompt, recipe=None
    )


def shortest(marks: Marks) -> Marks:
    """What these marks come down to where there is no room: what the picture is."""
    source = read_xmp(marks.xmp).get("source_type")
    return Marks(xmp=said(source)) if source else Marks()


def size_of(marks: Marks) -> int:
    """About how many bytes the marks add to a file."""
    return len(marks.xmp.encode()) + sum(len(text.encode()) for _, text in marks.texts)


def encode(image: Image.Image, kind: str, marks: Marks, **options: Any) -> bytes:
    """The picture as PNG, JPEG or WEBP with these marks; `options` are Pillow's."""
    target = io.BytesIO()
    if kind == "PNG":
        info = PngImagePlugin.PngInfo()
        for name, text in marks.texts:
            info.add_itxt(name, text)
        if marks.xmp:
            info.add_itxt("XML:com.adobe.xmp", marks.xmp)
        image.save(target, kind, pnginfo=info, **options)
    else:
        image.save(target, kind, **({"xmp": marks.xmp.encode()} if marks.xmp else {}), **options)
    return target.getvalue()


def identity(image: Image.Image) -> str:
    """The SHA-256 of a picture's pixels, as recipes name it."""
    mode = "RGBA" if image.has_transparency_data else "RGB"
    return pixels_sha256(np.asarray(image if image.mode == mode else image.convert(mode), dtype=np.uint8))


def _opened(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        return image
