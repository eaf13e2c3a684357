"""What both trainings share: a time budget, a learning rate that follows it, averages, checkpoints."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn


@dataclass(kw_only=True)
class Budget:
    """How long a training may take in all, over every sitting, in seconds or in steps."""

    seconds: float
    steps: int | None = None
    #: from earlier sittings
    spent: float = 0.0
    done_steps: int = 0
    #: what tells the time in seconds: `time.process_time` where others share the machine
    now: Callable[[], float] = time.monotonic
    _mark: float = field(init=False)

    def __post_init__(self) -> None:
        self._mark = self.now()

    def tick(self) -> None:
        """Note that a step is done."""
        now = self.now()
        self.spent, self._mark = self.spent + now - self._mark, now
        self.done_steps += 1

    @property
    def progress(self) -> float:
        """0 at the start, 1 when the budget is spent."""
        share = self.spent / self.seconds
        if self.steps:
            share = max(share, self.done_steps / self.steps)
        return min(1.0, share)


def learning_rate(budget: Budget, peak: float, *, warm: int = 100, hold: float = 0.5) -> float:
    """A short warm-up by steps, a plateau, then a cosine down to a fiftieth."""
    if budget.done_steps < warm:
        return peak * (budget.done_steps + 1) / warm
    fall = max(0.0, (budget.progress - hold) / (1 - hold))
    return peak * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * fall)))


class Average:
    """An exponential moving average of parameters, with a quick start."""

    def __init__(self, parameters: Iterable[nn.Parameter], decay: float = 0.999) -> None:
        self.live = list(parameters)
        self.decay = decay
        self.mean: list[Tensor] = [p.detach().clone() for p in self.live]
        self.count = 0

    @torch.no_grad()
    def update(self) -> None:
        """Move the average towards the present values."""
        self.count += 1
        rate = 1 - min(self.decay, (1 + self.count) / (10 + self.count))
        torch._foreach_lerp_(self.mean, [p.detach() for p in self.live], rate)

    @torch.no_grad()
    def swap(self) -> None:
        """Exchange the average and the present values; call again to swap back."""
        for parameter, mean in zip(self.live, self.mean, strict=True):
            held = parameter.detach().clone()
            parameter.copy_(mean)
            mean.copy_(held)


def save(path: Path, state: dict[str, Any]) -> None:
    """Write a checkpoint so that a crash leaves the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_suffix(".new")
    torch.save(state, scratch)
    os.replace(scratch, path)


def load(path: Path) -> dict[str, Any] | None:
    """The checkpoint, or None where there is none yet."""
    return torch.load(path, weights_only=True, map_location="cpu") if path.is_file() else None
