"""The draft tier: a grid is one batch with a generator per cell; compatible drafts of several people share one."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from engine.pro import plan_whole
from engine.protocol import RenderRequest
from engine.rendering import Renderer, cells_of
from engine.scheduler import Control, Job
from engine.tiers import Tier


def batch_key(request: RenderRequest) -> Hashable | None:
    """Requests with equal keys may be denoised together; None stays alone."""
    if request.tier is not Tier.DRAFT or request.is_edit:
        return None
    return (request.width, request.height, request.steps, request.guidance)


def render(renderer: Renderer, jobs: Sequence[Job], control: Control) -> None:
    """Paint the drafts of these jobs, which agree on size, steps and guidance."""
    renderer.paint(cells_of(jobs), plan_whole(jobs[0].request), control)
