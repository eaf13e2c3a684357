"""Pictures to learn from, composed and encoded on the device as they are asked for: no two batches are alike.

It takes the place of `latents.Store` where the device is fast enough: scenes are drawn and worded beforehand, things
are carried as layers (`stickers.py`), and each batch lays them on fresh backdrops.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderTiny
from torch import Tensor

from engine.starter import stickers, words
from engine.starter.captions import Scene, caption, random_scene
from engine.starter.data import (
    GROUNDS_LEFT_OPEN,
    SPRITES,
    TO_LAB,
    TO_LMS,
    Shape,
    hex_rgb,
    layout,
    middle,
    things_in,
    to_oklab,
)
from engine.starter.latents import KINDS, SHAPED, WORDINGS, Store, enlarged_draft, tokenise
from engine.starter.stickers import ROOM, Look
from engine.starter.subjects import BACKGROUNDS, CELLS, SUBJECTS

#: things of a scene at most, and the formats that one scene leaves open
THINGS, OPEN = 3, 2
T = TypeVar("T")
#: side of the small backdrop that is enlarged
FIELD = 32


@dataclass(frozen=True, kw_only=True)
class Scenes:
    """Scenes as numbers, one a row; -1 stands for none."""

    #: looks of the things (rows, THINGS)
    looks: Tensor
    #: formats that the things may have (rows, OPEN)
    formats: Tensor
    #: left and top of the things' squares in cells (rows, THINGS, 2)
    corners: Tensor
    #: backdrops; -1 where the scene leaves it open
    grounds: Tensor
    #: ids of the wordings (rows, WORDINGS, LENGTH)
    ids: Tensor

    def __len__(self) -> int:
        return len(self.looks)


@dataclass(frozen=True, kw_only=True)
class Layers:
    """All layers for one size of the picture, end to end."""

    #: red, green, blue and cover of a pixel in the four bytes of a number
    pixels: Tensor
    #: where a layer begins in `pixels`, and its side in pixels; an odd one is the mirror image of the one before it
    begin: Tensor
    side: Tensor


class Drawn:
    """A source of training pictures (`train.Source`) that composes them on a device."""

    def __init__(
        self,
        codec: AutoencoderTiny,
        shift: float,
        scale: float,
        *,
        scenes: int = 40_000,
        sides: tuple[int, int] = (256, 512),
        device: str = "cpu",
        seed: int = 1,
        folder: Path = SPRITES,
        workers: int = 0,
        subjects: Collection[str] = SUBJECTS,
        mirrored: float = 0.5,
    ) -> None:
        """`scenes` for each of simple and any; `sides` of drafts and Pro pictures; `workers` as in `layers`.

        `mirrored` is the share of pictures whose things look the other way.
        """
        self.device = torch.device(device)
        self.codec = codec.to(self.device, memory_format=torch.channels_last).requires_grad_(False).eval()
        self.shift, self.scale, self.sides, self.mirrored = shift, scale, sides, mirrored
        rng = random.Random(seed)  # noqa: S311
        written = {
            kind: [_scene(rng, simple, subjects) for _ in range(scenes)]
            for kind, simple in (("simple", True), ("any", False))
        }
        written |= {
            kind: [_scene(rng, False, subjects, shaped=True) for _ in range(-(-scenes // 8))]
            for kind in SHAPED
        }
        pairs = {
            (look, form): None
            for kind, listed in written.items()
            for scene in listed
            for look in _looks(scene)
            for form in stickers.formats(scene, KINDS[kind].shape)
        }
        self.looks = _numbered(look for look, _ in pairs)
        self.forms = _numbered(form for _, form in pairs)
        #: number of the first of the two layers for a look and a format, -1 where no scene has it
        self.table = torch.full((len(self.looks), len(self.forms)), -1)
        for number, (look, form) in enumerate(pairs):
            self.table[self.looks[look], self.forms[form]] = 2 * number
        self.table = self.table.to(self.device)
        self.layers = {
            side: self._layers(stickers.layers(pairs, side, folder, workers)) for side in sorted(set(sides))
        }
        self.scenes = {kind: self._scenes(given, rng, KINDS[kind].shape) for kind, given in written.items()}
        self.scenes |= {
            f"{kind}pro".removeprefix("any"): self.scenes[kind] for kind in ("any", "wide", "tall")
        }
        lab = to_oklab(np.stack([hex_rgb(code) for code in BACKGROUNDS.values()]))
        self.grounds = torch.from_numpy(lab).to(self.device)
        left_open = [list(BACKGROUNDS).index(name) for name in GROUNDS_LEFT_OPEN]
        self.left_open = torch.tensor(left_open, device=self.device)

    def count(self, kind: str) -> int:
        """Scenes of a kind."""
        return len(self.scenes[kind])

    def refresh(self) -> None:
        """Nothing: every batch is new."""

    @torch.no_grad()
    def batch(self, kind: str, size: int) -> tuple[Tensor, Tensor, Tensor]:
        """Normalised latents of new pictures, the ids of one of their wordings, and what a render starts from."""
        scenes = self.scenes[kind]
        rows = torch.randint(len(scenes), (size,), device=self.device)
        wording = torch.randint(WORDINGS, (size,), device=self.device)
        side = self.sides[KINDS[kind].side > KINDS["any"].side]
        latents, soft = [], []
        for part in torch.split(rows, max(1, 128 * 256**2 // side**2)):
            pictures = self.pictures(kind, part, side).to(memory_format=torch.channels_last)
            with torch.autocast(self.device.type, torch.bfloat16):
                latents.append(self.codec.encoder(pictures).float())
                if side != self.sides[0]:
                    soft.append(self.codec.encoder(enlarged_draft(pictures, self.codec)).float())
        x = (torch.cat(latents) - self.shift) * self.scale
        start = (torch.cat(soft) - self.shift) * self.scale if soft else x
        return x, scenes.ids[rows, wording].long(), start

    @torch.no_grad()
    def pictures(self, kind: str, rows: Tensor, side: int) -> Tensor:
        """Pictures of scenes (rows, 3, side, side or less), -1 to 1; what they leave open is drawn anew."""
        scenes, layers = self.scenes[kind], self.layers[side]
        open_ground = self.left_open[torch.randint(len(self.left_open), rows.shape, device=self.device)]
        grounds = torch.where(scenes.grounds[rows] < 0, open_ground, scenes.grounds[rows])
        canvas = self.backdrops(grounds, side)
        form = scenes.formats[rows, torch.randint(OPEN, rows.shape, device=self.device)]
        mirrored = (torch.rand(rows.shape, device=self.device) < self.mirrored).long()
        for thing in range(THINGS):
            there = (scenes.looks[rows, thing] >= 0).nonzero().flatten()
            if len(there):
                which = self.table[scenes.looks[rows[there], thing], form[there]] + mirrored[there]
                canvas[there] = _laid(layers, canvas[there], which, scenes.corners[rows[there], thing])
        left, top, right, bottom = middle(side, KINDS[kind].shape)
        return canvas[..., top:bottom, left:right] / 127.5 - 1

    def backdrops(self, grounds: Tensor, side: int) -> Tensor:
        """Backdrops with a soft gradient (rows, 3, side, side), 0 to 255, as `data.background` draws them."""
        count, where = len(grounds), grounds.device
        line = torch.arange(FIELD, device=where) / FIELD - 0.5
        y, x = line.view(1, -1, 1), line.view(1, 1, -1)
        angle = 6.28 * torch.rand(count, 1, 1, device=where)
        kind = torch.rand(count, 1, 1, device=where)
        slanted = torch.where(
            kind < 0.7, x * angle.cos() + y * angle.sin(), (x**2 + y**2).sqrt() * 1.3 - 0.45
        )
        wave = torch.where(kind < 0.4, y, slanted)
        lab = self.grounds[grounds] + torch.randn(count, 3, device=where) * torch.tensor(
            [0.008, 0.004, 0.004], device=where
        )
        strength = 0.02 + 0.08 * torch.rand(count, 1, 1, device=where)
        field = lab.view(count, 1, 1, 3).repeat(1, FIELD, FIELD, 1)
        field[..., 0] -= wave * strength
        small = (_rgb(field) * 255).round().permute(0, 3, 1, 2)
        return F.interpolate(small, size=(side, side), mode="bicubic", antialias=True).clamp(0, 255)

    def _layers(self, made: Sequence[stickers.Bytes]) -> Layers:
        pixels = [torch.from_numpy(each).view(torch.int32).flatten() for each in made]
        sides = torch.tensor([each.shape[0] for each in made])
        begin = torch.cat([torch.zeros(1, dtype=torch.long), (sides**2).cumsum(0)[:-1]])
        return Layers(
            pixels=torch.cat(pixels).to(self.device),
            begin=begin.to(self.device),
            side=sides.to(self.device),
        )

    def _scenes(self, scenes: Sequence[Scene], rng: random.Random, shape: Shape) -> Scenes:
        looks = torch.full((len(scenes), THINGS), -1)
        corners = torch.zeros(len(scenes), THINGS, 2, dtype=torch.long)
        formats, grounds = torch.zeros(len(scenes), OPEN, dtype=torch.long), torch.full((len(scenes),), -1)
        for row, scene in enumerate(scenes):
            seen = _looks(scene)
            looks[row, : len(seen)] = torch.tensor([self.looks[look] for look in seen], dtype=torch.long)
            if seen:
                _, _, squares = layout(len(seen), scene.position, scene.size, rng, shape)
                corners[row, : len(seen)] = torch.tensor(squares)
                may = [self.forms[form] for form in stickers.formats(scene, shape)]
                formats[row] = torch.tensor((may * OPEN)[:OPEN])
            if scene.background is not None:
                grounds[row] = list(BACKGROUNDS).index(scene.background)
        texts = [caption(scene, rng) for scene in scenes for _ in range(WORDINGS)]
        ids = tokenise(words.build(), texts).reshape(len(scenes), WORDINGS, -1)
        return Scenes(
            looks=looks.to(self.device),
            formats=formats.to(self.device),
            corners=corners.to(self.device),
            grounds=grounds.to(self.device),
            ids=ids.to(self.device),
        )


def pooled(source: Drawn, count: int) -> Store:
    """`count` pictures of each draft kind, drawn once, so that drawing costs no time later."""
    store = Store(None, source.shift, source.scale)
    for kind in ("simple", "any"):
        x, ids, _ = source.batch(kind, count)
        shard = {"latents": x / source.scale + source.shift, "ids": ids[:, None].repeat(1, WORDINGS, 1)}
        store.shards[kind].append({name: value.cpu() for name, value in shard.items()})
    return store


def _scene(rng: random.Random, simple: bool, subjects: Collection[str], *, shaped: bool = False) -> Scene:
    while True:
        scene = random_scene(rng, simple=simple)
        if shaped and things_in(scene) > 2:
            continue
        wanted = all(thing.name in subjects for thing in scene.things)
        # As rare as in the whole world, where most scenes show something.
        empty = not scene.things and rng.random() > len(subjects) / len(SUBJECTS)
        if wanted and not empty:
            return scene


def _looks(scene: Scene) -> list[Look]:
    return [(thing.name, thing.colour) for thing in scene.things for _ in range(thing.count)]


def _numbered(values: Iterable[T]) -> dict[T, int]:
    return {value: number for number, value in enumerate(dict.fromkeys(values))}


def _laid(layers: Layers, canvas: Tensor, which: Tensor, corners: Tensor) -> Tensor:
    """Pictures (rows, 3, side, side) with one layer laid on each."""
    size = canvas.size(-1)
    offsets = (corners - ROOM) * (size // CELLS)
    line = torch.arange(size, device=canvas.device)
    side = layers.side[which].view(-1, 1)
    x, y = line - offsets[:, :1], line - offsets[:, 1:]
    inside = ((x >= 0) & (x < side)).unsqueeze(1) & ((y >= 0) & (y < side)).unsqueeze(2)
    place = layers.begin[which].view(-1, 1, 1) + y.unsqueeze(2) * side.unsqueeze(2) + x.unsqueeze(1)
    packed = torch.where(inside, layers.pixels[torch.where(inside, place, 0)], 0)
    colour = torch.stack([packed >> shift & 255 for shift in (0, 8, 16)], 1)
    cover = (packed >> 24 & 255).unsqueeze(1) / 255
    return (colour + canvas * (1 - cover)).round()


def _rgb(lab: Tensor) -> Tensor:
    """OKLab to sRGB 0–1, the colours in the last dimension; as `data.to_rgb`."""
    from_lab = torch.from_numpy(np.linalg.inv(TO_LAB).T.astype(np.float32)).to(lab.device)
    from_lms = torch.from_numpy(np.linalg.inv(TO_LMS).T.astype(np.float32)).to(lab.device)
    linear = (((lab @ from_lab) ** 3) @ from_lms).clamp(0, 1)
    return torch.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
