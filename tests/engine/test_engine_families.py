"""Every family that a profile names serves drafts, Pro renders and fixes, loaded and run as the real weights are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
import torch
from PIL import Image

from engine.pipelines.family import Start
from engine.pipelines.load import LoadedModel, ModelUnavailable, load_model
from engine.profiles.profile import load_profile
from engine.render.metrics import Metrics
from tests.engine.calls import mask_png, noise, opened, pixels_of, png
from tests.engine.served import Serving, serving
from tests.engine.tiny_families import save_tiny_klein, save_tiny_qwen_image, save_tiny_z_image
from tests.engine.tiny_models import save_tiny_sd3, write_profile

pytestmark = pytest.mark.asyncio(loop_scope="module")

KLEIN = "{ max_sequence_length = 24, text_encoder_out_layers = [1, 2, 3] }"
SHORT = "{ max_sequence_length = 24 }"
#: Qwen-Image wraps a prompt in an instruction, and here every byte of that is a token
LONG = "{ max_sequence_length = 400 }"


def write_klein(folder: Path, **changes: object) -> Path:
    model = save_tiny_klein(folder / "klein")
    return write_profile(folder / "klein.toml", model, call=KLEIN, **changes)


def write_klein_base(folder: Path) -> Path:
    model = save_tiny_klein(folder / "base", distilled=False)
    return write_profile(folder / "base.toml", model, call=KLEIN)


def write_z_image(folder: Path) -> Path:
    return write_profile(folder / "z.toml", save_tiny_z_image(folder / "z"), call=SHORT)


def write_qwen_image(folder: Path) -> Path:
    return write_profile(folder / "qwen.toml", save_tiny_qwen_image(folder / "qwen"), call=LONG)


def write_two_models(folder: Path) -> Path:
    """Drafts and fixes by one model, Pro by its undistilled sibling, which shares all but the transformer."""
    path = write_klein(folder)
    base = save_tiny_klein(folder / "base", distilled=False, seed=5)
    text = path.read_text(encoding="utf-8").replace("[tiers.pro]\n", '[tiers.pro]\nweights = "pro"\n')
    weights = (
        f'\n[weights.pro]\nmodel = "{base}"\nlicence = "CC0-1.0"\n'
        'shares = ["text_encoder", "tokenizer", "vae"]\n'
    )
    path.write_text(text + weights, encoding="utf-8")
    return path


def write_two_families(folder: Path) -> Path:
    """Drafts and fixes by FLUX.2 [klein], Pro by Z-Image, which knows nothing of the other's latents."""
    path = write_klein(folder)
    text = path.read_text(encoding="utf-8")
    drafts, pro, fixes = text.split("[tiers.")[1:4]
    pro = pro.replace(KLEIN, SHORT).replace("pro]\n", 'pro]\nweights = "pro"\n')
    weights = f'[weights.pro]\nmodel = "{save_tiny_z_image(folder / "z")}"\nlicence = "CC0-1.0"\n'
    head = text.split("[tiers.")[0]
    path.write_text("[tiers.".join([head, drafts, pro, fixes]) + "\n" + weights, encoding="utf-8")
    return path


WAYS = [write_klein, write_klein_base, write_z_image, write_qwen_image, write_two_models, write_two_families]


@pytest_asyncio.fixture(
    scope="module", loop_scope="module", params=WAYS, ids=[way.__name__[6:] for way in WAYS]
)
async def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Serving]:
    path = request.param(tmp_path_factory.mktemp("family"))
    async with serving(load_profile(str(path))) as engine:
        yield engine


async def test_a_draft_made_alone_is_the_cell_of_its_grid(served: Serving) -> None:
    status, grid = await served.call.generate(n=3, seed=11, prompt="a blue shoe")
    assert status == 200, grid
    _, alone = await served.call.generate(seed=12, prompt="a blue shoe")
    apart = pixels_of(grid["data"][1]).astype(int) - pixels_of(alone["data"][0])
    assert np.abs(apart).max() <= 1
    assert not np.array_equal(pixels_of(grid["data"][0]), pixels_of(grid["data"][1]))


async def test_the_prompt_decides_the_picture(served: Serving) -> None:
    _, one = await served.call.generate(seed=3, prompt="a")
    _, other = await served.call.generate(seed=3, prompt="a green apple")
    assert not np.array_equal(pixels_of(one["data"][0]), pixels_of(other["data"][0]))


