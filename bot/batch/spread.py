"""A stress test: how it is asked for, and how its prompt is varied in light, lens, palette, composition. Pure functions."""

from __future__ import annotations

import random
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from math import lcm

from bot.briefs.model import BriefRequest, UserError
from bot.briefs.typed import SEED_LIMIT, clean
from bot.draft.command import brief_request, parse_brief
from bot.texts import say

#: What it is called in files and in the store, the words that it adds to the prompt, the name of its label's text.
Value = tuple[str, str, str]

#: What is varied: the axes with their values. Their pairs are 233: more than a series may have pictures.
AXES: dict[str, tuple[Value, ...]] = {
    "light": (
        ("soft light", "soft diffused studio light", "spread-soft-light"),
        ("hard light", "hard directional light with crisp shadows", "spread-hard-light"),
        ("golden hour", "warm low evening sun", "spread-golden-hour"),
        ("backlit", "backlit with a bright rim", "spread-backlit"),
        ("neon", "coloured neon light", "spread-neon"),
        ("overcast", "even overcast daylight", "spread-overcast"),
    ),
    "lens": (
        ("wide", "wide-angle lens, close", "spread-wide"),
        ("50 mm", "50 mm lens at eye level", "spread-50-mm"),
        ("tele", "telephoto lens, compressed depth", "spread-tele"),
        ("macro", "macro close-up", "spread-macro"),
        ("shallow", "shallow depth of field", "spread-shallow"),
    ),
    "palette": (
        ("pastel", "pastel palette", "spread-pastel"),
        ("monochrome", "monochrome palette", "spread-monochrome"),
        ("vivid", "vivid saturated colours", "spread-vivid"),
        ("earthy", "earthy natural tones", "spread-earthy"),
        ("cool", "cool blue palette", "spread-cool"),
        ("warm", "warm red and orange palette", "spread-warm"),
        ("complementary", "two complementary colours", "spread-complementary"),
    ),
    "composition": (
        ("centred", "centred", "spread-centred"),
        ("left third", "on the left", "spread-left-third"),
        ("right third", "on the right", "spread-right-third"),
        ("top-down", "seen from above", "spread-top-down"),
        ("low angle", "seen from a low angle", "spread-low-angle"),
        ("large", "large, filling the frame", "spread-large"),
        ("small", "small, with generous empty space", "spread-small"),
    ),
}
_AS_TYPED = "as typed"
_TEXTS = {_AS_TYPED: "spread-as-typed"} | {name: text for axis in AXES.values() for name, _, text in axis}
#: Axes that one picture varies at once: with more, nobody could tell what made the difference.
AXES_AT_ONCE = 2
#: Pictures of one job: few, so that other people's drafts come between.
PORTION = 4
_BETWEEN = " · "
_STRESS = re.compile(r"\s*stress\b\s*(.*)", re.I | re.S)
_COUNT = re.compile(r"([0-9]{1,6})\b\s*(.*)", re.S)


@dataclass(frozen=True, kw_only=True)
class StressRequest:
    """`/draft stress 50 a red sneaker`."""

    count: int
    brief: BriefRequest


@dataclass(frozen=True, kw_only=True)
class Item:
    """One picture of a series."""

    #: The asset's name, without an extension.
    name: str
    prompt: str
    #: What it is known by: an asset's name, or what a stress test varies; empty where its prompt says it.
    label: str
    #: What is different about it, in a few words; empty where nothing is.
    variant: str
    seed: int
    aspect: tuple[int, int] = (1, 1)
    negative_prompt: str = ""

    @property
    def in_pixels(self) -> bool:
        """Whether its size was asked for in pixels, not as a shape such as 16:9."""
        return max(self.aspect) >= 100

    @property
    def caption(self) -> str:
        """What stands under it on the sheet, in the language that is spoken; an asset's name as it is."""
        if self.label in ("", self.name):
            return self.label or self.prompt
        parts = self.label.split(_BETWEEN)
        return _BETWEEN.join(say(_TEXTS[part]) if part in _TEXTS else part for part in parts)


def parse_stress(text: str) -> StressRequest | None:
    """Understand the text of a `/draft`; None where it is about something else. Raises UserError."""
    match = _STRESS.fullmatch(clean(text))
    if match is None:
        return None
    counted = _COUNT.fullmatch(match[1])
    if counted is None:
        # “stress ball on white” is a picture, not a test.
        return None
    count, rest = int(counted[1]), counted[2]
    return StressRequest(count=count, brief=_brief(rest))


def check_count(request: StressRequest, *, most: int) -> None:
    """Raise UserError for too few pictures or too many."""
    if not 2 <= request.count <= most:
        raise UserError(say("stress-bad-count", most=most, count=request.count))


def _brief(text: str) -> BriefRequest:
    if not text:
        brief_request(prompt="", negative_prompt="", cells="", aspect="", seed="")
    if re.search(r"(?<!\S)(--|—)n\b", text):
        raise UserError(say("stress-number-twice"))
    return parse_brief(text)


def spread(prompt: str, count: int, *, seed: int, aspect: tuple[int, int]) -> tuple[Item, ...]:
    """Up to `count` variations of a prompt, the first of them as it was typed; no two are the same.

    Pairs of axes take turns, and within a pair each axis goes through all its values before it repeats one. The
    same prompt, count and seed give the same spread.
    """
    dice = random.Random(seed)  # noqa: S311 - a spread is no secret
    values = {axis: dice.sample(choices, len(choices)) for axis, choices in AXES.items()}
    pairs = [_pairs(values[one], values[two]) for one, two in combinations(values, AXES_AT_ONCE)]
    variants = [(_AS_TYPED, ""), *islice(_in_turns(pairs), count - 1)]
    width = max(2, len(str(count)))
    return tuple(
        Item(
            name=f"{number:0{width}}-{label.replace(_BETWEEN, '-').replace(' ', '-')}",
            prompt=", ".join(filter(None, [prompt, words])),
            label=label,
            variant=label,
            seed=(seed + number - 1) % SEED_LIMIT,
            aspect=aspect,
        )
        for number, (label, words) in enumerate(variants, 1)
    )


def _pairs(first: list[Value], second: list[Value]) -> Iterator[tuple[str, str]]:
    """Every pair of values once, along the diagonals: what it is called, and its words."""
    again = lcm(len(first), len(second))
    for step in range(len(first) * len(second)):
        one, two = first[step % len(first)], second[(step + step // again) % len(second)]
        yield f"{one[0]}{_BETWEEN}{two[0]}", f"{one[1]}, {two[1]}"


def _in_turns(sources: list[Iterator[tuple[str, str]]]) -> Iterator[tuple[str, str]]:
    """One of each in turn, until all are at their end."""
    left = deque(sources)
    while left:
        source = left.popleft()
        if (value := next(source, None)) is not None:
            yield value
            left.append(source)


def portions(items: Sequence[Item]) -> list[list[int]]:
    """The items' positions in jobs of a few, each job of one shape."""
    found: list[list[int]] = []
    for position, item in enumerate(items):
        last = found[-1] if found else []
        if last and len(last) < PORTION and items[last[0]].aspect == item.aspect:
            last.append(position)
        else:
            found.append([position])
    return found
