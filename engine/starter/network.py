"""The transformer and the text encoders: sizes, construction, and how a prompt becomes conditioning."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
from diffusers import SD3Transformer2DModel
from torch import Tensor, nn
from transformers import CLIPTextConfig, CLIPTextModelWithProjection

from engine.starter import words
from engine.starter.autoencoder import CHANNELS


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Sizes of the network."""

    #: width of the transformer; a multiple of `head`
    width: int = 256
    head: int = 64
    layers: int = 7
    #: width of each of the two text encoders
    text: int = 128
    #: latents per token and side: 4 makes one token of 32 × 32 pixels
    patch: int = 4
    #: tokens that the tokenizer writes for a subject
    pieces: int = 1


class Network(nn.Module):
    """Everything that is trained together; the parts are plain diffusers and transformers models."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        ids = {word: index for index, word in enumerate(words.vocabulary(shape.pieces))}
        config = CLIPTextConfig(
            vocab_size=len(ids),
            hidden_size=shape.text,
            intermediate_size=2 * shape.text,
            projection_dim=shape.text,
            num_hidden_layers=2,
            num_attention_heads=4,
            max_position_embeddings=words.length(shape.pieces),
            hidden_act="gelu",
            pad_token_id=ids["<pad>"],
            bos_token_id=ids["<s>"],
            eos_token_id=ids["</s>"],
        )
        self.text_one = CLIPTextModelWithProjection(config)
        self.text_two = CLIPTextModelWithProjection(config)
        self.transformer = SD3Transformer2DModel(
            sample_size=32,
            patch_size=shape.patch,
            in_channels=CHANNELS,
            out_channels=CHANNELS,
            num_layers=shape.layers,
            attention_head_dim=shape.head,
            num_attention_heads=shape.width // shape.head,
            joint_attention_dim=2 * shape.text,
            caption_projection_dim=shape.width,
            pooled_projection_dim=2 * shape.text,
            pos_embed_max_size=48,
            qk_norm="rms_norm",
        )
        self._start()

    def _start(self) -> None:
        """Begin as the identity: gates and the output at zero, word vectors far enough apart."""
        for block in self.transformer.transformer_blocks:
            nn.init.zeros_(block.norm1.linear.weight)
            nn.init.zeros_(block.norm1.linear.bias)
            nn.init.zeros_(block.norm1_context.linear.weight)
            nn.init.zeros_(block.norm1_context.linear.bias)
        nn.init.zeros_(self.transformer.proj_out.weight)
        nn.init.zeros_(self.transformer.proj_out.bias)
        for encoder in (self.text_one, self.text_two):
            nn.init.normal_(encoder.text_model.embeddings.token_embedding.weight, std=0.2)

    def encode(self, ids: Tensor, blanks: int) -> tuple[Tensor, Tensor]:
        """What the pipeline's `encode_prompt` gives: word states, then `blanks` zeros, and pooled states."""
        states, pooled = [], []
        for encoder in (self.text_one, self.text_two):
            out = encoder(ids, output_hidden_states=True)
            pooled.append(out.text_embeds)
            states.append(out.hidden_states[-2])
        told = torch.cat(states, -1)
        zeros = told.new_zeros(told.size(0), blanks, told.size(-1))
        return torch.cat([told, zeros], 1), torch.cat(pooled, -1)

    def forward(self, x: Tensor, sigma: Tensor, ids: Tensor, blanks: int = 1) -> Tensor:
        """The predicted velocity (noise minus picture) at noise level `sigma`; `ids` have one for a subject."""
        told, pooled = self.encode(words.expand(ids, self.shape.pieces), blanks)
        result: Tensor = self.transformer(
            hidden_states=x,
            encoder_hidden_states=told,
            pooled_projections=pooled,
            timestep=sigma * 1000,
            return_dict=False,
        )[0]
        return result

    def describe(self) -> dict[str, int]:
        """The shape, for a checkpoint."""
        return asdict(self.shape)