async def test_pro_starts_from_the_draft(served: Serving) -> None:
    _, drafted = await served.call.generate(seed=9)
    draft = png(pixels_of(drafted["data"][0]))
    found = {}
    for strength in (0.1, 0.1, 1.0):
        status, body = await served.call.edit(draft, tier="pro", seed=9, strength=strength)
        assert status == 200, body
        assert opened(body["data"][0]).size == (64, 64)
        if strength in found:
            assert np.array_equal(pixels_of(body["data"][0]), pixels_of(found[strength]["data"][0]))
        found[strength] = body
    assert found[0.1]["draftroom"]["steps"] == 1
    assert found[1.0]["draftroom"]["steps"] == 10
    # The autoencoder was never trained, so “near the draft” means near what it makes of the draft.
    _, elsewhere = await served.call.edit(png(noise(32, 32)), tier="pro", seed=9, strength=0.1)
    _, far = await served.call.edit(png(noise(32, 32)), tier="pro", seed=9, strength=1.0)
    apart = [
        np.abs(pixels_of(a["data"][0]).astype(int) - pixels_of(b["data"][0])).mean()
        for a, b in ((found[0.1], elsewhere), (found[1.0], far))
    ]
    assert apart[0] > apart[1]


async def test_pro_without_a_draft_paints_anew(served: Serving) -> None:
    status, body = await served.call.generate(tier="pro", seed=1)
    assert status == 200, body
    assert opened(body["data"][0]).size == (64, 64)


@pytest.mark.parametrize(
    ("size", "hole", "channels"),
    [((64, 64), (16, 16, 48, 48), 3), ((71, 53), (3, 5, 30, 40), 4), ((33, 101), (32, 100, 33, 101), 3)],
)
async def test_a_fix_changes_no_pixel_outside_its_mask(
    served: Serving, size: tuple[int, int], hole: tuple[int, int, int, int], channels: int
) -> None:
    before = noise(*size, channels)
    status, body = await served.call.edit(png(before), mask_png(*size, hole), seed=3, n=2)
    assert status == 200, body
    inside = np.zeros(before.shape[:2], bool)
    inside[hole[1] : hole[3], hole[0] : hole[2]] = True
    for item in body["data"]:
        after = pixels_of(item)
        assert np.array_equal(after[~inside], before[~inside])
        assert (after[inside] != before[inside]).any()


async def test_previews_come_while_it_paints(served: Serving) -> None:
    events = [event async for event in served.call.stream_generation(seed=4, partial_images=2)]
    previews = [event for event in events if event["type"] == "image_generation.partial_image"]
    assert len(previews) == 2
    assert all(opened(event).size == (32, 32) for event in previews)


def loaded(path: Path) -> LoadedModel:
    return load_model(load_profile(str(path)), metrics=Metrics(), most_prompts=4)


