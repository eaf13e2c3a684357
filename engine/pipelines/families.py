"""The families of diffusers pipelines that the engine knows, by the names of their classes.

A family that is not named here still runs, through the pipeline's own prompt and decoding arguments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from diffusers.utils.torch_utils import randn_tensor
from PIL import Image

from engine.pipelines.family import (
    Embeddings,
    Family,
    Keep,
    Start,
    Task,
    decode_with_vae,
    encode_picture,
    join_tensors,
)
from engine.pipelines.flow import Flux2Klein, QwenImage, QwenImageEdit, ZImage


class AnyFamily:
    """A pipeline that encodes prompts and decodes latents by itself."""

    decodes_latents = False
    takes_references = False
    edits_only = False
    most_pictures: int | None = None
    blank = ""

    def cell(self, pipe: Any) -> int:
        return int(getattr(pipe, "vae_scale_factor", 8))

    def task(self, *, picture: bool, mask: bool) -> Task:
        return Task.MASK if mask else Task.PICTURE if picture else Task.TEXT

    def is_guided(self, guidance: float) -> bool:
        return guidance > 1

    def guidance(self, guidance: float) -> Mapping[str, Any]:
        return {"guidance_scale": guidance}

    def encode(
        self, pipe: Any, prompt: str, negative_prompt: str, *, guided: bool, call: Mapping[str, Any]
    ) -> Embeddings | None:
        return None

    def join(self, parts: Sequence[Embeddings]) -> Embeddings:
        return join_tensors(parts)

    def start(
        self, pipe: Any, start: Start, generators: Sequence[torch.Generator]
    ) -> tuple[dict[str, Any], Keep | None]:
        # A copy per picture, so that each is encoded with its own generator, as it would be alone.
        inputs: dict[str, Any] = {"image": [start.picture] * len(generators), "strength": start.strength}
        return ({**inputs, "mask_image": start.mask} if start.mask is not None else inputs), None

    def estimated(self, pipe: Any, latents: torch.Tensor, *, width: int, height: int) -> torch.Tensor:
        return latents

    def finished(self, pipe: Any, latents: torch.Tensor, *, width: int, height: int) -> torch.Tensor:
        return latents

    def decode(self, pipe: Any, latents: torch.Tensor) -> torch.Tensor:
        raise NotImplementedError("this family's pipelines decode by themselves")


class StableDiffusion3(AnyFamily):
    """SD3 pipelines: two CLIP encoders, an optional T5, plain latents."""

    decodes_latents = True

    def task(self, *, picture: bool, mask: bool) -> Task:
        # diffusers' inpainting pipeline for SD3 takes latents of 16 channels only, and forgets the decoder's shift.
        return Task.PICTURE if picture else Task.TEXT

    def encode(
        self, pipe: Any, prompt: str, negative_prompt: str, *, guided: bool, call: Mapping[str, Any]
    ) -> Embeddings | None:
        extra = {"max_sequence_length": call["max_sequence_length"]} if "max_sequence_length" in call else {}
        found = pipe.encode_prompt(
            prompt=prompt,
            prompt_2=None,
            prompt_3=None,
            negative_prompt=negative_prompt,
            do_classifier_free_guidance=guided,
            **extra,
        )
        names = (
            "prompt_embeds",
            "negative_prompt_embeds",
            "pooled_prompt_embeds",
            "negative_pooled_prompt_embeds",
        )
        return {name: value for name, value in zip(names, found, strict=True) if value is not None}

    def decode(self, pipe: Any, latents: torch.Tensor) -> torch.Tensor:
        return decode_with_vae(pipe.vae, latents)

    @torch.inference_mode()
    def start(
        self, pipe: Any, start: Start, generators: Sequence[torch.Generator]
    ) -> tuple[dict[str, Any], Keep | None]:
        """As in `Family`. A fix's `latents` take the place of the pipeline's own encoding and noising."""
        inputs, _ = super().start(pipe, start, generators)
        if start.mask is None:
            return inputs, None
        del inputs["mask_image"]
        vae, device = pipe.vae, pipe._execution_device
        middle = encode_picture(pipe, start.picture)
        original = (middle - (getattr(vae.config, "shift_factor", None) or 0.0)) * vae.config.scaling_factor
        shape = (len(generators), *original.shape[1:])
        noise = randn_tensor(shape, generator=list(generators), device=device, dtype=original.dtype)
        height, width = original.shape[-2:]
        small = start.mask.resize((width, height), Image.Resampling.NEAREST)
        inside = torch.from_numpy(np.array(small) > 127).to(device)
        shift = (
            {"mu": _shift_of(pipe, height, width)}
            if pipe.scheduler.config.get("use_dynamic_shifting")
            else {}
        )
        pipe.scheduler.set_timesteps(start.steps, device=device, **shift)
        timesteps, _ = pipe.get_timesteps(start.steps, start.strength, device)
        first = float(pipe.scheduler.sigmas[len(pipe.scheduler.timesteps) - len(timesteps)])

        def at_noise(sigma: float) -> torch.Tensor:
            noisy: torch.Tensor = sigma * noise + (1 - sigma) * original
            return noisy

        def keep(latents: torch.Tensor) -> torch.Tensor:
            sigma = float(pipe.scheduler.sigmas[pipe.scheduler.step_index])
            return torch.where(inside, latents, at_noise(sigma).to(latents.dtype))

        return {**inputs, "latents": at_noise(first)}, keep


class StableDiffusion(AnyFamily):
    """Stable Diffusion 1 and 2, with a UNet: plain latents of any scheduler's schedule."""

    decodes_latents = True

    def task(self, *, picture: bool, mask: bool) -> Task:
        # The inpainting pipeline encodes the picture twice; keeping its outside in place needs it once.
        return Task.PICTURE if picture else Task.TEXT

    def encode(
        self, pipe: Any, prompt: str, negative_prompt: str, *, guided: bool, call: Mapping[str, Any]
    ) -> Embeddings | None:
        names = ("prompt_embeds", "negative_prompt_embeds")
        found = pipe.encode_prompt(prompt, pipe._execution_device, 1, guided, negative_prompt)
        return {name: value for name, value in zip(names, found, strict=True) if value is not None}

    def decode(self, pipe: Any, latents: torch.Tensor) -> torch.Tensor:
        return decode_with_vae(pipe.vae, latents)

    @torch.inference_mode()
    def start(
        self, pipe: Any, start: Start, generators: Sequence[torch.Generator]
    ) -> tuple[dict[str, Any], Keep | None]:
        """As in `Family`. The picture is encoded once for all; the pipeline takes its latents as the picture."""
        original = encode_picture(pipe, start.picture) * pipe.vae.config.scaling_factor
        original = original.expand(len(generators), -1, -1, -1)
        inputs = {"image": original, "strength": start.strength}
        if start.mask is None:
            return inputs, None
        # The same noise that the pipeline is about to draw from these generators.
        copies = [torch.Generator("cpu").set_state(generator.get_state()) for generator in generators]
        noise = randn_tensor(original.shape, generator=copies, device=original.device, dtype=original.dtype)
        height, width = original.shape[-2:]
        small = start.mask.resize((width, height), Image.Resampling.NEAREST)
        inside = torch.from_numpy(np.array(small) > 127).to(original.device)
        steps_done = 0

        def keep(latents: torch.Tensor) -> torch.Tensor:
            nonlocal steps_done
            steps_done += 1
            left = pipe.scheduler.timesteps[-pipe.num_timesteps :][steps_done:]
            outside = pipe.scheduler.add_noise(original, noise, left[:1]) if len(left) else original
            return torch.where(inside, latents, outside.to(latents.dtype))

        return inputs, keep


