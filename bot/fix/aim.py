"""Where a fix works: what somebody means who says “left” and “it”, told from the picture. Pure.

A word such as `left` says where a thing stands; cells, percentages and paint say exactly which part. Where no thing
can be told from its ground, the region is what was said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops

from bot.briefs.model import UserError
from bot.draft import colours, instructions
from bot.pictures import masks, recolour, things
from bot.pictures.box import Box
from bot.texts import say

#: Room around a thing that is replaced or removed, as a share of its longer side; below it lies its shadow.
AROUND, SHADOW = 0.1, 0.08
#: Things that one instruction gives a colour.
THINGS_LIMIT = 20


@dataclass(frozen=True, kw_only=True)
class Aim:
    """What may change, and how."""

    #: Mode L, of the picture's size: 0 stays.
    mask: Image.Image
    #: The colour that the bot itself gives to what the mask marks; None where the engine draws.
    colour: tuple[int, int, int] | None = None
    #: Whether the picture's own words change with it: all that it shows has another colour now.
    retold: bool = True
    #: Whether the mask lies on plain ground, whose own light goes on around what is drawn there.
    on_ground: bool = False


def aim(picture: Image.Image, region: Box, *, words: str, instruction: str, prompt: str) -> Aim:
    """For a region that was said in words, on a picture of that prompt. Raises UserError where nothing is there."""
    scale = things.WORKED_SIDE / max(picture.size)
    if scale >= 1:
        return _aim(picture, region, words=words, instruction=instruction, prompt=prompt)
    # What is told from a smaller copy needs no more memory for a large picture.
    size = max(16, round(picture.width * scale)), max(16, round(picture.height * scale))
    small = picture.convert("RGB").resize(size, Image.Resampling.BOX)
    found = _aim(small, region, words=words, instruction=instruction, prompt=prompt)
    said = masks.from_box(region, *picture.size)
    if found.colour is None:
        return replace(
            found, mask=found.mask.resize(picture.size, Image.Resampling.NEAREST) if found.on_ground else said
        )
    mask = found.mask.resize(picture.size, Image.Resampling.BILINEAR)
    return replace(found, mask=ImageChops.darker(mask, said) if _is_exact(region, words) else mask)


def _is_exact(region: Box, words: str) -> bool:
    """Whether a part was named, by cells or percentages, rather than a place."""
    return region.outside or bool(re.search(r"\d", words))


def _aim(picture: Image.Image, region: Box, *, words: str, instruction: str, prompt: str) -> Aim:
    said = masks.from_box(region, *picture.size)
    wanted = colours.read(instruction)
    kind = instructions.kind(instruction)
    if wanted is None and kind is instructions.Kind.OTHER:
        return Aim(mask=said)
    found = things.find(picture)
    if found is None:
        return Aim(mask=said)
    inside = np.asarray(said) > 0
    exact = _is_exact(region, words)
    if wanted is not None:
        return _coloured(picture, found, inside, wanted, exact=exact, words=words, prompt=prompt) or Aim(
            mask=said
        )
    if exact:
        return Aim(mask=said)
    if kind is instructions.Kind.ADD:
        room = found.room(inside)
        return Aim(mask=said) if room is None else Aim(mask=_filled(picture.size, room), on_ground=True)
    meant = found.meant(inside)
    return Aim(mask=_around(found, meant), on_ground=True) if meant.any() else Aim(mask=said)


def _coloured(
    picture: Image.Image,
    found: things.Things,
    inside: NDArray[np.bool_],
    wanted: colours.Recolour,
    *,
    exact: bool,
    words: str,
    prompt: str,
) -> Aim | None:
    """None where it cannot be told what is to have the colour."""
    retold = not exact
    if wanted.is_ground:
        share = np.where(inside, 1 - found.shares, 0)
    elif not wanted.is_in(prompt):
        return None
    else:
        meant = found.labels > 0 if exact else found.meant(inside)
        retold = retold and bool((meant == (found.labels > 0)).all())
        numbers = np.unique(found.labels[meant])[:THINGS_LIMIT]
        each = [recolour.own_colour(picture, found.edge(found.labels == number)) for number in numbers]
        share = np.maximum.reduce(each) if each else np.zeros(inside.shape, np.float32)
        share = np.where(inside, share, 0) if exact else share
    mask = Image.fromarray(np.rint(share * 255).astype(np.uint8))
    if not mask.getbbox():
        raise UserError(say("fix-nothing-there", region=words))
    return Aim(mask=mask, colour=wanted.colour, retold=retold)


def _filled(size: tuple[int, int], box: tuple[int, int, int, int]) -> Image.Image:
    mask = Image.new("L", size, 0)
    mask.paste(255, box)
    return mask


def _around(found: things.Things, meant: NDArray[np.bool_]) -> Image.Image:
    """A square around things with their shadow, as far as it is on the picture, without the other things."""
    height, width = meant.shape
    rows, columns = np.flatnonzero(meant.any(axis=1)), np.flatnonzero(meant.any(axis=0))
    side = max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1
    half = round(side * (0.5 + AROUND))
    down, across = (rows[0] + rows[-1]) // 2 + round(side * SHADOW / 2), (columns[0] + columns[-1]) // 2
    square = _filled(
        (width, height),
        (max(0, across - half), max(0, down - half), min(width, across + half), min(height, down + half)),
    )
    others = (found.labels > 0) & ~meant
    return Image.fromarray(np.where(others, 0, np.asarray(square)).astype(np.uint8))
