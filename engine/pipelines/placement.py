"""Puts a loaded pipeline where and how a profile wants it: device, storage in 8 bits, parts that wait elsewhere."""

from __future__ import annotations

from typing import Any

import torch
from diffusers.hooks import apply_group_offloading, apply_layerwise_casting

from engine.profiles.weights import Storage, Weights

#: layers that lose visibly when they are rounded to 8 bits, and weigh little: norms, embeddings, first and last
PRECISE = (
    "pos_embed",
    "patch_embed",
    "embed",
    "norm",
    "^proj_in$",
    "^proj_out$",
    "x_embedder",
    "final_layer",
    "lm_head",
    "lora_",
)


class CannotPlace(Exception):
    """A profile's wishes do not fit its model; the message is a sentence for who wrote it."""


def place(pipe: Any, weights: Weights, *, device: torch.device, dtype: torch.dtype) -> None:
    """Move a pipeline's parts to the device, each as the profile says. Safe to call for parts that are shared."""
    for name in (*weights.storage, *weights.offload, *weights.compile):
        if not isinstance(getattr(pipe, name, None), torch.nn.Module):
            raise CannotPlace(
                f"The profile speaks of the part “{name}”, which {weights.model} does not have."
            )
    for name in weights.compile:
        if name in weights.offload or name in weights.storage:
            raise CannotPlace(
                f"The profile compiles the part “{name}” of {weights.model} and also moves or converts its weights "
                "while it works; leave out one of the two."
            )
        if not hasattr(getattr(pipe, name), "compile_repeated_blocks"):
            raise CannotPlace(f"The part “{name}” of {weights.model} has no repeated blocks to compile.")
    if weights.tile_decoder and "vae" not in weights.shares:
        pipe.vae.enable_tiling()
    for name, part in pipe.components.items():
        if not isinstance(part, torch.nn.Module) or name in weights.shares:
            continue
        if weights.storage.get(name) is Storage.FLOAT8:
            told = tuple(getattr(part, "_skip_layerwise_casting_patterns", None) or ())
            apply_layerwise_casting(
                part, torch.float8_e4m3fn, dtype, skip_modules_pattern=(*PRECISE, *told), non_blocking=True
            )
        if name in weights.offload:
            # Whole layers come and go; on CUDA the next is fetched while one works.
            apply_group_offloading(
                part,
                onload_device=device,
                offload_device=torch.device("cpu"),
                offload_type="leaf_level",
                use_stream=device.type == "cuda",
            )
        else:
            part.to(device)
        if name in weights.compile:
            # One block is compiled for all that repeat it, and once for pictures of any size.
            part.compile_repeated_blocks(dynamic=True)  # type: ignore[operator]
        if name in ("vae", "unet") and all(weight.dim() < 5 for weight in part.parameters()):
            # Convolutions want the channels last: a bfloat16 decode of 512 × 512 on a CPU takes a sixth of the time.
            part.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
