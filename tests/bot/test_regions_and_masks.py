"""Where a fix goes, and that nothing else changes."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from bot.briefs.model import UserError
from bot.fix.job import stitch
from bot.fix.regions import parse_region
from bot.pictures import masks
from bot.pictures.box import Box


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("left", (0, 0, 50, 100)),
        ("the left side", (0, 0, 50, 100)),
        ("RIGHT", (50, 0, 100, 100)),
        ("top-right", (50, 0, 100, 50)),
        ("bottom left", (0, 50, 50, 100)),
        ("upper half", (0, 0, 100, 50)),
        ("center", (25, 25, 75, 75)),
        ("centre", (25, 25, 75, 75)),
        ("middle left", (0, 25, 50, 75)),
        ("bottom center", (25, 50, 75, 100)),
        ("everything", (0, 0, 100, 100)),
        ("B2:C3", (25, 25, 75, 75)),
        ("c3:b2", (25, 25, 75, 75)),
        ("A1", (0, 0, 25, 25)),
        ("d4", (75, 75, 100, 100)),
        ("10% 20% 60% 80%", (10, 20, 60, 80)),
        ("10,20,60,80", (10, 20, 60, 80)),
        ("10% 20% - 60% 80%", (10, 20, 60, 80)),
        ("0 0 12.5 100", (0, 0, 12.5, 100)),
    ],
)
def test_regions_are_understood(text, box):
    found = parse_region(text)
    assert (found.left, found.top, found.right, found.bottom) == tuple(value / 100 for value in box)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "I don't know the region"),
        ("the label", "I don't know the region “the label”"),
        ("left right", "I don't know the region"),
        ("top top", "I don't know the region"),
        ("E1", "off the picture"),
        ("A5", "off the picture"),
        ("A1:Z9", "off the picture"),
        ("10 20 160 80", "off the picture"),
        ("-10 20 60 80", "off the picture"),
        ("60 20 10 80", "empty"),
        ("10 20 10 80", "empty"),
    ],
)
def test_bad_regions_come_back_as_a_sentence(text, words):
    with pytest.raises(UserError) as caught:
        parse_region(text)
    assert words in str(caught.value)


def picture(size, mode, seed):
    generator = np.random.default_rng(seed)
    bands = len(Image.new(mode, (1, 1)).getbands())
    values = generator.integers(0, 256, (size[1], size[0], bands), dtype=np.uint8)
    return Image.fromarray(values[..., 0] if bands == 1 else values)


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(st.integers(1, 90), st.integers(1, 90)),
    st.sampled_from(["RGB", "RGBA", "L"]),
    st.tuples(*[st.floats(0, 0.9)] * 2),
    st.tuples(*[st.floats(0.05, 1)] * 2),
    st.integers(0, 1000),
)
def test_only_masked_pixels_change_on_any_picture(size, mode, corner, extent, seed):
    original, edited = picture(size, mode, seed), picture(size, "RGB", seed + 1)
    box = Box(
        left=corner[0],
        top=corner[1],
        right=min(1.0, corner[0] + extent[0]),
        bottom=min(1.0, corner[1] + extent[1]),
    )
    mask = masks.from_box(box, *size)
    result = masks.composite(original, edited, mask)
    assert (result.mode, result.size) == (original.mode, original.size)
    outside = np.asarray(mask) == 0
    assert np.array_equal(np.asarray(result)[outside], np.asarray(original)[outside])
    assert masks.changed_outside(original, result, mask) == 0


def test_the_edit_is_whole_in_the_middle_and_soft_at_the_edge():
    original, edited = Image.new("RGB", (200, 200), "black"), Image.new("RGB", (200, 200), "white")
    mask = masks.from_box(Box(left=0.25, top=0.25, right=0.75, bottom=0.75), 200, 200)
    result = np.asarray(masks.composite(original, edited, mask).convert("L"))
    assert result[100, 100] == 255
    assert 0 < result[100, 50] < 255
    assert result[100, 49] == 0
    assert np.all(np.diff(result[100, 49:60].astype(int)) >= 0)


def test_an_edit_up_to_the_picture_s_own_edge_is_whole_there():
    original, edited = Image.new("RGB", (200, 200), "black"), Image.new("RGB", (200, 200), "white")
    mask = masks.from_box(Box(left=0, top=0, right=0.5, bottom=1), 200, 200)
    result = np.asarray(masks.composite(original, edited, mask).convert("L"))
    assert result[0, 0] == result[199, 50] == 255


def test_a_thin_stroke_shows_the_edit():
    original, edited = Image.new("RGB", (200, 200), "black"), Image.new("RGB", (200, 200), "white")
    mask = Image.new("L", (200, 200), 0)
    mask.paste(255, (100, 20, 101, 180))
    result = masks.composite(original, edited, mask)
    assert result.getpixel((100, 100)) == (255, 255, 255)


def png(image):
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def test_white_or_transparent_marks_what_may_change():
    white = Image.new("L", (8, 8), 0)
    white.paste(255, (0, 0, 4, 8))
    transparent = Image.new("RGBA", (8, 8), "white")
    transparent.paste((0, 0, 0, 0), (0, 0, 4, 8))
    expected = np.asarray(white)
    for upload in (white, transparent):
        assert np.array_equal(np.asarray(masks.from_upload(png(upload), 8, 8)), expected)


def test_the_engine_gets_the_mask_as_transparency():
    mask = masks.from_box(Box(left=0, top=0, right=0.5, bottom=1), 8, 8)
    sent = Image.open(io.BytesIO(masks.for_engine(mask)))
    assert sent.getpixel((0, 0))[3] == 0
    assert sent.getpixel((7, 7))[3] == 255


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"not a picture", "no picture that I can open"),
        (b"", "no picture that I can open"),
        (b"GIF89a\x01\x00\x01\x00", "no picture that I can open"),
        (png(Image.new("L", (9, 8), 255)), "The mask is 9×8 pixels, the picture 8×8"),
        (png(Image.new("L", (8, 8), 0)), "marks nothing"),
        (png(Image.new("1", (4_001, 4_000), 1)), "16 megapixels"),
        (png(picture((8, 8), "RGB", 1))[:120], "no picture that I can open"),
    ],
)
def test_a_bad_mask_comes_back_as_a_sentence(data, words):
    with pytest.raises(UserError) as caught:
        masks.from_upload(data, 8, 8)
    assert words in str(caught.value)


def test_a_fix_that_is_blended_here_still_says_how_it_was_made():
    before, after = Image.new("RGB", (32, 32), "teal"), Image.new("RGB", (32, 32), "red")
    mask = Image.linear_gradient("L").resize((32, 32))
    mask.paste(0, (0, 0, 32, 4))
    labels = PngImagePlugin.PngInfo()
    labels.add_itxt("parameters", "a red cup\nSeed: 7")
    out = io.BytesIO()
    after.save(out, "PNG", pnginfo=labels)
    made = Image.open(io.BytesIO(stitch(masks.to_png(before), out.getvalue(), masks.to_png(mask))))
    assert made.text["parameters"] == "a red cup\nSeed: 7"
    assert made.getpixel((5, 0)) == before.getpixel((5, 0))
    assert made.getpixel((5, 31))[0] > 240
