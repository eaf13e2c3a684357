"""The scenes of the evaluation: fixed lists, and pairs of words never seen in training."""

from __future__ import annotations

import random

from engine.starter.captions import Scene, Thing, held_out
from engine.starter.subjects import BACKGROUNDS, POSITIONS, SUBJECT_COLOURS, SUBJECTS


def fixed_scenes() -> list[Scene]:
    """Every subject once, in the middle of a backdrop; always the same."""
    grounds = list(BACKGROUNDS)
    return [
        Scene(things=(Thing(name=name),), background=grounds[(7 * index) % len(grounds)])
        for index, name in enumerate(SUBJECTS)
    ]


def unseen_scenes(count: int, seed: int) -> list[Scene]:
    """Scenes from pairs never seen in training: a third centred, a third placed, a third coloured."""
    rng = random.Random(seed)  # noqa: S311
    scenes: list[Scene] = []
    while len(scenes) < count:
        kind = len(scenes) % 3
        name = rng.choice(list(SUBJECTS))
        ground = rng.choice([b for b in BACKGROUNDS if held_out("background", name, b)] or ["white"])
        if kind == 2:
            colours = [c for c in SUBJECT_COLOURS if held_out("colour", name, c) and c != ground]
            if not SUBJECTS[name][2] or not colours:
                continue
            ground = rng.choice(["white", "gray", "beige"])
            scenes.append(Scene(things=(Thing(name=name, colour=rng.choice(colours)),), background=ground))
        else:
            position = rng.choice([p for p in POSITIONS if p != "center"]) if kind == 1 else None
            scenes.append(Scene(things=(Thing(name=name),), background=ground, position=position))
    return scenes


def recoloured_scenes() -> list[Scene]:
    """Every subject that comes in colours once, in one that is not its backdrop's; always the same."""
    colours, grounds = list(SUBJECT_COLOURS), ("white", "teal", "beige", "navy", "pink", "gray")
    scenes = []
    for index, name in enumerate(n for n, (_, _, coloured) in SUBJECTS.items() if coloured):
        ground = grounds[index % len(grounds)]
        colour = next(c for c in colours[(3 * index) % len(colours) :] + colours if c != ground)
        scenes.append(Scene(things=(Thing(name=name, colour=colour),), background=ground))
    return scenes


def small_scenes(count: int) -> list[Scene]:
    """Small things, a spread of the subjects; always the same."""
    return [
        Scene(things=scene.things, background=scene.background, size="small")
        for scene in fixed_scenes()[:: len(SUBJECTS) // count][:count]
    ]


def pair_scenes(count: int) -> list[Scene]:
    """Two different things side by side; always the same."""
    names, grounds = list(SUBJECTS), list(BACKGROUNDS)
    step = len(names) // count
    return [
        Scene(
            things=(Thing(name=names[step * index]), Thing(name=names[(step * index + 71) % len(names)])),
            background=grounds[(5 * index) % len(grounds)],
        )
        for index in range(count)
    ]


def subject_of(scene: Scene) -> str:
    """The things of a scene in words."""
    return " and ".join(f"{thing.colour or ''} {thing.name}".strip() for thing in scene.things)
