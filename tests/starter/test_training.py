"""The real recipe at a tiny size: codec, latents, transformer, resume, export, and plain diffusers on it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from diffusers import AutoPipelineForImage2Image, AutoPipelineForInpainting, AutoPipelineForText2Image
from PIL import Image

from engine.starter import autoencoder, bundled, clock, export, latents, train, widen, words
from engine.starter.network import Network, Shape

TINY = Shape(width=64, head=32, layers=2, text=32)


@pytest.fixture(scope="module")
def work(sprites: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("starter")
    codec = folder / "autoencoder.pt"
    autoencoder.train(codec, minutes=5, steps=2, batch=2, side=32, width=16, folder=sprites)
    latents.fill(
        folder / "latents", autoencoder.load(codec), [("simple", 4), ("any", 4), ("pro", 2)], sprites=sprites
    )
    return folder


def learn(work: Path, steps: int) -> Network:
    store = latents.Store(work / "latents", *latents.normalisation(work / "latents"))
    recipe = train.Recipe(steps=steps, batch=4, batch_pro=2, pro_from=0.5, pro_share=0.5)
    return train.train(work / "transformer.pt", store, recipe, TINY)


def test_training_goes_on_where_it_stopped_and_the_export_runs(work, sprites, tmp_path):
    learn(work, 3)
    first = clock.load(work / "transformer.pt")
    learn(work, 6)
    second = clock.load(work / "transformer.pt")
    assert (first["steps"], second["steps"]) == (3, 6)
    assert second["spent"] > first["spent"]
    codec_steps = clock.load(work / "autoencoder.pt")["steps"]
    autoencoder.train(work / "autoencoder.pt", minutes=5, steps=codec_steps, folder=sprites, width=16)
    assert clock.load(work / "autoencoder.pt")["steps"] == codec_steps

    network, shift, scale = train.load(work / "transformer.pt")
    folder = export.export(
        network, autoencoder.load(work / "autoencoder.pt"), shift, scale, tmp_path / "model"
    )
    assert export.megabytes(folder) < 5
    assert json.loads((folder / "vocabulary.json").read_text())["subjects"]["cat"]
    begun_from_the_export(folder, network, work, tmp_path / "again")
    size = {"height": 64, "width": 64, "num_inference_steps": 2}
    picture = AutoPipelineForText2Image.from_pretrained(str(folder))("a cat on teal", **size).images[0]
    again = AutoPipelineForImage2Image.from_pretrained(str(folder))("a cat", image=picture, **size).images[0]
    mask = Image.new("L", (64, 64), 255)
    fixed = AutoPipelineForInpainting.from_pretrained(str(folder))(
        "a dog", image=again, mask_image=mask, **size
    ).images[0]
    assert picture.size == again.size == fixed.size == (64, 64)


def begun_from_the_export(folder: Path, network: Network, work: Path, again: Path) -> None:
    """Where no checkpoints were kept, training goes on from the exported model and what it knows."""
    bundled.begin(folder, again / "autoencoder.pt", again / "transformer.pt", again / "latents")
    same, _, _ = train.load(again / "transformer.pt")
    for before, after in zip(network.parameters(), same.parameters(), strict=True):
        assert torch.allclose(before, after, atol=2e-3)
    kept = latents.normalisation(work / "latents")
    assert latents.normalisation(again / "latents") == pytest.approx(kept, rel=1e-4)
    store = latents.Store(work / "latents", *latents.normalisation(again / "latents"))
    train.train(again / "transformer.pt", store, train.Recipe(steps=2, batch=4, batch_pro=2), TINY)
    assert clock.load(again / "transformer.pt")["steps"] == 2
    with pytest.raises(FileExistsError, match="move it away"):
        bundled.begin(folder, again / "autoencoder.pt", again / "transformer.pt", again / "latents")


def test_each_subject_is_given_more_tokens_and_still_means_what_it_did(work, tmp_path):
    """A model that was exported with one token for a subject goes on with several, and is exported with them."""
    network = learn(work, 8)
    grown = bundled.grown(network, replace(network.shape, pieces=4))
    codec = autoencoder.load(work / "autoencoder.pt")
    folder = export.export(grown, codec, 0.0, 1.0, tmp_path / "model")
    same = bundled.network(folder)
    assert same.shape == grown.shape
    rows = same.text_one.text_model.embeddings.token_embedding.weight
    ids = words.build(4)("a cat on teal").input_ids
    assert len(ids) == 7
    old = network.text_one.text_model.embeddings.token_embedding.weight
    assert torch.allclose(rows[ids[1]], old[words.build()("cat").input_ids[1]], atol=2e-3)
    assert torch.allclose(rows[ids[2]], rows[ids[1]], atol=0.15)
    pipeline = AutoPipelineForText2Image.from_pretrained(str(folder))
    assert pipeline("a cat", height=64, width=64, num_inference_steps=1).images[0].size == (64, 64)


@torch.no_grad()
def test_widening_changes_nothing_that_is_drawn():
    torch.manual_seed(0)
    network = Network(TINY).eval()
    torch.nn.init.normal_(network.transformer.proj_out.weight)
    wide = widen.transformer(network.transformer)
    x, told, pooled = torch.randn(1, 8, 8, 8), torch.randn(1, 5, 64), torch.randn(1, 64)
    time = torch.tensor([300.0])
    few = network.transformer(x, told, pooled, time, return_dict=False)[0]
    many = wide(torch.cat([x, torch.randn_like(x)], 1), told, pooled, time, return_dict=False)[0]
    assert torch.allclose(few, many[:, :8], atol=1e-5)
    assert not many[:, 8:].any()
    codec = autoencoder.build(16).eval()
    wider = widen.codec(codec)
    picture = torch.rand(1, 3, 32, 32)
    assert torch.allclose(codec.encoder(picture), wider.encoder(picture)[:, :8], atol=1e-5)


def test_shards_are_the_same_each_time(work, sprites, tmp_path):
    codec = autoencoder.load(work / "autoencoder.pt")
    latents.write_shard(tmp_path / "simple-0000.pt", "simple", 4, codec, 0, sprites)
    one = torch.load(work / "latents" / "simple-0000.pt", weights_only=True)
    two = torch.load(tmp_path / "simple-0000.pt", weights_only=True)
    assert torch.equal(one["ids"], two["ids"])
    assert torch.allclose(one["latents"].float(), two["latents"].float(), atol=1e-2)


def test_the_rate_warms_up_holds_and_falls():
    budget = clock.Budget(seconds=1e9, steps=1000)
    rates = []
    for _ in range(1000):
        rates.append(clock.learning_rate(budget, 1.0, warm=10, hold=0.5))
        budget.tick()
    assert rates[0] == pytest.approx(0.1)
    assert rates[100] == 1.0
    assert rates[-1] < 0.03
