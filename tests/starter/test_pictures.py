"""Composites show what their scene says, as the evaluation sees it."""

from __future__ import annotations

import random

import pytest

from engine.starter import data, latents, seeing
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


SHAPES = sorted({kind.shape for kind in latents.KINDS.values()} - {data.SQUARE})
STANDING = [
    Scene(things=(Thing(name="cat"),), background="teal"),
    Scene(things=(Thing(name="cat"),), background="teal", size="small", position="center"),
    Scene(things=(Thing(name="cat", count=2),), background="teal"),
    *(Scene(things=(Thing(name="cat"),), background="teal", position=place) for place in POSITIONS),
]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("scene", STANDING)
def test_things_are_whole_in_every_shape(sprites, shape, scene):
    picture = data.compose(scene, 256, random.Random(3), sprites, shape=shape)
    assert picture.size == tuple(32 * cells for cells in shape)
    # The engine paints a side of five cells as the middle of six.
    kept = [128 if cells == 4 else 160 if cells == 6 else 32 * cells for cells in shape]
    left, top = ((32 * cells - side) // 2 for cells, side in zip(shape, kept, strict=True))
    weight = seeing.foreground(picture.crop((left, top, left + kept[0], top + kept[1])))
    edges = (weight[0], weight[-1], weight[:, 0], weight[:, -1])
    assert all(float(edge.max()) < 0.05 for edge in edges), "nothing is cut"
    assert weight.max() > 0.1


def test_a_wrong_archive_is_refused(tmp_path, monkeypatch):
    def pack(*_args, cwd, **_kwargs):
        (data.Path(cwd) / "x.tgz").write_bytes(b"not it")

    monkeypatch.setattr(data.subprocess, "run", pack)
    with pytest.raises(ValueError, match="is not what it was"):
        data.fetch(tmp_path / "none")
