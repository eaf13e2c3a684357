"""Asks the ledger about a file: by its bytes, by its recipe, by its watermark. Changes nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from PIL import Image

from bot.briefs import table as briefs_table
from bot.briefs.model import Version
from bot.briefs.table import named
from bot.marking import table as marking_table
from bot.pictures import opening
from bot.pictures.likeness import shows
from bot.store import PictureStore, Transaction, pictures
from marks import watermark
from marks.reading import read_notes
from marks.watermark import CannotWatermark

#: How it was known again.
By = Literal["file", "recipe", "watermark"]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What is known of a file that was made here."""

    version: Version
    #: As people name it: K7M2QRS/pro1.
    name: str
    by: By


def ask(tx: Transaction, store: PictureStore, data: bytes) -> Verdict | None:
    """What a picture is of ours; None where nothing is known of it. Takes seconds. Raises UserError for no picture."""
    picture = opening.seen(data)
    for version in marking_table.versions_of_file(tx, hashlib.sha256(data).hexdigest()):
        return _verdict(tx, version, "file")
    recipe = read_notes(data).recipe
    if isinstance(recipe.get("seed"), int):
        for version in marking_table.drawn_from_seed(tx, recipe["seed"]):
            if _shows(tx, store, picture, version):
                return _verdict(tx, version, "recipe")
    numbers = marking_table.watermarked(tx)
    if not numbers:
        return None
    try:
        shown = watermark.read(picture)
    except CannotWatermark:
        return None
    for guess in watermark.guesses(shown, numbers):
        # Bits agree by chance, pictures do not.
        if _shows(tx, store, picture, guess.number):
            return _verdict(tx, guess.number, "watermark")
    return None


def _verdict(tx: Transaction, version_id: int, by: By) -> Verdict:
    version = briefs_table.version(tx, version_id)
    return Verdict(version=version, name=str(named(version)), by=by)


def _shows(tx: Transaction, store: PictureStore, picture: Image.Image, version: int) -> bool:
    """Whether the picture is that version, or a part of it."""
    try:
        kept = store.read(pictures.find(tx, briefs_table.version(tx, version).picture))
    except (KeyError, FileNotFoundError):
        return False
    ours = opening.seen(kept)
    # The other way about where the canvas was extended, or a screenshot has something around it.
    return shows(picture, ours) or shows(ours, picture)
