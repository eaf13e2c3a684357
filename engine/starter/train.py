"""Trains the transformer and the text encoders by flow matching on cached latents; resumable."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from engine.starter import clock
from engine.starter.latents import Store, tokenise
from engine.starter.network import Network, Shape
from engine.starter.optimiser import for_model
from engine.starter.words import build as build_tokenizer

#: parts that are no hidden matrices: embeddings, modulation, first and last layers
PLAIN = ("embed", "proj_out", "norm_out", "norm1.linear", "norm1_context.linear", "text_projection")


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How the transformer is trained."""

    minutes: float = 45
    steps: int | None = None
    batch: int = 64
    batch_pro: int = 16
    peak: float = 2e-3
    #: until this share of the budget, only single centred things
    simple_until: float = 0.12
    #: from here on, `pro_share` of the batches are 512 px
    pro_from: float = 0.45
    pro_share: float = 0.3
    #: share of single centred things after the start
    simple_share: float = 0.4
    #: Pro starts from a draft, so only noise levels up to this are trained at 512 px, mostly
    pro_sigma: float = 0.75
    #: share of Pro batches that start from the enlarged draft, at the noise levels where a render does
    soft_share: float = 0.5
    soft_sigma: tuple[float, float] = (0.2, 0.6)
    #: share of captions replaced by nothing, for guidance
    dropout: float = 0.1
    seed: int = 1


def noise_levels(count: int, top: float = 1.0) -> Tensor:
    """Logit-normal noise levels, with a few spread evenly so that the ends are seen.

    Most are high: a little noise leaves the subject visible, so that its words need not be learned there.
    """
    sigma = torch.sigmoid(torch.randn(count) + 1.0)
    even = torch.rand(count) < 0.15
    return torch.where(even, torch.rand(count), sigma) * top


def blanks() -> int:
    """How many zero tokens follow the words: the pipeline adds as many as its `max_sequence_length`."""
    draw = float(torch.rand(()))
    return 1 if draw < 0.85 else 16 if draw < 0.95 else 77


def loss_of(
    network: Network, x: Tensor, ids: Tensor, empty: Tensor, recipe: Recipe, top: float = 1.0
) -> Tensor:
    """Mean squared error of the velocity."""
    sigma = noise_levels(len(x), top)
    return _error(network, x, x, sigma, ids, empty, recipe)


def sharpening_loss(
    network: Network, x: Tensor, start: Tensor, ids: Tensor, empty: Tensor, recipe: Recipe
) -> Tensor:
    """The same error where the noise lies on an enlarged draft, so that the way leads to the sharp picture."""
    low, high = recipe.soft_sigma
    sigma = low + (high - low) * torch.rand(len(x))
    return _error(network, x, start, sigma, ids, empty, recipe)


def _error(
    network: Network, x: Tensor, start: Tensor, sigma: Tensor, ids: Tensor, empty: Tensor, recipe: Recipe
) -> Tensor:
    ids = torch.where(torch.rand(len(ids), 1) < recipe.dropout, empty, ids)
    level = sigma.view(-1, 1, 1, 1)
    noisy = (1 - level) * start + level * torch.randn_like(x)
    with torch.autocast("cpu", torch.bfloat16):
        velocity = network(noisy, sigma, ids, blanks())
    error: Tensor = ((velocity.float() - (noisy - x) / level.clamp(min=1e-3)) ** 2).mean()
    return error


def train(checkpoint: Path, store: Store, recipe: Recipe, shape: Shape | None = None) -> Network:
    """Train, or go on from the checkpoint, until the budget is spent; returns the averaged network."""
    state = clock.load(checkpoint)
    network = Network(Shape(**state["shape"]) if state else shape or Shape())
    optimiser = for_model(network.named_parameters(), recipe.peak, plain=PLAIN)
    average = clock.Average(network.parameters(), 0.998)
    budget = clock.Budget(seconds=recipe.minutes * 60, steps=recipe.steps)
    if state:
        network.load_state_dict(state["model"])
        if "optimiser" in state:
            optimiser.load_state_dict(state["optimiser"])
        average.mean, average.count = state["average"], state["count"]
        budget.spent, budget.done_steps = state["spent"], state["steps"]
    begun = bool(state and state.get("begun"))
    if begun:  # it knows the simple things already, and a high rate would first unlearn what it knows
        recipe = replace(recipe, simple_until=0.0, pro_from=0.0, peak=0.6 * recipe.peak)
    torch.manual_seed(recipe.seed + budget.done_steps)
    empty = tokenise(build_tokenizer(), [""])
    shown: dict[str, float] = {}
    saved, looked = budget.spent, time.monotonic()
    while budget.progress < 1:
        for group in optimiser.param_groups:
            group["lr"] = clock.learning_rate(budget, recipe.peak, warm=60, hold=0.55)
        kind = _kind(budget.progress, store, recipe)
        pro = kind == "pro"
        x, ids, start = store.batch(kind, recipe.batch_pro if pro else recipe.batch)
        if pro and torch.rand(()) < recipe.soft_share:
            kind = "soft"
            loss = sharpening_loss(network, x, start, ids, empty, recipe)
        else:
            top = recipe.pro_sigma if pro and torch.rand(()) < 0.85 else 1.0
            loss = loss_of(network, x, ids, empty, recipe, top)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        average.update()
        value = float(loss.detach())
        budget.tick()
        shown[kind] = 0.98 * shown.get(kind, value) + 0.02 * value
        if budget.done_steps % 25 == 0:
            told = " ".join(f"{k} {v:.4f}" for k, v in shown.items())
            print(f"step {budget.done_steps} {budget.spent:.0f} s {told}", flush=True)
        if time.monotonic() - looked > 20:
            store.refresh()
            looked = time.monotonic()
        if budget.spent - saved > 150:
            _save(checkpoint, network, optimiser, average, budget, store, begun)
            saved = budget.spent
    _save(checkpoint, network, optimiser, average, budget, store, begun)
    average.swap()
    return network.eval()


def _kind(progress: float, store: Store, recipe: Recipe) -> str:
    draw = float(torch.rand(()))
    if progress >= recipe.pro_from and draw < recipe.pro_share and store.count("pro"):
        return "pro"
    if progress < recipe.simple_until or not store.count("any"):
        return "simple"
    return "simple" if torch.rand(()) < recipe.simple_share and store.count("simple") else "any"


def _save(
    path: Path,
    network: Network,
    optimiser: torch.optim.Optimizer,
    average: clock.Average,
    budget: clock.Budget,
    store: Store,
    begun: bool,
) -> None:
    clock.save(
        path,
        {
            "shape": network.describe(),
            "model": network.state_dict(),
            "optimiser": optimiser.state_dict(),
            "average": average.mean,
            "count": average.count,
            "spent": budget.spent,
            "steps": budget.done_steps,
            "shift": store.shift,
            "scale": store.scale,
            "begun": begun,
        },
    )


def load(checkpoint: Path) -> tuple[Network, float, float]:
    """The averaged network of a checkpoint, and the shift and scale of its latents."""
    state = clock.load(checkpoint)
    if state is None:
        raise FileNotFoundError(f"There is no transformer at {checkpoint}; train it first.")
    network = Network(Shape(**state["shape"]))
    network.load_state_dict(state["model"])
    for parameter, mean in zip(network.parameters(), state["average"], strict=True):
        parameter.data.copy_(mean)
    return network.eval(), state["shift"], state["scale"]
