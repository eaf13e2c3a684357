"""The training of a GPU at a tiny size on the CPU: composing, one command, going on, and the model in parts."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import AutoPipelineForText2Image
from PIL import Image

from engine.starter import __main__ as program
from engine.starter import archive, autoencoder, clock, compare, data, drawn, export, latents, seeing, train
from engine.starter.captions import Scene, Thing
from engine.starter.network import Network, Shape
from engine.starter.subjects import BACKGROUNDS

TINY = Shape(width=64, head=32, layers=2, text=32)
FEW = ("cat", "sneaker", "camera")


@pytest.fixture(scope="module")
def source(sprites: Path) -> drawn.Drawn:
    torch.manual_seed(0)
    codec = autoencoder.build(16)
    return drawn.Drawn(codec, 0.0, 1.0, scenes=24, sides=(128, 256), folder=sprites, subjects=FEW)


@pytest.mark.parametrize("side", [128, 256])
def test_the_device_composes_what_pillow_composes(sprites, source, side, monkeypatch):
    scenes = [
        Scene(things=(Thing(name="cat"),), background="teal"),
        Scene(things=(Thing(name="camera"),), background="pink", size="close-up"),
        Scene(things=(Thing(name="sneaker", colour="red", count=3),), background="white"),
        Scene(things=(Thing(name="cat"), Thing(name="camera")), background="navy"),
        Scene(things=(Thing(name="cat"),), background="mint", position="bottom right"),
        Scene(things=(), background="gray"),
    ]
    listed = itertools.cycle(scenes)
    monkeypatch.setattr(drawn, "random_scene", lambda rng, simple: next(listed))
    monkeypatch.setattr(drawn.random.Random, "random", lambda self: 0.0)
    made = drawn.Drawn(
        source.codec, 0.0, 1.0, scenes=len(scenes), sides=(side, side), folder=sprites, subjects=FEW
    )
    monkeypatch.undo()
    monkeypatch.setattr(
        made, "backdrops", lambda grounds, side: torch.full((len(grounds), 3, side, side), 99.0)
    )
    for scene, picture in zip(scenes, made.pictures("any", torch.arange(len(scenes)), side), strict=True):
        values = ((picture.permute(1, 2, 0) + 1) * 127.5).round().numpy()
        errors = []
        for arrangement in data.arrangements(scene):
            canvas = Image.new("RGB", (side, side), (99, 99, 99))
            truth = np.asarray(data.furnish(canvas, scene, arrangement, sprites), np.float32)
            errors.append(np.abs(truth - values).mean())
        assert min(errors) < 0.1, (scene, errors)
        assert not scene.things or max(errors) > 0.2, "other ways to stand are other pictures"


def test_the_device_draws_every_backdrop_in_its_colour_and_with_a_gradient(source):
    drawn_ones = source.backdrops(torch.arange(len(BACKGROUNDS)), 64)
    for name, values in zip(BACKGROUNDS, drawn_ones, strict=True):
        picture = Image.fromarray(values.permute(1, 2, 0).round().byte().numpy(), "RGB")
        assert seeing.nearest(seeing.border(picture), BACKGROUNDS) == name
        assert 0.2 < np.asarray(picture, np.float32).std((0, 1)).max() < 12


def test_batches_are_latents_ids_and_enlarged_drafts(source):
    x, ids, start = source.batch("simple", 5)
    assert x.shape == (5, 8, 16, 16)
    assert ids.shape == (5, 16)
    assert torch.equal(x, start)
    x, _, start = source.batch("pro", 2)
    assert x.shape == start.shape == (2, 8, 32, 32)
    assert not torch.allclose(x, start)
    assert not torch.equal(source.batch("any", 2)[0], source.batch("any", 2)[0])
    assert source.batch("wide", 2)[0].shape == (2, 8, 12, 16)
    x, _, start = source.batch("tallpro", 2)
    assert x.shape == start.shape == (2, 8, 32, 20)
    assert not torch.allclose(x, start)


def test_things_look_one_way_where_that_is_asked_for(source, monkeypatch):
    monkeypatch.setattr(
        source, "backdrops", lambda grounds, side: torch.full((len(grounds), 3, side, side), 9.0)
    )
    monkeypatch.setattr(source, "mirrored", 0.0)
    row = (source.scenes["any"].looks[:, 0] >= 0).nonzero()[0].repeat(20)
    looks = {picture.numpy().tobytes() for picture in source.pictures("any", row, 128)}
    monkeypatch.setattr(source, "mirrored", 0.5)
    both = {picture.numpy().tobytes() for picture in source.pictures("any", row, 128)}
    assert len(both) == 2 * len(looks)


def test_layers_made_in_processes_are_those_made_here(sprites):
    wanted = [(("cat", None), drawn.stickers.Format(cells=6, share=0.5))]
    here, there = (drawn.stickers.layers(wanted, 64, sprites, workers) for workers in (0, 1))
    assert len(here) == len(there) == 2
    assert all(np.array_equal(one, two) for one, two in zip(here, there, strict=True))


def test_the_whole_training_is_one_command_goes_on_and_brings_the_model_in_parts(
    sprites, source, tmp_path, monkeypatch
):
    """`--device cpu:0` takes the way of a GPU; compiled without a compiler, so that the wiring is what is tried."""
    monkeypatch.setattr(data, "SPRITES", sprites)
    monkeypatch.setattr(drawn.Drawn.__init__, "__kwdefaults__", {
        **drawn.Drawn.__init__.__kwdefaults__, "folder": sprites, "sides": (128, 256), "subjects": FEW,
    })  # fmt: skip
    monkeypatch.setattr(archive.pack, "__kwdefaults__", {"part": 200_000})
    monkeypatch.setattr(program.os, "sched_getaffinity", lambda _: ())
    bundled = export.export(Network(TINY), source.codec, 0.1, 0.9, tmp_path / "bundled")
    work, out = tmp_path / "work", tmp_path / "out"
    command = [
        "train", "--device", "cpu:0", "--batch", "4", "--scenes", "12", "--compiled", "eager", "--minutes", "60",
        "--sitting", "0.02", "--model", str(bundled), "--work", str(work), "--out", str(out), "--pieces", "3",
    ]  # fmt: skip
    program.main(command)
    first = clock.load(work / "transformer.pt")
    program.main(command)
    second = clock.load(work / "transformer.pt")
    assert 0 < first["steps"] < second["steps"]
    assert second["shape"]["pieces"] == 3
    parts = sorted(out.glob("model.tar.*"))
    assert len(parts) > 1
    assert all(part.stat().st_size <= 200_000 for part in parts)

    program.main(["unpack", "--out", str(out), "--model", str(tmp_path / "model")])
    pipeline = AutoPipelineForText2Image.from_pretrained(str(tmp_path / "model"))
    assert pipeline("a cat", height=64, width=64, num_inference_steps=1).images[0].size == (64, 64)
    parts[0].write_bytes(b"torn" + parts[0].read_bytes()[4:])
    with pytest.raises(ValueError, match="carry them again"):
        archive.unpack(out, tmp_path / "again")


def test_half_precision_is_bfloat16_on_every_device():
    for device in ("cpu", "cuda"):
        assert train.autocast(torch.device(device)).fast_dtype == torch.bfloat16


def test_each_weighting_counts_what_it_says():
    sigma = torch.tensor([0.1, 0.5, 1.0])
    assert train.weights(sigma, "velocity").tolist() == [1, 1, 1]
    assert train.weights(sigma, "clean").tolist() == pytest.approx([0.03, 0.75, 3])
    assert train.weights(sigma, "min-snr").tolist() == pytest.approx([0.15, 0.75, 0])
    high, low = (train.noise_levels(4000, mean).mean() for mean in (1.0, 0.0))
    assert high > low


def test_candidates_are_compared_on_the_same_pictures_and_not_trained_twice(source, tmp_path):
    names = ["as it is", "8 tokens a subject", "AdamW"]
    told = {"minutes": 60, "steps": 2, "pictures": 8, "kept": 4, "shape": TINY}
    table = compare.run(None, source, tmp_path, names=names, **told)
    assert [line.split(" | ")[0].strip("| ") for line in table.splitlines()[2:]] == names
    known, _, _ = train.load(tmp_path / "as-it-is.pt")
    assert json.dumps(clock.load(tmp_path / "8-tokens-a-subject.pt")["shape"]["pieces"]) == "8"
    assert compare.run(None, source, tmp_path, names=names, **told).splitlines()[2] == table.splitlines()[2]
    going_on = compare.run(known, source, tmp_path / "on", names=["16 tokens a subject"], **told)
    assert "the exported model" in going_on
    aside = drawn.pooled(source, 4)
    assert compare.errors(known, aside, 4) == compare.errors(known, aside, 4)


def test_a_pool_gives_the_pictures_that_were_drawn(source):
    store = drawn.pooled(source, 3)
    assert isinstance(store, latents.Store)
    assert (store.count("simple"), store.count("any"), store.count("pro")) == (3, 3, 0)
