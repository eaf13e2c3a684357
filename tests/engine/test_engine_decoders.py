"""A tier may name a tiny decoder; the others go on decoding in full, from the same latents."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import AutoencoderTiny

from engine.pipelines.load import ModelUnavailable, load_tiny_decoder
from engine.profiles.profile import load_profile
from tests.engine.calls import mask_png, noise, pixels_of, png
from tests.engine.served import serving
from tests.engine.tiny_models import save_tiny_sd, write_profile


def save_tiny_decoder(folder: Path) -> Path:
    """A tiny autoencoder for four latent channels that enlarges as often as the tiny model's own decoder."""
    torch.manual_seed(3)
    AutoencoderTiny(
        encoder_block_out_channels=(4,) * 3,
        decoder_block_out_channels=(4,) * 3,
        num_encoder_blocks=(1, 1, 1),
        num_decoder_blocks=(1, 1, 1),
    ).save_pretrained(folder)
    return folder


def profile_with(folder: Path, decoder: str) -> Path:
    path = write_profile(folder / "p.toml", "./model", call="{}")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[tiers.draft]\n", f"[tiers.draft]\n{decoder}\n"), encoding="utf-8")
    return path


async def test_drafts_come_from_the_tiny_decoder_and_pro_renders_from_the_full_one(tmp_path: Path) -> None:
    save_tiny_sd(tmp_path / "model")
    save_tiny_decoder(tmp_path / "small")
    pictures = {}
    for decoder in ("", 'decoder = "./small"'):
        async with serving(load_profile(str(profile_with(tmp_path, decoder)))) as engine:
            for tier in ("draft", "pro"):
                status, body = await engine.call.generate(seed=4, tier=tier, size="64x64", steps=3, n=2)
                assert status == 200, body
                pictures[tier, decoder] = [pixels_of(item) for item in body["data"]]
            original = noise(64, 64)
            status, body = await engine.call.edit(png(original), mask_png(64, 64, (0, 0, 24, 24)), seed=1)
            assert status == 200, body
            assert np.array_equal(pixels_of(body["data"][0])[24:], original[24:])
    full, tiny = (np.array(pictures["draft", decoder]) for decoder in ("", 'decoder = "./small"'))
    assert full.shape == tiny.shape == (2, 64, 64, 3)
    assert (full != tiny).mean() > 0.5
    assert np.array_equal(pictures["pro", ""], pictures["pro", 'decoder = "./small"'])


def test_a_decoder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="missing"):
        load_tiny_decoder(str(tmp_path / "missing"), torch.device("cpu"), torch.float32)
