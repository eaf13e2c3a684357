"""The fix tier: repaints a crop around the mask and stitches it back; every pixel outside stays as it was."""

from __future__ import annotations

from engine.rendering import Plan, Renderer, cells_of
from engine.scheduler import Control, Job
from engine.stitch import crop_for_model, paste, plan_crop


def render(renderer: Renderer, job: Job, control: Control) -> None:
    """Paint one job's masked region, from its picture and its prompt."""
    request, model = job.request, renderer.model
    if request.image is None or request.region is None:
        raise ValueError("a fix needs a picture and a mask")
    original, region = request.image, request.region
    settings = model.profile.tiers[request.tier]
    crop = plan_crop(region, side=settings.size, context=settings.context, multiple=model.multiple)
    picture, mask = crop_for_model(original, region, crop, cell=model.cell)
    plan = Plan(
        width=crop.render_width,
        height=crop.render_height,
        picture=picture,
        mask=mask,
        finish=lambda painted: paste(original, region, crop, painted, feather=settings.feather),
    )
    renderer.paint(cells_of([job]), plan, control)
