"""Room around a picture, masks turned round, things found by their names, colour profiles, several pictures."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from PIL import Image, ImageCms

from engine.profiles.profile import load_profile
from engine.render.segment import grown
from tests.engine.calls import edit_form, mask_png, noise, opened, pixels_of, png
from tests.engine.served import Serving, serving
from tests.engine.tiny_families import save_tiny_klein
from tests.engine.tiny_models import write_profile
from tests.engine.tiny_segmenter import save_tiny_clipseg, scores_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize(
    ("size", "anchor", "left", "top"),
    [((96, 50), "center", 20, 0), ((57, 131), "bottom", 0, 81), ((80, 60), "top-left", 0, 0)],
)
@pytest.mark.parametrize("channels", [3, 4])
async def test_a_picture_is_extended_around_its_own_pixels(
    shared_tiny: Serving, size: tuple[int, int], anchor: str, left: int, top: int, channels: int
) -> None:
    before = noise(56 if anchor == "center" else 57, 50, channels)
    status, body = await shared_tiny.call.edit(
        png(before), size=f"{size[0]}x{size[1]}", anchor=anchor, seed=1
    )
    assert status == 200, body
    assert body["draftroom"]["tier"] == "fix"
    assert body["size"] == f"{size[0]}x{size[1]}"
    after = pixels_of(body["data"][0])
    assert after.shape == (size[1], size[0], channels)
    height, width = before.shape[:2]
    assert np.array_equal(after[top : top + height, left : left + width], before)
    around = np.ones(after.shape[:2], bool)
    around[top : top + height, left : left + width] = False
    assert after[around][:, :3].std() > 0
    if channels == 4:
        assert (after[around][:, 3] == 255).all()


async def test_what_is_extended_may_be_changed_in_places_too(shared_tiny: Serving) -> None:
    before = noise(64, 64)
    status, body = await shared_tiny.call.edit(
        png(before), mask_png(64, 64, (0, 0, 32, 64)), size="64x96", anchor="top"
    )
    assert status == 200, body
    after = pixels_of(body["data"][0])
    assert np.array_equal(after[:64, 32:], before[:, 32:])
    assert (after[:64, :32] != before[:, :32]).any()


async def test_a_mask_can_say_what_is_kept(shared_tiny: Serving) -> None:
    before = noise(71, 53)
    mask = mask_png(71, 53, (20, 10, 50, 40))
    status, body = await shared_tiny.call.edit(png(before), mask, mask_mode="keep", seed=2)
    assert status == 200, body
    after = pixels_of(body["data"][0])
    assert np.array_equal(after[10:40, 20:50], before[10:40, 20:50])
    changed = (after != before).any(axis=2)
    changed[10:40, 20:50] = True
    assert changed.mean() > 0.9


@pytest.mark.parametrize(
    ("mask", "fields", "words"),
    [
        (None, {"anchor": "center"}, "To extend the picture, say with “size” how large it should be."),
        (None, {"anchor": "center", "size": "64x64"}, "To extend the picture, “size” must be larger than"),
        (None, {"anchor": "center", "size": "32x128"}, "To extend the picture, “size” must be larger than"),
        (None, {"anchor": "center", "size": "64x99999"}, "64x99999 is too large;"),
        (None, {"anchor": "center", "size": "9999x9999"}, "9999x9999 is too large; at most 16 megapixels"),
        (None, {"anchor": "middle", "size": "64x96"}, "“anchor” must be one of"),
        (mask_png(64, 64, (0, 0, 64, 64)), {"mask_mode": "keep"}, "The mask keeps the whole picture"),
        (None, {"mask_text": "the shoe"}, "The profile “tiny” names no model that finds things"),
        (None, {"output_format": "jpeg", "anchor": "top", "size": "64x96"}, "JPEG would change pixels"),
    ],
)
async def test_an_edit_whose_fields_do_not_fit_is_explained(
    shared_tiny: Serving, mask: bytes | None, fields: dict[str, str], words: str
) -> None:
    status, body = await shared_tiny.call.edit(png(noise(64, 64)), mask, **fields)
    assert status == 400, body
    assert body["error"]["message"].startswith(words)


@pytest.mark.parametrize("channels", [3, 4])
async def test_a_fix_as_webp_is_exact_outside_too(shared_tiny: Serving, channels: int) -> None:
    before = noise(40, 40, channels)
    if channels == 4:
        before[:8, :8, 3] = 0  # colours that nobody sees
    stream = shared_tiny.call.stream_edit(
        png(before),
        mask_png(40, 40, (10, 10, 20, 20)),
        output_format="webp",
        output_compression=1,
        partial_images=1,
    )
    events = [event async for event in stream if "b64_json" in event]
    assert len(events) == 2
    for event in events:
        assert opened(event).format == "WEBP"
        after = pixels_of(event)
        after[10:20, 10:20] = before[10:20, 10:20]
        assert np.array_equal(after, before)


def wide_gamut() -> bytes:
    """A profile with other primaries than sRGB's: red and blue change places."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    tags = bytearray(profile)
    count = int.from_bytes(tags[128:132], "big")
    table = {bytes(tags[132 + 12 * i : 136 + 12 * i]): 132 + 12 * i for i in range(count)}
    for tag, other in ((b"rXYZ", b"bXYZ"), (b"bXYZ", b"rXYZ")):
        tags[table[tag] + 4 : table[tag] + 12] = profile[table[other] + 4 : table[other] + 12]
    text = bytes(tags).replace("sRGB".encode("utf-16-be"), "wide".encode("utf-16-be"))
    return text.replace(b"sRGB", b"wide")


