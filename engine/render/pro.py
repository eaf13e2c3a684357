"""The Pro tier: starts from the approved draft, enlarged, so that the composition stays; paints anew without one."""

from __future__ import annotations

from PIL import Image

from engine.pixels.files import flatten
from engine.render.job import Control, Job
from engine.render.renderer import Plan, Renderer, cells_of
from engine.render.request import RenderRequest


def render(renderer: Renderer, job: Job, control: Control) -> None:
    """Paint one job at the Pro tier."""
    renderer.paint(cells_of([job]), plan_whole(renderer, job.request), control)


def plan_whole(renderer: Renderer, request: RenderRequest) -> Plan:
    """A plan for a whole picture: from the request's own where it has one, fitted to its size, else from noise.

    From noise, it may be the middle of a larger one (`TierSettings.grid`).
    """
    size = (request.width, request.height)
    if request.image is None:
        grid = renderer.model.profile.tiers[request.tier].grid or 1
        width, height = (-(-side // grid) * grid for side in size)
        left, top = (width - size[0]) // 2, (height - size[1]) // 2
        return Plan(
            width=width,
            height=height,
            finish=lambda pixels: pixels[top : top + size[1], left : left + size[0]],
        )
    picture = flatten(request.image).resize(size, Image.Resampling.LANCZOS)
    return Plan(width=request.width, height=request.height, picture=picture)
