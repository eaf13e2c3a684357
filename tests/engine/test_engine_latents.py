"""What happens between the first noise and the last step: previews' estimates, and what a fix keeps in place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from engine.pipelines.family import Start, Task
from engine.pipelines.load import LoadedModel, load_model
from engine.pipelines.preview import LinearPreview
from engine.profiles.profile import Profile, Tier
from engine.render.metrics import Metrics
from tests.engine.calls import noise


@pytest.fixture
def model(tiny_profile: Profile) -> LoadedModel:
    return load_model(tiny_profile, metrics=Metrics(), most_prompts=4)


@pytest.mark.parametrize("strength", [0.3, 0.75, 1.0])
def test_the_outside_of_a_fix_ends_as_the_original_and_the_inside_does_not(
    model: LoadedModel, strength: float
) -> None:
    pipe = model.pipeline(Tier.FIX, Task.PICTURE).pipe
    picture = Image.fromarray(noise(64, 64))
    mask = np.zeros((64, 64), np.uint8)
    mask[16:40, 8:64] = 255
    start = Start(picture=picture, mask=Image.fromarray(mask), steps=8, strength=strength)
    generators = [torch.Generator().manual_seed(seed) for seed in (1, 2)]
    inputs, keep = model.family_of(Tier.FIX).start(pipe, start, generators)
    assert keep is not None

    def blend(
        _pipe: Any, _step: int, _time: Any, tensors: dict[str, torch.Tensor]
    ) -> dict[str, torch.Tensor]:
        return {"latents": keep(tensors["latents"])}

    embeddings = model.embeddings(pipe, Tier.FIX, "a red apple", "", guided=False)
    assert embeddings is not None
    ended = pipe(
        **{name: torch.cat([value] * 2) for name, value in embeddings.items()},
        **inputs,
        num_inference_steps=8,
        guidance_scale=1.0,
        height=64,
        width=64,
        output_type="latent",
        callback_on_step_end=blend,
    ).images
    with torch.inference_mode():
        encoded = pipe.vae.encode(pipe.image_processor.preprocess(picture)).latent_dist.mode()
    original = (encoded - pipe.vae.config.shift_factor) * pipe.vae.config.scaling_factor
    inside = torch.from_numpy(mask[:: model.cell, :: model.cell] > 0)
    for latent in ended:
        assert torch.allclose(latent[:, ~inside], original[0][:, ~inside], atol=1e-6)
        assert not torch.allclose(latent[:, inside], original[0][:, inside], atol=1e-2)
    assert not torch.equal(ended[0], ended[1])


def test_the_estimate_at_the_last_step_is_the_result(model: LoadedModel) -> None:
    pipeline = model.pipeline(Tier.DRAFT, Task.TEXT)
    embeddings = model.embeddings(pipeline.pipe, Tier.DRAFT, "a red apple", "", guided=False)
    latents = pipeline.pipe(
        **(embeddings or {}),
        num_inference_steps=3,
        guidance_scale=1.0,
        height=32,
        width=32,
        generator=torch.Generator().manual_seed(1),
        output_type="latent",
    ).images
    assert pipeline.estimates.latest is not None
    assert torch.allclose(pipeline.estimates.latest, latents, atol=1e-5)


def test_the_linear_preview_finds_a_linear_decoder() -> None:
    torch.manual_seed(0)
    latents, matrix = torch.randn(2, 16, 8, 8), torch.randn(3, 16) / 20
    pictures = torch.einsum("oc,nchw->nohw", matrix, latents) + 0.5
    preview = LinearPreview(latents, torch.nn.functional.interpolate(pictures, scale_factor=8.0))
    fresh = torch.randn(1, 16, 4, 4)
    assert torch.allclose(preview(fresh), torch.einsum("oc,nchw->nohw", matrix, fresh) + 0.5, atol=0.01)
