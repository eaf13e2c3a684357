"""What a fix asks for."""

from __future__ import annotations

from dataclasses import dataclass

from bot.pictures.box import Box


@dataclass(frozen=True, kw_only=True)
class FixRequest:
    """A masked edit of one version."""

    #: None: a mask picture is attached.
    region: Box | None
    #: The region as it was said; empty with a mask picture.
    region_text: str
    instruction: str
    #: A cell of the grid, from 1; None: the newest Pro render or fix of the thread.
    cell: int | None
    #: The same fix for every picture of the grid.
    each: bool = False
    #: What to find in the picture by its name, where the region is none; `region_text` says it as it was typed.
    named: str = ""
    #: Whether everything but what is named may change.
    inverted: bool = False
    #: Further regions of the same request, each with an instruction of its own.
    more: tuple[FixRequest, ...] = ()


#: Regions that one request may name.
PARTS_LIMIT = 6
