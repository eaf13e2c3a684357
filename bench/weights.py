"""Random weights of full size: the compute of trained ones, made once and kept outside the repository.

They serve for time and memory. Nobody may judge pictures by them.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import torch
from diffusers import (
    AutoencoderKL,
    AutoencoderTiny,
    EulerDiscreteScheduler,
    StableDiffusionPipeline,
    UNet2DConditionModel,
)
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

#: longest prompt of Stable Diffusion's text encoder, in tokens
PROMPT_TOKENS = 77


@dataclass(frozen=True, kw_only=True)
class Class:
    """A size of Stable Diffusion; `sd` is that of version 1.5, `tiny` is for tests of the harness."""

    name: str
    unet_channels: tuple[int, ...]
    decoder_channels: tuple[int, ...]
    tiny_channels: int
    text_width: int
    text_layers: int
    heads: int
    group: int
    #: side of a draft, in pixels
    side: int


SD = Class(
    name="sd",
    unet_channels=(320, 640, 1280, 1280),
    decoder_channels=(128, 256, 512, 512),
    tiny_channels=64,
    text_width=768,
    text_layers=12,
    heads=8,
    group=32,
    side=512,
)
TINY = Class(
    name="tiny",
    unet_channels=(8, 8, 16, 16),
    decoder_channels=(8, 8, 8, 8),
    tiny_channels=4,
    text_width=16,
    text_layers=1,
    heads=2,
    group=2,
    side=64,
)


def cache() -> Path:
    """Where the weights are kept: DRAFTROOM_BENCH_DIR, or a folder in the user's cache."""
    named = os.environ.get("DRAFTROOM_BENCH_DIR")
    return Path(named) if named else Path.home() / ".cache" / "draftroom" / "bench"


def pipeline_folder(size: Class) -> Path:
    """The folder of a whole pipeline, in bfloat16; made at first use (2 GB for `sd`)."""
    return _made(f"{size.name}-pipeline", lambda folder: _save_pipeline(size, folder))


def decoder_folder(size: Class) -> Path:
    """The folder of a tiny autoencoder, as TAESD's."""
    return _made(f"{size.name}-decoder", lambda folder: _save_decoder(size, folder))


def _made(name: str, save: object) -> Path:
    folder = cache() / name
    if not folder.is_dir():
        half = folder.with_suffix(".half")
        shutil.rmtree(half, ignore_errors=True)
        torch.manual_seed(0)
        save(half)  # type: ignore[operator]
        half.rename(folder)
    return folder


def _save_pipeline(size: Class, folder: Path) -> None:
    unet = UNet2DConditionModel(
        sample_size=64,
        block_out_channels=size.unet_channels,
        cross_attention_dim=size.text_width,
        attention_head_dim=size.heads,
        norm_num_groups=size.group,
    )
    vae = AutoencoderKL(
        block_out_channels=size.decoder_channels,
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=2,
        latent_channels=4,
        norm_num_groups=size.group,
        sample_size=512,
    )
    text = CLIPTextConfig(
        vocab_size=49408 if size.text_layers > 1 else 600,
        hidden_size=size.text_width,
        intermediate_size=4 * size.text_width,
        num_hidden_layers=size.text_layers,
        num_attention_heads=max(2, size.text_width // 64),
        max_position_embeddings=PROMPT_TOKENS,
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=1,
    )
    pipe = StableDiffusionPipeline(
        unet=unet,
        vae=vae,
        text_encoder=CLIPTextModel(text).eval(),
        tokenizer=_tokenizer(),
        scheduler=EulerDiscreteScheduler(
            beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", timestep_spacing="trailing"
        ),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipe.to(torch.bfloat16).save_pretrained(folder, safe_serialization=True)


def _save_decoder(size: Class, folder: Path) -> None:
    channels = (size.tiny_channels,) * 4
    tiny = AutoencoderTiny(
        encoder_block_out_channels=channels,
        decoder_block_out_channels=channels,
        num_encoder_blocks=(1, 3, 3, 3),
        num_decoder_blocks=(3, 3, 3, 1),
    )
    tiny.to(torch.bfloat16).save_pretrained(folder, safe_serialization=True)


def _tokenizer() -> CLIPTokenizer:
    """One that spells: words do not matter here, and every prompt is padded to the same length."""
    vocabulary = {"<|startoftext|>": 0, "<|endoftext|>": 1}
    for code in range(33, 127):
        vocabulary[chr(code)] = len(vocabulary)
        vocabulary[f"{chr(code)}</w>"] = len(vocabulary)
    return CLIPTokenizer(vocab=vocabulary, merges=[], model_max_length=PROMPT_TOKENS)
