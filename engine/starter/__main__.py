"""`python -m engine.starter STEP`: each step of the recipe, resumable.

`data`, `autoencoder`, `latents`, `train`, `export`, `eval` make a model anew; `begin` takes the place of `autoencoder`
and goes on from the exported model. `train --device cuda` is the whole of it by itself: it begins from the exported
model where no training is under way, composes its pictures on the device, and with `--out` writes the model in parts
that `unpack` puts together. `compare` tells which change of the recipe learns fastest.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import torch

from engine.starter import archive, autoencoder, bundled, compare, data, drawn, export, latents, train
from engine.starter.subjects import SUBJECTS

WORK = Path.home() / ".cache" / "draftroom-starter"
STEPS = ("data", "begin", "autoencoder", "latents", "train", "export", "eval", "compare", "unpack")


def main(arguments: list[str] | None = None) -> None:
    """Read the command line and run one step."""
    parser = argparse.ArgumentParser(
        prog="python -m engine.starter", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("step", choices=STEPS)
    parser.add_argument("--work", type=Path, default=WORK, help="checkpoints, latents and evaluation")
    parser.add_argument("--minutes", type=float, help="budget of this training, over all sittings")
    parser.add_argument("--sitting", type=float, help="minutes of this sitting; the next one goes on")
    parser.add_argument("--pictures", type=int, default=24_000, help="pictures to encode (latents)")
    parser.add_argument("--threads", type=int, default=0, help="torch threads; 0 leaves the choice to torch")
    parser.add_argument("--model", type=Path, default=export.MODEL, help="folder to export to or to evaluate")
    parser.add_argument("--device", default="cpu", help="where to train: cpu, cuda, cuda:1")
    parser.add_argument("--out", type=Path, help="folder for the trained model in parts under 16 MB (train)")
    parser.add_argument(
        "--pieces", type=int, default=0, help="tokens that stand for a subject (begin, train)"
    )
    parser.add_argument("--batch", type=int, default=1024, help="drafts of a batch (train on a GPU)")
    parser.add_argument("--scenes", type=int, default=40_000, help="scenes to draw from (train on a GPU)")
    parser.add_argument(
        "--compiled", default="inductor", help="torch.compile's backend on a GPU; '' for none"
    )
    parser.add_argument(
        "--mirrored",
        type=float,
        default=0.0,
        help="share of pictures that look the other way (latents, train on a GPU)",
    )
    parser.add_argument("--whole", action="store_true", help="compare on all subjects, from the model")
    parser.add_argument("--candidates", nargs="*", default=list(compare.CANDIDATES), help="what to compare")
    given = parser.parse_args(arguments)
    if given.threads:
        torch.set_num_threads(given.threads)
    codec_path, network_path = given.work / "autoencoder.pt", given.work / "transformer.pt"
    cache = given.work / "latents"
    if given.step in ("data", "autoencoder", "latents", "eval", "compare") or given.device != "cpu":
        print(data.fetch(data.SPRITES))
    match given.step:
        case "begin":
            bundled.begin(given.model, codec_path, network_path, cache, given.pieces)
        case "autoencoder":
            autoencoder.train(codec_path, minutes=given.minutes or 60)
        case "latents":
            latents.fill(cache, autoencoder.load(codec_path), plan(given.pictures), mirrored=given.mirrored)
        case "train" if given.device == "cpu":
            store = latents.Store(cache, *latents.normalisation(cache))
            train.train(
                network_path, store, train.Recipe(minutes=given.minutes or 240), sitting=given.sitting
            )
        case "train":
            train_on_device(given)
        case "export":
            network, shift, scale = train.load(network_path)
            folder = export.export(network, autoencoder.load(codec_path), shift, scale, given.model)
            print(f"{folder}: {export.megabytes(folder):.1f} MB")
        case "eval":
            from engine.starter import evaluate  # needs what a machine that only trains may lack

            print(evaluate.run(given.model, given.work / "evaluation"))
        case "compare":
            compare_candidates(given)
        case "unpack":
            archive.unpack(given.out, given.model)


def train_on_device(given: argparse.Namespace) -> None:
    """The whole training on a GPU: begin or go on, compose, train, export into `--out`."""
    codec_path, network_path = given.work / "autoencoder.pt", given.work / "transformer.pt"
    if not network_path.is_file():
        bundled.begin(given.model, codec_path, network_path, given.work / "latents", given.pieces)
    source = drawn.Drawn(
        autoencoder.load(codec_path),
        *latents.normalisation(given.work / "latents"),
        scenes=given.scenes,
        device=given.device,
        workers=len(os.sched_getaffinity(0)),
        mirrored=given.mirrored,
    )
    print(f"{source.count('any')} scenes are ready.", flush=True)
    recipe = train.Recipe(
        minutes=given.minutes or 20,
        batch=given.batch,
        batch_pro=max(1, given.batch // 4),
        compiled=given.compiled or None,
    )
    train.train(network_path, source, recipe, device=given.device, sitting=given.sitting)
    if given.out:
        network, shift, scale = train.load(network_path)
        folder = export.export(network, autoencoder.load(codec_path), shift, scale, given.work / "model")
        parts = archive.pack(folder, given.out)
        print(f"{export.megabytes(folder):.1f} MB in {len(parts)} parts in {given.out}")


def compare_candidates(given: argparse.Namespace) -> None:
    """Candidates beside each other: from nothing in a world of a few subjects, or from the model in the whole one."""
    codec_path, cache = given.work / "autoencoder.pt", given.work / "latents"
    source = drawn.Drawn(
        autoencoder.load(codec_path),
        *latents.normalisation(cache),
        scenes=2_000,
        subjects=SUBJECTS if given.whole else compare.FEW,
    )
    print(
        compare.run(
            bundled.network(given.model) if given.whole else None,
            source,
            given.work / "compared",
            minutes=given.minutes or 10,
            names=given.candidates,
        )
    )


def plan(pictures: int, shard: int = 512) -> list[tuple[str, int]]:
    """Shards to encode: simple scenes first, then the rest, a sixth of them at 512 px."""
    kinds = ["simple"] * 4 + ["any", "any", "simple", "any", "any", "pro"] * (pictures // shard // 6 + 1)
    return [(kind, shard if kind != "pro" else shard // 2) for kind in kinds]


if __name__ == "__main__":
    main()
