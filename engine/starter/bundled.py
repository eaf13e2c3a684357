"""Checkpoints made from a model that was exported, so that training goes on where none were kept."""

from __future__ import annotations

import json
from pathlib import Path

from diffusers import AutoencoderTiny, SD3Transformer2DModel
from transformers import CLIPTextModelWithProjection

from engine.starter import autoencoder, clock, widen
from engine.starter.network import Network, Shape


def begin(model: Path, codec_path: Path, network_path: Path, cache: Path) -> None:
    """Write the checkpoints of codec and transformer, and the latents' normalisation, from an exported model.

    Raises FileExistsError where a training is under way already. The optimiser starts anew: its state is
    no part of an exported model.
    """
    for path in (network_path, *cache.glob("*.pt")):
        if path.exists():
            raise FileExistsError(f"{path} is there already; move it away to begin from {model}.")
    padded = AutoencoderTiny.from_pretrained(str(model / "vae"), low_cpu_mem_usage=False)
    codec = widen.narrow_codec(padded.float(), autoencoder.CHANNELS)
    network = _network(model)
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
    clock.save(
        network_path,
        {
            "shape": network.describe(),
            "model": network.state_dict(),
            "average": [p.detach() for p in network.parameters()],
            "count": 0,
            "spent": 0.0,
            "steps": 0,
            "shift": shift,
            "scale": scale,
            "begun": True,
        },
    )


def _network(model: Path) -> Network:
    """The transformer and the text encoders as they are trained, unpadded."""
    trained = SD3Transformer2DModel.from_pretrained(
        str(model / "transformer"), low_cpu_mem_usage=False
    ).float()
    encoders = [
        CLIPTextModelWithProjection.from_pretrained(str(model / name)).float()
        for name in ("text_encoder", "text_encoder_2")
    ]
    head = trained.config["attention_head_dim"]
    network = Network(
        Shape(
            width=head * trained.config["num_attention_heads"],
            head=head,
            layers=trained.config["num_layers"],
            text=encoders[0].config.hidden_size,
            patch=trained.config["patch_size"],
        )
    )
    widen.narrow_transformer(trained, network.transformer)
    network.text_one.load_state_dict(encoders[0].state_dict())
    network.text_two.load_state_dict(encoders[1].state_dict())
    return network
