"""The evaluation sees what is there: composites score as right, wrong ones as wrong."""

from __future__ import annotations

import random

import numpy as np
import pytest
from PIL import Image

from engine.starter import data, evaluate, judge, scenes, seeing, tables
from engine.starter.captions import Scene, Thing
from engine.starter.subjects import BACKGROUNDS


@pytest.fixture(scope="module")
def learnt(sprites, tmp_path_factory):
    """A judge of four subjects only, which a few hundred examples teach."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judge, "NAMES", ["apple", "cat", "car", "house"])
        patch.setattr(judge, "SPRITES", sprites)
        patch.setattr(judge.examples, "__defaults__", (sprites,))
        yield judge.train(tmp_path_factory.mktemp("judge") / "judge.pt", count=512, epochs=6)


def scene(name: str, background: str = "white", position: str | None = None) -> Scene:
    return Scene(things=(Thing(name=name),), background=background, position=position)


def test_a_judge_trained_on_composites_knows_new_ones_and_is_kept(learnt, tmp_path):
    assert judge.accuracy(learnt, count=200) > 0.9


def test_right_pictures_score_and_wrong_ones_do_not(learnt, sprites):
    rng = random.Random(4)
    asked = [scene(name, ground, "left") for name in judge.NAMES for ground in ("teal", "navy", "pink")]
    pictures = [data.compose(s, 256, rng, sprites) for s in asked]
    right = evaluate.judge_scenes(asked, pictures, learnt)
    assert right["background"].share == right["position"].share == 1
    assert right["subject top-1"].share > 0.8
    elsewhere = [scene(s.things[0].name, "white", "right") for s in asked]
    wrong = evaluate.judge_scenes(elsewhere, pictures, learnt)
    assert wrong["background"].share == wrong["position"].share == 0
    assert evaluate.judge_scenes(asked[::-1], pictures, learnt)["subject top-1"].share < 0.3


def test_an_empty_backdrop_is_nowhere_and_a_pasted_patch_has_a_seam():
    plain = data.background("teal", 256, random.Random(1))
    assert seeing.place(plain) == "nowhere"
    assert seeing.seam(plain, evaluate.FIXED) <= 1.2
    patched = plain.copy()
    patched.paste(Image.new("RGB", (192, 192), "#1aa09c"), evaluate.FIXED[:2])
    assert seeing.seam(patched, evaluate.FIXED) > 2


def test_only_real_detail_is_finer_than_what_an_enlargement_holds():
    rng = np.random.default_rng(3)
    large = Image.fromarray(rng.integers(0, 255, (512, 512), dtype=np.uint8), "L")
    small = large.resize((256, 256), Image.Resampling.LANCZOS)
    for again in (Image.Resampling.LANCZOS, Image.Resampling.BICUBIC):
        assert seeing.fine_detail(large) > 5 * seeing.fine_detail(small.resize((512, 512), again))


def test_fixed_scenes_hold_every_subject_on_many_backdrops():
    listed = scenes.fixed_scenes()
    assert len({s.things[0].name for s in listed}) == len(listed) >= 150
    assert {s.background for s in listed} == set(BACKGROUNDS)


def test_unseen_scenes_are_unseen():
    from engine.starter.captions import is_held_out

    assert all(is_held_out(s) or s.background == "white" for s in scenes.unseen_scenes(60, 3))


def test_a_sheet_shows_every_picture():
    pictures = [Image.new("RGB", (32, 32), colour) for colour in ("red", "green", "blue")]
    page = tables.sheet(pictures, ["one", "two", "three"], columns=2, side=32)
    assert page.size == (64, 2 * 48)
    assert np.asarray(page)[60, 10].tolist() == [0, 0, 255]
