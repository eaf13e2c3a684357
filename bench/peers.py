"""Diffusers as its documentation shows it, on the same weights, type, steps, scheduler and threads."""

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path
from typing import Any

import torch
from diffusers import DiffusionPipeline, StableDiffusionInpaintPipeline, StableDiffusionPipeline

logging.getLogger("diffusers").setLevel(logging.ERROR)


@cache
def plain(folder: Path) -> Any:
    """The pipeline as `from_pretrained` gives it."""
    pipe = StableDiffusionPipeline.from_pretrained(folder, dtype=torch.bfloat16)
    pipe.set_progress_bar_config(disable=True)
    return pipe


@cache
def tuned(folder: Path) -> Any:
    """The pipeline with convolutions' channels last, as diffusers' page on speed advises."""
    pipe = StableDiffusionPipeline.from_pretrained(folder, dtype=torch.bfloat16)
    pipe.unet.to(memory_format=torch.channels_last)
    pipe.vae.to(memory_format=torch.channels_last)
    pipe.set_progress_bar_config(disable=True)
    return pipe


@cache
def compiled(folder: Path) -> Any:
    """The pipeline with channels last and its repeated blocks compiled, as the same page advises."""
    pipe = tuned.__wrapped__(folder)
    pipe.unet.compile_repeated_blocks(dynamic=True)
    return pipe


def inpainting(pipe: Any) -> Any:
    """The inpainting pipeline on another's weights."""
    found = StableDiffusionInpaintPipeline.from_pipe(pipe)
    found.set_progress_bar_config(disable=True)
    return found


@cache
def of_profile(model: str) -> Any:
    """The pipeline of any model folder, in float32."""
    pipe = DiffusionPipeline.from_pretrained(model, dtype=torch.float32)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def grid(pipe: Any, *, prompt: str, steps: int, side: int, pictures: int = 4, seed: int = 0) -> Any:
    """A grid in one call, as pictures."""
    return pipe(
        prompt,
        height=side,
        width=side,
        num_inference_steps=steps,
        guidance_scale=1.0,
        num_images_per_prompt=pictures,
        generator=torch.Generator("cpu").manual_seed(seed),
    ).images
