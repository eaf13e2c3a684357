"""Muon: momentum made orthogonal for matrices and convolutions, AdamW for everything else.

On a small budget it learns about twice as fast per step as AdamW alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn


def orthogonal(matrix: Tensor, rounds: int = 5) -> Tensor:
    """The nearest matrix with singular values near 1, by Newton–Schulz iterations; batched."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = matrix.bfloat16()
    tall = x.size(-2) > x.size(-1)
    if tall:
        x = x.mT
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(rounds):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    result: Tensor = (x.mT if tall else x).float()
    return result


class Muon(torch.optim.Optimizer):
    """Two kinds of parameter groups, told apart by `muon`; one learning rate serves both."""

    def __init__(self, matrices: Iterable[nn.Parameter], others: Iterable[nn.Parameter], lr: float) -> None:
        self.step_count = 0
        super().__init__(
            [{"params": list(matrices), "muon": True}, {"params": list(others), "muon": False}],
            {"lr": lr, "scale": 1.0, "weight_decay": 0.01},
        )

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """One update."""
        for group in self.param_groups:
            moved = [p for p in group["params"] if p.grad is not None]
            if not group["muon"]:
                for p in moved:
                    self._adam(p, self.state[p], group)
                continue
            shapes: dict[tuple[int, int], list[Tensor]] = {}
            for p in moved:
                shapes.setdefault((p.size(0), p.numel() // p.size(0)), []).append(p)
            for alike in shapes.values():  # at once, which is what makes it quick on a GPU
                self._matrices(alike, group)

    def _matrices(self, alike: list[Tensor], group: dict[str, Any]) -> None:
        updates = []
        for p in alike:
            grad, state = p.grad, self.state[p]
            assert grad is not None
            if "momentum" not in state:
                state["momentum"] = torch.zeros_like(grad)
            momentum = state["momentum"].lerp_(grad, 0.05)
            updates.append(grad.lerp(momentum, 0.95).reshape(p.size(0), -1))
        for p, update in zip(alike, orthogonal(torch.stack(updates)), strict=True):
            size = 0.2 * max(update.shape) ** 0.5
            p.mul_(1 - group["lr"] * group["weight_decay"])
            p.add_(update.reshape(p.shape), alpha=-group["lr"] * size * group["scale"])

    def _adam(self, p: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        grad = p.grad
        assert grad is not None
        if "step" not in state:
            state.update(step=0, first=torch.zeros_like(grad), second=torch.zeros_like(grad))
        state["step"] += 1
        first = state["first"].lerp_(grad, 0.1)
        second = state["second"].mul_(0.98).addcmul_(grad, grad, value=0.02)
        top = first / (1 - 0.9 ** state["step"])
        bottom = (second / (1 - 0.98 ** state["step"])).sqrt_().add_(1e-8)
        p.addcdiv_(top, bottom, value=-group["lr"])


def for_model(named: Iterable[tuple[str, nn.Parameter]], lr: float, *, plain: tuple[str, ...] = ()) -> Muon:
    """Muon for hidden matrices and kernels; embeddings, vectors and names holding a `plain` part get AdamW."""
    matrices: list[nn.Parameter] = []
    others: list[nn.Parameter] = []
    for name, parameter in named:
        inner = parameter.ndim >= 2 and not any(part in name for part in plain)
        (matrices if inner else others).append(parameter)
    return Muon(matrices, others, lr)
