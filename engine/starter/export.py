"""Writes the pipeline as diffusers loads it: half precision safetensors, vocabulary and recommended settings."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

import torch
from diffusers import AutoencoderTiny, FlowMatchEulerDiscreteScheduler, StableDiffusion3Pipeline
from transformers import T5Config, T5EncoderModel

from engine.starter import widen, words
from engine.starter.network import Network

MODEL = Path(__file__).parent / "model"
#: what a profile may recommend to the engine; one zero token instead of 256 keeps it fast
CALL = {"max_sequence_length": 1}
#: two tokens of a draft: with an odd number of them, nothing could stand in the middle where it does in a square
GRID = 64
SETTINGS = {
    "dtype": "float32",
    "max_side": 512,
    "tiers": {
        "draft": {"size": 256, "steps": 14, "guidance": 3.0, "grid": GRID, "call": CALL},
        "pro": {"size": 512, "steps": 20, "guidance": 1.5, "strength": 0.5, "grid": GRID, "call": CALL},
        # With little around it, what is asked for is drawn within the mask.
        "fix": {
            "size": 256,
            "steps": 16,
            "guidance": 3.0,
            "strength": 1.0,
            "context": 0.08,
            "call": CALL,
        },
    },
}


def pipeline(
    network: Network, codec: AutoencoderTiny, shift: float, scale: float
) -> StableDiffusion3Pipeline:
    """The parts as a standard text-to-image pipeline."""
    codec = widen.codec(codec)
    codec.register_to_config(shift_factor=shift, scaling_factor=scale)
    return StableDiffusion3Pipeline(
        transformer=widen.transformer(network.transformer),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=2.0),
        vae=codec,
        text_encoder=network.text_one,
        tokenizer=words.build(network.shape.pieces),
        text_encoder_2=network.text_two,
        tokenizer_2=words.build(network.shape.pieces),
        text_encoder_3=silent_encoder(2 * network.shape.text),
        tokenizer_3=words.build_silent(),
    )


def silent_encoder(width: int) -> T5EncoderModel:
    """The third text encoder that Stable Diffusion 3 asks for: minute, and it answers with zeros.

    Without one, `from_pretrained` needs to be told so; with it, plain loading works.
    """
    config = T5Config(
        vocab_size=len(words.vocabulary()),
        d_model=width,
        d_kv=8,
        d_ff=8,
        num_layers=1,
        num_heads=1,
        pad_token_id=0,
    )
    model = T5EncoderModel(config)
    torch.nn.init.zeros_(model.encoder.final_layer_norm.weight)
    return model.eval()


def export(
    network: Network, codec: AutoencoderTiny, shift: float, scale: float, folder: Path = MODEL
) -> Path:
    """Write everything beside `folder`, then put it in its place."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".export-"))
    try:
        made = pipeline(network, codec, shift, scale)
        for part in (made.transformer, made.vae, made.text_encoder, made.text_encoder_2, made.text_encoder_3):
            part.half()
        made.save_pretrained(scratch)
        _tidy(scratch)
        (scratch / "vocabulary.json").write_text(_json(words.known_words()), encoding="utf-8")
        (scratch / "draftroom.json").write_text(_json(SETTINGS), encoding="utf-8")
        for part in (made.transformer, made.vae, made.text_encoder, made.text_encoder_2, made.text_encoder_3):
            part.float()
        scratch.chmod(0o755)
        old = folder.with_name(".old-" + scratch.name)
        if folder.exists():
            os.replace(folder, old)
        os.replace(scratch, folder)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return folder


def _tidy(folder: Path) -> None:
    """Name the parts that are left out, and drop a setting that the codec derives by itself."""
    index = json.loads((folder / "model_index.json").read_text())
    for absent in ("feature_extractor", "image_encoder"):
        index[absent] = [None, None]
    for name in ("tokenizer", "tokenizer_2", "tokenizer_3"):  # the name that older transformers know, too
        index[name] = ["transformers", "PreTrainedTokenizerFast"]
        path = folder / name / "tokenizer_config.json"
        told = json.loads(path.read_text()) | {"tokenizer_class": "PreTrainedTokenizerFast"}
        path.write_text(json.dumps(told, indent=2) + "\n")
    (folder / "model_index.json").write_text(json.dumps(index, indent=2) + "\n")
    for name in ("text_encoder", "text_encoder_2", "text_encoder_3"):  # stored in half, run in full precision
        path = folder / name / "config.json"
        told = json.loads(path.read_text()) | {"dtype": "float32"}
        path.write_text(json.dumps(told, indent=2) + "\n")
    codec = json.loads((folder / "vae" / "config.json").read_text())
    codec.pop("block_out_channels", None)
    (folder / "vae" / "config.json").write_text(json.dumps(codec, indent=2) + "\n")


def megabytes(folder: Path) -> float:
    """What the files of a folder weigh, in MB."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
