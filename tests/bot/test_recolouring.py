"""“make it blue”: what is understood, which thing is meant, and that only its hue changes, in its pixels alone."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from bot.briefs.model import UserError
from bot.draft import colours
from bot.draft.instructions import recoloured
from bot.fix.aim import aim
from bot.fix.order import painted_part
from bot.fix.regions import parse_region
from bot.pictures import recolour, things

TEAL = (23, 155, 150)
RED, GREEN = (205, 45, 52), (120, 190, 60)
APPLE = "a red apple on a teal background"


def ground(width=256, height=256, colour=TEAL):
    """A ground that is a little lighter above, with a little noise."""
    rows = np.linspace(12, -12, height)[:, None, None]
    noise = np.random.default_rng(3).normal(0, 1, (height, width, 3))
    return Image.fromarray(np.clip(np.array(colour) + rows + noise, 0, 255).astype(np.uint8))


def ball(picture, centre, radius, colour=RED, leaf=False):
    """A shaded ball with a soft edge, and maybe a leaf on it."""
    x, y = centre
    across, down = np.meshgrid(np.arange(picture.width), np.arange(picture.height))
    light = 1.1 - 0.5 * np.hypot(across - x + radius / 3, down - y + radius / 3) / radius
    shaded = np.clip(np.array(colour) * light[..., None], 0, 255).astype(np.uint8)
    mask = Image.new("L", picture.size, 0)
    ImageDraw.Draw(mask).ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    picture.paste(Image.fromarray(shaded), mask=mask.filter(ImageFilter.GaussianBlur(1)))
    if leaf:
        ImageDraw.Draw(picture).ellipse((x, y - radius - 18, x + 34, y - radius + 2), fill=GREEN)
    return picture


def apple():
    return ball(ground(), (128, 140), 64, leaf=True)


def pair():
    """A red ball on the left, a yellow one on the right."""
    return ball(ball(ground(), (66, 128), 40), (190, 128), 40, (240, 200, 50))


def hue(pixels):
    """Hue in OKLab, degrees, of the mean of some pixels."""
    lab = recolour._lab(np.asarray(pixels, dtype=np.float32).reshape(-1, 3) / 255).mean(axis=0)
    return float(np.degrees(np.arctan2(lab[2], lab[1])))


def light(pixels):
    return np.asarray(pixels, dtype=np.float64) @ [0.2126, 0.7152, 0.0722]


def fixed(picture, words, instruction, prompt=APPLE):
    """What a fix makes of a picture, and what it may have changed."""
    found = aim(picture, parse_region(words), words=words, instruction=instruction, prompt=prompt)
    assert found.colour is not None
    made = recolour.recoloured(picture, found.mask, found.colour)
    return np.asarray(made), np.asarray(found.mask), found


@pytest.mark.parametrize(
    ("words", "thing", "colour"),
    [
        ("make it blue", "", "3b7ddd"),
        ("Make it blue.", "", "3b7ddd"),
        ("please make the apple blue", "apple", "3b7ddd"),
        ("colour it teal", "", "179b96"),
        ("color the red apple teal", "apple", "179b96"),
        ("paint the whole apple navy blue", "apple", "1f2f66"),
        ("turn it into a blue colour", "", "3b7ddd"),
        ("change the apple to an orange tone", "apple", "f58a2c"),
        ("paint it a peach shade", "", "f9bf9b"),
        ("in blue", "", "3b7ddd"),
        ("the apple in black", "apple", "1e1e22"),
        ("change the colour to green", "", "3fa65a"),
        ("change the colour of the apple to green", "apple", "3fa65a"),
        ("it should be white", "", "f4f4f2"),
        ("blue", "", "3b7ddd"),
        ("make the background #ff8800", "background", "ff8800"),
        ("make everything green", "", "3fa65a"),
        ("turn it into blue", "", "3b7ddd"),
        ("change it from red to blue", "", "3b7ddd"),
        ("turn the background into gold", "background", "d9a520"),
        ("change the apple to gold", "apple", "d9a520"),
        ("change its colour into an orange tone", "", "f58a2c"),
        ("turn the lemon gold", "lemon", "d9a520"),
        ("make the light blue", "light", "3b7ddd"),
        ("make the sky blue shoe sky blue", "shoe", "7ec4f2"),
    ],
)
def test_a_colour_is_understood(words, thing, colour):
    found = colours.read(words)
    assert found is not None
    assert (found.thing, bytes(found.colour).hex()) == (thing, colour)


@pytest.mark.parametrize("name", colours.NAMES)
def test_every_name_is_understood_and_told_alike(name):
    shoe = "a red shoe on a teal background"
    for said, told in ((f"make it {name}", ""), (f"turn the shoe into a {name} colour", "shoe")):
        found = colours.read(said)
        assert (found.thing, bytes(found.colour).hex()) == (told, colours.NAMES[name])
        article = "an" if name[0] in "aeiou" else "a"
        assert recoloured(shoe, said) == f"{article} {name} shoe on a teal background"
    assert recoloured(shoe, f"make the background {name}") == f"a red shoe on {article} {name} background"
    assert recoloured(f"one {name} shoe on a {name} background", "make it black") == (
        f"one black shoe on {article} {name} background"
    )


@pytest.mark.parametrize("words", ["make it dark green", "make it light green", "make it pale green"])
def test_a_tone_moves_the_colour(words):
    plain, toned = colours.read("make it green").colour, colours.read(words).colour
    assert (light(toned) < light(plain)) == ("dark" in words)
    assert abs(hue(toned) - hue(plain)) < 12


@pytest.mark.parametrize(
    "words",
    [
        "make it blue and shiny",
        "make it a blue pear",
        "make it and the leaf blue",
        "make it black and white",
        "replace it with a blue cup",
        "add a blue butterfly",
        "make it bluer",
        "warmer light",
        "remove the blue cup",
        "make the label say blue",
        "blue butterfly",
        "change the apple to an orange",
        "turn it into a peach",
        "turn the lemon into a lime",
        "turn it into an olive",
        "make it an orange",
        "paint a house red",
        "paint an apple green",
        "paint some flowers yellow",
        "paint two houses blue",
        "make it look like a plum",
        "make it look like an orange",
        "make the apple look like gold",
        "turn it into a rose",
        "turn it into a violet",
        "turn the apple into the orange",
        "turn the apple into another peach",
        "turn the lemon into gold",
        "turn it into silver.",
        "turn the apple to gold",
        "make it solid gold",
        "make it rose gold",
        "I think it should be blue",
        "make sure the apple is blue",
        "change the cup into pure gold",
        "make it a bright orange",
        "change the pear to a ripe lime",
        "make the label read blue",
        "swap it for an olive",
    ],
)
def test_more_than_a_colour_goes_to_the_model(words):
    assert colours.read(words) is None


@pytest.mark.parametrize("words", ["left", "center", "whole", "right"])
def test_a_thing_that_lies_across_the_region_is_coloured_whole(words):
    before = np.asarray(apple())
    after, mask, _ = fixed(apple(), words, "make it blue")
    body = np.hypot(*np.mgrid[-140:116, -128:128]) < 58
    assert abs(hue(after[body]) - hue(colours.read("blue").colour)) < 6
    # On both sides of the middle.
    assert all(abs(hue(after[body & half]) - hue(after[body])) < 6 for half in (LEFT, ~LEFT))
    assert np.corrcoef(light(before[body]), light(after[body]))[0, 1] > 0.95
    assert np.array_equal(before[mask == 0], after[mask == 0])


LEFT = np.arange(256)[None, :].repeat(256, axis=0) < 128


def test_an_apples_leaf_and_its_ground_stay():
    before = np.asarray(apple())
    after, mask, _ = fixed(apple(), "left", "make it blue")
    leaf = before[62:70, 140:152]
    assert np.array_equal(after[62:70, 140:152], leaf)
    assert np.array_equal(after[:40], before[:40])
    assert 0.1 < (mask > 0).mean() < 0.3


def test_no_rim_of_the_old_colour_is_left():
    after, _, _ = fixed(apple(), "left", "make it blue")
    red = (after[..., 0].astype(int) - after[..., 2]) > 40
    leaf = np.zeros_like(red)
    leaf[50:84, 120:170] = True
    assert (red & ~leaf).sum() == 0


@pytest.mark.parametrize(("words", "changed"), [("left", "left"), ("right", "right"), ("everything", "both")])
def test_of_several_things_the_one_in_the_region_is_meant(words, changed):
    before = np.asarray(pair())
    after, _, found = fixed(pair(), words, "make it blue", "a tomato and a lemon")
    different = (after != before).any(axis=-1)
    assert (different[:, :128].any(), different[:, 128:].any()) == (changed != "right", changed != "left")
    assert found.retold == (changed == "both")


def test_cells_and_percentages_say_exactly_which_part():
    before = np.asarray(apple())
    after, _, found = fixed(apple(), "0% 0% 50% 100%", "make it blue")
    assert np.array_equal(after[:, 128:], before[:, 128:])
    assert not np.array_equal(after[:, :128], before[:, :128])
    assert not found.retold


def test_the_background_can_have_the_colour():
    before = np.asarray(apple())
    after, _, _ = fixed(apple(), "everything", "make the background pink")
    assert np.array_equal(after[110:170, 100:150], before[110:170, 100:150])
    assert abs(hue(after[:30]) - hue(colours.read("pink").colour)) < 8


@pytest.mark.parametrize("name", ["blue", "yellow", "pink", "teal", "brown", "black", "white", "grey"])
def test_every_colour_is_nearer_than_before_and_keeps_the_shade(name):
    wanted = colours.read(f"make it {name}").colour
    before = np.asarray(apple())
    after, _, _ = fixed(apple(), "left", f"make it {name}")
    body = np.hypot(*np.mgrid[-140:116, -128:128]) < 58
    target = recolour._lab(np.array(wanted, dtype=np.float32) / 255)
    near = [
        np.linalg.norm(recolour._lab(one[body] / np.float32(255)).mean(axis=0) - target)
        for one in (before, after)
    ]
    assert near[1] < 0.16
    assert near[1] < 0.6 * near[0]
    assert np.corrcoef(light(before[body]), light(after[body]))[0, 1] > 0.9


def test_a_white_thing_takes_a_colour_and_a_coloured_one_loses_it():
    white = ball(ground(), (128, 128), 60, (225, 225, 222))
    after, _, _ = fixed(white, "center", "make it red", "a white ball on a teal background")
    assert abs(hue(after[110:146, 110:146]) - hue(colours.read("red").colour)) < 8
    grey, _, _ = fixed(apple(), "center", "make it grey")
    assert np.ptp(grey[120:160, 110:146].astype(int), axis=-1).max() < 12


def test_painted_pixels_alone_change_and_all_of_them():
    mask = Image.new("L", (256, 256), 0)
    mask.paste(255, (100, 100, 140, 240))
    part = painted_part("make it blue", region="painted", mask="m")
    assert not part.retold
    before = np.asarray(apple())
    after = np.asarray(recolour.recoloured(apple(), mask, part.colour))
    assert np.array_equal(after[np.asarray(mask) == 0], before[np.asarray(mask) == 0])
    assert (after != before).any(axis=-1)[100:240, 100:140].mean() > 0.95


def test_transparency_stays():
    picture = apple().convert("RGBA")
    picture.putalpha(Image.linear_gradient("L"))
    made = recolour.recoloured(picture, Image.new("L", picture.size, 255), (59, 125, 221))
    assert np.array_equal(np.asarray(made)[..., 3], np.asarray(picture)[..., 3])


def test_where_nothing_stands_a_sentence_says_so():
    corner = ball(ground(), (60, 60), 36)
    with pytest.raises(UserError, match="nothing there to colour"):
        fixed(corner, "bottom-right", "make it blue")


def test_a_thing_that_no_prompt_names_and_a_picture_without_a_plain_ground_go_to_the_model():
    region = parse_region("left")
    named = aim(apple(), region, words="left", instruction="make the leaf blue", prompt=APPLE)
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (128, 128, 3), dtype=np.uint8))
    busy = aim(noise, region, words="left", instruction="make it blue", prompt=APPLE)
    assert named.colour is None
    assert busy.colour is None
    assert np.asarray(busy.mask)[:, :64].all()
    assert not np.asarray(busy.mask)[:, 64:].any()


def test_something_new_is_put_where_there_is_room():
    mask = np.asarray(
        aim(
            apple(), parse_region("top-right"), words="top-right", instruction="add a star", prompt=APPLE
        ).mask
    )
    rows, columns = np.nonzero(mask)
    assert rows.max() < 128
    assert columns.min() >= 128
    assert (np.ptp(rows), mask.any(axis=0).sum()) == (np.ptp(columns), mask.any(axis=1).sum())
    assert not (mask[np.asarray(things.find(apple()).labels) > 0]).any()


@pytest.mark.parametrize("instruction", ["remove it", "replace it with a lemon"])
def test_a_thing_that_goes_goes_whole_and_alone(instruction):
    found = things.find(pair())
    mask = (
        np.asarray(
            aim(pair(), parse_region("left"), words="left", instruction=instruction, prompt=APPLE).mask
        )
        > 0
    )
    left = found.labels == found.labels[128, 66]
    assert mask[left].all()
    assert not mask[(found.labels > 0) & ~left].any()


@pytest.mark.parametrize("words", ["left", "0% 0% 50% 100%"])
def test_a_large_picture_is_coloured_as_a_small_one_is(words):
    small, _, _ = fixed(apple(), words, "make it blue")
    large, mask, _ = fixed(apple().resize((1536, 1536), Image.Resampling.BICUBIC), words, "make it blue")
    shrunk = np.asarray(Image.fromarray(large).resize((256, 256), Image.Resampling.BOX)).astype(int)
    assert np.abs(shrunk - small).mean() < 3
    assert mask.shape == (1536, 1536)
    if words != "left":
        assert not mask[:, 768:].any()
        assert mask[:, 767].any()
