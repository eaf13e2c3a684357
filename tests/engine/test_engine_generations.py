"""New pictures over HTTP: results, streams, seeds, previews, provenance, repeated requests."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.profiles.profile import Profile, load_profile
from tests.engine.calls import opened, pixels_of
from tests.engine.served import Serve, Serving
from tests.engine.tiny_models import write_profile

#: how far a picture made alone may be from the same one made in a grid, in levels of 255, with float32 weights
ALONE_TOLERANCE = 1


async def test_a_grid_comes_back_with_its_seeds_and_what_it_took(tiny: Serving) -> None:
    status, body = await tiny.call.generate(n=3, seed=40)
    assert status == 200
    assert [item["seed"] for item in body["data"]] == [40, 41, 42]
    assert {opened(item).size for item in body["data"]} == {(32, 32)}
    assert body["size"] == "32x32"
    assert body["quality"] == "low"
    assert body["output_format"] == "png"
    assert body["usage"]["total_tokens"] == body["usage"]["input_tokens"] + body["usage"]["output_tokens"]
    assert body["draftroom"]["tier"] == "draft"
    assert body["draftroom"]["steps"] == 4
    assert body["draftroom"]["seconds"] > 0
    # Unknown, unless this CPU has an energy counter that may be read.
    assert body["draftroom"]["joules"] is None or body["draftroom"]["joules"] > 0


async def test_seeds_make_the_same_picture_again_and_other_seeds_another(tiny: Serving) -> None:
    _, first = await tiny.call.generate(seed=5)
    _, again = await tiny.call.generate(seed=5)
    _, other = await tiny.call.generate(seed=6)
    assert np.array_equal(pixels_of(first["data"][0]), pixels_of(again["data"][0]))
    assert not np.array_equal(pixels_of(first["data"][0]), pixels_of(other["data"][0]))


@pytest.mark.parametrize("cell", [0, 3, 5])
async def test_a_cell_made_alone_is_the_cell_of_the_grid(tiny: Serving, cell: int) -> None:
    seeds = [11, 99, 3, 27, 5, 2**40]  # six cells in batches of four: full and partial batches
    _, grid = await tiny.call.generate(seeds=seeds)
    _, alone = await tiny.call.generate(seed=seeds[cell])
    in_grid = pixels_of(grid["data"][cell]).astype(int)
    assert np.abs(in_grid - pixels_of(alone["data"][0])).max() <= ALONE_TOLERANCE


@pytest.mark.parametrize("tier", ["draft", "pro"])
async def test_with_a_grid_a_picture_from_noise_is_the_middle_of_one_on_whole_cells(
    serve: Serve, tiny_profile: Profile, tier: str
) -> None:
    tiers = {name: replace(settings, grid=64) for name, settings in tiny_profile.tiers.items()}
    engine = await serve(replace(tiny_profile, tiers=tiers))
    for size in ("96x32", "32x96", "64x32"):
        width, height = map(int, size.split("x"))
        left, top = ((-(-side // 64) * 64 - side) // 2 for side in (width, height))
        whole = f"{width + 2 * left}x{height + 2 * top}"
        events = [
            e async for e in engine.call.stream_generation(seed=7, size=size, partial_images=1, tier=tier)
        ]
        _, large = await engine.call.generate(seed=7, size=whole, tier=tier)
        expected = pixels_of(large["data"][0])[top : top + height, left : left + width]
        assert np.array_equal(pixels_of(events[-1]), expected)
        assert {opened(event).size for event in events if "b64_json" in event} == {(width, height)}


async def test_a_stream_tells_the_queue_then_previews_then_pictures(tiny: Serving) -> None:
    events = [event async for event in tiny.call.stream_generation(n=2, seed=1, partial_images=2)]
    kinds = [event["type"] for event in events]
    assert kinds[0] == "draftroom.queued"
    assert kinds[1:5] == ["image_generation.partial_image"] * 4
    assert kinds[5:] == ["image_generation.completed"] * 2
    shown = sorted((event["image_index"], event["partial_image_index"]) for event in events[1:5])
    assert shown == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert {opened(event).size for event in events[1:]} == {(32, 32)}
    completed = events[5:]
    assert [(event["image_index"], event["seed"]) for event in completed] == [(0, 1), (1, 2)]
    assert all(
        event["usage"]["output_tokens"] > 0 and event["draftroom"]["seconds"] > 0 for event in completed
    )


async def test_a_stream_without_previews_holds_none(tiny: Serving) -> None:
    kinds = [event["type"] async for event in tiny.call.stream_generation(partial_images=0)]
    assert kinds == ["draftroom.queued", "image_generation.completed"]


async def test_previews_do_not_change_the_picture(tiny: Serving) -> None:
    events = [event async for event in tiny.call.stream_generation(seed=8, partial_images=3)]
    _, quiet = await tiny.call.generate(seed=8)
    assert np.array_equal(pixels_of(events[-1]), pixels_of(quiet["data"][0]))


async def test_high_quality_runs_as_pro_at_the_pro_size(tiny: Serving) -> None:
    _, body = await tiny.call.generate(quality="high")
    assert body["draftroom"]["tier"] == "pro"
    assert opened(body["data"][0]).size == (64, 64)


async def test_size_steps_and_guidance_are_the_askers_to_choose(tiny: Serving) -> None:
    _, plain = await tiny.call.generate(seed=2)
    _, body = await tiny.call.generate(seed=2, size="64x32", steps=2, guidance=1.0)
    assert opened(body["data"][0]).size == (64, 32)
    assert body["draftroom"]["steps"] == 2
    _, other = await tiny.call.generate(seed=2, negative_prompt="green")
    assert not np.array_equal(pixels_of(plain["data"][0]), pixels_of(other["data"][0]))


@pytest.mark.parametrize(("wanted", "told"), [("png", "PNG"), ("jpeg", "JPEG"), ("webp", "WEBP")])
async def test_pictures_come_in_the_format_asked_for(tiny: Serving, wanted: str, told: str) -> None:
    _, body = await tiny.call.generate(output_format=wanted, output_compression=80)
    assert opened(body["data"][0]).format == told


async def test_a_png_tells_how_to_make_it_again(tiny: Serving) -> None:
    _, body = await tiny.call.generate(prompt="a red apple, ünïcode ✓", seed=77, negative_prompt="green")
    notes = opened(body["data"][0]).text  # type: ignore[attr-defined]
    assert notes["parameters"].splitlines()[:2] == ["a red apple, ünïcode ✓", "Negative prompt: green"]
    assert "Seed: 77" in notes["parameters"]
    recipe = json.loads(notes["draftroom"])
    assert recipe["seed"] == 77
    _, again = await tiny.call.generate(
        prompt=recipe["prompt"],
        negative_prompt=recipe["negative_prompt"],
        seed=recipe["seed"],
        size=recipe["size"],
        steps=recipe["steps"],
        guidance=recipe["guidance"],
        tier=recipe["tier"],
    )
    assert np.array_equal(pixels_of(again["data"][0]), pixels_of(body["data"][0]))


async def test_the_same_key_is_rendered_once_and_answered_twice(tiny: Serving) -> None:
    asked = {"n": 2, "idempotency_key": "job-1"}
    (_, first), (_, second) = await asyncio.gather(tiny.call.generate(**asked), tiny.call.generate(**asked))
    _, later = await tiny.call.generate(**asked)
    streamed = [event async for event in tiny.call.stream_generation(**asked)]
    seeds = [item["seed"] for item in first["data"]]
    assert seeds == [item["seed"] for item in second["data"]] == [item["seed"] for item in later["data"]]
    assert [event["seed"] for event in streamed if "seed" in event] == seeds
    assert await tiny.call.metric('draftroom_pictures_total{tier="draft"}') == 2


async def test_a_key_cannot_be_used_for_something_else(tiny: Serving) -> None:
    await tiny.call.generate(idempotency_key="job-1")
    status, body = await tiny.call.generate(prompt="a green shoe", idempotency_key="job-1")
    assert status == 400
    assert body["error"]["message"] == "This idempotency key was used for a different request; use a new key."


async def test_prompts_that_were_encoded_before_are_found_again(tiny: Serving) -> None:
    await tiny.call.generate(prompt="a white shoe", n=3)
    hits = await tiny.call.metric('draftroom_prompt_cache_total{result="hit"}')
    misses = await tiny.call.metric('draftroom_prompt_cache_total{result="miss"}')
    await tiny.call.generate(prompt="a white shoe")
    assert await tiny.call.metric('draftroom_prompt_cache_total{result="hit"}') == hits + 1
    assert await tiny.call.metric('draftroom_prompt_cache_total{result="miss"}') == misses


async def test_an_automatic_precision_is_settled_when_the_model_is_loaded(
    serve: Serve, tiny_model: Path, tmp_path: Path
) -> None:
    engine = await serve(load_profile(str(write_profile(tmp_path / "p.toml", tiny_model, dtype="auto"))))
    _, body = await engine.call.generate()
    recipe = json.loads(opened(body["data"][0]).text["draftroom"])  # type: ignore[attr-defined]
    assert recipe["dtype"] in ("float32", "bfloat16")
