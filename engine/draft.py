"""The draft tier: a grid is one batch with a generator per cell; compatible drafts of several people share one."""

from __future__ import annotations

from collections.abc import Sequence

from engine.pro import plan_whole
from engine.rendering import Renderer, cells_of
from engine.scheduler import Control, Job


def render(renderer: Renderer, jobs: Sequence[Job], control: Control) -> None:
    """Paint the drafts of these jobs, which agree on size, steps and guidance."""
    renderer.paint(cells_of(jobs), plan_whole(jobs[0].request), control)
