"""Products: how they are cut out, that not one of their pixels changes, and what stands behind them."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from bot.briefs.model import UserError
from bot.pictures import cutouts, shapes
from bot.product.request import Backdrops, parse_backdrops, read_csv


def png(image):
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def texture(width, height, seed=3):
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def bottle(ground=(244, 243, 240)):
    """A product with a hole, of the background's own colour inside, on a plain ground with a little noise."""
    picture = Image.new("RGB", (160, 120), ground)
    noise = np.random.default_rng(1).integers(-4, 5, (120, 160, 1))
    picture = Image.fromarray(np.clip(np.asarray(picture) + noise, 0, 255).astype(np.uint8))
    ImageDraw.Draw(picture).rectangle((50, 20, 109, 99), fill=(30, 60, 140))
    picture.paste(ground, (70, 40, 90, 60))
    return picture


def solid(cutout):
    return np.asarray(cutout.getchannel("A")) == 255


def test_a_product_on_a_plain_ground_is_cut_out_and_keeps_what_it_encloses():
    found = solid(cutouts.cut_out(png(bottle())))
    assert found[22:97, 52:107].all(), "the label inside has the ground's colour and stays"
    assert not found[:19].any()
    assert not found[:, :49].any()


def test_a_file_with_transparency_is_cut_by_it():
    picture = texture(80, 80).convert("RGBA")
    alpha = Image.new("L", (80, 80), 0)
    alpha.paste(255, (20, 20, 60, 60))
    alpha.paste(120, (20, 18, 60, 20))
    picture.putalpha(alpha)
    found = cutouts.cut_out(png(picture))
    assert (np.asarray(found.getchannel("A")) == np.asarray(alpha)).all()


def test_a_painted_mask_says_what_the_product_is():
    mask = Image.new("L", (160, 120), 0)
    mask.paste(255, (10, 10, 60, 60))
    found = cutouts.cut_out(png(texture(160, 120)), png(mask))
    assert solid(found).sum() == 2_500
    assert (np.asarray(found)[10:60, 10:60, :3] == np.asarray(texture(160, 120))[10:60, 10:60]).all()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"not a picture", "no picture"),
        (png(texture(160, 120)), "isn't plain"),
        (png(Image.new("RGB", (160, 120), "white")), "no product"),
        (png(Image.new("RGB", (40, 40), "white")), "64 to 2048"),
        (png(Image.new("RGB", (2049, 70), "white")), "64 to 2048"),
    ],
)
def test_what_cannot_be_cut_out_says_what_to_upload(data, sentence):
    with pytest.raises(UserError) as told:
        cutouts.cut_out(data)
    assert sentence in str(told.value)


def test_a_mask_of_another_size_or_of_everything_is_refused():
    with pytest.raises(UserError, match="Save the mask at"):
        cutouts.cut_out(png(bottle()), png(Image.new("L", (16, 12), 255)))
    with pytest.raises(UserError, match="fills the whole picture"):
        cutouts.cut_out(png(bottle()), png(Image.new("L", (160, 120), 255)))


@pytest.fixture(scope="module")
def bottle_cut_out():
    return cutouts.cut_out(png(bottle()))


@given(seed=st.integers(0, 10_000), size=st.sampled_from([(160, 120), (80, 60), (320, 240)]))
def test_not_one_pixel_of_the_product_changes_whatever_is_painted(bottle_cut_out, seed, size):
    cutout = bottle_cut_out
    result = cutouts.put_back(cutout, texture(*size, seed=seed))
    assert cutouts.changed(cutout, result) == 0
    kept = solid(cutout)
    assert (np.asarray(result)[kept] == np.asarray(cutout)[kept][:, :3]).all()
    assert (np.asarray(result)[~kept] != np.asarray(bottle())[~kept]).any()


def test_a_changed_product_is_counted():
    cutout = cutouts.cut_out(png(bottle()))
    result = cutouts.put_back(cutout, texture(160, 120))
    result.putpixel((60, 30), (1, 2, 3))
    assert cutouts.changed(cutout, result) == 1


def test_soft_edges_are_blended():
    cutout = Image.new("RGBA", (64, 64), (200, 0, 0, 255))
    cutout.putpixel((5, 5), (200, 0, 0, 51))
    result = cutouts.put_back(cutout, Image.new("RGB", (64, 64), (0, 100, 0)))
    assert result.getpixel((5, 5)) == (40, 80, 0)


def test_the_model_may_paint_the_background_and_just_under_the_edge():
    cutout = cutouts.cut_out(png(bottle()))
    shown, mask = cutouts.for_model(cutout)
    may, kept = np.asarray(mask) == 255, solid(cutout)
    assert may[~kept].all()
    assert 0 < (may & kept).sum() < kept.sum() / 3
    assert shown.getpixel((2, 2)) == (128, 128, 128)


def test_a_way_from_the_rim_follows_winding_ways_and_stops_at_walls():
    where = np.array(
        [[c == "." for c in row] for row in ("..#..", "#.#.#", "#...#", "#####", "##.##", "#####")]
    )
    found = shapes.from_rim(where)
    assert found.sum() == where.sum() - 1
    assert not found[4, 2]