async def test_a_picture_keeps_its_colour_profile_and_is_painted_in_it(shared_tiny: Serving) -> None:
    profile = wide_gamut()
    before = noise(48, 48)
    data = io.BytesIO()
    Image.fromarray(before).save(data, "PNG", icc_profile=profile)
    everything, half = mask_png(48, 48, (0, 0, 48, 48)), mask_png(48, 48, (0, 0, 24, 48))
    _, body = await shared_tiny.call.edit(data.getvalue(), half, seed=1)
    assert opened(body["data"][0]).info["icc_profile"] == profile
    assert np.array_equal(pixels_of(body["data"][0])[:, 24:], before[:, 24:])
    # The same picture, once in sRGB and once in a profile whose red and blue are exchanged, looks the same:
    # so the model paints the same, and the values come out exchanged.
    plain = png(np.full((48, 48, 3), (200, 120, 40), np.uint8))
    exchanged = io.BytesIO()
    Image.fromarray(np.full((48, 48, 3), (40, 120, 200), np.uint8)).save(
        exchanged, "PNG", icc_profile=profile
    )
    _, as_srgb = await shared_tiny.call.edit(plain, everything, seed=1)
    _, as_wide = await shared_tiny.call.edit(exchanged.getvalue(), everything, seed=1)
    apart = pixels_of(as_srgb["data"][0])[..., ::-1].astype(int) - pixels_of(as_wide["data"][0])
    assert np.abs(apart).max() <= 3
    # A Pro render is painted anew, in plain sRGB.
    _, pro = await shared_tiny.call.edit(exchanged.getvalue(), tier="pro")
    assert "icc_profile" not in opened(pro["data"][0]).info


async def test_a_second_picture_is_refused_by_a_model_that_looks_at_one(shared_tiny: Serving) -> None:
    form = edit_form(png(noise(32, 32)))
    form.add_field("image[]", png(noise(32, 32)), filename="b.png", content_type="image/png")
    async with shared_tiny.call.session.post(f"{shared_tiny.url}/v1/images/edits", data=form) as answer:
        assert answer.status == 400
        words = (await answer.json())["error"]["message"]
    assert words == "This engine's model looks at one picture at a time; send a single “image”."


