"""The closest look of the evaluation: what is drawn right is like the truth, and what flatters is not believed."""

from __future__ import annotations

import random

import numpy as np
import pytest
from PIL import Image, ImageFilter

from engine.starter import autoencoder, data, likenesses, scenes, truth
from engine.starter.captions import Scene, Thing
from engine.starter.subjects import SUBJECTS
from engine.starter.tables import Table

SCENES = {
    "plain": Scene(things=(Thing(name="cat"),), background="teal"),
    "recoloured": Scene(things=(Thing(name="sneaker", colour="red"),), background="white"),
    "small": Scene(things=(Thing(name="camera"),), background="pink", size="small"),
    "pair": Scene(things=(Thing(name="apple"), Thing(name="dog")), background="navy"),
    "placed": Scene(things=(Thing(name="car"),), background="mint", position="top left"),
}


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_a_true_composite_is_found_whatever_its_side_size_and_light(sprites, scene):
    for seed in range(4):
        picture = data.compose(scene, 256, random.Random(seed), sprites)
        found, own = truth.nearest(scene, picture, sprites)
        like = truth.likeness(picture, found, own)
        assert like.ssim > 0.99
        assert like.delta_e < 1
        assert like.edges == pytest.approx(1, abs=0.05)


def test_a_blurred_thing_is_softer_and_another_one_is_unlike_though_the_ground_is_right(sprites):
    scene = SCENES["plain"]
    picture = data.compose(scene, 256, random.Random(3), sprites)
    found, own = truth.nearest(scene, picture, sprites)
    soft = truth.likeness(picture.filter(ImageFilter.GaussianBlur(4)), found, own)
    assert soft.edges < 0.6
    assert soft.ssim < 0.97
    other = Scene(things=(Thing(name="fox"),), background="teal")
    wrong = data.compose(other, 256, random.Random(3), sprites)
    unlike = truth.likeness(wrong, *truth.nearest(scene, wrong, sprites))
    assert unlike.ssim < soft.ssim
    assert unlike.delta_e > 5
    empty = truth.likeness(data.background("teal", 256, random.Random(3)), found, own)
    assert empty.ssim < 0.6, "an empty picture's ground is right, and counts for nothing"


def test_own_pixels_are_those_of_the_things_alone(sprites):
    own = data.own_pixels(256, SCENES["pair"], data.arrangements(SCENES["pair"])[0], sprites)
    left, right = own[:, :128], own[:, 128:]
    assert 0.03 < own.mean() < 0.3
    assert left.any()
    assert right.any()
    assert not own[:32].any()


def test_the_codec_stands_beside_each_picture_and_the_worst_come_first(sprites):
    codec = autoencoder.build(16).eval()
    listed = [SCENES["plain"], SCENES["small"]]
    pictures = [data.compose(scene, 256, random.Random(1), sprites) for scene in listed]
    pictures[1] = Image.new("RGB", (256, 256), "white")
    compared = truth.compare(listed, pictures, codec, sprites)
    assert compared[0].drawn.ssim > compared[1].drawn.ssim
    assert compared[0].codec.ssim < 0.95, "an untrained codec keeps little"
    table = Table()
    likenesses.truth_rows(table, "two", compared)
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["two: SSIM, worst"][0].endswith("(camera)")
    assert rows["two: SSIM, worst"][2] == "≥ 0.80 (missed)"
    page = likenesses.worst_sheet(sorted(compared, key=lambda one: one.drawn.ssim))
    assert np.asarray(page)[80, 80].tolist() == [255, 255, 255]


def test_the_lists_hold_what_they_say():
    assert {s.things[0].name for s in scenes.recoloured_scenes()} == {n for n in SUBJECTS if SUBJECTS[n][2]}
    assert all(s.things[0].colour not in (None, s.background) for s in scenes.recoloured_scenes())
    assert {s.size for s in scenes.small_scenes(39)} == {"small"}
    pairs = scenes.pair_scenes(39)
    assert len({s.things for s in pairs}) == 39
    assert all(s.things[0].name != s.things[1].name for s in pairs)
