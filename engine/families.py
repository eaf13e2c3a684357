"""What differs between families of diffusers pipelines: how prompts are encoded and latents decoded.

A family that is not named here still runs, through the pipeline's own prompt and decoding arguments.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeAlias

import torch

#: arguments of a pipeline call, each tensor with a batch of one
Embeddings: TypeAlias = dict[str, torch.Tensor]


class Family(Protocol):
    """How to speak to one family of pipelines."""

    #: whether latents come back from the pipeline as batch × channels × height × width
    decodes_latents: bool

    def encode(
        self, pipe: Any, prompt: str, negative_prompt: str, *, guided: bool, call: Mapping[str, Any]
    ) -> Embeddings | None:
        """Embeddings of a prompt, or None where the pipeline must be given the text itself."""

    def decode(self, pipe: Any, latents: torch.Tensor) -> torch.Tensor:
        """Pictures as batch × 3 × height × width in 0–1, not clamped, float32."""


class StableDiffusion3:
    """SD3 pipelines: two CLIP encoders, an optional T5, plain latents."""

    decodes_latents = True

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


class AnyFamily:
    """A pipeline that encodes prompts and decodes latents by itself."""

    decodes_latents = False

    def encode(
        self, pipe: Any, prompt: str, negative_prompt: str, *, guided: bool, call: Mapping[str, Any]
    ) -> Embeddings | None:
        return None

    def decode(self, pipe: Any, latents: torch.Tensor) -> torch.Tensor:
        raise NotImplementedError("this family's pipelines decode by themselves")


FAMILIES: dict[str, Family] = {"StableDiffusion3": StableDiffusion3()}


def family_of(pipe: Any) -> Family:
    """The family of a diffusers pipeline, by the name of its class."""
    name = type(pipe).__name__
    return next((family for prefix, family in FAMILIES.items() if name.startswith(prefix)), AnyFamily())


@torch.inference_mode()
def decode_with_vae(vae: Any, latents: torch.Tensor) -> torch.Tensor:
    """Decode plain latents (batch × channels × h × w); returns batch × 3 × H × W in 0–1, float32, not clamped."""
    shift = getattr(vae.config, "shift_factor", None) or 0.0
    scaled = latents.to(vae.dtype) / vae.config.scaling_factor + shift
    decoded: torch.Tensor = vae.decode(scaled, return_dict=False)[0]
    return decoded.float() / 2 + 0.5
