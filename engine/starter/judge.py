"""The judge of the evaluation: a small classifier of subject and colour, trained on real composites alone.

It never sees a picture of the model's, so what it recognises there is there.
"""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageFilter
from torch import Tensor, nn

from engine.starter import clock
from engine.starter.captions import Scene, Thing
from engine.starter.data import SPRITES, compose
from engine.starter.seeing import CROP, thing
from engine.starter.subjects import BACKGROUNDS, POSITIONS, SUBJECT_COLOURS, SUBJECTS

NAMES = list(SUBJECTS)
#: what a thing's colour may be; the first is its own
COLOURS = ["own", *SUBJECT_COLOURS]


class Judge(nn.Module):
    """Four convolutions, and two answers: the subject and its colour."""

    def __init__(self, width: int = 48) -> None:
        super().__init__()
        sides = (3, width, 2 * width, 3 * width, 4 * width)
        layers: list[nn.Module] = []
        for few, many in pairwise(sides):
            layers += [nn.Conv2d(few, many, 3, 2, 1), nn.BatchNorm2d(many), nn.ReLU()]
        self.body = nn.Sequential(*layers)
        area = (CROP // 16) ** 2
        self.subject = nn.Linear(4 * width * area, len(NAMES))
        self.colour = nn.Linear(4 * width * area, len(COLOURS))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Scores of every subject and of every colour, for crops from -1 to 1."""
        seen = self.body(x).flatten(1)
        return self.subject(seen), self.colour(seen)

    @torch.no_grad()
    def subjects(self, pictures: list[Image.Image]) -> list[list[str]]:
        """The subjects of each picture, likeliest first."""
        order = self(_crops(pictures))[0].argsort(dim=1, descending=True)
        return [[NAMES[int(index)] for index in row] for row in order]

    @torch.no_grad()
    def colours(self, pictures: list[Image.Image]) -> list[str]:
        """The colour that each picture's thing was given."""
        scores = self(_crops(pictures))[1]
        scores[:, 0] = -torch.inf  # asked only where a colour was
        return [COLOURS[int(index)] for index in scores.argmax(dim=1)]


def _crops(pictures: list[Image.Image]) -> Tensor:
    stack = np.stack([np.asarray(thing(picture)) for picture in pictures])
    return torch.from_numpy(stack).permute(0, 3, 1, 2).float() / 127.5 - 1


def random_thing(rng: random.Random) -> Scene:
    """One thing, anywhere and of any size, as the classifier learns it."""
    name = rng.choice(NAMES)
    colour = rng.choice(list(SUBJECT_COLOURS)) if SUBJECTS[name][2] and rng.random() < 0.6 else None
    position = rng.choice([None, None, *POSITIONS])
    return Scene(
        things=(Thing(name=name, colour=colour),),
        background=rng.choice(list(BACKGROUNDS)),
        position=position,
        size=None if position else rng.choice([None, None, "small", "large"]),
    )


def examples(count: int, rng: random.Random, folder: Path = SPRITES) -> tuple[Tensor, Tensor, Tensor]:
    """Crops of random composites with the numbers of their subjects and colours; some a little out of focus."""
    crops, subjects, colours = [], [], []
    for _ in range(count):
        scene = random_thing(rng)
        picture = compose(scene, 128, rng, folder)
        if rng.random() < 0.4:
            picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.2)))
        crops.append(_crops([picture]))
        subjects.append(NAMES.index(scene.things[0].name))
        colours.append(COLOURS.index(scene.things[0].colour or "own"))
    return torch.cat(crops), torch.tensor(subjects), torch.tensor(colours)


def train(path: Path, *, count: int = 16_000, epochs: int = 8, seed: int = 5) -> Judge:
    """The judge kept at `path`, trained first where there is none."""
    judge = Judge()
    if kept := clock.load(path):
        judge.load_state_dict(kept)
        return judge.eval()
    torch.manual_seed(seed)
    crops, subjects, colours = examples(count, random.Random(seed))  # noqa: S311
    optimiser = torch.optim.AdamW(judge.parameters(), 2e-3, weight_decay=0.02)
    steps = epochs * (count // 64)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=steps)
    for _ in range(epochs):
        for rows in torch.randperm(count)[: count // 64 * 64].view(-1, 64):
            noisy = crops[rows] + 0.05 * torch.randn(len(rows), 3, CROP, CROP) * torch.rand(
                len(rows), 1, 1, 1
            )
            which, colour = judge(noisy)
            loss = F.cross_entropy(which, subjects[rows]) + 0.5 * F.cross_entropy(colour, colours[rows])
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
    clock.save(path, judge.state_dict())
    return judge.eval()


def accuracy(judge: Judge, *, count: int = 1_000, seed: int = 77) -> float:
    """The share of new real composites whose subject the judge names."""
    crops, subjects, _ = examples(count, random.Random(seed))  # noqa: S311
    with torch.no_grad():
        return float((judge(crops)[0].argmax(dim=1) == subjects).float().mean())