@pytest.mark.parametrize("write", [write_klein, write_z_image, write_qwen_image])
@pytest.mark.parametrize("strength", [0.3, 1.0])
async def test_a_start_has_the_noise_of_the_step_it_starts_at_and_keeps_the_outside(
    tmp_path: Path, write: Any, strength: float
) -> None:
    model = loaded(write(tmp_path))
    family, tier = model.family_of("fix"), "fix"  # type: ignore[arg-type]
    pipe = model.pipeline(tier, family.task(picture=True, mask=True)).pipe  # type: ignore[arg-type]
    mask = np.zeros((64, 64), np.uint8)
    mask[16:48, 16:64] = 255
    picture = Image.fromarray(noise(64, 64))
    start = Start(picture=picture, mask=Image.fromarray(mask), steps=6, strength=strength)
    inputs, keep = family.start(pipe, start, [torch.Generator().manual_seed(1)])
    assert keep is not None
    expected = pipe.scheduler.sigmas.clone()
    seen: list[float] = []

    def after(_pipe: Any, _step: int, _time: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        seen.append(float(pipe.scheduler.sigmas[pipe.scheduler.step_index]))
        return {"latents": keep(tensors["latents"])}

    ended = pipe(
        **family.join([model.embeddings(pipe, tier, "a red apple", "", guided=False)]),  # type: ignore[arg-type,list-item]
        **inputs,
        **family.guidance(0.0),
        num_inference_steps=6,
        height=64,
        width=64,
        output_type="latent",
        callback_on_step_end=after,
        **({"text_encoder_out_layers": [1, 2, 3]} if write is write_klein else {}),
    ).images
    assert torch.equal(pipe.scheduler.sigmas, expected)
    assert len(seen) == (2 if strength == 0.3 else 6)
    assert seen[-1] == 0
    painted = family.finished(pipe, ended, width=64, height=64)
    original = _encoded(family, pipe, picture)
    inside = torch.from_numpy(mask[::8, ::8] > 0)
    assert torch.allclose(painted[..., ~inside], original[..., ~inside], atol=1e-5)
    assert not torch.allclose(painted[..., inside], original[..., inside], atol=1e-2)


@pytest.mark.parametrize("write", [write_klein_base, write_z_image, write_qwen_image])
async def test_prompts_of_different_lengths_share_a_batch(tmp_path: Path, write: Any) -> None:
    model = loaded(write(tmp_path))
    family, tier = model.family_of("draft"), "draft"  # type: ignore[arg-type]
    pipe = model.pipeline(tier, "text").pipe  # type: ignore[arg-type]
    call = dict(model.profile.tiers["draft"].call)  # type: ignore[index]

    def paint(*prompts: str) -> torch.Tensor:
        parts = [model.embeddings(pipe, tier, prompt, "blue", guided=True) for prompt in prompts]  # type: ignore[arg-type]
        generators = [torch.Generator().manual_seed(len(prompt)) for prompt in prompts]
        images: torch.Tensor = pipe(
            **family.join(parts),  # type: ignore[arg-type]
            **family.guidance(3.0),
            num_inference_steps=2,
            height=32,
            width=32,
            generator=generators,
            output_type="pt",
            **call,
        ).images
        return images

    together = paint("a shoe", "a green apple on the table")
    for number, prompt in enumerate(("a shoe", "a green apple on the table")):
        assert torch.allclose(together[number], paint(prompt)[0], atol=1 / 255)


def _encoded(family: Any, pipe: Any, picture: Image.Image) -> torch.Tensor:
    """The picture's latents, as `decode` takes them."""
    with torch.inference_mode():
        clean = family.clean(pipe, picture)
        return family.estimated(pipe, family.as_step(pipe, clean), width=64, height=64)


async def test_a_second_model_shares_what_the_profile_says(tmp_path: Path) -> None:
    model = loaded(write_two_models(tmp_path))
    draft, pro = (model.pipeline(tier, "text").pipe for tier in ("draft", "pro"))  # type: ignore[arg-type]
    assert pro.vae is draft.vae
    assert pro.text_encoder is draft.text_encoder
    assert pro.transformer is not draft.transformer
    assert draft.config.is_distilled
    assert not pro.config.is_distilled


@pytest.mark.parametrize("family", ["klein", "sd3"])
async def test_weights_in_8_bits_and_parts_that_wait_paint_nearly_the_same(
    tmp_path: Path, family: str
) -> None:
    if family == "klein":
        plain = write_klein(tmp_path)
    else:
        plain = write_profile(tmp_path / "sd3.toml", save_tiny_sd3(tmp_path / "sd3"))
    small = tmp_path / "small.toml"
    keys = '\noffload = ["text_encoder"]\ntile_decoder = true\nstorage = { transformer = "float8", text_encoder = "float8" }\n'
    small.write_text(
        plain.read_text(encoding="utf-8").replace("\n[tiers.draft]", keys + "[tiers.draft]", 1), "utf-8"
    )
    results = []
    for path in (plain, small):
        async with serving(load_profile(str(path))) as engine:
            status, body = await engine.call.generate(seed=5)
            assert status == 200, body
            before = noise(64, 64)
            status, fixed = await engine.call.edit(png(before), mask_png(64, 64, (0, 0, 32, 64)), seed=5)
            assert status == 200, fixed
            assert np.array_equal(pixels_of(fixed["data"][0])[:, 32:], before[:, 32:])
            results.append(pixels_of(body["data"][0]).astype(int))
    apart = np.abs(results[0] - results[1])
    assert apart.any()
    assert apart.mean() < 40


async def test_weights_in_8_bits_take_half_the_memory(tmp_path: Path) -> None:
    path = write_klein(tmp_path, dtype="bfloat16")
    text = path.read_text(encoding="utf-8")
    small = tmp_path / "small.toml"
    keys = 'storage = { text_encoder = "float8" }\n[tiers.draft]'
    small.write_text(text.replace("[tiers.draft]", keys, 1), "utf-8")

    def layers(at: Path) -> int:
        encoder = loaded(at).pipeline("draft", "text").pipe.text_encoder.model.layers  # type: ignore[arg-type]
        return sum(
            weight.nbytes
            for module in encoder.modules()
            if isinstance(module, torch.nn.Linear)
            for weight in module.parameters(recurse=False)
        )

    assert layers(small) * 2 == layers(path)


async def test_a_part_that_the_model_lacks_is_named(tmp_path: Path) -> None:
    path = write_klein(tmp_path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[tiers.draft]", 'offload = ["image_encoder"]\n[tiers.draft]', 1), "utf-8")
    with pytest.raises(ModelUnavailable, match="image_encoder"):
        loaded(path)
