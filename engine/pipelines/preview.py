"""Previews of unfinished pictures: the model's estimate of the result at a step, decoded cheaply."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from PIL import Image

from engine.pixels.array import Pixels


class EstimateRecorder:
    """Listens to a tier's own scheduler object and keeps its latest estimate of the finished latents.

    Works for flow-matching schedulers and for those that tell `pred_original_sample`; otherwise there is none.
    """

    def __init__(self, scheduler: Any) -> None:
        #: batch × channels × height × width, or None
        self.latest: torch.Tensor | None = None
        self._scheduler = scheduler
        self._step = scheduler.step
        scheduler.step = self._listen

    def _listen(
        self, model_output: torch.Tensor, timestep: Any, sample: torch.Tensor, *args: Any, **kwargs: Any
    ) -> Any:
        wants_dict = kwargs.pop("return_dict", True)
        output = self._step(model_output, timestep, sample, *args, return_dict=True, **kwargs)
        told = getattr(output, "pred_original_sample", None)
        if told is None and type(self._scheduler).__name__.startswith("FlowMatch"):
            sigma = self._scheduler.sigmas[self._scheduler.step_index - 1]
            told = sample.float() - sigma.to(sample.device) * model_output.float()
        self.latest = told
        return output if wants_dict else (output.prev_sample,)


def preview_steps(steps: int, previews: int, *, first: int) -> list[int]:
    """After which steps (from 1) a picture's previews are made: the first early, the others spread to the end."""
    if previews <= 0 or steps < 2:
        return []
    start = min(max(first, 1), steps - 1)
    chosen = {start + round(i * (steps - start) / previews) for i in range(previews)}
    return sorted(step for step in chosen if step < steps)


class LinearPreview:
    """Maps latents to colours with one matrix, fitted by least squares to what the model's decoder makes of them."""

    def __init__(self, latents: torch.Tensor, pictures: torch.Tensor) -> None:
        """Fit to latents (n × channels × h × w) and their decoded pictures (n × 3 × H × W, 0–1)."""
        height, width = latents.shape[-2:]
        colours = torch.nn.functional.adaptive_avg_pool2d(pictures.float(), (height, width))
        inputs = _with_one(latents.float())
        targets = colours.permute(0, 2, 3, 1).reshape(-1, 3)
        # A little ridge: few pictures, many channels, and the map must stay tame for noisy estimates.
        gram = inputs.T @ inputs + 1e-2 * torch.eye(inputs.shape[1], device=inputs.device)
        self._matrix: torch.Tensor = torch.linalg.solve(gram, inputs.T @ targets)

    def __call__(self, latents: torch.Tensor) -> torch.Tensor:
        """Pictures at latent size, n × 3 × h × w in 0–1."""
        count, _, height, width = latents.shape
        flat = _with_one(latents.float()) @ self._matrix
        return flat.reshape(count, height, width, 3).permute(0, 3, 1, 2)


def _with_one(latents: torch.Tensor) -> torch.Tensor:
    flat = latents.permute(0, 2, 3, 1).reshape(-1, latents.shape[1])
    return torch.cat([flat, torch.ones_like(flat[:, :1])], dim=1)


def to_pixels(picture: torch.Tensor, *, width: int, height: int) -> Pixels:
    """One picture (3 × h × w in 0–1) as pixels of the wanted size; what is not finite becomes black."""
    clean = torch.nan_to_num(picture.float()).clamp(0, 1)
    pixels: Pixels = (clean.permute(1, 2, 0).cpu().numpy() * 255).round().astype(np.uint8)
    if pixels.shape[:2] == (height, width):
        return pixels
    return np.array(Image.fromarray(pixels, "RGB").resize((width, height), Image.Resampling.BICUBIC))
