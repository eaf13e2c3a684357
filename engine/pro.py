"""The Pro tier: starts from the approved draft, enlarged, so that the composition stays; paints anew without one."""

from __future__ import annotations

from PIL import Image

from engine.pictures import flatten
from engine.pipelines import Task
from engine.protocol import RenderRequest
from engine.rendering import Plan, Renderer, cells_of
from engine.scheduler import Control, Job


def render(renderer: Renderer, job: Job, control: Control) -> None:
    """Paint one job at the Pro tier."""
    request = job.request
    if request.is_edit:
        plan = start_from_picture(request)
    else:
        plan = Plan(task=Task.TEXT, width=request.width, height=request.height)
    renderer.paint(cells_of([job]), plan, control)


def start_from_picture(request: RenderRequest) -> Plan:
    """A plan that begins with the request's picture, fitted to its size, and departs by its strength."""
    if request.image is None:
        raise ValueError("a picture to start from is needed")
    size = (request.width, request.height)
    picture = flatten(request.image).resize(size, Image.Resampling.LANCZOS)
    return Plan(
        task=Task.PICTURE,
        width=request.width,
        height=request.height,
        inputs=lambda count: {"image": [picture] * count, "strength": enough_strength(request)},
    )


def enough_strength(request: RenderRequest) -> float:
    """The request's strength, raised where needed so that at least one step is taken."""
    if request.strength * request.steps >= 1:
        return request.strength
    # A hair above one step: some pipelines round the product down.
    return min(1.0, 1.0 / request.steps + 1e-6)
