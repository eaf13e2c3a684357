"""The fix tier: repaints a crop around the mask and stitches it back; every pixel outside stays as it was."""

from __future__ import annotations

from collections.abc import Callable

from engine.events import Pixels
from engine.rendering import Plan, Renderer, cells_of
from engine.scheduler import Control, Job
from engine.stitch import Crop, crop_for_model, paste, plan_crop
from engine.tiers import Tier

#: how many times the pixels of the first pass a second one must have to be worth its time
WORTH_REFINING = 1.5


def render(renderer: Renderer, job: Job, control: Control) -> None:
    """Paint one job's masked region, from its picture and its prompt."""
    request, model = job.request, renderer.model
    if request.image is None or request.region is None:
        raise ValueError("a fix needs a picture and a mask")
    original, region = request.image, request.region
    settings, pro = model.profile.tiers[Tier.FIX], model.profile.tiers[Tier.PRO]
    crop = plan_crop(region, side=settings.size, context=settings.context, multiple=model.multiple)
    fine = crop.rendered_at(min(max(crop.width, crop.height), pro.size), model.multiple)

    def finish_at(size: Crop) -> Callable[[Pixels], Pixels]:
        return lambda painted: paste(original, region, size, painted, feather=settings.feather)

    def refine(painted: Pixels) -> Plan:
        # The model composes best at its own size and details well at Pro's: first the one, then the other.
        pasted = paste(original, region, crop, painted, feather=0)
        picture, mask = crop_for_model(pasted, region, fine, cell=model.cell)
        return Plan(
            width=fine.render_width,
            height=fine.render_height,
            picture=picture,
            mask=mask,
            strength=settings.refine,
            finish=finish_at(fine),
        )

    finer = fine.render_width * fine.render_height / (crop.render_width * crop.render_height)
    picture, mask = crop_for_model(original, region, crop, cell=model.cell)
    plan = Plan(
        width=crop.render_width,
        height=crop.render_height,
        picture=picture,
        mask=mask,
        refine=refine if settings.refine and finer >= WORTH_REFINING else None,
        finish=finish_at(crop),
    )
    renderer.paint(cells_of([job]), plan, control)
