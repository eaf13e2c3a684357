"""The flow-matching families of today's profiles: FLUX.2 [klein], Z-Image, Qwen-Image.

All three start from a picture the same way, through the pipeline that begins with noise: the picture's latents at the
noise of the schedule's later part are given to it as its noise. Diffusers has no such pipeline for klein, and the
blending of a fix is then the engine's own for each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from diffusers.pipelines.flux2.pipeline_flux2_klein import compute_empirical_mu
from diffusers.pipelines.qwenimage.pipeline_qwenimage import calculate_shift
from diffusers.utils.torch_utils import randn_tensor
from PIL import Image

from engine.pipelines.family import (
    Embeddings,
    Keep,
    Start,
    Task,
    decode_with_vae,
    encode_picture,
    join_tensors,
)

#: pixels of a cell that these transformers see as one token: 8 of the autoencoder's times a patch of 2
PATCH = 2
#: shortest side of a picture that klein is shown, in pixels, and how many times as long the other may be
LEAST_REFERENCE, LONGEST_REFERENCE = 64, 8


def later_sigmas(steps: int, strength: float) -> list[float]:
    """The part of an even schedule, 1 down to 1/steps, that a start from a picture runs; before any shift."""
    skipped = int(max(steps - min(steps * strength, steps), 0))
    return [float(sigma) for sigma in np.linspace(1.0, 1 / steps, steps)[skipped:]]


class Flow:
    """What the three have in common."""

    decodes_latents = True
    takes_references = False
    edits_only = False
    most_pictures: int | None = None
    blank = ""
    #: whether `clean` gives one position per token rather than one per latent cell
    is_patched = False

    def cell(self, pipe: Any) -> int:
        return int(pipe.vae_scale_factor) * PATCH

    def task(self, *, picture: bool, mask: bool) -> Task:
        return Task.TEXT

    def is_guided(self, guidance: float) -> bool:
        return guidance > 1

    def guidance(self, guidance: float) -> Mapping[str, Any]:
        return {"guidance_scale": guidance}

    def join(self, parts: Sequence[Embeddings]) -> Embeddings:
        return join_tensors(parts)

    @torch.inference_mode()
    def start(
        self, pipe: Any, start: Start, generators: Sequence[torch.Generator]
    ) -> tuple[dict[str, Any], Keep | None]:
        """As in `Family`; the latents have the form in which the family's pipeline takes them as its noise."""
        original = self.clean(pipe, start.picture)
        shape = (len(generators), *original.shape[1:])
        noise = randn_tensor(shape, generator=list(generators), device=original.device, dtype=original.dtype)
        sigmas = later_sigmas(start.steps, start.strength)
        tokens = original.shape[-2] * original.shape[-1] // (1 if self.is_patched else PATCH**2)
        # The pipeline will set the same schedule again; here it tells how strong the first noise is.
        pipe.scheduler.set_timesteps(sigmas=sigmas, mu=self.shift(pipe, tokens, start.steps))
        first = float(pipe.scheduler.sigmas[0])

        def at_noise(sigma: float) -> torch.Tensor:
            noisy: torch.Tensor = sigma * noise + (1 - sigma) * original
            return noisy

        inputs = {"latents": self.as_noise(pipe, at_noise(first)), "sigmas": sigmas}
        if start.mask is None:
            return inputs, None
        height, width = original.shape[-2:]
        small = start.mask.resize((width, height), Image.Resampling.NEAREST)
        inside = torch.from_numpy(np.array(small) > 127).to(original.device)
        inside = self.as_step(pipe, inside.expand(1, *original.shape[1:]))

        def keep(latents: torch.Tensor) -> torch.Tensor:
            sigma = float(pipe.scheduler.sigmas[pipe.scheduler.step_index])
            outside = self.as_step(pipe, at_noise(sigma)).to(latents.dtype)
            return torch.where(inside, latents, outside)

        return inputs, keep

    def clean(self, pipe: Any, picture: Image.Image) -> torch.Tensor:
        """The picture as latents at no noise, 1 × channels × height × width."""
        raise NotImplementedError

    def shift(self, pipe: Any, tokens: int, steps: int) -> float:
        """How far the schedule leans towards noise for a picture of so many tokens."""
        config = pipe.scheduler.config
        return float(
            calculate_shift(
                tokens,
                config.get("base_image_seq_len", 256),
                config.get("max_image_seq_len", 4096),
                config.get("base_shift", 0.5),
                config.get("max_shift", 1.15),
            )
        )

    def as_noise(self, pipe: Any, latents: torch.Tensor) -> torch.Tensor:
        """As the pipeline takes latents at its start."""
        return latents

    def as_step(self, pipe: Any, latents: torch.Tensor) -> torch.Tensor:
        """As the pipeline shows latents after a step."""
        return latents

    def estimated(self, pipe: Any, latents: torch.Tensor, *, width: int, height: int) -> torch.Tensor:
        return latents

    def finished(self, pipe: Any, latents: torch.Tensor, *, width: int, height: int) -> torch.Tensor:
        return self.estimated(pipe, latents, width=width, height=height)

    def decode(self, pipe: Any, latents: torch.Tensor) -> torch.Tensor:
        return decode_with_vae(pipe.vae, latents)


