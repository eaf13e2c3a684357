"""Writes LoRAs of a few weights for tiny pipelines, as training tools save them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file


def save_tiny_lora(
    file: Path, model: Path, *, seed: int, rank: int = 2, strength: float = 0.5, part: str = "transformer"
) -> Path:
    """A LoRA on the attention of one part of a model's folder, with random weights of a seed."""
    weights = load_file(next((model / part).glob("*.safetensors")))
    names = [
        name.removesuffix(".weight")
        for name, weight in weights.items()
        if name.endswith(("to_q.weight", "to_out.0.weight", "q_proj.weight")) and weight.dim() == 2
    ]
    assert names
    random = torch.Generator().manual_seed(seed)
    pairs = {}
    for name in names:
        out, into = weights[f"{name}.weight"].shape
        pairs[f"{part}.{name}.lora_A.weight"] = torch.randn(rank, into, generator=random) * strength
        pairs[f"{part}.{name}.lora_B.weight"] = torch.randn(out, rank, generator=random) * strength
    file.parent.mkdir(parents=True, exist_ok=True)
    save_file(pairs, file)
    return file


def sha256_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
