"""Pads the trained parts from 8 to 16 latent channels, which diffusers' SD3 inpainting insists on, and back again.

The added channels are written as zeros and read with weight zero, so nothing that is drawn changes.
"""

from __future__ import annotations

import torch
from diffusers import AutoencoderTiny, SD3Transformer2DModel
from torch import Tensor

CHANNELS = 16


@torch.no_grad()
def codec(old: AutoencoderTiny) -> AutoencoderTiny:
    """The same codec with 16 latent channels."""
    new = AutoencoderTiny.from_config(old.config, latent_channels=CHANNELS)
    _copy(old.state_dict(), new.state_dict())
    return new.eval()


@torch.no_grad()
def transformer(old: SD3Transformer2DModel) -> SD3Transformer2DModel:
    """The same transformer with 16 latent channels; it predicts nothing for the added ones."""
    new = SD3Transformer2DModel.from_config(old.config, in_channels=CHANNELS, out_channels=CHANNELS)
    state = old.state_dict()
    area, few = old.config["patch_size"] ** 2, old.config["out_channels"]
    for name in ("proj_out.weight", "proj_out.bias"):
        value = state[name].reshape(area, few, -1)
        wide = value.new_zeros(area, CHANNELS, value.size(-1))
        wide[:, :few] = value
        state[name] = wide.reshape(area * CHANNELS, *state[name].shape[1:])
    _copy(state, new.state_dict())
    return new.eval()


@torch.no_grad()
def narrow_codec(wide: AutoencoderTiny, channels: int) -> AutoencoderTiny:
    """The codec as it was before it was padded, to be trained on."""
    few = AutoencoderTiny.from_config(
        wide.config, latent_channels=channels, shift_factor=0.0, scaling_factor=1.0
    )
    _cut(wide.state_dict(), few.state_dict())
    return few.eval()


@torch.no_grad()
def narrow_transformer(wide: SD3Transformer2DModel, few: SD3Transformer2DModel) -> None:
    """Give the unpadded transformer `few` what the padded one has learned."""
    state = wide.state_dict()
    area, channels = few.config["patch_size"] ** 2, few.config["out_channels"]
    for name in ("proj_out.weight", "proj_out.bias"):
        value = state[name].reshape(area, CHANNELS, -1)[:, :channels]
        state[name] = value.reshape(area * channels, *state[name].shape[1:])
    _cut(state, few.state_dict())


def _cut(old: dict[str, Tensor], new: dict[str, Tensor]) -> None:
    """Fill each tensor from the leading corner of its wider twin."""
    for name, target in new.items():
        target.copy_(old[name][tuple(slice(0, n) for n in target.shape)])


def _copy(old: dict[str, Tensor], new: dict[str, Tensor]) -> None:
    """Put each tensor into the leading corner of its wider twin and zeros elsewhere."""
    for name, value in old.items():
        target = new[name].zero_()
        target[tuple(slice(0, n) for n in value.shape)] = value
