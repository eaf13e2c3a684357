"""Which change of the recipe learns fastest: each has the same minutes of the processor and the same pictures.

Either all go on from the exported model, or all begin from nothing in a world of a few subjects, where minutes show
what hours show in the whole one. What is compared is the error on pictures kept aside, under one noise for all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.starter import bundled, clock, train
from engine.starter.drawn import Drawn, pooled
from engine.starter.network import Network, Shape

#: noise levels at which the error is taken
LEVELS = tuple(round(0.1 * step, 1) for step in range(1, 11))
#: subjects of the small world, hard ones and easy ones
FEW = ("sneaker", "guitar", "bicycle", "camera", "strawberry", "cat", "cactus", "umbrella")
#: what every candidate has instead of the recipe's values; the batch is small, so that there are many steps
COMMON = {"batch": 32, "batch_pro": 8, "simple_until": 0.0, "own_minutes": True}


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """What differs from the recipe and the shape as they are."""

    recipe: dict[str, Any] = field(default_factory=dict)
    shape: dict[str, Any] = field(default_factory=dict)


CANDIDATES = {
    "as it is": Candidate(),
    "8 tokens a subject": Candidate(shape={"pieces": 8}),
    "16 tokens a subject": Candidate(shape={"pieces": 16}),
    "a token for 16 px": Candidate(shape={"patch": 2}, recipe={"batch": 8, "batch_pro": 2}),
    "clean picture": Candidate(recipe={"weighting": "clean"}),
    "min-SNR": Candidate(recipe={"weighting": "min-snr"}),
    "less high noise": Candidate(recipe={"noise_mean": 0.4}),
    "batches of 128": Candidate(recipe={"batch": 128, "batch_pro": 32}),
    "AdamW": Candidate(recipe={"optimiser": "adamw"}),
}


def run(
    known: Network | None,
    source: Drawn,
    out: Path,
    *,
    minutes: float,
    names: Iterable[str] = CANDIDATES,
    pictures: int = 1500,
    kept: int = 64,
    steps: int | None = None,
    shape: Shape | None = None,
) -> str:
    """Train each candidate for `minutes` of processor time; returns the errors as a Markdown table.

    They go on from `known`, or begin from nothing where that is None. `pictures` of each kind are learnt and `kept`
    set aside. Checkpoints stay in `out`, and a candidate that has its minutes is not trained again.
    """
    torch.manual_seed(1)
    aside, learnt = pooled(source, kept), pooled(source, pictures)
    rows = [_row("the exported model", 0, 0, errors(known.eval(), aside, kept))] if known else []
    for name in names:
        candidate = CANDIDATES[name]
        path = out / f"{name.replace(' ', '-')}.pt"
        torch.manual_seed(1)
        begin = replace(known.shape if known else shape or Shape(), **candidate.shape)
        if known and not path.is_file():
            clock.save(path, bundled.begun(bundled.grown(known, begin), source.shift, source.scale))
        recipe = train.Recipe(minutes=minutes, steps=steps, **{**COMMON, **candidate.recipe})
        network = train.train(path, learnt, recipe, begin)
        state = clock.load(path)
        assert state is not None
        rows.append(_row(name, state["spent"] / 60, state["steps"], errors(network, aside, kept)))
        print(rows[-1], flush=True)
    head = "| candidate | minutes | steps | velocity, simple | any | clean picture, simple | any |\n"
    table = head + "| --- " * 7 + "|\n" + "".join(rows)
    (out / "compared.md").write_text(table, encoding="utf-8")
    return table


def _row(name: str, minutes: float, steps: int, seen: dict[str, tuple[float, float]]) -> str:
    told = [f"{seen[kind][which]:.4f}" for which in (0, 1) for kind in ("simple", "any")]
    return f"| {name} | {minutes:.1f} | {steps} | {' | '.join(told)} |\n"


@torch.no_grad()
def errors(network: Network, aside: train.Source, count: int) -> dict[str, tuple[float, float]]:
    """Mean squared errors of the velocity and of the clean picture for each kind, over all noise levels."""
    held, result = torch.random.get_rng_state(), {}
    torch.manual_seed(7)  # the same pictures, wordings and noise for every candidate
    for kind in ("simple", "any"):
        x, ids, _ = aside.batch(kind, count)
        velocity, clean = [], []
        for level in LEVELS:
            error = float(_velocity_error(network, x, ids, level))
            velocity.append(error)
            clean.append(error * level**2)
        result[kind] = (sum(velocity) / len(LEVELS), sum(clean) / len(LEVELS))
    torch.random.set_rng_state(held)
    return result


def _velocity_error(network: Network, x: Tensor, ids: Tensor, level: float) -> Tensor:
    noise = torch.randn_like(x)
    with train.autocast(x.device):
        velocity = network((1 - level) * x + level * noise, torch.full((len(x),), level), ids)
    error: Tensor = ((velocity.float() - (noise - x)) ** 2).mean()
    return error