@pytest.mark.parametrize(
    ("text", "prompts"),
    [
        ("backgrounds\non a beach\n\n  in a forest ", ("on a beach", "in a forest")),
        ("Backgrounds: on a beach; in a forest", ("on a beach", "in a forest")),
        ("backgrounds 3 on a beach", ("on a beach",) * 3),
        ("background 5\na\nb", ("a", "b", "a", "b", "a")),
        ("backgrounds", ()),
        ("backgrounds 3", ()),
        ("backgrounds 3D shapes", ("3D shapes",)),
    ],
)
def test_prompts_one_a_line_or_with_semicolons(text, prompts):
    assert parse_backdrops(text) == Backdrops(prompts=prompts)


@pytest.mark.parametrize(
    ("text", "shadow", "prompts"),
    [
        ("backgrounds --shadow on a beach; on pink", True, ("on a beach", "on pink")),
        ("backgrounds\non a beach —Shadow", True, ("on a beach",)),
        ("backgrounds 2 on a beach --no-shadow", False, ("on a beach",) * 2),
        ("backgrounds --shadow", True, ()),
        ("backgrounds long--shadow art", None, ("long--shadow art",)),
    ],
)
def test_a_shadow_is_asked_for_by_a_flag(text, shadow, prompts):
    assert parse_backdrops(text) == Backdrops(prompts=prompts, shadow=shadow)


def test_a_shadow_lies_under_the_lowest_rows_of_the_product_and_changes_none_of_its_pixels():
    picture = Image.new("RGBA", (200, 160), (0, 0, 0, 0))
    pattern = np.random.default_rng(4).integers(0, 256, (60, 80, 3), dtype=np.uint8)
    picture.paste(Image.fromarray(pattern), (20, 40))
    stands = cutouts.with_shadow(picture)
    ground = Image.new("RGB", picture.size, (200, 180, 160))
    result, without = (cutouts.put_back(one, ground) for one in (stands, picture))
    assert cutouts.changed(picture, result) == 0
    assert (np.asarray(result)[40:100, 20:100] == pattern).all()
    darker = np.asarray(without).astype(int).sum(-1) - np.asarray(result).astype(int).sum(-1)
    assert darker.min() >= 0
    below = darker[101:, 60]
    assert below[0] > 200, "it is dark where the product stands"
    assert (np.diff(below) <= 0).all(), "and fades away from it"
    assert below[-1] == 0
    assert abs(int(darker[103, 30]) - int(darker[103, 89])) <= 3, "on both sides alike"
    assert not darker[:70].any()
    assert not darker[:, 150:].any()
    assert cutouts.with_shadow(Image.new("RGBA", (64, 64))).getpixel((5, 5)) == (0, 0, 0, 0)


def test_other_words_are_no_backgrounds():
    assert parse_backdrops("fix the background: blue") is None
    assert parse_backdrops("a backgroundless cat") is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("backgrounds 26 a", "up to 25"),
        ("backgrounds " + ";".join("abcdefghijklmnopqrstuvwxyz"), "up to 25"),
        ("backgrounds 2 a;b;c", "3 prompts for 2"),
        ("backgrounds " + "w" * 1_001, "1,001 characters"),
    ],
)
def test_too_many_or_too_long_is_told(text, sentence):
    with pytest.raises(UserError) as told:
        parse_backdrops(text)
    assert sentence in str(told.value)


def test_prompts_from_a_csv():
    assert read_csv(b'name,Prompt\na,on a beach\nb,"in a forest, at dawn"\n\n') == (
        "on a beach",
        "in a forest, at dawn",
    )
    assert read_csv("\ufeffPrompt;Name\non a beach;x\n".encode()) == ("on a beach",)
    assert read_csv(b"on a beach\nin a forest\n") == ("on a beach", "in a forest")
    # As spreadsheets save them, and without a head: a comma belongs to the prompt.
    assert read_csv("größe".encode("latin-1")) == ("größe",)
    assert read_csv("prompt\tname\r\non a beach\tx\r\n".encode("utf-16")) == ("on a beach",)
    assert read_csv("sep=;\nprompt;name\n„on a beach; at dawn“;x\n".encode()) == ("on a beach; at dawn",)
    assert read_csv(b"on a beach, at dawn\nin a forest\n") == ("on a beach, at dawn", "in a forest")
    for data, sentence in [
        (b"", "no prompts"),
        (b"prompt\n", "no prompts"),
        ("größe".encode("latin-1") + b"\x81", "isn't UTF-8"),
        (b"prompt,name\na beach, at dawn,x\n", "line 2: it has 3 cells"),
        (b'prompt,name\n"a beach,x\n', "line 2: a quotation mark"),
        (b"a\n" * 30, "up to 25"),
        (b"x" * 200_001, "larger than"),
    ]:
        with pytest.raises(UserError) as told:
            read_csv(data)
        assert sentence in str(told.value)


