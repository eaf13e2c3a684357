"""The movement every tier shares: encode, denoise with yields at each step, decode, check, tell.

Knows pipelines and jobs; what a tier starts from and what it does with a painted picture is the tier's own.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from PIL import Image

from engine.pipelines.family import Keep, Start
from engine.pipelines.load import LoadedModel, TierPipeline
from engine.pipelines.preview import LinearPreview, preview_steps, to_pixels
from engine.pixels.array import Pixels
from engine.pixels.files import flatten
from engine.pixels.matting import NoPlainBackdrop, without_backdrop
from engine.profiles.profile import PreviewStyle, Tier
from engine.render.checker import Checker
from engine.render.energy import EnergyCounter, Stopwatch
from engine.render.events import Measured, Picture, Preview
from engine.render.job import Control, Job, RenderFailed
from engine.render.metrics import Metrics
from engine.render.request import RenderRequest
from engine.render.segment import Segmenter

log = logging.getLogger("engine.render.renderer")


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One picture of one job."""

    job: Job
    index: int

    @property
    def seed(self) -> int:
        return self.job.request.seeds[self.index]


def cells_of(jobs: Sequence[Job]) -> list[Cell]:
    """Every picture of these jobs that was not delivered yet, in order."""
    return [
        Cell(job=job, index=index)
        for job in jobs
        for index in range(len(job.request.seeds))
        if index not in job.delivered
    ]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How a batch of cells is painted; the requests in a batch agree on all of this."""

    #: rendered size, in pixels (of the crop, for a fix)
    width: int
    height: int
    #: the picture to start from, at rendered size
    picture: Image.Image | None = None
    #: white where the picture is repainted, aligned to latent cells; only with a picture
    mask: Image.Image | None = None
    #: how far from its picture the result may go, 0–1; None: as the request says
    strength: float | None = None
    #: a second pass over what was painted, where the first was coarser than the original
    refine: Callable[[Pixels], Plan] | None = None
    #: turns what the model painted into what is delivered
    finish: Callable[[Pixels], Pixels] = field(default=lambda pixels: pixels)


class Renderer:
    """Paints cells with a loaded model."""

    def __init__(self, model: LoadedModel, metrics: Metrics, energy: EnergyCounter) -> None:
        """Raises ModelUnavailable where a checker of the profile cannot be read."""
        self.model = model
        self.checker = Checker(model.profile, model.device)
        self.segmenter = Segmenter(model.profile, model.device)
        self._metrics = metrics
        self._energy = energy
        #: how each tier's latents look without their decoder, learnt from the first picture that was decoded
        self._linear: dict[str, LinearPreview] = {}
        #: how many pictures fit at once, where it was found to be fewer than the profile says
        self._fitting: dict[tuple[Tier, int, int], int] = {}

    def warm_up(self, request: RenderRequest) -> None:
        """Run once, so that the first person does not wait for lazy initialisation; fits the linear preview."""
        plan = Plan(width=request.width, height=request.height)
        pipeline = self._pipeline(request.tier, plan)
        latents = self._call(pipeline, [request] * len(request.seeds), request.seeds, plan, lambda _: None)
        if pipeline.family.decodes_latents:
            self._learn_preview(pipeline, latents, pipeline.decode(latents))

    def _learn_preview(self, pipeline: TierPipeline, latents: torch.Tensor, pictures: torch.Tensor) -> None:
        wanted = self.model.profile.preview is PreviewStyle.LINEAR
        if wanted and pipeline.weights not in self._linear and bool(torch.isfinite(pictures).all()):
            self._linear[pipeline.weights] = LinearPreview(latents, pictures)

    def stopwatch(self) -> Stopwatch:
        """Measures a piece of work on this renderer's device, from now."""
        return Stopwatch(self._energy, self.model.synchronise)

    def paint(self, cells: Sequence[Cell], plan: Plan, control: Control) -> None:
        """Paint the cells, in batches of the profile's size, telling each job's log what happens.

        What runs out of memory is painted again in smaller batches. Raises Cancelled and RenderFailed.
        """
        cells = self._allowed(cells)
        tier = cells[0].job.request.tier if cells else Tier.DRAFT
        kind = (tier, plan.width, plan.height)
        most = self._fitting.get(kind, self.model.profile.batch_pictures)
        most = min(most, self.model.family_of(tier).most_pictures or most)
        waiting = list(cells)
        relieved = False
        while waiting:
            batch = waiting[:most]
            if not self._ran_out_of_memory(batch, plan, control):
                self._tell_memory()
                waiting, relieved = waiting[most:], False
                continue
            # Here, outside the handler, nothing holds on to the failed attempt's tensors any more.
            self.model.release_memory()
            waiting = [cell for cell in waiting if cell.index not in cell.job.delivered]
            if len(batch) == 1 and relieved:
                raise RenderFailed(
                    f"There is not enough memory for a picture of {plan.width} × {plan.height} pixels, not even "
                    "alone: ask for a smaller one, or run a profile for less memory.",
                    code="out_of_memory",
                )
            relieved = len(batch) == 1
            most = self._fitting[kind] = max(1, len(batch) // 2)
            self._metrics.retried_smaller(tier)
            log.warning("out of memory with %d pictures at once; going on with %d", len(batch), most)

    def _allowed(self, cells: Sequence[Cell]) -> list[Cell]:
        """The cells whose prompts are not refused; jobs with another one end here, before anything is painted."""
        for job in dict.fromkeys(cell.job for cell in cells):
            try:
                self.checker.prompt(job.request.prompt)
            except RenderFailed as error:
                self._metrics.failed(job.request.tier, error.code)
                job.fail(str(error), code=error.code, status=error.status)
        return [cell for cell in cells if not cell.job.over]

    def _tell_memory(self) -> None:
        if (found := self.model.memory()) is not None:
            self._metrics.device_memory(str(self.model.device), used=found[0], peak=found[1])

    def _ran_out_of_memory(self, batch: Sequence[Cell], plan: Plan, control: Control) -> bool:
        try:
            self._paint_batch(batch, plan, control)
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            return True
        return False

    def _paint_batch(self, cells: Sequence[Cell], plan: Plan, control: Control) -> None:
        tier = cells[0].job.request.tier
        pipeline = self._pipeline(tier, plan)
        watch = self.stopwatch()
        steps_run = 0

        def after_step(step: int) -> None:
            nonlocal steps_run
            steps_run = step
            if not control.must_yield and not self.checker.sees_pictures:
                self._tell_previews(pipeline, cells, plan, step)
            with watch.paused():
                control.step()

        self._metrics.batch(tier, len(cells))
        latents = self._denoise(pipeline, cells, plan, after_step)
        shared_seconds, shared_joules = watch.read()
        for number, cell in enumerate(cells):
            if cell.job.over:
                continue
            watch_cell = self.stopwatch()
            last = plan
            try:
                painted = self._sound(pipeline, cell, plan, control, latents[number : number + 1])
                if plan.refine is not None:
                    last = plan.refine(painted)
                    painted = self._refined(cell, last, control, watch_cell)
                pixels = last.finish(painted)
                self.checker.picture(pixels)
                if cell.job.request.transparent:
                    control.step()
                    pixels = cut_out(pixels)
            except RenderFailed as error:
                # Whoever else shares the batch has done nothing wrong.
                self._metrics.failed(tier, error.code)
                cell.job.fail(str(error), code=error.code, status=error.status)
                continue
            seconds, joules = watch_cell.read()
            measured = Measured(
                seconds=seconds + shared_seconds / len(cells),
                queue_seconds=cell.job.queue_seconds,
                steps=steps_run,
                joules=None
                if joules is None or shared_joules is None
                else joules + shared_joules / len(cells),
                batch=len(cells),
            )
            self._metrics.delivered(tier, measured.seconds, measured.joules)
            cell.job.delivered.add(cell.index)
            cell.job.log.append(Picture(index=cell.index, seed=cell.seed, pixels=pixels, measured=measured))
            if number + 1 < len(cells):
                control.step()

    def _pipeline(self, tier: Tier, plan: Plan) -> TierPipeline:
        family = self.model.family_of(tier)
        task = family.task(picture=plan.picture is not None, mask=plan.mask is not None)
        return self.model.pipeline(tier, task)

    def _refined(self, cell: Cell, plan: Plan, control: Control, watch: Stopwatch) -> Pixels:
        pipeline = self._pipeline(cell.job.request.tier, plan)

        def after_step(_step: int) -> None:
            with watch.paused():
                control.step()

        return self._sound(pipeline, cell, plan, control, self._denoise(pipeline, [cell], plan, after_step))

    def _sound(
        self, pipeline: TierPipeline, cell: Cell, plan: Plan, control: Control, latents: torch.Tensor
    ) -> Pixels:
        """One picture decoded, and made again where it came out broken."""
        painted = self._decode(pipeline, latents)
        flaw = _flaw(painted)
        if flaw:
            painted = self._paint_in_float32(pipeline, cell, plan, control, flaw)
        return to_pixels(painted, width=plan.width, height=plan.height)

    def _denoise(
        self, pipeline: TierPipeline, cells: Sequence[Cell], plan: Plan, after_step: Callable[[int], None]
    ) -> torch.Tensor:
        requests = [cell.job.request for cell in cells]
        return self._call(pipeline, requests, [cell.seed for cell in cells], plan, after_step)

    def _call(
        self,
        pipeline: TierPipeline,
        requests: Sequence[RenderRequest],
        seeds: Sequence[int],
        plan: Plan,
        after_step: Callable[[int], None],
    ) -> torch.Tensor:
        """Latents (or, for families that decode by themselves, pictures in 0–1), one per seed."""
        first, pipe = requests[0], pipeline.pipe
        settings = self.model.profile.tiers[first.tier]
        # Noise is drawn on the CPU, one generator per picture: who shares the batch, and which device runs it,
        # does not change a picture's noise.
        generators = [torch.Generator("cpu").manual_seed(seed) for seed in seeds]

        inputs, keep = self._start(pipeline, first, plan, generators)

        def callback(_pipe: Any, step: int, _timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            kept = {"latents": keep(tensors["latents"])} if keep else {}
            after_step(step + 1)
            return kept

        with self.model.adapted(first.tier, first.loras):
            output = pipe(
                **self._prompts(pipeline, requests),
                **inputs,
                height=plan.height,
                width=plan.width,
                num_inference_steps=first.steps,
                **pipeline.family.guidance(first.guidance),
                generator=generators,
                output_type="latent" if pipeline.family.decodes_latents else "pt",
                callback_on_step_end=callback,
                **settings.call,
            )
        images: torch.Tensor = output.images
        if pipeline.family.decodes_latents:
            images = pipeline.family.finished(pipe, images, width=plan.width, height=plan.height)
        return images

    def _start(
        self,
        pipeline: TierPipeline,
        request: RenderRequest,
        plan: Plan,
        generators: Sequence[torch.Generator],
    ) -> tuple[dict[str, Any], Keep | None]:
        """What the pipeline starts from, and what keeps the outside of a mask in place at each step."""
        if plan.picture is None:
            return {}, None
        wanted = request.strength if plan.strength is None else plan.strength
        start = Start(
            picture=plan.picture,
            mask=plan.mask,
            steps=request.steps,
            strength=_enough_strength(wanted, request.steps),
            reference=self.model.profile.tiers[request.tier].reference,
            others=tuple(flatten(pixels) for pixels in request.references),
        )
        return pipeline.family.start(pipeline.pipe, start, generators)

    def _prompts(self, pipeline: TierPipeline, requests: Sequence[RenderRequest]) -> dict[str, Any]:
        guided = pipeline.family.is_guided(requests[0].guidance)
        parts = [
            self.model.embeddings(
                pipeline.pipe,
                request.tier,
                request.prompt,
                request.negative_prompt,
                guided=guided,
                loras=request.loras,
            )
            for request in requests
        ]
        found = [part for part in parts if part is not None]
        if len(found) == len(requests):
            return pipeline.family.join(found)
        texts: dict[str, Any] = {"prompt": [request.prompt for request in requests]}
        if guided:
            texts["negative_prompt"] = [
                request.negative_prompt or pipeline.family.blank for request in requests
            ]
        return texts

    def _decode(self, pipeline: TierPipeline, latents: torch.Tensor) -> torch.Tensor:
        """One picture, 3 × height × width in 0–1."""
        if not pipeline.family.decodes_latents:
            return latents[0].float()
        pictures = pipeline.decode(latents)
        self._learn_preview(pipeline, latents, pictures)
        return pictures[0]

    def _tell_previews(self, pipeline: TierPipeline, cells: Sequence[Cell], plan: Plan, step: int) -> None:
        family, estimate = pipeline.family, pipeline.estimates.latest
        if estimate is None or not family.decodes_latents:
            return
        linear = self._linear.get(pipeline.weights)
        total = int(getattr(pipeline.pipe, "num_timesteps", cells[0].job.request.steps))
        for number, cell in enumerate(cells):
            request = cell.job.request
            wanted = preview_steps(total, request.partial_images, first=self.model.profile.first_preview_step)
            if step not in wanted:
                continue
            rough = family.estimated(
                pipeline.pipe, estimate[number : number + 1], width=plan.width, height=plan.height
            )
            picture = linear(rough) if linear else pipeline.decode(rough)
            pixels = plan.finish(to_pixels(picture[0], width=plan.width, height=plan.height))
            if cell.job.first_preview is None:
                cell.job.first_preview = time.monotonic()
                self._metrics.first_preview(request.tier, cell.job.first_preview - cell.job.accepted)
            cell.job.log.append(Preview(index=cell.index, number=wanted.index(step), pixels=pixels))

    def _paint_in_float32(
        self, pipeline: TierPipeline, cell: Cell, plan: Plan, control: Control, flaw: str
    ) -> torch.Tensor:
        """The picture once more in higher precision. Raises RenderFailed when that does not help either."""
        if self.model.can_retry_in_float32(pipeline):
            self._metrics.retried_in_float32(cell.job.request.tier)
            with control.uninterrupted(), self.model.in_float32(pipeline):
                full = replace(pipeline, decoder=None)
                latents = self._denoise(full, [cell], plan, lambda step: control.step())
                painted = self._decode(full, latents)
            flaw = _flaw(painted)
            if not flaw:
                return painted
        raise RenderFailed(
            f"The picture with seed {cell.seed} came out {flaw}, also in float32; "
            "try another seed, and check the model's files if it happens again."
        )


def is_out_of_memory(error: Exception) -> bool:
    """Whether a device or this machine had no more memory; torch has several ways to say so."""
    words = str(error).lower()
    return (
        isinstance(error, MemoryError | torch.OutOfMemoryError)
        or "out of memory" in words
        or "can't allocate memory" in words
    )


def _enough_strength(strength: float, steps: int) -> float:
    """The strength, raised where needed so that at least one step is taken."""
    if strength * steps >= 1:
        return strength
    # A hair above one step: some pipelines round the product down.
    return min(1.0, 1.0 / steps + 1e-6)


def cut_out(pixels: Pixels) -> Pixels:
    """The picture without its backdrop. Raises RenderFailed where that is not plain."""
    try:
        return without_backdrop(pixels)
    except NoPlainBackdrop as error:
        raise RenderFailed(
            "The picture came out without a plain backdrop, so none could be taken out; name a plain one in the "
            "prompt, such as “on a plain white background”, or ask for an opaque picture.",
            code="no_plain_backdrop",
            status=422,
        ) from error


def _flaw(picture: torch.Tensor) -> str:
    """What is wrong with a decoded picture, or an empty text."""
    if not bool(torch.isfinite(picture).all()):
        return "broken (not a number)"
    if float(picture.max()) < 0.5 / 255:
        return "entirely black"
    return ""
