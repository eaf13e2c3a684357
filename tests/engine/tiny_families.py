"""Builds tiny, randomly initialised pipelines of the families that the profiles for GPUs name."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from diffusers import (
    AutoencoderKL,
    AutoencoderKLFlux2,
    AutoencoderKLQwenImage,
    FlowMatchEulerDiscreteScheduler,
    Flux2KleinPipeline,
    Flux2Transformer2DModel,
    QwenImagePipeline,
    QwenImageTransformer2DModel,
    ZImagePipeline,
    ZImageTransformer2DModel,
)
from transformers import (
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
    Qwen3Config,
    Qwen3ForCausalLM,
)
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

from bench import shapes
from bench.shapes import tokenizer


def save_tiny_klein(folder: Path, *, distilled: bool = True, seed: int = 0) -> Path:
    """Save a FLUX.2 [klein] pipeline of a few thousand weights."""
    torch.manual_seed(seed)
    vae = AutoencoderKLFlux2(**shapes.KLEIN_TINY_CODEC, sample_size=32)
    # A batch norm that was trained knows where the latents lie; one that was not is no test of undoing it.
    vae.bn.running_mean.uniform_(-0.5, 0.5)
    vae.bn.running_var.uniform_(0.5, 2.0)
    transformer = Flux2Transformer2DModel(patch_size=1, guidance_embeds=False, **shapes.KLEIN_TINY)
    Flux2KleinPipeline(
        scheduler=_scheduler(use_dynamic_shifting=True),
        vae=vae,
        text_encoder=_qwen3(),
        tokenizer=tokenizer(),
        transformer=transformer,
        is_distilled=distilled,
    ).save_pretrained(folder, safe_serialization=True)
    return folder


def save_tiny_z_image(folder: Path) -> Path:
    """Save a Z-Image pipeline of a few thousand weights."""
    torch.manual_seed(1)
    vae = AutoencoderKL(
        latent_channels=4,
        block_out_channels=(8, 8, 8, 8),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=1,
        norm_num_groups=2,
        scaling_factor=0.5,
        shift_factor=0.1,
    )
    transformer = ZImageTransformer2DModel(**shapes.Z_IMAGE_TINY | {"axes_lens": [128, 64, 64]})
    # The real weights of these two tokens are trained; made empty, they hold whatever was in memory.
    torch.nn.init.normal_(transformer.x_pad_token)
    torch.nn.init.normal_(transformer.cap_pad_token)
    ZImagePipeline(
        scheduler=_scheduler(shift=3.0),
        vae=vae,
        text_encoder=_qwen3(),
        tokenizer=tokenizer(),
        transformer=transformer,
    ).save_pretrained(folder, safe_serialization=True)
    return folder


def save_tiny_qwen_image(folder: Path) -> Path:
    """Save a Qwen-Image pipeline of a few thousand weights."""
    torch.manual_seed(2)
    codec = shapes.QWEN_IMAGE_TINY_CODEC | {
        "temperal_downsample": [False, True, True],
        "latents_mean": [0.1, -0.2, 0.3, 0.0],
        "latents_std": [1.5, 0.8, 1.2, 2.0],
    }
    vae = AutoencoderKLQwenImage(**codec)
    transformer = QwenImageTransformer2DModel(patch_size=2, **shapes.QWEN_IMAGE_TINY)
    config = Qwen2_5_VLConfig(text_config=shapes.QWEN25_TINY, vision_config=shapes.QWEN25_TINY_SIGHT)
    encoder = Qwen2_5_VLForConditionalGeneration(config).eval()
    QwenImagePipeline(
        scheduler=_scheduler(use_dynamic_shifting=True, shift_terminal=0.02),
        vae=vae,
        text_encoder=encoder,
        tokenizer=tokenizer(),
        transformer=transformer,
    ).save_pretrained(folder, safe_serialization=True)
    return folder


def save_tiny_qwen_edit(folder: Path) -> Path:
    """Save a Qwen-Image-Edit pipeline (of 2509 and later) of a few thousand weights: it sees pictures with the prompt."""
    save_tiny_qwen_image(folder)
    seen = ["<|vision_start|>", "<|vision_end|>", "<|image_pad|>"]
    reader = tokenizer(seen)
    reader.save_pretrained(folder / "tokenizer")
    encoder = folder / "text_encoder" / "config.json"
    config = json.loads(encoder.read_text(encoding="utf-8"))
    start, end, pad = reader.convert_tokens_to_ids(seen)
    config |= {"vision_start_token_id": start, "vision_end_token_id": end, "image_token_id": pad}
    encoder.write_text(json.dumps(config), encoding="utf-8")
    Qwen2VLImageProcessorPil(size={"shortest_edge": 28 * 28, "longest_edge": 56 * 56}).save_pretrained(
        folder / "processor"
    )
    index = folder / "model_index.json"
    parts = json.loads(index.read_text(encoding="utf-8"))
    parts |= {"_class_name": "QwenImageEditPlusPipeline", "processor": ["transformers", "Qwen2VLProcessor"]}
    index.write_text(json.dumps(parts), encoding="utf-8")
    return folder


def _scheduler(**settings: object) -> FlowMatchEulerDiscreteScheduler:
    return FlowMatchEulerDiscreteScheduler(**settings)


def _qwen3() -> Qwen3ForCausalLM:
    return Qwen3ForCausalLM(Qwen3Config(**shapes.QWEN3_TINY, max_position_embeddings=128)).eval()
