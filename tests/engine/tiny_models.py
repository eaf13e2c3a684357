"""Builds tiny, randomly initialised pipelines of the real classes and profiles that name them."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from diffusers import (
    AutoencoderKL,
    AutoencoderTiny,
    DDIMScheduler,
    FlowMatchEulerDiscreteScheduler,
    SD3Transformer2DModel,
    StableDiffusion3Pipeline,
    StableDiffusionPipeline,
    UNet2DConditionModel,
)
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

WORDS = "a red blue green apple shoe on the table picture white".split()


def save_tiny_sd3(folder: Path, *, small_codec: bool = False) -> Path:
    """Save a Stable Diffusion 3 pipeline of a few thousand weights, with the standard layout, as safetensors.

    With `small_codec` its latents have 8 channels and come from diffusers' tiny autoencoder.
    """
    torch.manual_seed(0)
    channels = 8 if small_codec else 16
    vae = (
        _small_codec()
        if small_codec
        else AutoencoderKL(
            in_channels=3,
            out_channels=3,
            latent_channels=16,
            block_out_channels=(8, 8, 8),
            down_block_types=("DownEncoderBlock2D",) * 3,
            up_block_types=("UpDecoderBlock2D",) * 3,
            layers_per_block=1,
            norm_num_groups=2,
            use_quant_conv=False,
            use_post_quant_conv=False,
            scaling_factor=1.5,
            shift_factor=0.06,
            sample_size=32,
        )
    )
    transformer = SD3Transformer2DModel(
        sample_size=8,
        patch_size=2,
        in_channels=channels,
        num_layers=1,
        attention_head_dim=8,
        num_attention_heads=2,
        joint_attention_dim=32,
        caption_projection_dim=16,
        pooled_projection_dim=32,
        out_channels=channels,
        pos_embed_max_size=64,
    )
    encoder = CLIPTextModelWithProjection(_text_config()).eval()
    pipe = StableDiffusion3Pipeline(
        transformer=transformer,
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
        vae=vae,
        text_encoder=encoder,
        tokenizer=tiny_tokenizer(),
        text_encoder_2=encoder,
        tokenizer_2=tiny_tokenizer(),
        text_encoder_3=None,
        tokenizer_3=None,
    )
    pipe.save_pretrained(folder, safe_serialization=True)
    return folder


def save_tiny_sd(folder: Path) -> Path:
    """Save a Stable Diffusion (1 and 2) pipeline of a few thousand weights: a family the engine has no code for."""
    torch.manual_seed(0)
    unet = UNet2DConditionModel(
        sample_size=8,
        block_out_channels=(8, 16),
        layers_per_block=1,
        norm_num_groups=2,
        cross_attention_dim=16,
        attention_head_dim=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
    )
    vae = AutoencoderKL(
        latent_channels=4,
        block_out_channels=(8, 8, 8),
        down_block_types=("DownEncoderBlock2D",) * 3,
        up_block_types=("UpDecoderBlock2D",) * 3,
        norm_num_groups=2,
    )
    pipe = StableDiffusionPipeline(
        unet=unet,
        vae=vae,
        text_encoder=CLIPTextModel(_text_config()).eval(),
        tokenizer=tiny_tokenizer(),
        scheduler=DDIMScheduler(steps_offset=1, clip_sample=False),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipe.save_pretrained(folder, safe_serialization=True)
    return folder


def _text_config() -> CLIPTextConfig:
    return CLIPTextConfig(
        vocab_size=64,
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        projection_dim=16,
        max_position_embeddings=16,
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=1,
    )


def _small_codec() -> AutoencoderTiny:
    return AutoencoderTiny(
        encoder_block_out_channels=(8,) * 4,
        decoder_block_out_channels=(8,) * 4,
        latent_channels=8,
        num_encoder_blocks=(0, 1, 1, 1),
        num_decoder_blocks=(1, 1, 1, 1),
    )


def tiny_tokenizer() -> CLIPTokenizer:
    """Every letter is a token."""
    vocabulary = {"<|startoftext|>": 0, "<|endoftext|>": 1}
    for word in WORDS:
        for letter in word:
            vocabulary.setdefault(letter, len(vocabulary))
            vocabulary.setdefault(f"{letter}</w>", len(vocabulary))
    return CLIPTokenizer(vocab=vocabulary, merges=[], model_max_length=16)


def write_profile(
    path: Path, model: Path | str, *, call: str = "{ max_sequence_length = 4 }", **changes: object
) -> Path:
    """Write a profile for a tiny model: 32-pixel drafts in 4 steps, 64-pixel Pro renders."""
    values: dict[str, object] = {"name": "tiny", "model": str(model), "licence": "CC0-1.0", "device": "cpu"}
    values |= {"dtype": "float32", "threads": 2, "max_side": 128, **changes}
    top = "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())
    path.write_text(
        f"""{top}
[tiers.draft]
size = 32
steps = 4
guidance = 3.0
call = {call}
[tiers.pro]
size = 64
steps = 10
guidance = 3.0
strength = 0.6
call = {call}
[tiers.fix]
size = 64
steps = 4
guidance = 3.0
strength = 1.0
feather = 3
call = {call}
""",
        encoding="utf-8",
    )
    return path
