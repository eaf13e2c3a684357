"""Checkpoints made from a model that was exported, so that training goes on where none were kept."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderTiny, SD3Transformer2DModel
from transformers import CLIPTextModelWithProjection

from engine.starter import autoencoder, clock, widen, words
from engine.starter.network import Network, Shape
from engine.starter.subjects import SUBJECTS


def begin(model: Path, codec_path: Path, network_path: Path, cache: Path, pieces: int = 0) -> None:
    """Write the checkpoints of codec and transformer, and the latents' normalisation, from an exported model.

    `pieces` other than 0 gives each subject that many tokens (`words.spelled`).

    Raises FileExistsError where a training is under way already. The optimiser starts anew: its state is
    no part of an exported model.
    """
    for path in (network_path, *cache.glob("*.pt")):
        if path.exists():
            raise FileExistsError(f"{path} is there already; move it away to begin from {model}.")
    padded = AutoencoderTiny.from_pretrained(str(model / "vae"), low_cpu_mem_usage=False)
    codec = widen.narrow_codec(padded.float(), autoencoder.CHANNELS)
    known = network(model)
    if pieces:
        known = grown(known, replace(known.shape, pieces=pieces))
    shift, scale = float(padded.config["shift_factor"]), float(padded.config["scaling_factor"])
    # First of all: whatever is drawn and trained afterwards has to be normalised as the model was.
    cache.mkdir(parents=True, exist_ok=True)
    (cache / "normalisation.json").write_text(json.dumps([shift, scale]))
    clock.save(
        codec_path,
        {
            "model": codec.state_dict(),
            "average": [p.detach() for p in codec.parameters()],
            "count": 0,
            "spent": 0.0,
            "steps": 0,
            "width": codec.config["decoder_block_out_channels"][0],
        },
    )
    clock.save(network_path, begun(known, shift, scale))


def begun(network: Network, shift: float, scale: float) -> dict[str, Any]:
    """A checkpoint of a network that was trained before, with an optimiser that starts anew."""
    return {
        "shape": network.describe(),
        "model": network.state_dict(),
        "average": [p.detach() for p in network.parameters()],
        "count": 0,
        "spent": 0.0,
        "steps": 0,
        "shift": shift,
        "scale": scale,
        "begun": True,
    }


def network(model: Path) -> Network:
    """The transformer and the text encoders as they are trained, unpadded."""
    trained = SD3Transformer2DModel.from_pretrained(
        str(model / "transformer"), low_cpu_mem_usage=False
    ).float()
    encoders = [
        CLIPTextModelWithProjection.from_pretrained(str(model / name)).float()
        for name in ("text_encoder", "text_encoder_2")
    ]
    head = trained.config["attention_head_dim"]
    subjects, added = len(SUBJECTS), encoders[0].config.vocab_size - len(words.vocabulary())
    made = Network(
        Shape(
            width=head * trained.config["num_attention_heads"],
            head=head,
            layers=trained.config["num_layers"],
            text=encoders[0].config.hidden_size,
            patch=trained.config["patch_size"],
            pieces=1 + added // subjects,
        )
    )
    widen.narrow_transformer(trained, made.transformer)
    made.text_one.load_state_dict(encoders[0].state_dict())
    made.text_two.load_state_dict(encoders[1].state_dict())
    return made


@torch.no_grad()
def grown(old: Network, shape: Shape) -> Network:
    """A network of another shape that begins with what the old one knows, wherever a tensor has its place.

    The added pieces of a subject begin as its word, a little apart, so that the old word goes on to mean what it
    did; places of a text that there were not begin as its last one. What does not fit begins anew.
    """
    new = Network(shape)
    known, named = old.state_dict(), len(words.vocabulary())
    for name, target in new.state_dict().items():
        value = known[name]
        if value.shape == target.shape:
            target.copy_(value)
        elif name.endswith("token_embedding.weight"):
            target[: len(value)] = value
            if old.shape.pieces == 1:
                first = len(words.SPECIAL)
                rows = value[first : first + len(SUBJECTS)].repeat_interleave(shape.pieces - 1, 0)
                target[named:] = rows + 0.02 * torch.randn_like(rows)
        elif name.endswith("position_embedding.weight"):
            target[: len(value)] = value
            target[len(value) :] = value[-1]
    return new
