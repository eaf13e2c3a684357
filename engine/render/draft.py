"""The draft tier: a grid is one batch with a generator per cell; compatible drafts of several people share one."""

from __future__ import annotations

from collections.abc import Sequence

from engine.render.job import Control, Job
from engine.render.pro import plan_whole
from engine.render.renderer import Renderer, cells_of


def render(renderer: Renderer, jobs: Sequence[Job], control: Control) -> None:
    """Paint the drafts of these jobs, which agree on size, steps, guidance and LoRAs."""
    renderer.paint(cells_of(jobs), plan_whole(renderer, jobs[0].request), control)
