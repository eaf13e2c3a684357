"""The brand kit: what is read from its form, what it refuses, and how far pictures are from a palette."""

import io
import random

import numpy as np
import pytest
from coloraide import Color
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from bot.brand import chart, messages, swatches
from bot.brand import table as brand_table
from bot.brand.chart import Point
from bot.brand.drift import apart, measure, outliers_last, summary
from bot.brand.kit import (
    TOLERANCE,
    Colour,
    EditBrand,
    Kit,
    ShowDrift,
    check,
    parse_brand,
    read_kit,
    read_palette,
)
from bot.briefs.model import BriefRequest, UserError
from bot.draft import actions as draft_actions
from tests.bot.office import ADA, CHANNEL, rows

TEAL, CORAL = Colour(name="Teal", hex="#0b5563"), Colour(name="Coral", hex="#ff7f50")
EMPTY = dict(palette="", always="", style="", refused="", aspect="", tolerance="")


def png(image):
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def halves(left, right):
    picture = Image.new("RGB", (256, 256), right)
    picture.paste(left, (0, 0, 128, 256))
    return png(picture)


def test_a_palette_is_read_line_by_line():
    assert read_palette("Teal #0B5563\nCoral: ff7f50, #fff ; #123456 night") == (
        TEAL,
        CORAL,
        Colour(name="", hex="#ffffff"),
        Colour(name="night", hex="#123456"),
    )
    assert read_palette("  \n , ") == ()


@pytest.mark.parametrize(
    ("change", "part", "sentence"),
    [
        ({"palette": "teal"}, "palette", "no hex colour"),
        ({"palette": "#12345"}, "palette", "no hex colour"),
        ({"palette": "#111111 #222222"}, "palette", "or several"),
        ({"palette": "\n".join(f"#00000{n}" for n in range(9))}, "palette", "up to 8"),
        ({"palette": "#fff\n#ffffff"}, "palette", "twice"),
        ({"palette": "x" * 30 + " #fff"}, "palette", "up to 24"),
        ({"always": "w" * 301}, "always", "up to 300"),
        ({"style": "w" * 301}, "style", "up to 300"),
        ({"refused": "w" * 41}, "refused", "up to 50 words"),
        ({"refused": ",".join(map(str, range(51)))}, "refused", "up to 50 words"),
        ({"always": "cheap thrills", "refused": "cheap"}, "refused", "both added and refused"),
        ({"tolerance": "0"}, "tolerance", "1 to 100"),
        ({"tolerance": "a lot"}, "tolerance", "1 to 100"),
    ],
)
def test_what_a_kit_cannot_hold_is_told_at_its_field(change, part, sentence):
    with pytest.raises(UserError) as told:
        read_kit(**{**EMPTY, **change})
    assert sentence in told.value.sentence
    assert told.value.field == part


@pytest.mark.parametrize(
    ("prompt", "refused"),
    [
        ("a CHEAP shoe", True),
        ("cheap", True),
        ("shoe,cheap!", True),
        ("a cheapskate", False),
        ("a shoe", False),
        ("red  velvet", True),
        ("“cheap”", True),
    ],
)
def test_refused_words_are_whole_words_in_any_case(prompt, refused):
    kit = read_kit(**{**EMPTY, "refused": "Cheap, red velvet"})
    if refused:
        with pytest.raises(UserError, match="nothing was charged"):
            check(kit, prompt)
    else:
        check(kit, prompt)


def test_the_commands():
    assert parse_brand("brand") == EditBrand()
    assert parse_brand("Drift") == ShowDrift(count=200)
    assert parse_brand("drift 50") == ShowDrift(count=50)
    assert parse_brand("drift wood on a beach") is None
    assert parse_brand("brand new shoes") is None
    for bad in ("drift 0", "drift 201"):
        with pytest.raises(UserError, match="1 to 200"):
            parse_brand(bad)


# Pairs and distances from Sharma, Wu and Dalal's test data for CIEDE2000, as L*a*b*.
@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_distance_is_ciede2000(one, other, distance):
    found = Color("lab-d65", one).delta_e(Color("lab-d65", other), method="2000")
    assert found == pytest.approx(distance, abs=1e-4)


