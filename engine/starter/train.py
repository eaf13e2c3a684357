"""Trains the transformer and the text encoders by flow matching on latents, on a CPU or a GPU; resumable."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Protocol

import torch
from torch import Tensor

from engine.starter import clock
from engine.starter.data import SQUARE
from engine.starter.latents import KINDS, SHAPED, SHAPED_PRO, tokenise
from engine.starter.network import Network, Shape
from engine.starter.optimiser import for_model
from engine.starter.words import build as build_tokenizer

#: parts that are no hidden matrices: embeddings, modulation, first and last layers
PLAIN = ("embed", "proj_out", "norm_out", "norm1.linear", "norm1_context.linear", "text_projection")


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How the transformer is trained."""

    minutes: float = 45
    #: whether the minutes are those of the processor, as is fair where others share it, rather than of the wall
    own_minutes: bool = False
    steps: int | None = None
    batch: int = 64
    batch_pro: int = 16
    peak: float = 2e-3
    #: share of the budget after which the rate begins to fall
    hold: float = 0.55
    #: until this share of the budget, only single centred things
    simple_until: float = 0.12
    #: from here on, `pro_share` of the batches are 512 px
    pro_from: float = 0.45
    pro_share: float = 0.3
    #: share of batches that are not square, of drafts and of Pro pictures alike
    shaped_share: float = 0.12
    #: share of single centred things after the start
    simple_share: float = 0.4
    #: Pro starts from a draft, so only noise levels up to this are trained at 512 px, mostly
    pro_sigma: float = 0.75
    #: share of Pro batches that start from the enlarged draft, at the noise levels where a render does
    soft_share: float = 0.5
    soft_sigma: tuple[float, float] = (0.2, 0.6)
    #: share of captions replaced by nothing, for guidance
    dropout: float = 0.1
    #: what a noise level's error counts: that of the velocity, of the clean picture, or the latter by min-SNR-5
    weighting: Literal["velocity", "clean", "min-snr"] = "velocity"
    #: the middle of the noise levels, as a logit: 0 is half noise, 1 is 73 %
    noise_mean: float = 1.0
    optimiser: Literal["muon", "adamw"] = "muon"
    #: torch.compile's backend; None compiles nothing
    compiled: str | None = None
    seed: int = 1


class Source(Protocol):
    """Where the pictures to learn from come from: `latents.Store` and `drawn.Drawn`."""

    shift: float
    scale: float

    def count(self, kind: str) -> int:
        """Pictures of a kind (`latents.KINDS`)."""

    def batch(self, kind: str, size: int) -> tuple[Tensor, Tensor, Tensor]:
        """Normalised latents, ids (one token for a subject), and the latents that a Pro render starts from."""

    def refresh(self) -> None:
        """Take in what is new; called now and then."""


def noise_levels(count: int, mean: float, top: float = 1.0, device: torch.device | None = None) -> Tensor:
    """Logit-normal noise levels, with a few spread evenly so that the ends are seen.

    Most are high: a little noise leaves the subject visible, so that its words need not be learned there.
    """
    sigma = torch.sigmoid(torch.randn(count, device=device) + mean)
    even = torch.rand(count, device=device) < 0.15
    return torch.where(even, torch.rand(count, device=device), sigma) * top


def weights(sigma: Tensor, weighting: str) -> Tensor:
    """What the squared error of the velocity counts at each noise level; 1 on average over 0 to 1 or so."""
    if weighting == "velocity":
        return torch.ones_like(sigma)
    clean = sigma**2  # the error of the clean picture is the velocity's times the noise level
    if weighting == "clean":
        return 3 * clean
    snr = ((1 - sigma) / sigma.clamp(min=1e-3)) ** 2
    return 3 * clean * snr.clamp(max=5.0)


def blanks() -> int:
    """How many zero tokens follow the words: the pipeline adds as many as its `max_sequence_length`."""
    draw = float(torch.rand(()))
    return 1 if draw < 0.85 else 16 if draw < 0.95 else 77


def loss_of(
    network: Network, x: Tensor, ids: Tensor, empty: Tensor, recipe: Recipe, top: float = 1.0
) -> Tensor:
    """Mean squared error of the velocity, weighted by the noise level."""
    sigma = noise_levels(len(x), recipe.noise_mean, top, x.device)
    return _error(network, x, x, sigma, ids, empty, recipe)


def sharpening_loss(
    network: Network, x: Tensor, start: Tensor, ids: Tensor, empty: Tensor, recipe: Recipe
) -> Tensor:
    """The same error where the noise lies on an enlarged draft, so that the way leads to the sharp picture."""
    low, high = recipe.soft_sigma
    sigma = low + (high - low) * torch.rand(len(x), device=x.device)
    return _error(network, x, start, sigma, ids, empty, recipe)


def _error(
    network: Network, x: Tensor, start: Tensor, sigma: Tensor, ids: Tensor, empty: Tensor, recipe: Recipe
) -> Tensor:
    ids = torch.where(torch.rand(len(ids), 1, device=x.device) < recipe.dropout, empty, ids)
    level = sigma.view(-1, 1, 1, 1)
    noisy = (1 - level) * start + level * torch.randn_like(x)
    with autocast(x.device):
        velocity = network(noisy, sigma, ids, blanks())
    error = (velocity.float() - (noisy - x) / level.clamp(min=1e-3)) ** 2
    weighted: Tensor = (error.mean((1, 2, 3)) * weights(sigma, recipe.weighting)).mean()
    return weighted