FAMILIES: Mapping[str, Family] = {
    "StableDiffusion3": StableDiffusion3(),
    "StableDiffusionPipeline": StableDiffusion(),
    "StableDiffusionImg2Img": StableDiffusion(),
    "Flux2Klein": Flux2Klein(),
    "ZImage": ZImage(),
    "QwenImage": QwenImage(),
    "QwenImageEditPlus": QwenImageEdit(),
    # These begin with a family's name but speak another way.
    "QwenImageEdit": AnyFamily(),
    "QwenImage21": AnyFamily(),
    "QwenImageLayered": AnyFamily(),
    "ZImageOmni": AnyFamily(),
}


def family_of(pipe: Any) -> Family:
    """The family of a diffusers pipeline, by the name of its class."""
    name = type(pipe).__name__
    known = max((prefix for prefix in FAMILIES if name.startswith(prefix)), key=len, default="")
    return FAMILIES[known] if known else AnyFamily()


def _shift_of(pipe: Any, height: int, width: int) -> float:
    """The schedule's shift for latents of this size, where the scheduler makes it depend on the size."""
    config, patch = pipe.scheduler.config, pipe.transformer.config.patch_size
    low, high = config.get("base_image_seq_len", 256), config.get("max_image_seq_len", 4096)
    base, most = config.get("base_shift", 0.5), config.get("max_shift", 1.16)
    tokens = (height // patch) * (width // patch)
    return float(base + (most - base) * (tokens - low) / (high - low))
