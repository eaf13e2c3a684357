"""What differs between families of diffusers pipelines: how prompts are encoded and latents decoded.

A family that is not named here still runs, through the pipeline's own prompt and decoding arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
import torch
from diffusers.utils.torch_utils import randn_tensor
from PIL import Image

#: arguments of a pipeline call, each tensor with a batch of one
Embeddings: TypeAlias = dict[str, torch.Tensor]


@dataclass(frozen=True, kw_only=True)
class MaskedStart:
    """What a fix begins with, at render size."""

    picture: Image.Image
    #: white where it is repainted, aligned to latent cells
    mask: Image.Image
    steps: int
    strength: float


#: latents after a step → latents with the original outside the mask, at that step's noise
Keep: TypeAlias = Callable[[torch.Tensor], torch.Tensor]


class Family(Protocol):
    """How to speak to one family of pipelines."""

    #: whether latents come back from the pipeline as batch × channels × height × width
    decodes_latents: bool
    #: whether a fix runs through the image-to-image pipeline and `start_masked`, not diffusers' inpainting
    blends_masks: bool

    def encode(
        self, pipe: Any, prompt: str, negative_prompt: str, *, guided: bool, call: Mapping[str, Any]
    ) -> Embeddings | None:
        """Embeddings of a prompt, or None where the pipeline must be given the text itself."""

    def decode(self, pipe: Any, latents: torch.Tensor) -> torch.Tensor:
        """Pictures as batch × 3 × height × width in 0–1, not clamped, float32."""

    def start_masked(
        self, pipe: Any, start: MaskedStart, generators: Sequence[torch.Generator]
    ) -> tuple[torch.Tensor, Keep]:
        """Latents (batch × channels × height × width) to begin a fix with, and what to do after each step."""


class StableDiffusion3:
    """SD3 pipelines: two CLIP encoders, an optional T5, plain latents."""

    decodes_latents = True
    # diffusers' inpainting pipeline for SD3 takes latents of 16 channels only, and forgets the decoder's shift.
    blends_masks = True

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
    def start_masked(
        self, pipe: Any, start: MaskedStart, generators: Sequence[torch.Generator]
    ) -> tuple[torch.Tensor, Keep]:
        """As in `Family`. The pipeline's own `latents` argument takes the place of its encoding and noising."""
        vae, device = pipe.vae, pipe._execution_device
        pixels = pipe.image_processor.preprocess(start.picture).to(device, vae.dtype)
        encoded = vae.encode(pixels)
        # The middle of the distribution, not a sample of it: every picture starts from the same original.
        middle = encoded.latent_dist.mode() if hasattr(encoded, "latent_dist") else encoded.latents
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

        return at_noise(first), keep


class AnyFamily:
    """A pipeline that encodes prompts and decodes latents by itself."""

    decodes_latents = False
    blends_masks = False

    def encode(
        self, pipe: Any, prompt: str, negative_prompt: str, *, guided: bool, call: Mapping[str, Any]
    ) -> Embeddings | None:
        return None

    def decode(self, pipe: Any, latents: torch.Tensor) -> torch.Tensor:
        raise NotImplementedError("this family's pipelines decode by themselves")

    def start_masked(
        self, pipe: Any, start: MaskedStart, generators: Sequence[torch.Generator]
    ) -> tuple[torch.Tensor, Keep]:
        raise NotImplementedError("this family's fixes run through its inpainting pipeline")


FAMILIES: dict[str, Family] = {"StableDiffusion3": StableDiffusion3()}


def family_of(pipe: Any) -> Family:
    """The family of a diffusers pipeline, by the name of its class."""
    name = type(pipe).__name__
    return next((family for prefix, family in FAMILIES.items() if name.startswith(prefix)), AnyFamily())


def _shift_of(pipe: Any, height: int, width: int) -> float:
    """The schedule's shift for latents of this size, where the scheduler makes it depend on the size."""
    config, patch = pipe.scheduler.config, pipe.transformer.config.patch_size
    low, high = config.get("base_image_seq_len", 256), config.get("max_image_seq_len", 4096)
    base, most = config.get("base_shift", 0.5), config.get("max_shift", 1.16)
    tokens = (height // patch) * (width // patch)
    return float(base + (most - base) * (tokens - low) / (high - low))


@torch.inference_mode()
def decode_with_vae(vae: Any, latents: torch.Tensor) -> torch.Tensor:
    """Decode plain latents (batch × channels × h × w); returns batch × 3 × H × W in 0–1, float32, not clamped."""
    shift = getattr(vae.config, "shift_factor", None) or 0.0
    scaled = latents.to(vae.dtype) / vae.config.scaling_factor + shift
    decoded: torch.Tensor = vae.decode(scaled, return_dict=False)[0]
    return decoded.float() / 2 + 0.5
