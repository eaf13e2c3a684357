"""Asks the ledger about a file: by its bytes, by its recipe, by its watermark. Changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeVar

from PIL import Image

from bot.briefs import table as briefs_table
from bot.briefs.model import Version
from bot.briefs.table import named
from bot.marking import table as marking_table
from bot.pictures import opening
from bot.pictures.likeness import shows
from bot.store import PictureStore, Transaction, pictures
from marks import watermark
from marks.credentials import read_credentials
from marks.reading import read_notes
from marks.writing import identity

T = TypeVar("T")

#: How it was known again.
By = Literal["file", "pixels", "recipe", "watermark"]
#: Pictures of one seed that are compared, newest first: whoever writes a file's recipe chooses the seed.
MOST_OF_A_SEED = 24


class Reading(Protocol):
    """Reads from the database, each time in a transaction of its own: what lies between them takes seconds."""

    def __call__(self, work: Callable[[Transaction], T]) -> T:
        """What the work returns."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What is known of a file that was made here."""

    version: Version
    #: As people name it: K7M2QRS/pro1.
    name: str
    channel: str
    by: By
    #: The stored picture's own recipe; empty where the server that drew it wrote none.
    recipe: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class OwnWords:
    """What a file says of itself: somebody's claim, and a signature that holds or does not."""

    #: The address of IPTC's digital source type; empty where none is told.
    source_type: str
    #: As `marks.credentials.read_credentials` has it; None where there are none.
    credentials: Mapping[str, Any] | None


def own_words(data: bytes) -> OwnWords:
    """What the file says. Takes a second for a large one."""
    return OwnWords(source_type=read_notes(data).source_type, credentials=read_credentials(data))


def ask(read: Reading, store: PictureStore, data: bytes) -> Verdict | None:
    """What a picture is of ours; None where nothing is known of it. Takes seconds. Raises UserError for no picture."""
    picture = opening.seen(data)
    sha256 = hashlib.sha256(data).hexdigest()
    for version in read(lambda tx: marking_table.versions_of_file(tx, sha256)):
        return _verdict(read, store, version, "file")
    recipe = read_notes(data).recipe
    seed = recipe.get("seed")
    if isinstance(seed, int):
        same_seed = read(lambda tx: marking_table.drawn_from_seed(tx, seed, most=MOST_OF_A_SEED))
        if found := _first_shown(read, store, picture, same_seed):
            version, is_same = found
            return _verdict(read, store, version, "pixels" if is_same else "recipe")
    numbers = read(marking_table.watermarked)
    if not numbers:
        return None
    bits = watermark.read(picture)
    # Bits agree by chance, pictures do not.
    likely = [guess.number for guess in watermark.guesses(bits, numbers)]
    if found := _first_shown(read, store, picture, likely):
        return _verdict(read, store, found[0], "watermark")
    return None


def _verdict(read: Reading, store: PictureStore, version_id: int, by: By) -> Verdict:
    def work(tx: Transaction) -> tuple[Version, str, str]:
        version = briefs_table.version(tx, version_id)
        return version, str(named(version)), briefs_table.brief(tx, version.brief).channel

    version, name, channel = read(work)
    kept = _kept(read, store, version_id)
    return Verdict(
        version=version,
        name=name,
        channel=channel,
        by=by,
        recipe=read_notes(kept).recipe if kept else {},
    )


def _first_shown(
    read: Reading, store: PictureStore, picture: Image.Image, versions: list[int]
) -> tuple[int, bool] | None:
    """The first of the versions that the picture is, or is a part of, and whether every pixel is the same."""
    for version in versions:
        kept = _kept(read, store, version)
        if kept is None:
            continue
        ours = opening.seen(kept)
        # The other way about where the canvas was extended, or a screenshot has something around it.
        if shows(picture, ours) or shows(ours, picture):
            return version, identity(picture) == identity(ours)
    return None


def _kept(read: Reading, store: PictureStore, version: int) -> bytes | None:
    """The stored picture of a version; None where it was tidied away."""
    try:
        return store.read(read(lambda tx: pictures.find(tx, briefs_table.version(tx, version).picture)))
    except (KeyError, FileNotFoundError):
        return None
