"""Pictures over nothing: the plain backdrop is taken out, the subject and its soft shadow stay."""

from __future__ import annotations

import base64
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from engine.pixels.matting import NoPlainBackdrop, without_backdrop
from engine.profiles.profile import load_profile
from engine.serving.backdrop import with_backdrop
from engine.serving.reproduction import reproduce
from marks.reading import read_notes
from tests.engine.calls import mask_png, noise, opened, png
from tests.engine.served import Serve, Serving

SIDE = 256
GREY, TEAL, WHITE, BLACK = (150, 150, 156), (0, 150, 145), (240, 240, 238), (0, 0, 0)


def picture(ground: tuple[int, int, int], *, shadow: bool = False) -> tuple[Image.Image, Image.Image]:
    """A red disc with a hole on a backdrop that grows darker downwards, and its true alpha."""
    ramp = np.linspace(1.06, 0.94, SIDE)[:, None, None]
    plain = np.clip(np.asarray(ground) * ramp, 0, 255) * np.ones((SIDE, SIDE, 1))
    drawn = Image.fromarray(plain.astype(np.uint8))
    big = Image.new("L", (4 * SIDE, 4 * SIDE))
    pen = ImageDraw.Draw(big)
    pen.ellipse((300, 260, 720, 680), fill=255)
    pen.ellipse((460, 420, 560, 520), fill=0)
    alpha = big.resize((SIDE, SIDE), Image.Resampling.BOX)
    if shadow:
        soft = Image.new("L", (SIDE, SIDE))
        soft.paste(alpha.point(lambda value: value * 0.35), (0, 14))
        drawn.paste((0, 0, 0), mask=soft.filter(ImageFilter.GaussianBlur(7)))
    drawn.paste((205, 40, 45), mask=alpha)
    return drawn, alpha


@pytest.mark.parametrize("ground", [GREY, TEAL, WHITE, BLACK])
def test_the_subject_stays_with_a_soft_edge_and_what_was_behind_it_goes(ground: tuple[int, int, int]) -> None:
    drawn, alpha = picture(ground)
    found = without_backdrop(np.array(drawn))
    true = np.asarray(alpha, np.float32)
    assert np.abs(found[..., 3] - true).mean() < 2
    # No colour of the backdrop is left at the edge: it would show on another one.
    edge = (found[..., 3] > 60) & (found[..., 3] < 220)
    assert edge.sum() > 50
    assert np.abs(found[edge][:, :3].astype(int) - (205, 40, 45)).max(axis=1).mean() < 20
    assert ground == WHITE or found[128, 128, 3] == 0, "the hole shows what lies behind the picture"


def test_a_shadow_stays_as_a_darkness_of_its_own() -> None:
    drawn, _ = picture(GREY, shadow=True)
    found = without_backdrop(np.array(drawn))
    below, beside = found[182, 128], found[128, 20]
    assert 15 < below[3] < 120
    assert below[:3].max() < 30
    assert beside[3] == 0
    on_grey = Image.fromarray(np.full((SIDE, SIDE, 3), GREY, np.uint8))
    on_grey.paste(Image.fromarray(found, "RGBA"), mask=Image.fromarray(found, "RGBA"))
    assert np.abs(np.asarray(on_grey, int) - np.asarray(drawn, int)).mean() < 6


def test_a_large_picture_keeps_its_own_pixels_where_they_are_solid() -> None:
    drawn, alpha = picture(GREY)
    large = drawn.resize((1400, 1200), Image.Resampling.NEAREST)
    found = without_backdrop(np.array(large))
    solid = found[..., 3] == 255
    assert (found[solid][:, :3] == np.array(large)[solid]).all()
    true = np.asarray(alpha.resize(large.size, Image.Resampling.BILINEAR), np.float32)
    assert np.abs(found[..., 3] - true).mean() < 3


def test_a_picture_without_a_plain_backdrop_is_refused() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    with pytest.raises(NoPlainBackdrop):
        without_backdrop(noise)
    with pytest.raises(NoPlainBackdrop):
        without_backdrop(np.full((64, 64, 3), 90, np.uint8))
    with pytest.raises(NoPlainBackdrop):
        without_backdrop(np.full((1, 64, 3), 90, np.uint8))


def test_a_prompt_asks_for_a_plain_backdrop_unless_it_names_one() -> None:
    assert with_backdrop("a red apple") == "a red apple, isolated on a plain gray background"
    assert with_backdrop("a red apple, teal Backdrop") == "a red apple, teal Backdrop"
    for nothing in ("a cat on a transparent background", "a cat, no background", "a cat without a backdrop"):
        assert with_backdrop(nothing) == "a cat, isolated on a plain gray background"


async def test_the_starter_draws_a_subject_over_nothing(serve: Serve) -> None:
    engine = await serve(replace(load_profile("starter"), threads=1))
    answers = {}
    for wanted in ("opaque", "transparent"):
        status, body = await engine.call.generate(
            prompt="a red apple", seed=4, steps=8, size="256x256", background=wanted
        )
        assert status == 200, body
        assert body["background"] == wanted
        answers[wanted] = body["data"][0]
    assert opened(answers["opaque"]).mode == "RGB"
    cut = opened(answers["transparent"])
    assert cut.mode == "RGBA"
    alpha = np.asarray(cut)[..., 3]
    assert (np.concatenate([alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]]) == 0).mean() > 0.97
    solid = alpha > 250
    assert 0.05 < solid.mean() < 0.6
    red, green, blue = np.asarray(cut)[solid][:, :3].mean(axis=0)
    assert red > 1.4 * max(green, blue)
    recipe = read_notes(base64.b64decode(answers["transparent"]["b64_json"])).recipe
    assert recipe["background"] == "transparent"
    again = await reproduce(recipe)
    assert again.pixels.shape[2] == 4
    assert np.abs(again.pixels.astype(int) - np.asarray(cut)).max() <= 2


async def test_what_has_no_plain_backdrop_fails_with_a_sentence(tiny: Serving) -> None:
    status, body = await tiny.call.generate(seed=1, background="transparent")
    assert status == 422
    assert body["error"]["code"] == "no_plain_backdrop"
    assert "plain white background" in body["error"]["message"]


async def test_a_fix_keeps_its_own_background(tiny: Serving) -> None:
    status, body = await tiny.call.edit(
        png(noise(64, 64)), mask_png(64, 64, (8, 8, 40, 40)), prompt="a cup", background="transparent"
    )
    assert status == 400
    assert body["error"]["message"].startswith("A fix keeps the picture's own background")
