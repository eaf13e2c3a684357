"""A stress test's spread: how one prompt is varied in light, lens, palette and composition. Pure and deterministic."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import cycle

#: What is varied: the axis, and on it short labels with the words that they add to the prompt.
AXES: dict[str, tuple[tuple[str, str], ...]] = {
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
    #: What is different about it, in a few words.
    label: str
    seed: int
    aspect: tuple[int, int] = (1, 1)
    negative_prompt: str = ""


def spread(prompt: str, count: int, *, seed: int, aspect: tuple[int, int]) -> tuple[Item, ...]:
    """`count` variations of a prompt, the first of them as it was typed.

    Pairs of axes take turns, and each axis goes through all its values before it repeats one. The same
    prompt, count and seed give the same spread.
    """
    dice = random.Random(seed)  # noqa: S311 - a spread is no secret
    values = {axis: cycle(dice.sample(choices, len(choices))) for axis, choices in AXES.items()}
    names = list(AXES)
    pairs = cycle([(one, two) for index, one in enumerate(names) for two in names[index + 1 :]])
    items = [Item(name="01-as-typed", prompt=prompt, label="as typed", seed=seed, aspect=aspect)]
    width = len(str(count))
    for number in range(2, count + 1):
        chosen = [next(values[axis]) for axis in next(pairs)[:AXES_AT_ONCE]]
        label = " · ".join(short for short, _ in chosen)
        items.append(
            Item(
                name=f"{number:0{max(2, width)}}-{'-'.join(short.replace(' ', '-') for short, _ in chosen)}",
                prompt=", ".join([prompt, *(words for _, words in chosen)]),
                label=label,
                seed=seed + number - 1,
                aspect=aspect,
            )
        )
    return tuple(items[:count])
