"""A stress test's spread: how one prompt is varied in light, lens, palette and composition. Pure and deterministic."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice
from math import lcm

from bot.studio.commands import SEED_LIMIT

#: A short label, and the words that it adds to the prompt.
Value = tuple[str, str]

#: What is varied: the axes with their values. Their pairs are 233: more than a series may have pictures.
AXES: dict[str, tuple[Value, ...]] = {
    "light": (
        ("soft light", "soft diffused studio light"),
        ("hard light", "hard directional light with crisp shadows"),
        ("golden hour", "warm low evening sun"),
        ("backlit", "backlit with a bright rim"),
        ("neon", "coloured neon light"),
        ("overcast", "even overcast daylight"),
    ),
    "lens": (
        ("wide", "wide-angle lens, close"),
        ("50 mm", "50 mm lens at eye level"),
        ("tele", "telephoto lens, compressed depth"),
        ("macro", "macro close-up"),
        ("shallow", "shallow depth of field"),
    ),
    "palette": (
        ("pastel", "pastel palette"),
        ("monochrome", "monochrome palette"),
        ("vivid", "vivid saturated colours"),
        ("earthy", "earthy natural tones"),
        ("cool", "cool blue palette"),
        ("warm", "warm red and orange palette"),
        ("complementary", "two complementary colours"),
    ),
    "composition": (
        ("centred", "centred"),
        ("left third", "on the left"),
        ("right third", "on the right"),
        ("top-down", "seen from above"),
        ("low angle", "seen from a low angle"),
        ("large", "large, filling the frame"),
        ("small", "small, with generous empty space"),
    ),
}
#: Axes that one picture varies at once: with more, nobody could tell what made the difference.
AXES_AT_ONCE = 2


@dataclass(frozen=True, kw_only=True)
class Item:
    """One picture of a series."""

    #: The asset's name, without an extension.
    name: str
    prompt: str
    #: What stands under it on the sheet.
    label: str
    #: What is different about it, in a few words; empty where nothing is.
    variant: str
    seed: int
    aspect: tuple[int, int] = (1, 1)
    negative_prompt: str = ""


def spread(prompt: str, count: int, *, seed: int, aspect: tuple[int, int]) -> tuple[Item, ...]:
    """Up to `count` variations of a prompt, the first of them as it was typed; no two are the same.

    Pairs of axes take turns, and within a pair each axis goes through all its values before it repeats one. The
    same prompt, count and seed give the same spread.
    """
    dice = random.Random(seed)  # noqa: S311 - a spread is no secret
    values = {axis: dice.sample(choices, len(choices)) for axis, choices in AXES.items()}
    pairs = [_pairs(values[one], values[two]) for one, two in combinations(values, AXES_AT_ONCE)]
    told = [("as typed", ""), *islice(_in_turns(pairs), count - 1)]
    width = max(2, len(str(count)))
    return tuple(
        Item(
            name=f"{number:0{width}}-{label.replace(' · ', '-').replace(' ', '-')}",
            prompt=", ".join(filter(None, [prompt, words])),
            label=label,
            variant=label,
            seed=(seed + number - 1) % SEED_LIMIT,
            aspect=aspect,
        )
        for number, (label, words) in enumerate(told, 1)
    )


def _pairs(first: list[Value], second: list[Value]) -> Iterator[Value]:
    """Every pair of values once, along the diagonals."""
    again = lcm(len(first), len(second))
    for step in range(len(first) * len(second)):
        one, two = first[step % len(first)], second[(step + step // again) % len(second)]
        yield f"{one[0]} · {two[0]}", f"{one[1]}, {two[1]}"


def _in_turns(sources: list[Iterator[Value]]) -> Iterator[Value]:
    """One of each in turn, until all are at their end."""
    left = deque(sources)
    while left:
        source = left.popleft()
        if (value := next(source, None)) is not None:
            yield value
            left.append(source)
