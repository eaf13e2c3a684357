"""Builds tiny, randomly initialised classifiers, and says what they find without the engine's help."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from transformers import (
    AutoImageProcessor,
    AutoModelForImageClassification,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    BertConfig,
    BertForSequenceClassification,
    ViTConfig,
    ViTForImageClassification,
    ViTImageProcessor,
)

from tests.engine.tiny_models import tiny_tokenizer

LABELS = {"id2label": {0: "fine", 1: "bad"}, "label2id": {"fine": 0, "bad": 1}}
SIZES = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}


def save_tiny_looks(folder: Path) -> Path:
    """A ViT that calls pictures fine or bad, as safetensors."""
    torch.manual_seed(7)
    config = ViTConfig(**SIZES, image_size=32, patch_size=8, **LABELS)
    _unsure(ViTForImageClassification(config)).save_pretrained(folder, safe_serialization=True)
    ViTImageProcessor(size={"height": 32, "width": 32}).save_pretrained(folder)
    return folder


def save_tiny_words(folder: Path) -> Path:
    """A BERT that calls texts fine or bad, as safetensors."""
    torch.manual_seed(8)
    config = BertConfig(**SIZES, vocab_size=64, max_position_embeddings=16, type_vocab_size=1, **LABELS)
    _unsure(BertForSequenceClassification(config)).save_pretrained(folder, safe_serialization=True)
    tiny_tokenizer().save_pretrained(folder)
    return folder


def _unsure(model: torch.nn.Module) -> torch.nn.Module:
    """Weights large enough that what is seen makes a difference."""
    for weights in model.parameters():
        weights.data *= 10
    return model.eval()


@torch.inference_mode()
def badness_of_text(folder: Path, text: str) -> float:
    """What the model's own classes say, 0–1."""
    given = AutoTokenizer.from_pretrained(folder)(text, return_tensors="pt", truncation=True)
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    return float(model(**given).logits[0].softmax(-1)[1])


@torch.inference_mode()
def badness_of_picture(folder: Path, pixels: np.ndarray) -> float:
    """What the model's own classes say, 0–1."""
    given = AutoImageProcessor.from_pretrained(folder)(images=Image.fromarray(pixels), return_tensors="pt")
    model = AutoModelForImageClassification.from_pretrained(folder).eval()
    return float(model(**given).logits[0].softmax(-1)[1])


def check_table(key: str, folder: Path, threshold: float, *, refuse: str = "bad") -> str:
    """A profile's table for one of them."""
    return f'\n[{key}]\nmodel = "{folder}"\nlicence = "CC0-1.0"\nrefuse = ["{refuse}"]\nthreshold = {threshold}\n'
