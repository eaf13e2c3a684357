"""The evaluation's closest look: drawn pictures beside the true composites that they should be, and the worst of them."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from diffusers import AutoencoderTiny
from PIL import Image

from engine.starter import truth
from engine.starter.captions import caption
from engine.starter.scenes import pair_scenes, recoloured_scenes, small_scenes, subject_of
from engine.starter.served import Served
from engine.starter.tables import Table, aim_of, sheet

#: structural similarity with the truth: wanted in the median, how far below the codec's own at most, of each picture
LIKE, BELOW_CODEC, LIKE_WORST = 0.90, 0.03, 0.80
#: the same of a Pro render
LIKE_PRO = 0.80
#: pictures on the sheet of the worst
WORST = 20


def measure(
    engine: Served,
    table: Table,
    codec: AutoencoderTiny,
    out: Path,
    seed: int,
    plain: list[truth.Compared],
    count: int = 39,
) -> None:
    """Drafts beside the true composites that they should be, and the worst of them as a sheet."""
    rng = random.Random(seed + 3)  # noqa: S311
    kinds = {"one in the middle": plain}
    lists = {
        "recoloured": recoloured_scenes(), "small": small_scenes(count), "pairs": pair_scenes(count)
    }  # fmt: skip
    for kind, scenes in lists.items():
        pictures = [
            engine.draft(caption(scene, rng), seed=seed + index)[0][0] for index, scene in enumerate(scenes)
        ]
        kinds[kind] = truth.compare(scenes, pictures, codec)
    table.add("**the subject's own pixels beside the nearest true composite**", "", "**the codec on it**")
    for kind, compared in kinds.items():
        truth_rows(table, f"{kind} ({len(compared)})", compared)
    every = [one for compared in kinds.values() for one in compared]
    worst = sorted(every, key=lambda one: one.drawn.ssim)[:WORST]
    worst_sheet(worst).save(out / "worst.png")
    told = [
        {"kind": kind, "scene": subject_of(one.scene), "drawn": vars(one.drawn), "codec": vars(one.codec)}
        for kind, compared in kinds.items()
        for one in compared
    ]
    (out / "truth.json").write_text(json.dumps(told, indent=1, ensure_ascii=False), encoding="utf-8")


def truth_rows(table: Table, kind: str, compared: Sequence[truth.Compared]) -> None:
    """Medians, and the worst, of how like drawn pictures and the codec's are to the truth."""
    drawn, codec = _sides(compared)
    middle, ceiling = _median(drawn, "ssim"), _median(codec, "ssim")
    wanted = min(ceiling, max(LIKE, ceiling - BELOW_CODEC))
    table.add(
        f"{kind}: SSIM, median",
        f"{middle:.2f}",
        f"{ceiling:.2f}",
        aim_of(f"≥ {wanted:.2f}", middle >= wanted),
    )
    worst = min(compared, key=lambda one: one.drawn.ssim)
    table.add(
        f"{kind}: SSIM, worst",
        f"{worst.drawn.ssim:.2f} ({subject_of(worst.scene)})",
        f"{min(each.ssim for each in codec):.2f}",
        aim_of(f"≥ {LIKE_WORST:.2f}", worst.drawn.ssim >= LIKE_WORST),
    )
    below = sum(each.ssim < LIKE_WORST for each in drawn)
    table.add(
        f"{kind}: SSIM below {LIKE_WORST:.2f}", below, sum(each.ssim < LIKE_WORST for each in codec),
        aim_of("0", not below),
    )  # fmt: skip
    for name, what in (("delta_e", "colour error, ΔE 2000"), ("edges", "edge energy ÷ the truth's")):
        told = [f"{_median(side, name):.2f}" for side in (drawn, codec)]
        table.add(f"{kind}: {what}, median", *told)


def pro_row(table: Table, compared: Sequence[truth.Compared]) -> None:
    """How like Pro renders are to the truth at their size."""
    middle, ceiling = (_median(side, "ssim") for side in _sides(compared))
    table.add(
        "SSIM with the true picture at 512 px, median (third column: the codec)",
        f"{middle:.2f}",
        f"{ceiling:.2f}",
        aim_of(f"≥ {LIKE_PRO:.2f}", middle >= LIKE_PRO),
    )


def _sides(compared: Sequence[truth.Compared]) -> tuple[list[truth.Likeness], list[truth.Likeness]]:
    """The drawn pictures' likenesses and the codec's."""
    return [one.drawn for one in compared], [one.codec for one in compared]


def _median(side: Sequence[truth.Likeness], name: str) -> float:
    return float(np.median([getattr(each, name) for each in side]))


def worst_sheet(worst: Sequence[truth.Compared]) -> Image.Image:
    """Drawn pictures, each beside its nearest truth."""
    pictures, labels = [], []
    for one in worst:
        pictures += [one.picture, one.truth]
        labels += [f"{one.drawn.ssim:.2f} {subject_of(one.scene)}", f"codec {one.codec.ssim:.2f}"]
    return sheet(pictures, labels, columns=8, side=160)
