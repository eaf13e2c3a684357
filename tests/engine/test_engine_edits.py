"""Fixes change nothing outside the mask; Pro renders keep the draft's composition."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.profiles.profile import load_profile
from tests.engine.calls import mask_png, noise, opened, pixels_of, png
from tests.engine.served import Serving, serving
from tests.engine.tiny_models import save_tiny_sd, save_tiny_sd3, write_profile

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize(
    ("size", "hole"),
    [
        ((64, 64), (16, 16, 48, 48)),
        ((71, 53), (3, 5, 30, 40)),
        ((71, 53), (0, 0, 71, 53)),
        ((33, 101), (32, 100, 33, 101)),
        ((200, 37), (150, 0, 200, 37)),
        ((1, 1), (0, 0, 1, 1)),
    ],
)
async def test_a_fix_changes_no_pixel_outside_its_mask(
    shared_tiny: Serving, size: tuple[int, int], hole: tuple[int, int, int, int], channels: int
) -> None:
    before = noise(*size, channels)
    status, body = await shared_tiny.call.edit(png(before), mask_png(*size, hole), seed=3)
    assert status == 200, body
    after = pixels_of(body["data"][0])
    assert after.shape == before.shape
    inside = np.zeros(before.shape[:2], bool)
    inside[hole[1] : hole[3], hole[0] : hole[2]] = True
    assert np.array_equal(after[~inside], before[~inside])
    assert (after[inside] != before[inside]).any()
    assert body["draftroom"]["tier"] == "fix"


async def test_half_transparent_mask_pixels_are_protected(shared_tiny: Serving) -> None:
    before = noise(64, 64)
    mask = np.zeros((64, 64, 4), np.uint8)
    mask[:, :32, 3] = 1
    _, body = await shared_tiny.call.edit(png(before), png(mask), seed=3)
    after = pixels_of(body["data"][0])
    assert np.array_equal(after[:, :32], before[:, :32])
    assert (after[:, 32:] != before[:, 32:]).any()


async def test_a_palette_picture_with_transparency_keeps_its_colours(shared_tiny: Serving) -> None:
    picture = Image.fromarray(noise(40, 40)).quantize(16)
    data = BytesIO()
    picture.save(data, "PNG", transparency=0)
    before = np.array(Image.open(BytesIO(data.getvalue())).convert("RGBA"))
    _, body = await shared_tiny.call.edit(data.getvalue(), mask_png(40, 40, (10, 10, 20, 20)))
    after = np.array(opened(body["data"][0]).convert("RGBA"))
    before[10:20, 10:20], after[10:20, 10:20] = 0, 0
    assert np.array_equal(before, after)


async def test_every_preview_of_a_fix_leaves_the_outside_alone(shared_tiny: Serving) -> None:
    before = noise(64, 48)
    stream = shared_tiny.call.stream_edit(
        png(before), mask_png(64, 48, (8, 8, 30, 30)), partial_images=2, n=2
    )
    events = [event async for event in stream]
    kinds = [event["type"] for event in events]
    assert kinds == ["draftroom.queued"] + ["image_edit.partial_image"] * 4 + ["image_edit.completed"] * 2
    for event in events[1:]:
        after = pixels_of(event)
        after[8:30, 8:30] = before[8:30, 8:30]
        assert np.array_equal(after, before)


async def test_a_fix_made_alone_is_the_fix_of_the_batch(shared_tiny: Serving) -> None:
    picture, mask = png(noise(64, 64)), mask_png(64, 64, (8, 8, 50, 50))
    _, several = await shared_tiny.call.edit(picture, mask, seeds="4,5,6")
    _, alone = await shared_tiny.call.edit(picture, mask, seed=6)
    apart = pixels_of(several["data"][2]).astype(int) - pixels_of(alone["data"][0])
    assert np.abs(apart).max() <= 1


async def test_pro_starts_from_the_draft_and_strength_says_how_far_it_goes(shared_tiny: Serving) -> None:
    _, drafted = await shared_tiny.call.generate(seed=9)
    draft = png(pixels_of(drafted["data"][0]))
    results = {}
    for strength in (0.1, 1.0):
        status, body = await shared_tiny.call.edit(draft, tier="pro", seed=9, strength=strength)
        assert status == 200, body
        assert body["draftroom"]["tier"] == "pro"
        assert opened(body["data"][0]).size == (64, 64)
        results[strength] = body
    assert results[0.1]["draftroom"]["steps"] == 1
    assert results[1.0]["draftroom"]["steps"] == 10


async def test_pro_keeps_the_drafts_proportions(shared_tiny: Serving) -> None:
    _, body = await shared_tiny.call.edit(png(noise(64, 32)))
    width, height = opened(body["data"][0]).size
    assert width == 2 * height or abs(width / height - 2) < 0.3
    assert width % 8 == height % 8 == 0


async def test_an_instruction_alone_serves_as_the_prompt(shared_tiny: Serving) -> None:
    status, _ = await shared_tiny.call.edit(
        png(noise(32, 32)), mask_png(32, 32, (4, 4, 20, 20)), prompt="", instruction="make it blue"
    )
    assert status == 200


def small_codec_profile(folder: Path) -> Path:
    return write_profile(
        folder / "p.toml", save_tiny_sd3(folder / "model", small_codec=True), dtype="bfloat16"
    )


def other_family_profile(folder: Path) -> Path:
    return write_profile(folder / "p.toml", save_tiny_sd(folder / "model"), call="{}")


@pytest.mark.parametrize("write", [small_codec_profile, other_family_profile])
async def test_other_codecs_and_families_serve_every_tier(
    tmp_path: Path, write: Callable[[Path], Path]
) -> None:
    profile = load_profile(str(write(tmp_path)))
    async with serving(profile) as engine:
        status, drafted = await engine.call.generate(n=2, size="64x64")
        assert status == 200, drafted
        before = pixels_of(drafted["data"][0])
        status, body = await engine.call.edit(png(before), tier="pro", size="128x128")
        assert status == 200, body
        status, body = await engine.call.edit(png(before), mask_png(64, 64, (0, 0, 32, 64)))
        assert status == 200, body
        after = pixels_of(body["data"][0])
        assert np.array_equal(after[:, 32:], before[:, 32:])
        assert (after[:, :32] != before[:, :32]).any()


async def test_a_fix_that_was_painted_coarsely_is_refined_and_stays_exact(
    tiny_model: Path, tmp_path: Path
) -> None:
    path = write_profile(tmp_path / "p.toml", tiny_model)
    path.write_text(path.read_text().replace("size = 64\nsteps = 4", "size = 32\nrefine = 0.5\nsteps = 4"))
    before = noise(90, 70)
    results = {}
    for refine in (0.5, 0.0):
        path.write_text(path.read_text().replace("refine = 0.5", f"refine = {refine}"))
        async with serving(load_profile(str(path))) as engine:
            _, body = await engine.call.edit(png(before), mask_png(90, 70, (0, 0, 60, 70)), seed=1)
            results[refine] = pixels_of(body["data"][0])
    for after in results.values():
        assert np.array_equal(after[:, 60:], before[:, 60:])
    assert not np.array_equal(results[0.5], results[0.0])
