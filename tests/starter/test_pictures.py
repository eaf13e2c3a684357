"""Composites show what their scene says, as the evaluation sees it."""

from __future__ import annotations

import random

import pytest

from engine.starter import data, seeing
from engine.starter.captions import Scene, Thing
from engine.starter.subjects import BACKGROUNDS, POSITIONS, SUBJECT_COLOURS


@pytest.mark.parametrize("background", BACKGROUNDS)
def test_background_is_recognised(sprites, background):
    scene = Scene(things=(Thing(name="cat"),), background=background)
    picture = data.compose(scene, 128, random.Random(1), sprites)
    assert seeing.nearest(seeing.border(picture), BACKGROUNDS) == background


@pytest.mark.parametrize("position", POSITIONS)
def test_position_is_recognised(sprites, position):
    scene = Scene(things=(Thing(name="apple"),), background="white", position=position, size="small")
    picture = data.compose(scene, 128, random.Random(2), sprites)
    assert seeing.place(picture) == position


@pytest.mark.parametrize("colour", SUBJECT_COLOURS)
def test_recoloured_sprites_get_the_colour(sprites, colour):
    picture = data.sprite("apple", colour, sprites)
    middle = picture.getpixel((picture.width // 2, picture.height // 5))
    lab = data.to_oklab(data.hex_rgb("#{:02x}{:02x}{:02x}".format(*middle[:3]))[None])[0]
    assert seeing.nearest(lab, SUBJECT_COLOURS) == colour


def test_same_seed_gives_the_same_picture_and_sizes_agree(sprites):
    scene = Scene(things=(Thing(name="dog", count=3),), background="navy")
    one, two = (data.compose(scene, 64, random.Random(9), sprites) for _ in range(2))
    assert one.tobytes() == two.tobytes()
    assert data.compose(scene, 96, random.Random(9), sprites).size == (96, 96)


def test_a_wrong_archive_is_refused(tmp_path, monkeypatch):
    def pack(*_args, cwd, **_kwargs):
        (data.Path(cwd) / "x.tgz").write_bytes(b"not it")

    monkeypatch.setattr(data.subprocess, "run", pack)
    with pytest.raises(ValueError, match="is not what it was"):
        data.fetch(tmp_path / "none")