def autocast(device: torch.device) -> torch.autocast:
    """Half precision where it costs nothing: bfloat16, which needs no scaling of the loss."""
    return torch.autocast(device.type, torch.bfloat16)


def train(
    checkpoint: Path,
    source: Source,
    recipe: Recipe,
    shape: Shape | None = None,
    *,
    device: str = "cpu",
    sitting: float | None = None,
) -> Network:
    """Train, or go on from the checkpoint, until the budget or this sitting (minutes) is over.

    Returns the averaged network.
    """
    where = torch.device(device)
    state = clock.load(checkpoint)
    network = Network(Shape(**state["shape"]) if state else shape or Shape())
    if state:
        network.load_state_dict(state["model"])
    network.to(where)
    plain = PLAIN if recipe.optimiser == "muon" else ("",)
    optimiser = for_model(network.named_parameters(), recipe.peak, plain=plain)
    average = clock.Average(network.parameters(), 0.998)
    tells = time.process_time if recipe.own_minutes else time.monotonic
    budget = clock.Budget(seconds=recipe.minutes * 60, steps=recipe.steps, now=tells)
    if state:
        if "optimiser" in state:
            optimiser.load_state_dict(state["optimiser"])
        average.mean, average.count = [mean.to(where) for mean in state["average"]], state["count"]
        budget.spent, budget.done_steps = state["spent"], state["steps"]
    begun = bool(state and state.get("begun"))
    if begun:  # it knows the simple things already, and a high rate would first unlearn what it knows
        recipe = replace(recipe, simple_until=0.0, pro_from=0.0, peak=0.6 * recipe.peak)
    torch.manual_seed(recipe.seed + budget.done_steps)
    if where.type == "cuda":
        torch.set_float32_matmul_precision("high")
    ahead = _ahead(network, recipe)
    empty = tokenise(build_tokenizer(), [""]).to(where)
    shown: dict[str, Tensor] = {}
    saved, looked, began = budget.spent, time.monotonic(), budget.spent
    while budget.progress < 1 and (sitting is None or budget.spent - began < sitting * 60):
        for group in optimiser.param_groups:
            group["lr"] = clock.learning_rate(budget, recipe.peak, warm=60, hold=recipe.hold)
        kind = _kind(budget.progress, source, recipe)
        pro = KINDS[kind].side == 512
        # Compiled for the two square sizes alone: each further one would take a minute to compile.
        called = ahead if KINDS[kind].shape == SQUARE else network
        x, ids, start = (t.to(where) for t in source.batch(kind, recipe.batch_pro if pro else recipe.batch))
        if pro and torch.rand(()) < recipe.soft_share:
            kind = "soft"  # as it is shown
            loss = sharpening_loss(called, x, start, ids, empty, recipe)
        else:
            top = recipe.pro_sigma if pro and torch.rand(()) < 0.85 else 1.0
            loss = loss_of(called, x, ids, empty, recipe, top)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        average.update()
        value = loss.detach()  # read only when it is shown: reading waits for the device
        budget.tick()
        shown[kind] = torch.lerp(shown.get(kind, value), value, 0.02)
        if budget.done_steps % 25 == 0:
            told = " ".join(f"{k} {float(v):.4f}" for k, v in shown.items())
            print(f"step {budget.done_steps} {budget.spent:.0f} s {told}", flush=True)
        if time.monotonic() - looked > 20:
            source.refresh()
            looked = time.monotonic()
        if budget.spent - saved > 150:
            _save(checkpoint, network, optimiser, average, budget, source, begun)
            saved = budget.spent
    _save(checkpoint, network, optimiser, average, budget, source, begun)
    average.swap()
    return network.eval()


def _ahead(network: Network, recipe: Recipe) -> Network:
    """The network as it is called: compiled where the recipe says so."""
    if recipe.compiled is None:
        return network
    # One graph for each picture size and number of zero tokens.
    torch._dynamo.config.recompile_limit = 16
    made: Network = torch.compile(network, backend=recipe.compiled, dynamic=False)  # type: ignore[assignment]
    return made


def _kind(progress: float, source: Source, recipe: Recipe) -> str:
    pro = progress >= recipe.pro_from and float(torch.rand(())) < recipe.pro_share
    if progress >= recipe.simple_until and float(torch.rand(())) < recipe.shaped_share:
        shaped = [kind for kind in (SHAPED_PRO if pro else SHAPED) if source.count(kind)]
        if shaped:
            return shaped[int(torch.randint(len(shaped), ()))]
    if pro and source.count("pro"):
        return "pro"
    if progress < recipe.simple_until or not source.count("any"):
        return "simple"
    return "simple" if torch.rand(()) < recipe.simple_share and source.count("simple") else "any"


def _save(
    path: Path,
    network: Network,
    optimiser: torch.optim.Optimizer,
    average: clock.Average,
    budget: clock.Budget,
    source: Source,
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
            "shift": source.shift,
            "scale": source.scale,
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
