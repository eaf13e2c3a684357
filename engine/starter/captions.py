"""Scenes and the words for them: drawing random scenes, the held-out pairs, and varied captions.

Pure: knows no pixels and no torch.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass

from engine.starter.subjects import (
    BACKGROUNDS,
    COLOUR_SYNONYMS,
    COUNTS,
    PLURAL_ALREADY,
    PLURALS,
    POSITION_SYNONYMS,
    SIZE_SYNONYMS,
    SUBJECT_COLOURS,
    SUBJECTS,
)

CORNERS = ("top left", "top right", "bottom left", "bottom right")
EDGES = ("left", "right", "top", "bottom")
LEADS = ("", "", "", "", "a picture of ", "a photo of ", "product shot of ", "an ad with ", "3d render of ")
TAILS = ("", "", "", "", ", soft light", ", studio", ", minimal", ", product photo")


@dataclass(frozen=True, kw_only=True)
class Thing:
    """What is to be seen, and how many of it. `colour` None means its own."""

    name: str
    colour: str | None = None
    count: int = 1


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One picture in words: no, one or two things, and where, how large and on what."""

    things: tuple[Thing, ...]
    background: str | None = None
    position: str | None = None
    size: str | None = None


def held_out(*pair: str) -> bool:
    """Whether this subject × background or subject × colour pair is kept from training (about 1 in 8)."""
    return hashlib.sha256("|".join(pair).encode()).digest()[0] < 32


def is_held_out(scene: Scene) -> bool:
    """Whether any pair of the scene is kept from training."""
    return any(
        (scene.background is not None and held_out("background", t.name, scene.background))
        or (t.colour is not None and held_out("colour", t.name, t.colour))
        for t in scene.things
    )


def random_scene(rng: random.Random, *, simple: bool = False, unseen: bool = False) -> Scene:
    """A scene to train on; `simple` ones hold one centred thing; `unseen` ones come from the held-out pairs."""
    while True:
        scene = _any_scene(rng, simple)
        if is_held_out(scene) == unseen:
            return scene


def _any_scene(rng: random.Random, simple: bool) -> Scene:
    background = rng.choice(list(BACKGROUNDS)) if rng.random() < 0.93 else None
    if simple:
        return Scene(things=(_thing(rng, 1),), background=background)
    kind = rng.random()
    if kind > 0.96:
        return Scene(things=(), background=rng.choice(list(BACKGROUNDS)))
    if kind < 0.06:
        first, second = rng.sample(list(SUBJECTS), 2)
        things = (_thing(rng, 1, first), _thing(rng, 1, second))
        return Scene(things=things, background=background)
    count = 1 if kind < 0.82 else rng.choice((2, 2, 3))
    thing = _thing(rng, count)
    if count > 1:
        return Scene(things=(thing,), background=background)
    size = rng.choices((None, "small", "large", "close-up"), (70, 12, 12, 6))[0]
    position = None
    if size in (None, "small") and rng.random() < 0.5:
        position = rng.choice(("center", *EDGES, *EDGES, *CORNERS))
    return Scene(things=(thing,), background=background, position=position, size=size)


def _thing(rng: random.Random, count: int, name: str | None = None) -> Thing:
    name = name or rng.choice(list(SUBJECTS))
    coloured = SUBJECTS[name][2] and rng.random() < 0.6
    return Thing(name=name, colour=rng.choice(list(SUBJECT_COLOURS)) if coloured else None, count=count)


def plural(name: str) -> str:
    """The plural of a subject's name or synonym."""
    return name if name in PLURAL_ALREADY else PLURALS.get(name, name + "s")


def _word(rng: random.Random, name: str, synonyms: tuple[str, ...]) -> str:
    return rng.choice(synonyms) if synonyms and rng.random() < 0.3 else name


def _noun(rng: random.Random, thing: Thing, size: str | None) -> str:
    word = _word(rng, thing.name, SUBJECTS[thing.name][1])
    adjectives = []
    if size in ("small", "large"):
        adjectives.append(_word(rng, size, SIZE_SYNONYMS[size]))
    if thing.colour:
        adjectives.append(_word(rng, thing.colour, COLOUR_SYNONYMS.get(thing.colour, ())))
    if thing.count > 1:
        number = ("one", "two", "three")[thing.count - 1]
        words = [_word(rng, number, COUNTS[number]) if rng.random() < 0.9 else "", *adjectives, plural(word)]
        return " ".join(w for w in words if w)
    phrase = " ".join([*adjectives, word])
    article = rng.choice(("", "a", "a", "the", "one"))
    if article == "a" and phrase[0] in "aeiou":
        article = "an"
    return f"{article} {phrase}".strip()


def _ground(rng: random.Random, background: str) -> str:
    colour = _word(rng, background, COLOUR_SYNONYMS.get(background, ()))
    return rng.choice(
        (
            f"on a {colour} background",
            f"on a {colour} background",
            f"on {colour}",
            f"{colour} background",
            f"against a {colour} backdrop",
            f"with a {colour} background",
            f"on a plain {colour} backdrop",
        )
    )


def _place(rng: random.Random, position: str) -> str:
    words = []
    for word in position.split():
        words.append(_word(rng, word, POSITION_SYNONYMS.get(word, ())))
    place = " ".join(words)
    if position in CORNERS:
        return rng.choice((place, f"in the {place}", f"in the {place} corner", f"{place} corner"))
    if position == "center":
        return rng.choice(("in the center", "centered", "in the middle", place))
    return rng.choice((f"on the {place}", place, f"at the {place}", f"{place} side"))


def caption(scene: Scene, rng: random.Random) -> str:
    """One of many ways to ask for this scene."""
    if not scene.things:
        return rng.choice(("", "empty ", "plain ", "just a ", "nothing, ")) + _ground(
            rng, scene.background or "white"
        )
    nouns = [_noun(rng, t, scene.size) for t in scene.things]
    subject = rng.choice((" and ", " and ", " next to ", " with ")).join(nouns)
    if scene.size == "close-up":
        subject = f"{_word(rng, 'close-up', SIZE_SYNONYMS['close-up'])} of {subject}"
    parts = [rng.choice(LEADS) + subject]
    if scene.position:
        parts.append(_place(rng, scene.position))
    if scene.background:
        parts.append(_ground(rng, scene.background))
    if rng.random() < 0.25:
        rng.shuffle(parts)
        return ", ".join(parts) + rng.choice(TAILS)
    return rng.choice((" ", " ", ", ")).join(parts) + rng.choice(TAILS)
