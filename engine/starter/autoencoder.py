"""The picture codec: 256 px to 32×32×8 numbers and back. Trained on crops, before the transformer.

It is diffusers' AutoencoderTiny: no normalisation over the picture, so crops, drafts and Pro pictures
are coded alike, and cheap on a CPU.
"""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderTiny
from PIL import Image
from torch import Tensor

from engine.starter import clock
from engine.starter.captions import random_scene
from engine.starter.data import SPRITES, compose
from engine.starter.optimiser import for_model

CHANNELS = 8


def build(width: int = 48) -> AutoencoderTiny:
    """An untrained codec."""
    return AutoencoderTiny(
        encoder_block_out_channels=(width,) * 4,
        decoder_block_out_channels=(width,) * 4,
        latent_channels=CHANNELS,
        num_encoder_blocks=(0, 1, 2, 4),
        num_decoder_blocks=(5, 3, 2, 1),
        latent_magnitude=3,
        scaling_factor=1.0,
    )


def to_tensor(pictures: list[Image.Image]) -> Tensor:
    """Pictures as the pipelines see them, -1 to 1."""
    stack = np.stack([np.asarray(p, np.uint8) for p in pictures])
    return torch.from_numpy(stack).permute(0, 3, 1, 2).float() / 127.5 - 1


class Crops:
    """An endless supply of crops from a slowly changing pool of composites."""

    def __init__(
        self, rng: random.Random, *, pool: int = 256, side: int = 96, folder: Path = SPRITES
    ) -> None:
        self.rng, self.side, self.folder, self.limit = rng, side, folder, pool
        self.pool: list[Image.Image] = []

    def batch(self, count: int) -> Tensor:
        """`count` crops; one or two new composites join the pool each time."""
        for _ in range(2 if len(self.pool) < self.limit else 1):
            size = 512 if self.rng.random() < 0.35 else 256
            fresh = compose(random_scene(self.rng), size, self.rng, self.folder)
            if len(self.pool) < self.limit:
                self.pool.append(fresh)
            else:
                self.pool[self.rng.randrange(self.limit)] = fresh
        return to_tensor([self._crop(self.rng.choice(self.pool)) for _ in range(count)])

    def _crop(self, picture: Image.Image) -> Image.Image:
        best: Image.Image | None = None
        for _ in range(3):  # prefer crops that show something
            x, y = (self.rng.randrange(picture.width - self.side + 1) for _ in range(2))
            best = picture.crop((x, y, x + self.side, y + self.side))
            if self.rng.random() < 0.15 or _is_busy(best):
                break
        assert best is not None
        return best


def _is_busy(crop: Image.Image) -> bool:
    return bool(
        np.asarray(crop.resize((12, 12), Image.Resampling.NEAREST), np.float32).std((0, 1)).max() > 12
    )


def loss_of(model: AutoencoderTiny, x: Tensor) -> tuple[Tensor, Tensor]:
    """Training loss and the plain mean absolute error (in -1 to 1)."""
    z = model.encoder(x)
    noisy = z + 0.03 * torch.randn_like(z)
    y = model.decoder(noisy).float()
    z = z.float()
    plain = (y - x).abs().mean()
    edges = (y.diff(dim=-1) - x.diff(dim=-1)).abs().mean() + (y.diff(dim=-2) - x.diff(dim=-2)).abs().mean()
    square = ((y - x) ** 2).mean()
    coarse = F.avg_pool2d(y - x, 8).abs().mean()  # a backdrop a shade off is seen at once
    bounds = (z.abs() - 2.2).clamp(min=0).mean()
    return plain + 0.7 * edges + square + coarse + bounds, plain.detach()


def train(
    checkpoint: Path,
    *,
    minutes: float,
    steps: int | None = None,
    batch: int = 12,
    side: int = 96,
    width: int = 48,
    peak: float = 3e-3,
    folder: Path = SPRITES,
    seed: int = 1,
) -> AutoencoderTiny:
    """Train, or go on from the checkpoint, until the budget is spent; returns the averaged codec."""
    model = build(width).to(memory_format=torch.channels_last)
    optimiser = for_model(model.named_parameters(), peak, plain=("encoder.layers.0.", "decoder.layers.0."))
    average = clock.Average(model.parameters(), 0.998)
    budget = clock.Budget(seconds=minutes * 60, steps=steps)
    if state := clock.load(checkpoint):
        model.load_state_dict(state["model"])
        if "optimiser" in state:
            optimiser.load_state_dict(state["optimiser"])
        average.mean, average.count = state["average"], state["count"]
        budget.spent, budget.done_steps = state["spent"], state["steps"]
    torch.manual_seed(seed + budget.done_steps)
    crops = Crops(random.Random(seed + budget.done_steps), side=side, folder=folder)  # noqa: S311
    shown = 0.0
    saved = budget.spent
    while budget.progress < 1:
        rate = clock.learning_rate(budget, peak, hold=0.3)
        for group in optimiser.param_groups:
            group["lr"] = rate
        x = crops.batch(batch).to(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            loss, plain = loss_of(model, x)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        average.update()
        budget.tick()
        shown = 0.98 * shown + 0.02 * float(plain) if shown else float(plain)
        if budget.done_steps % 50 == 0:
            print(
                f"step {budget.done_steps} {budget.spent:.0f} s error {shown:.4f} rate {rate:.1e}", flush=True
            )
        if budget.spent - saved > 90:
            _save(checkpoint, model, optimiser, average, budget)
            saved = budget.spent
    _save(checkpoint, model, optimiser, average, budget)
    average.swap()
    return model


def _save(
    path: Path,
    model: AutoencoderTiny,
    optimiser: torch.optim.Optimizer,
    average: clock.Average,
    budget: clock.Budget,
) -> None:
    clock.save(
        path,
        {
            "model": model.state_dict(),
            "optimiser": optimiser.state_dict(),
            "average": average.mean,
            "count": average.count,
            "spent": budget.spent,
            "steps": budget.done_steps,
            "width": model.config["decoder_block_out_channels"][0],
        },
    )


def load(checkpoint: Path) -> AutoencoderTiny:
    """The averaged codec of a checkpoint."""
    state = clock.load(checkpoint)
    if state is None:
        raise FileNotFoundError(f"There is no autoencoder at {checkpoint}; train it first.")
    model = build(state["width"])
    model.load_state_dict(state["model"])
    for parameter, mean in zip(model.parameters(), state["average"], strict=True):
        parameter.data.copy_(mean)
    return model.eval()
