"""What stored pictures are, in IPTC's words: as their files say, or as the ledger knows. Reads files: call it in a thread."""

from __future__ import annotations

from collections.abc import Iterable

from bot.briefs.model import BriefKind
from bot.marking.history import source_of
from bot.store import Picture, PictureStore
from marks.reading import read_notes


def source_type(store: PictureStore, pictures: Iterable[Picture], kind: BriefKind) -> str:
    """One word, or several with commas between where the pictures differ.

    Empty for a person's own pictures that nothing was made of. What no file says is said by the brief's kind.
    """
    found = dict.fromkeys(_of_file(store, one) for one in pictures)
    if not any(found) and kind not in (BriefKind.IMPORT, BriefKind.PAINT):
        return str(source_of(kind))
    return ", ".join(filter(None, found))


def _of_file(store: PictureStore, picture: Picture) -> str:
    try:
        return read_notes(store.read(picture)).source_type.rpartition("/")[2]
    except FileNotFoundError:
        return ""
