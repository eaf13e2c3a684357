"""The pipelines that the profiles for GPUs name, with random weights: built on the device, never saved or fetched.

Time and memory do not depend on what weights say. `tiny` has the same classes at a few thousand weights, to test the bench.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

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
from tokenizers.pre_tokenizers import ByteLevel
from transformers import (
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
    Qwen2Tokenizer,
    Qwen3Config,
    Qwen3ForCausalLM,
)

#: what a chat model wraps around a prompt, in short
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
QWEN3_4B = {
    "vocab_size": 151936,
    "hidden_size": 2560,
    "intermediate_size": 9728,
    "num_hidden_layers": 36,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
    "head_dim": 128,
}
QWEN3_TINY = {
    "vocab_size": 400,
    "hidden_size": 16,
    "intermediate_size": 16,
    "num_hidden_layers": 3,
    "num_attention_heads": 2,
    "num_key_value_heads": 2,
    "head_dim": 8,
}
QWEN25_7B = {
    "vocab_size": 152064,
    "hidden_size": 3584,
    "intermediate_size": 18944,
    "num_hidden_layers": 28,
    "num_attention_heads": 28,
    "num_key_value_heads": 4,
    "rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24], "rope_type": "default"},
}
QWEN25_TINY = {
    "vocab_size": 400,
    "hidden_size": 16,
    "intermediate_size": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "num_key_value_heads": 2,
    "rope_scaling": {"type": "mrope", "mrope_section": [1, 1, 2], "rope_type": "default"},
}

#: pipelines of a few thousand weights
KLEIN_TINY_CODEC = {
    "block_out_channels": (8, 8, 8, 8),
    "layers_per_block": 1,
    "latent_channels": 4,
    "norm_num_groups": 2,
}
KLEIN_TINY = {
    "in_channels": 16,
    "num_layers": 1,
    "num_single_layers": 1,
    "attention_head_dim": 16,
    "num_attention_heads": 2,
    "joint_attention_dim": 48,
    "timestep_guidance_channels": 16,
    "axes_dims_rope": (4, 4, 4, 4),
}
Z_IMAGE_TINY = {
    "in_channels": 4,
    "dim": 32,
    "n_layers": 1,
    "n_refiner_layers": 1,
    "n_heads": 2,
    "n_kv_heads": 2,
    "cap_feat_dim": 16,
    "axes_dims": [4, 6, 6],
    "axes_lens": [1024, 64, 64],
}
QWEN_IMAGE_TINY_CODEC = {
    "base_dim": 8,
    "z_dim": 4,
    "dim_mult": [1, 2, 2, 2],
    "num_res_blocks": 1,
    "latents_mean": [0.0] * 4,
    "latents_std": [1.0] * 4,
}
QWEN_IMAGE_TINY = {
    "in_channels": 16,
    "out_channels": 4,
    "num_layers": 1,
    "attention_head_dim": 16,
    "num_attention_heads": 2,
    "joint_attention_dim": 16,
    "axes_dims_rope": (4, 6, 6),
}
QWEN25_TINY_SIGHT = {
    "depth": 1,
    "hidden_size": 16,
    "intermediate_size": 16,
    "num_heads": 2,
    "out_hidden_size": 16,
}


@contextmanager
def made_on(device: torch.device, dtype: torch.dtype) -> Iterator[None]:
    """New modules are made here and in this type: 20 billion weights in float32 would not fit first."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        with device:
            yield
    finally:
        torch.set_default_dtype(before)


def klein(*, tiny: bool, encoder: torch.device, rest: torch.device, dtype: torch.dtype) -> Any:
    """FLUX.2 [klein] 4B."""
    large = {
        "in_channels": 128,
        "num_layers": 5,
        "num_single_layers": 20,
        "num_attention_heads": 24,
        "attention_head_dim": 128,
        "joint_attention_dim": 7680,
    }
    with made_on(rest, dtype):
        transformer = Flux2Transformer2DModel(
            patch_size=1, guidance_embeds=False, **(KLEIN_TINY if tiny else large)
        )
        vae = AutoencoderKLFlux2(**KLEIN_TINY_CODEC if tiny else {})
    with made_on(encoder, dtype):
        words = Qwen3ForCausalLM(Qwen3Config(**(QWEN3_TINY if tiny else QWEN3_4B)))
    return Flux2KleinPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True),
        vae=vae.eval(),
        text_encoder=words.eval(),
        tokenizer=tokenizer(),
        transformer=transformer.eval(),
        is_distilled=True,
    )


def z_image(*, tiny: bool, encoder: torch.device, rest: torch.device, dtype: torch.dtype) -> Any:
    """Z-Image."""
    side = (8, 8, 8, 8) if tiny else (128, 256, 512, 512)
    with made_on(rest, dtype):
        vae = AutoencoderKL(
            latent_channels=4 if tiny else 16,
            block_out_channels=side,
            down_block_types=("DownEncoderBlock2D",) * 4,
            up_block_types=("UpDecoderBlock2D",) * 4,
            layers_per_block=1 if tiny else 2,
            norm_num_groups=2 if tiny else 32,
            scaling_factor=0.3611,
            shift_factor=0.1159,
        )
        transformer = ZImageTransformer2DModel(**Z_IMAGE_TINY if tiny else {})
        # Made empty, they hold whatever was in memory.
        torch.nn.init.normal_(transformer.x_pad_token)
        torch.nn.init.normal_(transformer.cap_pad_token)
    with made_on(encoder, dtype):
        words = Qwen3ForCausalLM(Qwen3Config(**(QWEN3_TINY if tiny else QWEN3_4B)))
    return ZImagePipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
        vae=vae.eval(),
        text_encoder=words.eval(),
        tokenizer=tokenizer(),
        transformer=transformer.eval(),
    )


def qwen_image(*, tiny: bool, encoder: torch.device, rest: torch.device, dtype: torch.dtype) -> Any:
    """Qwen-Image."""
    config = Qwen2_5_VLConfig(
        text_config=QWEN25_TINY if tiny else QWEN25_7B,
        vision_config=QWEN25_TINY_SIGHT if tiny else {"out_hidden_size": 3584},
    )
    with made_on(rest, dtype):
        vae = AutoencoderKLQwenImage(**QWEN_IMAGE_TINY_CODEC if tiny else {})
        transformer = QwenImageTransformer2DModel(**QWEN_IMAGE_TINY if tiny else {})
    with made_on(encoder, dtype):
        words = Qwen2_5_VLForConditionalGeneration(config)
    return QwenImagePipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True, shift_terminal=0.02),
        vae=vae.eval(),
        text_encoder=words.eval(),
        tokenizer=tokenizer(),
        transformer=transformer.eval(),
    )


#: who builds what stands for a model of the profiles
SHAPES: Mapping[str, Callable[..., Any]] = {
    "black-forest-labs/FLUX.2-klein-4B": klein,
    "Tongyi-MAI/Z-Image-Turbo": z_image,
    "Qwen/Qwen-Image-2512": qwen_image,
}


def tokenizer(more: Sequence[str] = ()) -> Qwen2Tokenizer:
    """Every byte is a token: more of them than the real one makes, and padded to the same length. `more`: special ones."""
    vocabulary = {"<|endoftext|>": 0, "<|im_start|>": 1, "<|im_end|>": 2}
    for letter in sorted(ByteLevel.alphabet()):
        vocabulary[letter] = len(vocabulary)
    made = Qwen2Tokenizer(
        vocab=vocabulary, merges=[], additional_special_tokens=["<|im_start|>", "<|im_end|>", *more]
    )
    made.chat_template = TEMPLATE
    return made
