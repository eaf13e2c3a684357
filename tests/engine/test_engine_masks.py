"""What says what may change, as clients send it: masks of every kind, and pictures that are their own mask."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from engine.profiles.profile import load_profile
from engine.serving.errors import Refused
from engine.serving.limits import Limits
from engine.serving.requests import Reader
from tests.engine.calls import mask_png, noise, pixels_of, png
from tests.engine.served import Serving
from tests.engine.test_engine_editing import wide_gamut


@pytest.fixture
def reader() -> Reader:
    return Reader(profile=load_profile("starter"), limits=Limits(), multiple=16)


def holed(size: tuple[int, int] = (64, 48), hole: tuple[int, int, int, int] = (8, 8, 30, 30)) -> np.ndarray:
    """Noise with an erased rectangle, black below it as editors leave it."""
    pixels = np.dstack([noise(*size), np.full((size[1], size[0]), 255, np.uint8)])
    pixels[hole[1] : hole[3], hole[0] : hole[2]] = 0
    return pixels


def file(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


@pytest.mark.asyncio(loop_scope="module")
async def test_a_picture_with_a_hole_and_no_mask_is_repainted_there_alone(shared_tiny: Serving) -> None:
    before = holed()
    status, body = await shared_tiny.call.edit(png(before), None, seed=3)
    assert status == 200, body
    assert body["draftroom"]["tier"] == "fix"
    after = pixels_of(body["data"][0])
    hole = before[..., 3] == 0
    assert after.shape == before.shape
    assert np.array_equal(after[~hole], before[~hole])
    assert (after[hole, 3] == 255).all()


def test_a_hole_is_closed_with_what_lies_beside_it(reader: Reader) -> None:
    pixels = np.full((48, 64, 4), 200, np.uint8)
    pixels[..., 3] = 255
    pixels[10:20, 10:20] = 0
    request = reader.edit({"prompt": "x"}, image=png(pixels), mask=None)
    assert request.image is not None
    assert (request.image == np.array([200, 200, 200, 255])).all()


@pytest.mark.parametrize(
    "fields",
    [
        {"tier": "pro"},
        {"tier": "draft"},
        {"size": "128x128"},
        {"anchor": "center", "size": "128x96"},
    ],
)
def test_who_says_what_is_meant_is_not_second_guessed(reader: Reader, fields: dict[str, str]) -> None:
    request = reader.edit({"prompt": "x", **fields}, image=png(holed()), mask=None)
    hole = holed()[..., 3] == 0
    assert request.region is None or not np.array_equal(request.region, hole)


@pytest.mark.parametrize("alpha", [255, 128, 1])
def test_what_shows_anything_at_all_is_no_hole(reader: Reader, alpha: int) -> None:
    pixels = holed()
    pixels[..., 3] = alpha
    assert reader.edit({"prompt": "x"}, image=png(pixels), mask=None).region is None


def test_a_picture_of_nothing_but_holes_marks_nothing(reader: Reader) -> None:
    assert reader.edit({"prompt": "x"}, image=png(np.zeros((48, 64, 4), np.uint8)), mask=None).region is None


def test_a_mask_comes_before_holes(reader: Reader) -> None:
    request = reader.edit({"prompt": "x"}, image=png(holed()), mask=mask_png(64, 48, (40, 0, 64, 48)))
    assert request.region is not None
    assert request.region[:, 40:].all()
    assert not request.region[:, :40].any()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_mask_is_turned_as_its_camera_says(reader: Reader, orientation: int) -> None:
    """A mask and a picture that a phone turned alike mark the same place."""
    upright = Image.fromarray(holed((64, 48)))
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }.get(orientation)
    exif = Image.Exif()
    exif[0x0112] = orientation
    turned = file(upright.transpose(back) if back is not None else upright, exif=exif)
    request = reader.edit({"prompt": "x"}, image=png(noise(64, 48)), mask=turned)
    assert request.region is not None
    assert np.array_equal(request.region, holed((64, 48))[..., 3] == 0)


def test_a_palette_mask_says_by_its_clear_colour(reader: Reader) -> None:
    values = np.zeros((48, 64), np.uint8)
    values[:, 32:] = 1
    palette = Image.fromarray(values, "P")
    palette.putpalette([0, 0, 0, 255, 255, 255])
    request = reader.edit({"prompt": "x"}, image=png(noise(64, 48)), mask=file(palette, transparency=1))
    assert request.region is not None
    assert np.array_equal(request.region, values == 1)


def test_a_mask_of_16_bits_says_by_its_clear_value(reader: Reader) -> None:
    values = np.full((48, 64), 30_000, np.uint16)
    values[:, 32:] = 65_535
    grey = Image.fromarray(values)
    request = reader.edit({"prompt": "x"}, image=png(noise(64, 48)), mask=file(grey, transparency=65_535))
    assert request.region is not None
    assert np.array_equal(request.region, values == 65_535)


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_mask_without_transparency_is_refused_with_what_to_do(reader: Reader, mode: str) -> None:
    picture = Image.new("RGB", (64, 48)).convert(mode)
    mask = file(picture, "JPEG" if mode == "CMYK" else "PNG")
    with pytest.raises(Refused, match="The mask has no transparency") as refused:
        reader.edit({"prompt": "x"}, image=png(noise(64, 48)), mask=mask)
    assert refused.value.param == "mask"


def test_a_cmyk_picture_is_edited_as_it_looks(reader: Reader) -> None:
    ink = Image.new("CMYK", (64, 48), (0, 255, 255, 0))
    request = reader.edit(
        {"prompt": "x", "tier": "fix"},
        image=file(ink, "JPEG", quality=100),
        mask=mask_png(64, 48, (0, 0, 8, 8)),
    )
    assert request.image is not None
    red, green, blue = request.image[24, 32, :3]
    assert red > 180
    assert max(green, blue) < 80


@pytest.mark.parametrize("clear", [False, True])
def test_a_wide_palette_keeps_its_profile_through_a_fix(reader: Reader, clear: bool) -> None:
    """A picture of few colours in a wide space: a fix keeps its numbers and what they mean."""
    profile = wide_gamut()
    palette = Image.fromarray(noise(64, 48)).quantize(8)
    options = {"transparency": 0} if clear else {}
    data = file(palette, icc_profile=profile, **options)
    request = reader.edit({"prompt": "x"}, image=data, mask=mask_png(64, 48, (0, 0, 8, 8)))
    assert request.colour_profile == profile
    assert request.image is not None
    assert np.array_equal(request.image[..., :3], np.array(palette.convert("RGB")))
