"""What the engine asks of a family of diffusers pipelines, and the values that pass between the two.

Families differ in how prompts are encoded, what a render starts from and how latents become pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeAlias

import torch
from PIL import Image

#: arguments of a pipeline call for one prompt: tensors with a batch of one, or lists with one element
Embeddings: TypeAlias = dict[str, Any]

#: latents after a step → latents with the original outside the mask, at that step's noise
Keep: TypeAlias = Callable[[torch.Tensor], torch.Tensor]


class Task(StrEnum):
    """Which of a model's diffusers pipelines runs."""

    TEXT = "text"
    PICTURE = "picture"
    MASK = "mask"


@dataclass(frozen=True, kw_only=True)
class Start:
    """What a render begins with instead of pure noise, at render size."""

    picture: Image.Image
    #: white where it is repainted, aligned to the family's cells; None: everywhere
    mask: Image.Image | None = None
    steps: int
    #: how far from the picture the result may go, 0–1
    strength: float
    #: whether a family that edits by reference is also shown the picture itself
    reference: bool = False
    #: further pictures that a family which can is shown beside the first
    others: tuple[Image.Image, ...] = ()


class Family(Protocol):
    """How to speak to one family of pipelines."""

    #: whether unfinished and finished pictures can be had as latents, decoded by `decode`
    decodes_latents: bool
    #: whether it can be shown pictures to go by, besides the one it starts from
    takes_references: bool
    #: whether it needs a picture to work on
    edits_only: bool
    #: how many pictures its pipeline paints at once; None: as many as fit
    most_pictures: int | None
    #: what it is guided away from where nothing is named
    blank: str

    def cell(self, pipe: Any) -> int:
        """Pixels per side of the smallest square that a mask can hold apart."""

    def task(self, *, picture: bool, mask: bool) -> Task:
        """The pipeline that renders from a picture, or from a picture and a mask."""

    def is_guided(self, guidance: float) -> bool:
        """Whether this guidance, in the numbers that the model's documentation uses, needs a second evaluation."""

    def guidance(self, guidance: float) -> Mapping[str, Any]:
        """The pipeline's argument for guidance."""

    def encode(
        self, pipe: Any, prompt: str, negative_prompt: str, *, guided: bool, call: Mapping[str, Any]
    ) -> Embeddings | None:
        """Embeddings of a prompt, or None where the pipeline must be given the text itself."""

    def join(self, parts: Sequence[Embeddings]) -> Embeddings:
        """The embeddings of several prompts as one batch."""

    def start(
        self, pipe: Any, start: Start, generators: Sequence[torch.Generator]
    ) -> tuple[dict[str, Any], Keep | None]:
        """Arguments that make the pipeline begin with a picture, and what to do after each step."""

    def estimated(self, pipe: Any, latents: torch.Tensor, *, width: int, height: int) -> torch.Tensor:
        """Latents as the scheduler sees them → batch × channels × height × width, as `decode` takes them."""

    def finished(self, pipe: Any, latents: torch.Tensor, *, width: int, height: int) -> torch.Tensor:
        """Latents as the pipeline returns them → batch × channels × height × width, as `decode` takes them."""

    def decode(self, pipe: Any, latents: torch.Tensor) -> torch.Tensor:
        """Pictures as batch × 3 × height × width in 0–1, not clamped, float32."""


def join_tensors(parts: Sequence[Embeddings]) -> Embeddings:
    """A batch of embeddings that all have the same length."""
    return {name: torch.cat([part[name] for part in parts]) for name in parts[0]}


@torch.inference_mode()
def decode_with_vae(vae: Any, latents: torch.Tensor) -> torch.Tensor:
    """Decode plain latents (batch × channels × h × w); returns batch × 3 × H × W in 0–1, float32, not clamped."""
    shift = getattr(vae.config, "shift_factor", None) or 0.0
    scaled = latents.to(vae.dtype) / (getattr(vae.config, "scaling_factor", None) or 1.0) + shift
    decoded: torch.Tensor = vae.decode(scaled, return_dict=False)[0]
    return decoded.float() / 2 + 0.5


@torch.inference_mode()
def encode_picture(pipe: Any, picture: Image.Image) -> torch.Tensor:
    """A picture as its autoencoder's raw latents, batch of one."""
    vae = pipe.vae
    pixels = pipe.image_processor.preprocess(picture).to(pipe._execution_device, vae.dtype)
    encoded = vae.encode(pixels)
    # The middle of the distribution, not a sample of it: every picture starts from the same original.
    middle: torch.Tensor = encoded.latent_dist.mode() if hasattr(encoded, "latent_dist") else encoded.latents
    return middle
