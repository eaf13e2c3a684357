"""Composites turned into latents once, by the frozen codec, and kept on disk in shards."""

from __future__ import annotations

import json
import os
import random
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from diffusers import AutoencoderTiny
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from engine.starter import words
from engine.starter.autoencoder import to_tensor
from engine.starter.captions import Scene, caption, random_scene
from engine.starter.data import SPRITES, SQUARE, Shape, compose, things_in


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What the pictures of a shard have in common."""

    #: one centred thing
    simple: bool = False
    #: side of the square of which they are the middle, in pixels
    side: int = 256
    shape: Shape = SQUARE


KINDS = {
    "simple": Kind(simple=True),
    "any": Kind(),
    "pro": Kind(side=512),
    "wide": Kind(shape=(8, 6)),
    "tall": Kind(shape=(6, 8)),
    "banner": Kind(shape=(8, 4)),
    "tower": Kind(shape=(4, 8)),
    "widepro": Kind(side=512, shape=(8, 5)),
    "tallpro": Kind(side=512, shape=(5, 8)),
}
#: kinds that are not square, of drafts and of Pro pictures
SHAPED = tuple(name for name, kind in KINDS.items() if kind.shape != SQUARE and kind.side == 256)
SHAPED_PRO = tuple(name for name, kind in KINDS.items() if kind.shape != SQUARE and kind.side == 512)
WORDINGS = 2


def tokenise(tokenizer: PreTrainedTokenizerFast, texts: list[str]) -> Tensor:
    """Token ids as the pipeline makes them."""
    batch = tokenizer(
        texts, padding="max_length", max_length=words.LENGTH, truncation=True, return_tensors="pt"
    )
    ids: Tensor = batch["input_ids"]
    return ids


@torch.no_grad()
def write_shard(
    path: Path,
    kind: str,
    count: int,
    codec: AutoencoderTiny,
    seed: int,
    folder: Path = SPRITES,
    mirrored: float = 0.0,
) -> None:
    """Draw `count` scenes, encode them and write latents (bfloat16) with ids of two wordings each.

    Beside a Pro scene lie the latents of its draft, enlarged: what a Pro render starts from.
    """
    like = KINDS[kind]
    rng, tokenizer = random.Random(f"{kind}-{seed}"), words.build()  # noqa: S311
    parts: list[Tensor] = []
    soft: list[Tensor] = []
    ids: list[Tensor] = []
    for start in range(0, count, 8):
        scenes = [scene_for(kind, rng) for _ in range(min(8, count - start))]
        pictures = to_tensor(
            [compose(scene, like.side, rng, folder, mirrored, like.shape) for scene in scenes]
        )
        with torch.autocast("cpu", torch.bfloat16):
            parts.append(codec.encoder(pictures.to(memory_format=torch.channels_last)).to(torch.bfloat16))
            if like.side == 512:
                soft.append(codec.encoder(enlarged_draft(pictures, codec)).to(torch.bfloat16))
        texts = [caption(scene, rng) for scene in scenes for _ in range(WORDINGS)]
        ids.append(tokenise(tokenizer, texts).reshape(len(scenes), WORDINGS, -1).to(torch.uint8))
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_suffix(".new")
    shard = {"latents": torch.cat(parts), "ids": torch.cat(ids)}
    torch.save(shard | ({"soft": torch.cat(soft)} if soft else {}), scratch)
    os.replace(scratch, path)


def scene_for(kind: str, rng: random.Random) -> Scene:
    """A scene of a kind; three things have no room but in a square."""
    like = KINDS[kind]
    while True:
        scene = random_scene(rng, simple=like.simple)
        if like.shape == SQUARE or things_in(scene) < 3:
            return scene


def enlarged_draft(pictures: Tensor, codec: AutoencoderTiny) -> Tensor:
    """Pictures of 512 px as they look when they were drafted at 256 px and enlarged."""
    small = F.interpolate(pictures, scale_factor=0.5, mode="bicubic", antialias=True).clamp(-1, 1)
    drawn = codec.decoder(codec.encoder(small.to(memory_format=torch.channels_last))).float()
    large = F.interpolate(drawn, scale_factor=2.0, mode="bicubic").clamp(-1, 1)
    return large.to(memory_format=torch.channels_last)


class Store:
    """The shards of a folder, or of none; looks for new ones now and then, so that they may still be in the making."""

    def __init__(self, folder: Path | None, shift: float, scale: float) -> None:
        self.folder, self.shift, self.scale = folder, shift, scale
        self.shards: dict[str, list[dict[str, Tensor]]] = {kind: [] for kind in KINDS}
        self.seen: set[str] = set()
        self.refresh()

    def refresh(self) -> None:
        """Take in shards written since the last look."""
        for path in sorted(self.folder.glob("*.pt")) if self.folder else ():
            kind = path.stem.split("-")[0]
            if path.name not in self.seen and kind in KINDS:
                self.shards[kind].append(torch.load(path, weights_only=True))
                self.seen.add(path.name)

    def count(self, kind: str) -> int:
        """Pictures of a kind."""
        return sum(len(shard["latents"]) for shard in self.shards[kind])

    def batch(self, kind: str, size: int) -> tuple[Tensor, Tensor, Tensor]:
        """Random normalised latents of a kind, the ids of one of their wordings, and what a render starts from."""
        latents, soft, ids = [], [], []
        choice = torch.multinomial(
            torch.tensor([float(len(s["latents"])) for s in self.shards[kind]]), size, replacement=True
        )
        for index, share in enumerate(choice.bincount(minlength=len(self.shards[kind]))):
            shard = self.shards[kind][int(index)]
            rows = torch.randint(len(shard["latents"]), (int(share),))
            latents.append(shard["latents"][rows])
            soft.append(shard.get("soft", shard["latents"])[rows])
            ids.append(shard["ids"][rows, torch.randint(WORDINGS, (int(share),))])
        x = (torch.cat(latents).float() - self.shift) * self.scale
        start = (torch.cat(soft).float() - self.shift) * self.scale
        return x, torch.cat(ids).long(), start


def fill(
    folder: Path,
    codec: AutoencoderTiny,
    plan: list[tuple[str, int]],
    *,
    sprites: Path = SPRITES,
    offset: int = 0,
    mirrored: float = 0.0,
) -> None:
    """Write the shards of a plan (kind, pictures) that are not there yet; `mirrored` as in `compose`."""
    for number, (kind, count) in enumerate(plan):
        path = folder / f"{kind}-{offset + number:04d}.pt"
        if not path.is_file():
            write_shard(path, kind, count, codec, offset + number, sprites, mirrored)
            print(f"wrote {path.name}", flush=True)


def normalisation(folder: Path) -> tuple[float, float]:
    """Shift and scale that bring a folder's latents to mean 0 and deviation 1, from its first shard.

    They are written beside the shards once, so that every sitting of a training uses the same.
    """
    kept = folder / "normalisation.json"
    if not kept.is_file():
        values = torch.load(min(folder.glob("*.pt")), weights_only=True)["latents"].float()
        kept.write_text(json.dumps([float(values.mean()), float(1 / values.std())]))
    shift, scale = json.loads(kept.read_text())
    return float(shift), float(scale)