async def test_several_pictures_are_shown_to_a_model_that_goes_by_them(tmp_path: Path) -> None:
    call = "{ max_sequence_length = 24, text_encoder_out_layers = [1, 2, 3] }"
    path = write_profile(tmp_path / "p.toml", save_tiny_klein(tmp_path / "model"), call=call)
    path.write_text(path.read_text().replace("guidance = 3.0", "guidance = 1.0"))
    async with serving(load_profile(str(path))) as engine:

        async def edited(*others: np.ndarray, fields: dict[str, str]) -> np.ndarray:
            form = edit_form(png(noise(64, 64)), seed=3, **fields)
            for other in others:
                form.add_field("image[]", png(other), filename="b.png", content_type="image/png")
            async with engine.call.session.post(f"{engine.url}/v1/images/edits", data=form) as answer:
                body = await answer.json()
                assert answer.status == 200, body
            return pixels_of(body["data"][0])

        for fields in ({}, {"size": "96x64", "anchor": "left"}):
            black, white = np.zeros((64, 64, 3), np.uint8), np.full((64, 64, 3), 255, np.uint8)
            results = [
                await edited(*others, fields=fields) for others in ((), (black,), (white,), (black, white))
            ]
            for number, result in enumerate(results):
                assert not any(np.array_equal(result, other) for other in results[:number])


@pytest.fixture(scope="module")
def segmenter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_clipseg(tmp_path_factory.mktemp("segmenter"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def finding(
    tiny_model: Path, segmenter: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Serving]:
    """An engine whose profile names a segmentation model."""
    path = write_profile(tmp_path_factory.mktemp("profile") / "p.toml", tiny_model)
    table = f'\n[segmenter]\nmodel = "{segmenter}"\nlicence = "Apache-2.0"\n'
    path.write_text(path.read_text() + table)
    async with serving(load_profile(str(path))) as engine:
        yield engine


async def mask_of(engine: Serving, picture: np.ndarray, **fields: str) -> tuple[int, dict]:
    form = edit_form(png(picture), **fields)
    async with engine.call.session.post(f"{engine.url}/v1/masks", data=form) as answer:
        return answer.status, await answer.json()


async def test_a_name_becomes_a_mask(finding: Serving, segmenter: Path) -> None:
    picture = noise(60, 44)
    scores = scores_of(segmenter, Image.fromarray(picture), "a shoe")
    middle = float(np.median(scores))
    assert scores.min() < middle < scores.max()
    status, body = await mask_of(finding, picture, text="a shoe", mask_threshold=str(middle))
    assert status == 200, body
    mask = pixels_of(body["data"][0])
    assert mask.shape == (44, 60, 4)
    assert np.array_equal(mask[..., 3] == 0, grown(scores >= middle, 1))
    assert body["coverage"] == pytest.approx((mask[..., 3] == 0).mean(), abs=1e-4)
    status, body = await mask_of(finding, picture, text="a shoe", mask_threshold="0.99")
    assert status == 400
    assert body["error"]["code"] == "nothing_found"
    assert body["error"]["message"].startswith("Nothing in the picture looks like “a shoe”")
    status, body = await mask_of(finding, picture, text=" ", prompt="")
    assert body["error"]["message"] == "The text is empty: say what is to be found in the picture."


@pytest.mark.parametrize("mode", ["edit", "keep"])
async def test_a_named_thing_is_changed_or_kept(finding: Serving, segmenter: Path, mode: str) -> None:
    picture = noise(60, 44)
    scores = scores_of(segmenter, Image.fromarray(picture), "a shoe")
    threshold = float(np.quantile(scores, 0.7))
    status, body = await finding.call.edit(
        png(picture), mask_text="a shoe", mask_threshold=threshold, mask_mode=mode, seed=1
    )
    assert status == 200, body
    assert body["draftroom"]["tier"] == "fix"
    found = grown(scores >= threshold, 1)
    inside = found if mode == "edit" else ~found
    after = pixels_of(body["data"][0])
    assert np.array_equal(after[~inside], picture[~inside])
    assert (after[inside] != picture[inside]).any()


async def test_a_segmentation_model_that_is_not_there_is_told(
    finding: Serving, tiny_model: Path, tmp_path: Path
) -> None:
    path = write_profile(tmp_path / "p.toml", tiny_model)
    path.write_text(path.read_text() + '\n[segmenter]\nmodel = "./nowhere"\nlicence = "MIT"\n')
    async with serving(load_profile(str(path))) as engine:
        status, body = await mask_of(engine, noise(32, 32), text="a shoe")
    assert status == 503
    assert body["error"]["code"] == "no_segmenter"
    assert "could not be loaded" in body["error"]["message"]
