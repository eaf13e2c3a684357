"""The fix tier: repaints a crop around the mask and stitches it back; every pixel outside stays as it was."""

from __future__ import annotations

from collections.abc import Callable

from engine.pixels.array import Pixels
from engine.pixels.colour import from_srgb, to_srgb
from engine.pixels.stitch import Crop, Region, crop_for_model, paste, plan_crop
from engine.profiles.profile import Tier
from engine.render.events import Measured, Picture
from engine.render.job import Control, Job, RenderFailed
from engine.render.renderer import Plan, Renderer, cells_of
from engine.render.segment import as_mask

#: how many times the pixels of the first pass a second one must have to be worth its time
WORTH_REFINING = 1.5


def render(renderer: Renderer, job: Job, control: Control) -> None:
    """Paint one job's masked region, from its picture and its prompt."""
    request, model = job.request, renderer.model
    if request.wants_mask:
        _tell_mask(renderer, job, control)
        return
    region = region_of(renderer, job, control)
    original = request.image
    if original is None:
        raise ValueError("a fix needs a picture")
    # The model sees and paints sRGB; what is pasted has the values of the picture's own profile.
    own, seen = request.colour_profile, to_srgb(original, request.colour_profile)
    settings, pro = model.profile.tiers[Tier.FIX], model.profile.tiers[Tier.PRO]
    crop = plan_crop(region, side=settings.size, context=settings.context, multiple=model.multiple)
    fine = crop.rendered_at(min(max(crop.width, crop.height), pro.size), model.multiple)

    def finish_at(size: Crop) -> Callable[[Pixels], Pixels]:
        return lambda painted: paste(
            original, region, size, from_srgb(painted, own), feather=settings.feather
        )

    def refine(painted: Pixels) -> Plan:
        # The model composes best at its own size and details well at Pro's: first the one, then the other.
        pasted = paste(seen, region, crop, painted, feather=0)
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
    picture, mask = crop_for_model(seen, region, crop, cell=model.cell)
    plan = Plan(
        width=crop.render_width,
        height=crop.render_height,
        picture=picture,
        mask=mask,
        refine=refine if settings.refine and finer >= WORTH_REFINING else None,
        finish=finish_at(crop),
    )
    renderer.paint(cells_of([job]), plan, control)


def region_of(renderer: Renderer, job: Job, control: Control) -> Region:
    """Where a job's picture may change, with what is found by its name. Raises RenderFailed."""
    request = job.request
    if not request.mask_text:
        if request.region is None:
            raise ValueError("a fix needs a mask, or the name of what is to change")
        return request.region
    if request.image is None:
        raise ValueError("only an edit has a region")
    control.step()
    found = renderer.segmenter.find(request.image, request.mask_text, threshold=request.mask_threshold)
    if request.mask_mode == "keep":
        found = ~found
    region: Region = found if request.region is None else found | request.region
    if not region.any():
        raise RenderFailed(
            f"“{request.mask_text}” fills the whole picture, so nothing may change.",
            code="nothing_found",
            status=400,
        )
    return region


def _tell_mask(renderer: Renderer, job: Job, control: Control) -> None:
    """Find what a job names, and deliver the mask itself."""
    watch = renderer.stopwatch()
    region = region_of(renderer, job, control)
    seconds, joules = watch.read()
    measured = Measured(seconds=seconds, queue_seconds=job.queue_seconds, steps=0, joules=joules, batch=1)
    job.log.append(Picture(index=0, seed=0, pixels=as_mask(region), measured=measured))
