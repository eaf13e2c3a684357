"""Requests that cannot be served as they are: which field, and in which words."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from tests.engine.calls import edit_form, mask_png, noise, png
from tests.engine.served import Serving

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize(
    ("fields", "param", "words"),
    [
        ({"prompt": ""}, "prompt", "The prompt is empty: say what the picture should show."),
        ({"prompt": " \n\u200b\x00 "}, "prompt", "The prompt is empty: say what the picture should show."),
        ({"prompt": "a" * 40_000}, "prompt", "“prompt” has 40,000 characters; at most 32,000 are accepted."),
        ({"prompt": 7}, "prompt", "“prompt” must be a text."),
        ({"n": 0}, "n", "“n” must be a whole number between 1 and 10."),
        ({"n": 50}, "n", "“n” must be a whole number between 1 and 10."),
        ({"n": 1.5}, "n", "“n” must be a whole number between 1 and 10."),
        ({"n": True}, "n", "“n” must be a whole number between 1 and 10."),
        ({"size": "big"}, "size", "“size” must look like 256x256, or be “auto”."),
        ({"size": "0x64"}, "size", "Each side must have between 32 and 128 pixels."),
        ({"size": "64x4096"}, "size", "Each side must have between 32 and 128 pixels."),
        ({"size": "63x64"}, "size", "Both sides must be multiples of 8: 64x64 is near."),
        ({"quality": "best"}, "quality", "“quality” must be one of auto, low, standard, medium, high, hd"),
        ({"tier": "fix"}, "tier", "A fix needs a picture and a mask: send them to /v1/images/edits."),
        ({"tier": "free"}, "tier", "“tier” must be one of draft, fix, pro."),
        ({"steps": 100_000}, "steps", "“steps” must be a whole number between 1 and 200."),
        ({"guidance": "much"}, "guidance", "“guidance” must be a number between 0 and 50."),
        ({"guidance": 10**400}, "guidance", "“guidance” must be a number between 0 and 50."),
        ({"guidance": "nan"}, "guidance", "“guidance” must be a number between 0 and 50."),
        ({"seed": -2}, "seed", "“seed” must be a whole number between -1 and"),
        ({"seeds": ["a"]}, "seeds", "“seeds” must be a list of whole numbers that are not negative."),
        ({"seeds": [1, 2], "n": 3}, "seeds", "“n” is 3 but “seeds” names 2; they must agree."),
        ({"seeds": list(range(11))}, "seeds", "Between 1 and 10 seeds are accepted."),
        ({"partial_images": 4}, "partial_images", "“partial_images” must be a whole number between 0 and 3."),
        ({"output_format": "gif"}, "output_format", "“output_format” must be one of png, jpeg, webp."),
        ({"response_format": "url"}, "response_format", "Pictures come back as b64_json only."),
        ({"background": "glass"}, "background", "“background” must be one of auto, opaque, transparent."),
        (
            {"background": "transparent", "output_format": "jpeg"},
            "output_format",
            "JPEG has no transparency; ask for png or webp.",
        ),
        ({"stream": "perhaps"}, "stream", "“stream” must be true or false."),
    ],
)
async def test_a_wrong_field_is_named_in_a_sentence(
    shared_tiny: Serving, fields: dict[str, Any], param: str, words: str
) -> None:
    status, body = await shared_tiny.call.generate(**fields)
    assert status == 400
    assert body["error"]["type"] == "invalid_request_error"
    assert body["error"]["param"] == param
    assert body["error"]["message"].startswith(words)


async def test_an_unknown_model_is_not_found(shared_tiny: Serving) -> None:
    status, body = await shared_tiny.call.generate(model="gpt-image-9")
    assert status == 404
    assert body["error"]["code"] == "model_not_found"
    assert "“tiny”" in body["error"]["message"]


async def test_bodies_that_are_no_requests(shared_tiny: Serving) -> None:
    url = f"{shared_tiny.url}/v1/images/generations"
    for data in (b"{", b"[]", b"\xff\xfe", b""):
        async with shared_tiny.call.session.post(url, data=data) as answer:
            assert answer.status == 400
            assert (await answer.json())["error"]["message"].startswith("The body")
    async with shared_tiny.call.session.get(f"{shared_tiny.url}/v1/nothing") as answer:
        assert answer.status == 404
        assert "message" in (await answer.json())["error"]
    async with shared_tiny.call.session.post(f"{shared_tiny.url}/v1/images/edits", json={}) as answer:
        assert answer.status == 400
    async with shared_tiny.call.session.post(url, data=b"x" * (49 * 2**20)) as answer:
        assert answer.status == 413
        assert (await answer.json())["error"][
            "message"
        ] == "The request is too large; at most 48 MiB are accepted."


PICTURE = png(noise(40, 30))
EMPTY_MASK = png(noise(40, 30, 4) | 255)


@pytest.mark.parametrize(
    ("image", "mask", "fields", "words"),
    [
        (None, None, {}, "The picture to edit is missing: send it as the form's “image”."),
        (b"", None, {}, "The picture is empty."),
        (b"GIF89a, or so it says", None, {}, "The picture is not a PNG, JPEG or WebP that can be read."),
        (PICTURE[:200], None, {}, "The picture is damaged and cannot be decoded."),
        (PICTURE, b"no picture", {}, "The mask is not a PNG, JPEG or WebP that can be read."),
        (PICTURE, PICTURE, {}, "The mask has no transparency: erase the part that may change"),
        (PICTURE, EMPTY_MASK, {}, "The mask marks nothing: at least one pixel must be fully transparent."),
        (PICTURE, mask_png(30, 40, (0, 0, 9, 9)), {}, "The mask has 30 × 40 pixels and the picture 40 × 30;"),
        (PICTURE, None, {"tier": "fix"}, "A fix needs a mask: send a PNG whose transparent part may change."),
        (
            PICTURE,
            mask_png(40, 30, (0, 0, 9, 9)),
            {"size": "64x64"},
            "A fix keeps the picture's size of 40x30",
        ),
        (
            PICTURE,
            mask_png(40, 30, (0, 0, 9, 9)),
            {"output_format": "jpeg"},
            "JPEG would change pixels outside",
        ),
        (PICTURE, None, {"strength": 2}, "“strength” must be a number between 0.01 and 1."),
        (PICTURE, None, {"prompt": ""}, "The prompt is empty: say what the picture should show."),
    ],
)
async def test_a_wrong_upload_is_explained(
    shared_tiny: Serving, image: bytes | None, mask: bytes | None, fields: dict[str, Any], words: str
) -> None:
    status, body = await shared_tiny.call.edit(image, mask, **fields)
    assert status == 400
    assert body["error"]["message"].startswith(words)


@pytest.mark.parametrize(
    ("side", "words"),
    [
        (4_001, "The picture has 4001 × 4001 pixels; at most 16 megapixels are accepted."),
        (10_000, "The picture has 10000 × 10000 pixels; at most 16 megapixels are accepted."),
        (20_000, "The picture has far more than the 16 megapixels that are accepted."),
    ],
)
async def test_a_huge_picture_is_refused_from_its_header(shared_tiny: Serving, side: int, words: str) -> None:
    data = BytesIO()
    Image.new("1", (side, side)).save(data, "PNG")
    status, body = await shared_tiny.call.edit(data.getvalue())
    assert status == 400
    assert body["error"]["message"] == words


@pytest.mark.parametrize("name", ["image", "mask"])
async def test_a_picture_sent_as_text_is_refused_rather_than_passed_over(
    shared_tiny: Serving, name: str
) -> None:
    form = edit_form(PICTURE if name == "mask" else None)
    form.add_field(name, "iVBORw0KGgo")
    async with shared_tiny.call.session.post(f"{shared_tiny.url}/v1/images/edits", data=form) as answer:
        assert answer.status == 400
        error = (await answer.json())["error"]
    assert error["message"] == f"“{name}” must be sent as a file, with a file name."
