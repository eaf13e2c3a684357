"""The draft tier: a grid is one batch with a generator per cell; compatible drafts of several people share one."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from engine.pipelines import Task
from engine.pro import start_from_picture
from engine.protocol import RenderRequest
from engine.rendering import Plan, Renderer, cells_of
from engine.scheduler import Control, Job
from engine.tiers import Tier


def batch_key(request: RenderRequest) -> Hashable | None:
    """Requests with equal keys may be denoised together; None stays alone."""
    if request.tier is not Tier.DRAFT or request.is_edit:
        return None
    return (request.width, request.height, request.steps, request.guidance)


def render(renderer: Renderer, jobs: Sequence[Job], control: Control) -> None:
    """Paint the drafts of these jobs, which agree on size, steps and guidance."""
    request = jobs[0].request
    if request.is_edit:
        plan = start_from_picture(request)
    else:
        plan = Plan(task=Task.TEXT, width=request.width, height=request.height)
    renderer.paint(cells_of(jobs), plan, control)