class Flux2Klein(Flow):
    """FLUX.2 [klein]: one Qwen3 encoder, latents in patches, normalised by the autoencoder's batch norm."""

    is_patched = True
    takes_references = True

    def encode(
        self, pipe: Any, prompt: str, negative_prompt: str, *, guided: bool, call: Mapping[str, Any]
    ) -> Embeddings | None:
        told = {
            name: call[name] for name in ("max_sequence_length", "text_encoder_out_layers") if name in call
        }
        found: Embeddings = {"prompt_embeds": pipe.encode_prompt(prompt=prompt, **told)[0]}
        if guided and not pipe.config.is_distilled:
            found["negative_prompt_embeds"] = pipe.encode_prompt(prompt=negative_prompt, **told)[0]
        return found

    @torch.inference_mode()
    def start(
        self, pipe: Any, start: Start, generators: Sequence[torch.Generator]
    ) -> tuple[dict[str, Any], Keep | None]:
        inputs, keep = super().start(pipe, start, generators)
        # Shown beside the noise, the picture is what an instruction such as “make it blue” speaks of.
        own = [start.picture] if start.reference else []
        shown = [as_reference(picture) for picture in (*own, *start.others)]
        return ({**inputs, "image": shown} if shown else inputs), keep

    def clean(self, pipe: Any, picture: Image.Image) -> torch.Tensor:
        patched = pipe._patchify_latents(encode_picture(pipe, picture))
        mean, deviation = self._norm(pipe, patched)
        latents: torch.Tensor = (patched - mean) / deviation
        return latents

    def shift(self, pipe: Any, tokens: int, steps: int) -> float:
        return float(compute_empirical_mu(tokens, steps))

    def as_step(self, pipe: Any, latents: torch.Tensor) -> torch.Tensor:
        packed: torch.Tensor = pipe._pack_latents(latents)
        return packed

    def estimated(self, pipe: Any, latents: torch.Tensor, *, width: int, height: int) -> torch.Tensor:
        side = self.cell(pipe)
        patched = latents.permute(0, 2, 1).reshape(*latents.shape[::2], height // side, width // side)
        mean, deviation = self._norm(pipe, patched)
        whole: torch.Tensor = pipe._unpatchify_latents(patched * deviation + mean)
        return whole

    def finished(self, pipe: Any, latents: torch.Tensor, *, width: int, height: int) -> torch.Tensor:
        # The pipeline has undone patches and normalisation itself.
        return latents

    def _norm(self, pipe: Any, like: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        norm = pipe.vae.bn
        mean = norm.running_mean.view(1, -1, 1, 1).to(like)
        variance = norm.running_var.view(1, -1, 1, 1) + pipe.vae.config.batch_norm_eps
        return mean, torch.sqrt(variance).to(like)


class ZImage(Flow):
    """Z-Image: one Qwen3 encoder, prompts of their own length, plain latents in float32."""

    def is_guided(self, guidance: float) -> bool:
        # Its documentation counts guidance from 0: what others call 5 is 4 here.
        return guidance > 0

    def encode(
        self, pipe: Any, prompt: str, negative_prompt: str, *, guided: bool, call: Mapping[str, Any]
    ) -> Embeddings | None:
        told = {"max_sequence_length": call["max_sequence_length"]} if "max_sequence_length" in call else {}
        wanted, unwanted = pipe.encode_prompt(
            prompt=prompt, negative_prompt=negative_prompt, do_classifier_free_guidance=guided, **told
        )
        return {"prompt_embeds": wanted, **({"negative_prompt_embeds": unwanted} if guided else {})}

    def join(self, parts: Sequence[Embeddings]) -> Embeddings:
        return {name: [one for part in parts for one in part[name]] for name in parts[0]}

    def clean(self, pipe: Any, picture: Image.Image) -> torch.Tensor:
        config = pipe.vae.config
        middle = encode_picture(pipe, picture).float()
        latents: torch.Tensor = (middle - config.shift_factor) * config.scaling_factor
        return latents


class QwenImage(Flow):
    """Qwen-Image: a Qwen2.5-VL encoder, a video autoencoder used for one frame, latents in patches."""

    def guidance(self, guidance: float) -> Mapping[str, Any]:
        return {"true_cfg_scale": guidance}

    def encode(
        self, pipe: Any, prompt: str, negative_prompt: str, *, guided: bool, call: Mapping[str, Any]
    ) -> Embeddings | None:
        told = {"max_sequence_length": call["max_sequence_length"]} if "max_sequence_length" in call else {}
        found: Embeddings = {}
        # The model was trained to be guided away from a blank rather than from nothing.
        for name, text in [("prompt", prompt), ("negative_prompt", negative_prompt or " ")][: 1 + guided]:
            embeds, mask = pipe.encode_prompt(prompt=text, **told)
            found[f"{name}_embeds"] = embeds
            found[f"{name}_embeds_mask"] = embeds.new_ones(embeds.shape[:2]) if mask is None else mask
        return found

    def join(self, parts: Sequence[Embeddings]) -> Embeddings:
        joined: Embeddings = {}
        for name in parts[0]:
            longest = max(part[name].shape[1] for part in parts)
            joined[name] = torch.cat([_padded(part[name], longest) for part in parts])
        return joined

    def clean(self, pipe: Any, picture: Image.Image) -> torch.Tensor:
        vae = pipe.vae
        pixels = pipe.image_processor.preprocess(picture).to(pipe._execution_device, vae.dtype)
        with torch.inference_mode():
            middle = vae.encode(pixels.unsqueeze(2)).latent_dist.mode()[:, :, 0]
        mean, deviation = self._norm(pipe, middle)
        latents: torch.Tensor = (middle - mean) / deviation
        return latents

    def as_noise(self, pipe: Any, latents: torch.Tensor) -> torch.Tensor:
        return self.as_step(pipe, latents)

    def as_step(self, pipe: Any, latents: torch.Tensor) -> torch.Tensor:
        packed: torch.Tensor = pipe._pack_latents(latents, *latents.shape)
        return packed

    def estimated(self, pipe: Any, latents: torch.Tensor, *, width: int, height: int) -> torch.Tensor:
        whole: torch.Tensor = pipe._unpack_latents(latents, height, width, pipe.vae_scale_factor)
        return whole[:, :, 0]

    @torch.inference_mode()
    def decode(self, pipe: Any, latents: torch.Tensor) -> torch.Tensor:
        mean, deviation = self._norm(pipe, latents)
        frames = (latents * deviation + mean).to(pipe.vae.dtype).unsqueeze(2)
        decoded: torch.Tensor = pipe.vae.decode(frames, return_dict=False)[0][:, :, 0]
        return decoded.float() / 2 + 0.5

    def _norm(self, pipe: Any, like: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        config = pipe.vae.config
        mean, deviation = (
            torch.tensor(values).view(1, -1, 1, 1).to(like)
            for values in (config.latents_mean, config.latents_std)
        )
        return mean, deviation


class QwenImageEdit(QwenImage):
    """Qwen-Image-Edit 2509 and 2511, FireRed-Image-Edit: shown pictures together with the prompt, one at a time.

    It edits by instruction and knows no mask: the noise outside of the mask is kept in place here, as for the others.
    """

    takes_references = True
    edits_only = True
    most_pictures: int | None = 1
    # It was trained to be guided away from a blank rather than from nothing.
    blank = " "

    def encode(
        self, pipe: Any, prompt: str, negative_prompt: str, *, guided: bool, call: Mapping[str, Any]
    ) -> Embeddings | None:
        # The prompt is read together with the pictures, by the pipeline itself.
        return None

    @torch.inference_mode()
    def start(
        self, pipe: Any, start: Start, generators: Sequence[torch.Generator]
    ) -> tuple[dict[str, Any], Keep | None]:
        inputs, keep = super().start(pipe, start, generators)
        return {**inputs, "image": [start.picture, *start.others]}, keep


def as_reference(picture: Image.Image) -> Image.Image:
    """The picture at a size and shape that klein accepts as a reference: a thin one is laid on white."""
    width, height = picture.size
    least = max(LEAST_REFERENCE, -(-max(width, height) // LONGEST_REFERENCE))
    if min(width, height) >= least:
        return picture
    ground = Image.new("RGB", (max(width, least), max(height, least)), "white")
    ground.paste(picture, (0, 0))
    return ground


def _padded(tensor: torch.Tensor, length: int) -> torch.Tensor:
    """Zeros appended along the second dimension."""
    missing = tensor.new_zeros((tensor.shape[0], length - tensor.shape[1], *tensor.shape[2:]))
    return torch.cat([tensor, missing], dim=1)
