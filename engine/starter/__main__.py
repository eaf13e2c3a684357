"""`python -m engine.starter data|autoencoder|latents|train|export|eval`: each step of the recipe, resumable.

`begin` takes the place of `autoencoder`: training goes on from the exported model.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from engine.starter import autoencoder, bundled, data, evaluate, export, latents, train

WORK = Path.home() / ".cache" / "draftroom-starter"


def main() -> None:
    """Read the command line and run one step."""
    parser = argparse.ArgumentParser(prog="python -m engine.starter", description=__doc__)
    parser.add_argument(
        "step", choices=["data", "begin", "autoencoder", "latents", "train", "export", "eval"]
    )
    parser.add_argument("--work", type=Path, default=WORK, help="checkpoints, latents and evaluation")
    parser.add_argument("--minutes", type=float, help="budget of this training, over all sittings")
    parser.add_argument("--pictures", type=int, default=24_000, help="pictures to encode (latents)")
    parser.add_argument("--threads", type=int, default=0, help="torch threads; 0 leaves the choice to torch")
    parser.add_argument("--model", type=Path, default=export.MODEL, help="folder to export to or to evaluate")
    given = parser.parse_args()
    if given.threads:
        torch.set_num_threads(given.threads)
    codec_path, network_path = given.work / "autoencoder.pt", given.work / "transformer.pt"
    cache = given.work / "latents"
    if given.step in ("data", "autoencoder", "latents", "eval"):
        print(data.fetch())
    match given.step:
        case "begin":
            bundled.begin(given.model, codec_path, network_path, cache)
        case "autoencoder":
            autoencoder.train(codec_path, minutes=given.minutes or 60)
        case "latents":
            latents.fill(cache, autoencoder.load(codec_path), plan(given.pictures))
        case "train":
            store = latents.Store(cache, *latents.normalisation(cache))
            train.train(network_path, store, train.Recipe(minutes=given.minutes or 240))
        case "export":
            network, shift, scale = train.load(network_path)
            folder = export.export(network, autoencoder.load(codec_path), shift, scale, given.model)
            print(f"{folder}: {export.megabytes(folder):.1f} MB")
        case "eval":
            print(evaluate.run(given.model, given.work / "evaluation"))


def plan(pictures: int, shard: int = 512) -> list[tuple[str, int]]:
    """Shards to encode: simple scenes first, then the rest, a sixth of them at 512 px."""
    kinds = ["simple"] * 4 + ["any", "any", "simple", "any", "any", "pro"] * (pictures // shard // 6 + 1)
    return [(kind, shard if kind != "pro" else shard // 2) for kind in kinds]


if __name__ == "__main__":
    main()
