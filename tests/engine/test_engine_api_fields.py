"""What clients of the hosted Images API send and read, understood here as it is there."""

from __future__ import annotations

import base64
import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from engine.pixels.files import open_upload, to_pixels
from engine.profiles.profile import load_profile
from engine.serving.limits import Limits
from engine.serving.requests import Reader
from tests.engine.calls import edit_form, mask_png, noise, pixels_of, png
from tests.engine.served import Serving

pytestmark = pytest.mark.asyncio(loop_scope="module")

PICTURE = noise(64, 64)


def drawn(box: tuple[int, int, int, int]) -> bytes:
    """A transparent sheet with a red rectangle on it."""
    sheet = np.zeros((64, 64, 4), np.uint8)
    left, top, right, bottom = box
    sheet[top:bottom, left:right] = (255, 0, 0, 255)
    return png(sheet)


def data_url(data: bytes) -> dict[str, str]:
    return {"image_url": f"data:image/png;base64,{base64.b64encode(data).decode()}"}


async def test_what_is_drawn_over_a_picture_is_what_changes(shared_tiny: Serving) -> None:
    form = edit_form(png(PICTURE))
    form.add_field("markup", drawn((0, 0, 32, 64)), filename="markup.png", content_type="image/png")
    async with shared_tiny.call.session.post(f"{shared_tiny.url}/v1/images/edits", data=form) as answer:
        body = await answer.json()
        assert answer.status == 200, body
    made = pixels_of(body["data"][0])
    assert (made[:, 32:] == PICTURE[:, 32:]).all()
    assert (made[:, :32] != PICTURE[:, :32]).any()


async def test_a_file_of_an_unknown_name_is_refused_by_that_name(shared_tiny: Serving) -> None:
    form = edit_form(png(PICTURE))
    form.add_field("mask_image", drawn((0, 0, 9, 9)), filename="m.png", content_type="image/png")
    async with shared_tiny.call.session.post(f"{shared_tiny.url}/v1/images/edits", data=form) as answer:
        assert answer.status == 400
        error = (await answer.json())["error"]
    assert (error["param"], error["code"]) == ("mask_image", "unknown_parameter")


async def test_a_mask_and_a_markup_at_once_are_refused(shared_tiny: Serving) -> None:
    form = edit_form(png(PICTURE), mask_png(64, 64, (0, 0, 9, 9)))
    form.add_field("markup", drawn((0, 0, 9, 9)), filename="markup.png", content_type="image/png")
    async with shared_tiny.call.session.post(f"{shared_tiny.url}/v1/images/edits", data=form) as answer:
        assert (answer.status, (await answer.json())["error"]["param"]) == (400, "markup")


async def test_an_edit_may_come_as_json_with_data_urls(shared_tiny: Serving) -> None:
    body = {
        "prompt": "a blue apple",
        "images": [data_url(png(PICTURE))],
        "mask": data_url(mask_png(64, 64, (0, 0, 32, 64))),
        "safety_identifier": "person-7",
    }
    url = f"{shared_tiny.url}/v1/images/edits"
    async with shared_tiny.call.session.post(url, json=body) as answer:
        told = await answer.json()
        assert answer.status == 200, told
    assert (pixels_of(told["data"][0])[:, 32:] == PICTURE[:, 32:]).all()
    assert told["safety_identifier"] == "person-7"
    assert told["usage"]["output_tokens_details"] == {"text_tokens": 0, "image_tokens": 16}
    for bad in ({"file_id": "file-1"}, {"image_url": "https://example.com/a.png"}, "text"):
        async with shared_tiny.call.session.post(url, json={**body, "images": [bad]}) as answer:
            assert (answer.status, (await answer.json())["error"]["param"]) == (400, "images")


async def test_a_seed_of_minus_one_is_drawn(shared_tiny: Serving) -> None:
    seeds = set()
    for _ in range(2):
        status, body = await shared_tiny.call.generate(seed=-1)
        assert status == 200
        seeds.add(body["data"][0]["seed"])
    assert len(seeds) == 2
    assert min(seeds) >= 0


def reader() -> Reader:
    return Reader(profile=load_profile("starter"), limits=Limits(), multiple=16)


async def test_joiners_and_new_emoji_stay_in_a_prompt() -> None:
    for prompt in ("👩\u200d🚀 on a moon", "می\u200cخواهم", "a \U0001fadc", "🏴\U000e0067\U000e007f"):
        assert reader().generation({"prompt": prompt}).prompt == prompt
    assert reader().generation({"prompt": "a\u202eb\u200bc\x00"}).prompt == "abc"


async def test_names_that_tools_write_down_mean_the_profile() -> None:
    assert reader().generation({"prompt": "a", "model": "gpt-image-1.5"}).prompt == "a"
    strict = replace(reader(), profile=replace(load_profile("starter"), aliases=()))
    with pytest.raises(Exception, match="There is no model"):
        strict.generation({"prompt": "a", "model": "gpt-image-1.5"})


async def test_whoever_is_named_for_safety_waits_in_their_own_turn() -> None:
    asked = {"prompt": "a", "safety_identifier": "one", "user": "other"}
    assert reader().generation(asked).fairness_key == "one"
    assert reader().generation({**asked, "fairness_key": "channel"}).fairness_key == "channel"


def read(data: bytes) -> np.ndarray:
    return to_pixels(open_upload(data, name="picture", most_pixels=1_000_000))


async def test_a_grey_picture_of_16_bits_is_read_as_it_looks() -> None:
    ramp = np.linspace(0, 65_535, 128)[None].repeat(8, 0).astype(np.uint16)
    pixels = read(png(ramp))
    assert abs(pixels.mean() - 127.5) < 1
    assert (pixels[0, 0, 0], pixels[0, -1, 0]) == (0, 255)


async def test_a_cameras_jpeg_of_two_pictures_is_its_first() -> None:
    target = io.BytesIO()
    first = Image.new("RGB", (128, 96), (200, 60, 40))
    first.save(target, "MPO", save_all=True, append_images=[Image.new("RGB", (64, 48))])
    pixels = read(target.getvalue())
    assert pixels.shape == (96, 128, 3)
    assert abs(pixels[0, 0].astype(int) - (200, 60, 40)).max() < 6


@pytest.mark.parametrize("exif", [b"Exif\0\0zzzz", b"Exif\0\0MM\0*\0\0\0\x08\0\x02\x01\x12\0\x03"])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
async def test_a_picture_with_a_broken_exif_is_seen_as_it_lies(kind: str, exif: bytes) -> None:
    target = io.BytesIO()
    Image.new("RGB", (40, 30), (10, 200, 10)).save(target, kind, exif=exif)
    assert read(target.getvalue()).shape == (30, 40, 3)
