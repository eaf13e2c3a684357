"""The profiles that ship: each is sound, documented, and runs with its own keys on tiny models of its classes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import Flux2Transformer2DModel, QwenImageTransformer2DModel, ZImageTransformer2DModel
from diffusers.pipelines.flux2.image_processor import Flux2ImageProcessor
from PIL import Image

from engine.pipelines.family import Task
from engine.pipelines.flow import as_reference, later_sigmas
from engine.pipelines.load import ModelUnavailable, load_model
from engine.pipelines.placement import PRECISE
from engine.profiles.profile import PROFILES, ProfileError, Tier, load_profile, parse_profile
from engine.profiles.weights import Storage
from engine.render.metrics import Metrics
from tests.engine.calls import mask_png, noise, opened, pixels_of, png
from tests.engine.served import serving
from tests.engine.tiny_families import save_tiny_klein, save_tiny_qwen_image, save_tiny_z_image
from tests.engine.tiny_loras import save_tiny_lora
from tests.engine.tiny_models import write_profile
from tests.engine.tiny_segmenter import save_tiny_clipseg

SHIPPED = sorted(path.stem for path in PROFILES.glob("*.toml"))
FOR_GPUS = [name for name in SHIPPED if name.startswith("gpu-")]


#: tiny models of the classes that the real ones have, and the arguments that fit their few layers
STAND_INS: dict[str, tuple[Callable[[Path], Path], dict[str, Any]]] = {
    "black-forest-labs/FLUX.2-klein-4B": (save_tiny_klein, {"text_encoder_out_layers": [1, 2, 3]}),
    "Tongyi-MAI/Z-Image-Turbo": (save_tiny_z_image, {}),
    "Qwen/Qwen-Image-2512": (save_tiny_qwen_image, {}),
}


def with_tiny_models(name: str, folder: Path) -> dict[str, Any]:
    """A shipped profile as it is, but for its models, sizes and device."""
    raw = tomllib.loads((PROFILES / f"{name}.toml").read_text(encoding="utf-8"))
    raw |= {"device": "cpu", "max_side": 128, "threads": 2}
    further = raw.get("weights", {})
    for number, weights in enumerate((raw, *further.values())):
        build, call = STAND_INS[weights["model"]]
        weights["model"] = str(build(folder / str(number)))
        for lora in weights.get("lora", ()):
            del lora["file"]
            file = folder / "loras" / f"{number}-{lora['name']}.safetensors"
            lora["model"] = str(save_tiny_lora(file, Path(weights["model"]), seed=number))
        for tier in raw["tiers"].values():
            if further.get(tier.get("weights"), raw) is weights:
                tier |= {
                    "size": 64 if tier is not raw["tiers"]["pro"] else 96,
                    "call": {**call, **tier["call"]},
                }
                tier["call"]["max_sequence_length"] = 256
    if "segmenter" in raw:
        raw["segmenter"]["model"] = str(save_tiny_clipseg(folder / "segmenter"))
    return raw


@pytest.mark.parametrize("name", FOR_GPUS)
async def test_a_profile_for_gpus_serves_every_tier_with_its_own_keys(name: str, tmp_path: Path) -> None:
    profile = parse_profile(with_tiny_models(name, tmp_path), base=tmp_path)
    async with serving(profile) as engine:
        status, drafted = await engine.call.generate(n=2, seed=1)
        assert status == 200, drafted
        assert drafted["draftroom"]["steps"] == profile.tiers[Tier.DRAFT].steps
        before = pixels_of(drafted["data"][0])
        status, pro = await engine.call.edit(png(before), tier="pro", seed=1)
        assert status == 200, pro
        assert opened(pro["data"][0]).size == (96, 96)
        picture = noise(83, 61, 4)
        status, fixed = await engine.call.edit(png(picture), mask_png(83, 61, (10, 10, 50, 40)), seed=1)
        assert status == 200, fixed
        after = pixels_of(fixed["data"][0])
        inside = np.zeros(after.shape[:2], bool)
        inside[10:40, 10:50] = True
        assert np.array_equal(after[~inside], picture[~inside])
        assert (after[inside] != picture[inside]).any()
        if profile.segmenter is not None:
            # Random weights find a thing anywhere; at the least threshold, everywhere.
            status, named = await engine.call.edit(
                png(picture), mask_text="a shoe", mask_threshold=0.01, seed=1, size="auto"
            )
            assert status == 200, named
            assert (pixels_of(named["data"][0]) != picture).any()


def stored_gb(part: torch.nn.Module, storage: Storage) -> float:
    """What a part of the published shape takes, in gigabytes, in bfloat16 or in 8 bits where that is done."""
    told = tuple(getattr(part, "_skip_layerwise_casting_patterns", None) or ())
    total = sum(weight.numel() for weight in part.parameters())
    small = sum(
        sum(weight.numel() for weight in layer.parameters())
        for name, layer in part.named_modules()
        if isinstance(layer, torch.nn.Linear) and not any(re.search(kept, name) for kept in (*PRECISE, *told))
    )
    return (2 * total - (small if storage is Storage.FLOAT8 else 0)) / 1e9


@pytest.mark.parametrize("name", FOR_GPUS)
def test_the_weights_that_stay_on_the_gpu_leave_room_to_work(name: str) -> None:
    profile = load_profile(name)
    with torch.device("meta"):
        klein = Flux2Transformer2DModel(
            in_channels=128,
            num_layers=5,
            num_single_layers=20,
            num_attention_heads=24,
            attention_head_dim=128,
            joint_attention_dim=7680,
            guidance_embeds=False,
        )
        shapes = {"Qwen": QwenImageTransformer2DModel(), "Tongyi-MAI": ZImageTransformer2DModel()}
    here = 0.0
    for weights in profile.weights.values():
        storage = weights.storage.get("transformer", Storage.PLAIN)
        if "transformer" not in weights.offload:
            here += stored_gb(shapes.get(weights.owner, klein), storage)
        if "text_encoder" not in (*weights.offload, *weights.shares):
            here += 8.04  # Qwen3-4B
    assert here + 2 <= profile.memory_gb


@pytest.mark.parametrize("size", [(64, 64), (1024, 16), (16, 1024), (8, 8), (768, 700)])
def test_klein_is_shown_no_picture_that_it_refuses(size: tuple[int, int]) -> None:
    picture = Image.fromarray(noise(*size))
    shown = Flux2ImageProcessor.check_image_input(as_reference(picture))
    assert np.array_equal(np.array(shown)[: size[1], : size[0]], np.array(picture))


@pytest.mark.parametrize("name", FOR_GPUS)
def test_a_pro_render_from_a_draft_takes_few_evaluations(name: str) -> None:
    """Distilled models need few, and evaluate each step once."""
    profile = load_profile(name)
    pro = profile.tiers[Tier.PRO]
    assert pro.guidance <= 1
    assert 3 <= len(later_sigmas(pro.steps, pro.strength)) <= 5


@pytest.mark.parametrize(
    ("name", "tiers"), [("starter", []), ("gpu-8gb", []), ("gpu-16gb", ["pro"]), ("gpu-80gb", ["pro"])]
)
def test_profiles_say_which_tiers_can_write(name: str, tiers: list[str]) -> None:
    profile = load_profile(name)
    assert [tier.value for tier in Tier if profile.writes(tier)] == tiers


@pytest.mark.parametrize("name", SHIPPED)
def test_every_profile_allows_commercial_use_and_is_documented(name: str) -> None:
    profile = load_profile(name)
    page = (Path(__file__).parents[2] / "docs" / "models.md").read_text(encoding="utf-8")
    assert f"`{name}`" in page
    loras = [lora for weights in profile.weights.values() for lora in weights.lora]
    named = [*profile.weights.values(), *loras, *filter(None, [profile.segmenter])]
    for weights in named:
        assert weights.commercial
        if not weights.is_local:
            assert weights.model in page
            assert weights.licence_url.startswith("https://")
            assert weights.download_gb > 0


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('storage = { transformer = "int3" }', "plain, float8"),
        ('offload = "transformer"', "list"),
        ('weights.x = { model = "a/b" }', "licence"),
        ('weights.x = { model = "a/b", licence = "MIT", colour = 1 }', "colour"),
        ('writes = "yes"', "true or false"),
        ("colour = 1", "colour"),
    ],
)
def test_a_mistake_in_the_weights_is_named(tmp_path: Path, line: str, complaint: str) -> None:
    path = write_profile(tmp_path / "p.toml", tmp_path)
    path.write_text(line + "\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(ProfileError, match=complaint):
        load_profile(str(path))


def test_blocks_are_compiled_where_the_profile_says_so(tmp_path: Path) -> None:
    model = save_tiny_klein(tmp_path / "klein")
    with torch.compiler.set_stance("force_eager"):
        pipe = load_model(
            load_profile(str(write_profile(tmp_path / "p.toml", model, compile=["transformer"]))),
            metrics=Metrics(),
            most_prompts=1,
        ).pipeline(Tier.DRAFT, Task.TEXT)
    assert pipe.pipe.transformer.transformer_blocks[0]._compiled_call_impl is not None
    assert pipe.pipe.text_encoder._compiled_call_impl is None


@pytest.mark.parametrize(
    ("keys", "complaint"),
    [
        ({"compile": ["transformer"], "offload": ["transformer"]}, "leave out one"),
        ({"compile": ["text_encoder"]}, "no repeated blocks"),
        ({"compile": ["image_encoder"]}, "does not have"),
    ],
)
def test_wishes_that_contradict_each_other_are_refused(
    tmp_path: Path, keys: dict[str, list[str]], complaint: str
) -> None:
    path = write_profile(tmp_path / "p.toml", save_tiny_klein(tmp_path / "klein"), **keys)
    with pytest.raises(ModelUnavailable, match=complaint):
        load_model(load_profile(str(path)), metrics=Metrics(), most_prompts=1)


def test_a_tier_that_names_weights_nobody_has_is_refused(tmp_path: Path) -> None:
    path = write_profile(tmp_path / "p.toml", tmp_path)
    text = path.read_text(encoding="utf-8").replace("[tiers.pro]\n", '[tiers.pro]\nweights = "large"\n')
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError, match="large"):
        load_profile(str(path))