def test_a_picture_of_the_palette_has_no_drift_and_another_has_the_known_distance():
    assert measure(halves(TEAL.hex, CORAL.hex), [TEAL, CORAL]).distance == 0
    lime = "#00ff00"
    found = measure(png(Image.new("RGB", (64, 64), lime)), [TEAL])
    assert found.distance == pytest.approx(apart(lime, TEAL.hex)) == pytest.approx(63.249, abs=0.001)
    half = measure(halves(lime, TEAL.hex), [TEAL])
    assert half.distance == pytest.approx(found.distance / 2, rel=1e-6)
    assert (half.worst.hex, half.worst.nearest, half.worst.share) == (lime, TEAL, 0.5)


CREAM = Colour(name="Cream", hex="#f4e9d8")


def before_a_ground(subject, ground, size=60):
    """A thing with a soft shadow in the middle of a picture of 200 whose ground gets a little darker to its foot."""
    light = (
        np.linspace(1.05, 0.95, 200)[:, None, None] * np.array(Color(ground).convert("srgb").coords()) * 255
    )
    picture = Image.fromarray(np.broadcast_to(light, (200, 200, 3)).clip(0, 255).astype(np.uint8))
    shadow = Image.new("L", (200, 200))
    ImageDraw.Draw(shadow).ellipse((100 - size, 100 + size // 2, 100 + size, 100 + size), fill=70)
    picture.paste("black", mask=shadow.filter(ImageFilter.GaussianBlur(12)))
    box = (100 - size // 2, 100 - size // 2, 100 + size // 2, 100 + size // 2)
    ImageDraw.Draw(picture).ellipse(box, fill=subject)
    return png(picture)


@pytest.mark.parametrize("size", [50, 90, 140])
def test_a_thing_of_another_colour_is_seen_however_much_ground_there_is(size):
    palette = [TEAL, CORAL, CREAM]
    for ground in (TEAL.hex, CREAM.hex):
        found = measure(before_a_ground("#5b2a86", ground, size), palette)
        assert found.distance > TOLERANCE
        assert apart(found.worst.hex, "#5b2a86") < 3
        assert found.worst.share < 0.5
        # Of the palette, a thing and its shadow are no other colour.
        assert measure(before_a_ground(CORAL.hex, ground, size), palette).distance < 8


def test_flags_are_one_line_with_swatches():
    found = measure(before_a_ground("#5b2a86", CREAM.hex), [TEAL, CORAL, CREAM])
    told = messages.flags_of_a_grid([(2, found)])
    assert "\n" not in told
    assert f"by {found.distance:.1f}: 🟪 where " in told
    assert f"{messages.square(found.worst.nearest.hex)} {found.worst.nearest}" in told
    assert [messages.square(colour) for colour in ("#ff0000", "#0b5563", "#111111", "#fffffe")][0::2] == [
        "🟥",
        "⬛",
    ]


def test_small_accents_do_not_count():
    picture = Image.new("RGB", (200, 200), TEAL.hex)
    picture.paste("#ff00ff", (0, 0, 20, 20))
    assert measure(png(picture), [TEAL]).distance == 0


@given(st.tuples(*[st.integers(0, 255)] * 3), st.tuples(*[st.integers(0, 255)] * 3))
def test_a_nearer_colour_in_the_palette_never_makes_it_worse(shown, other):
    colours = [Colour(name="", hex="#{:02x}{:02x}{:02x}".format(*one)) for one in (shown, other)]
    picture = png(Image.new("RGB", (32, 32), shown))
    assert measure(picture, colours).distance == 0 <= measure(picture, colours[1:]).distance


def test_flagged_pictures_come_last_the_farthest_at_the_end():
    assert outliers_last([3.0, 40.0, None, 25.0, 20.0], 20) == [0, 2, 4, 3, 1]
    assert outliers_last([], 20) == []


def test_a_chart_of_two_hundred_pictures_and_its_words():
    random.seed(5)
    kit = Kit(palette=(TEAL, CORAL))
    points = [Point(name=f"K7M2QRS/draft{n}", distance=random.uniform(0, 19)) for n in range(200)]
    points[120] = Point(name="K7M2QRS/pro1", distance=44.4)
    points[7] = Point(name="K7M2QRS/fix2", distance=21.0)
    picture = Image.open(io.BytesIO(chart.chart(points, kit, "spring-sneakers")))
    assert picture.size == (chart.WIDTH, chart.HEIGHT)
    # The palette is in it, and the flagged triangles are where they belong: right of the middle, at the top.
    pixels = np.asarray(picture.convert("RGB"))
    for colour in kit.palette:
        assert (pixels == np.array(Color(colour.hex).convert("srgb").coords()) * 255 // 1).all(
            axis=-1
        ).sum() > 5_000
    text = chart.alt_text(points, kit)
    assert "200 pictures" in text
    assert "2 flagged above 20: K7M2QRS/pro1 44.4, K7M2QRS/fix2 21.0." in text
    assert f"half within {summary([p.distance for p in points], 20).median:.1f}, the farthest 44.4" in text
    assert "CIEDE" not in text


@pytest.mark.parametrize("count", [1, 2, 9, 200])
def test_alt_text_fits_an_upload_also_when_all_are_flagged(count):
    kit = Kit(palette=tuple(Colour(name="n" * 24, hex=f"#00000{n}") for n in range(8)))
    points = [Point(name="K7M2QRS/draft25", distance=99.9)] * count
    assert len(chart.alt_text(points, kit)) <= 1_000
    assert chart.chart(points, kit, "c")


def test_the_palettes_picture_shows_each_colour():
    shown = np.asarray(Image.open(io.BytesIO(swatches.swatches([TEAL, CORAL]))).convert("RGB"))
    for colour in ((11, 85, 99), (255, 127, 80)):
        assert (shown == colour).all(axis=-1).sum() > 10_000
    assert swatches.alt_text([TEAL, CORAL]) == "Palette of 2 colours: Teal #0b5563, Coral #ff7f50"
    assert swatches.ink_on("#ffffff") != swatches.ink_on("#000000")


def test_a_flag_tells_the_distance_in_words():
    found = measure(halves("#00ff00", TEAL.hex), [TEAL])
    told = messages.flagged("Picture 3", found)
    assert "Picture 3 is off the palette by" in told
    assert "50% of it is about `#00ff00`" in told
    assert "Teal #0b5563" in told


async def test_a_kit_holds_for_new_briefs_and_is_remembered_with_them(office):
    kit = read_kit(
        **{**EMPTY, "palette": "#0b5563", "always": "soft light", "style": "matte", "aspect": "3:2"}
    )
    before = await draft_actions.open_brief(
        office.services, BriefRequest(prompt="a shoe"), person=ADA, channel=CHANNEL, source_key="1"
    )
    await office.database.write(
        lambda tx: brand_table.set_kit(tx, kit, channel=CHANNEL.id, person=ADA.id, at=before.created_at)
    )
    after = await draft_actions.open_brief(
        office.services, BriefRequest(prompt="a shoe"), person=ADA, channel=CHANNEL, source_key="2"
    )
    chosen = await draft_actions.open_brief(
        office.services,
        BriefRequest(prompt="a shoe", shaped=True),
        person=ADA,
        channel=CHANNEL,
        source_key="3",
    )
    assert (before.whole_prompt, before.aspect) == ("a shoe", (1, 1))
    assert (after.prompt, after.whole_prompt, after.aspect) == ("a shoe", "a shoe, soft light, matte", (3, 2))
    assert chosen.aspect == (1, 1)
    kept = await rows(office.database, "SELECT brief, added FROM brief_brands")
    assert {row["brief"]: row["added"] for row in kept} == {
        after.id: "soft light, matte",
        chosen.id: "soft light, matte",
    }


async def test_a_refused_word_costs_nothing(office):
    kit = read_kit(**{**EMPTY, "refused": "blood"})
    first = await draft_actions.open_brief(
        office.services, BriefRequest(prompt="a shoe"), person=ADA, channel=CHANNEL, source_key="1"
    )
    await office.database.write(
        lambda tx: brand_table.set_kit(tx, kit, channel=CHANNEL.id, person=ADA.id, at=first.created_at)
    )
    money = await rows(office.database, "SELECT count(*) AS count FROM ledger")
    with pytest.raises(UserError, match="refuses “blood”"):
        await draft_actions.open_brief(
            office.services, BriefRequest(prompt="Blood, much"), person=ADA, channel=CHANNEL, source_key="2"
        )
    assert await rows(office.database, "SELECT count(*) AS count FROM ledger") == money
    assert len(await rows(office.database, "SELECT 1 FROM briefs")) == 1