def studio(light=True):
    """A grey gradient with a soft shadow under a red product, as photographers hand it over."""
    down, across = np.mgrid[0:1:192j, 0:1:256j]
    ground = 232 - 70 * down - 30 * (across - 0.5) ** 2
    depth = np.exp(-(((across - 0.5) / 0.28) ** 2) - ((down - 0.8) / 0.12) ** 2)
    shaded = ground * (1 - 0.3 * depth) if light else ground
    picture = Image.fromarray(np.repeat(np.rint(shaded).astype(np.uint8)[..., None], 3, axis=2))
    ImageDraw.Draw(picture).rectangle((90, 50, 165, 155), fill=(190, 40, 50))
    return picture


@pytest.mark.parametrize("light", [True, False])
def test_a_product_on_an_ordinary_studio_photo_is_cut_out(light):
    found = solid(cutouts.cut_out(png(studio(light))))
    assert found[53:153, 93:163].all()
    outside = found.copy()
    outside[48:158, 88:168] = False
    assert outside.mean() < 0.01


def test_a_grey_product_is_no_shadow():
    picture = studio()
    ImageDraw.Draw(picture).rectangle((90, 50, 165, 155), fill=(110, 110, 110))
    found = solid(cutouts.cut_out(png(picture)))
    assert found[56:150, 96:160].mean() > 0.98


def photo(width, height, ground, draw, *, shade=0.3, noise=2.5, quality=85):
    """A photo from a studio, as a camera writes it: a JPEG with noise, a shadow that is soft and one where it stands.

    `ground` is its light at the top and at the bottom; `draw` is given a mask's pen and the size, and its fill is the product.
    """
    down, across = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    light = ground[0] + (ground[1] - ground[0]) * down
    for deep, wide, tall, at in ((shade, 0.28, 0.05, 0.55), (shade / 2, 0.19, 0.02, 0.5)):
        light = light * (1 - deep * np.exp(-(((across - at) / wide) ** 2) - ((down - 0.8) / tall) ** 2))
    mask = Image.new("L", (2 * width, 2 * height), 0)
    draw(ImageDraw.Draw(mask), 2 * width, 2 * height)
    share = np.asarray(mask.resize((width, height), Image.Resampling.BOX), dtype=float)[..., None] / 255
    return mask.resize((width, height)), light, share, np.random.default_rng(7), noise, quality


def developed(made, colour):
    """The photo's file, with the product in a colour or of pixels, and where the product is."""
    mask, light, share, random, noise, quality = made
    pixels = light[..., None] * (1 - share) + np.asarray(colour) * share
    pixels = np.asarray(
        Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.8))
    )
    pixels = np.clip(pixels + random.normal(0, noise, pixels.shape), 0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=quality)
    return out.getvalue(), np.asarray(mask) > 127


def a_bottle(pen, width, height):
    pen.rounded_rectangle((0.36 * width, 0.4 * height, 0.64 * width, 0.8 * height), 0.04 * width, fill=255)
    pen.rectangle((0.45 * width, 0.22 * height, 0.55 * width, 0.42 * height), fill=255)


def a_cup(pen, width, height):
    pen.rectangle((0.3 * width, 0.5 * height, 0.62 * width, 0.8 * height), fill=255)
    pen.ellipse(
        (0.55 * width, 0.54 * height, 0.75 * width, 0.74 * height), outline=255, width=round(0.03 * width)
    )
    pen.rectangle((0.3 * width, 0.5 * height, 0.62 * width, 0.8 * height), fill=255)


def a_beam(pen, width, height):
    pen.rectangle((0, 0.35 * height, width, 0.8 * height), fill=255)


@pytest.mark.parametrize(
    ("thing", "ground", "colour"),
    [
        (a_bottle, (150, 215), (18, 40, 28)),
        (a_bottle, (200, 240), (150, 60, 40)),
        (a_bottle, (45, 80), (18, 40, 28)),
        (a_cup, (110, 190), (240, 240, 238)),
        (a_beam, (150, 215), (40, 60, 120)),
    ],
    ids=["dark", "brown", "dark on dark", "white with a handle", "cut off on two sides"],
)
def test_a_photo_with_noise_and_a_shadow_is_cut_along_the_product(thing, ground, colour):
    data, product = developed(photo(960, 1280, ground, thing), colour)
    found = solid(cutouts.cut_out(data))
    assert (found & product).sum() / product.sum() > 0.96, "some of the product is gone"
    assert (found & ~product).sum() / product.sum() < 0.02, "some of the ground or its shadow is left"


def test_a_product_that_fades_into_its_ground_is_painted_by_hand():
    across = np.linspace(0, 1, 480)[None, :, None]
    data, _ = developed(photo(480, 640, (205, 205), a_cup), (320 - 300 * across) * np.ones((640, 1, 3)))
    with pytest.raises(cutouts.Unclear, match="can't tell where it ends"):
        cutouts.cut_out(data)


def test_a_table_before_a_wall_is_no_plain_ground():
    pixels = np.full((240, 320, 3), 200, np.uint8)
    pixels[180:] = (120, 80, 50)
    pixels[80:200, 120:200] = (20, 90, 40)
    with pytest.raises(cutouts.Unclear, match="isn't plain"):
        cutouts.cut_out(png(Image.fromarray(pixels)))
