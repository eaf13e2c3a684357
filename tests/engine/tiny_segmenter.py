"""Builds a tiny, randomly initialised CLIPSeg, and says what it finds without the engine's help."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from transformers import (
    AutoProcessor,
    CLIPSegConfig,
    CLIPSegForImageSegmentation,
    CLIPSegProcessor,
    ViTImageProcessor,
)

from tests.engine.tiny_models import tiny_tokenizer


def save_tiny_clipseg(folder: Path) -> Path:
    """Save a CLIPSeg of a few thousand weights with its processor, as safetensors."""
    torch.manual_seed(5)
    text = {
        "vocab_size": 64,
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "max_position_embeddings": 16,
        "bos_token_id": 0,
        "eos_token_id": 1,
        "pad_token_id": 1,
    }
    vision = {
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "image_size": 32,
        "patch_size": 8,
        "projection_dim": 16,
    }
    config = CLIPSegConfig(
        text_config=text,
        vision_config=vision,
        projection_dim=16,
        extract_layers=[0, 1],
        reduce_dim=16,
        decoder_num_attention_heads=2,
        decoder_intermediate_size=16,
    )
    model = CLIPSegForImageSegmentation(config).eval()
    # Made at random, it would be sure of everything; this leaves it in doubt.
    model.decoder.transposed_convolution.weight.data *= 0.2
    model.save_pretrained(folder, safe_serialization=True)
    CLIPSegProcessor(ViTImageProcessor(size={"height": 32, "width": 32}), tiny_tokenizer()).save_pretrained(
        folder
    )
    return folder


@torch.inference_mode()
def scores_of(folder: Path, picture: Image.Image, text: str) -> np.ndarray:
    """What the model's own classes say, 0–1 per pixel."""
    processor = AutoProcessor.from_pretrained(folder)
    model = CLIPSegForImageSegmentation.from_pretrained(folder).eval()
    logits = model(**processor(text=[text], images=[picture], return_tensors="pt")).logits
    small = logits.reshape(1, 1, *logits.shape[-2:])
    size = (picture.height, picture.width)
    return torch.nn.functional.interpolate(small, size, mode="bilinear")[0, 0].sigmoid().numpy()
