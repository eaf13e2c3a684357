"""A device in this process: the loaded model and its renderer. The only room besides `child` that starts torch."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import torch

from engine.pipelines.load import LoadedModel, ModelUnavailable, load_model
from engine.profiles.nvml import Nvml
from engine.profiles.profile import Profile, Tier
from engine.render import draft, fix, pro
from engine.render.energy import EnergyCounter, UnknownEnergy, cpu_energy, gpu_energy
from engine.render.job import Control, Job
from engine.render.metrics import Metrics
from engine.render.renderer import Renderer
from engine.render.request import RenderRequest
from engine.serving.limits import Limits
from engine.serving.requests import Reader
from engine.serving.workers import CannotStart, Facts

#: held by whoever loads a model in this process
LOADING = threading.Lock()


class LocalDevice:
    """A profile's model in this process. A hung run cannot be ended here, only left behind."""

    def __init__(self, profile: Profile, *, device: str, limits: Limits, metrics: Metrics) -> None:
        self.name = device
        self._profile = replace(profile, device=device)
        self._limits = limits
        self._metrics = metrics
        self.renderer: Renderer | None = None
        self._nvml: Nvml | None = None
        self._gpu: Any = None

    def prepare(self) -> Facts:
        """As in `Device`."""
        try:
            # Loading changes how torch makes tensors everywhere in the process: one at a time.
            with LOADING:
                model = load_model(
                    self._profile, metrics=self._metrics, most_prompts=self._limits.cached_prompts
                )
        except ModelUnavailable as error:
            raise CannotStart(str(error)) from error
        energy = self._meter(model)
        self._metrics.energy_source(self.name, energy.source.value)
        try:
            renderer = Renderer(model, self._metrics, energy)
        except ModelUnavailable as error:
            raise CannotStart(str(error)) from error
        request = warm_up_request(model, self._limits)
        started = time.monotonic()
        renderer.warm_up(request)
        seconds = (time.monotonic() - started) / len(request.seeds)
        self.renderer = renderer
        return Facts(
            profile=model.profile,
            multiple=model.multiple,
            pace=expected_pace(model.profile, seconds),
            takes_references=frozenset(tier for tier in Tier if model.family_of(tier).takes_references),
        )

    def run(self, jobs: Sequence[Job], control: Control) -> None:
        """As in `Device`."""
        if self.renderer is None:
            raise RuntimeError("no model is loaded")
        render(self.renderer, jobs, control)
        used = self._nvml.memory_used(self._gpu) if self._nvml is not None else None
        if used is not None:
            self._metrics.gpu_memory(self.name, used)

    def _meter(self, model: LoadedModel) -> EnergyCounter:
        """What tells the energy of the device that the model is on."""
        watts = model.profile.rated_watts
        if model.device.type != "cuda":
            return cpu_energy(rated_watts=watts) if model.device.type == "cpu" else UnknownEnergy()
        self._nvml = Nvml()
        uuid = getattr(torch.cuda.get_device_properties(model.device), "uuid", None)
        self._gpu = self._nvml.handle(model.device.index or 0, uuid=str(uuid) if uuid else None)
        return gpu_energy(self._nvml, self._gpu, rated_watts=watts)

    @property
    def ended(self) -> str | None:
        """Never gone by itself: it ends with this process."""
        return None

    def kill(self) -> None:
        """Nothing in this process can end a thread; it is left alone, and ends itself at its next step."""


def render(renderer: Renderer, jobs: Sequence[Job], control: Control) -> None:
    """Paint jobs at their tier."""
    tier = jobs[0].request.tier
    if tier is Tier.DRAFT:
        draft.render(renderer, jobs, control)
        return
    one: Callable[[Renderer, Job, Control], None] = pro.render if tier is Tier.PRO else fix.render
    for job in jobs:
        one(renderer, job, control)


def warm_up_request(model: LoadedModel, limits: Limits) -> RenderRequest:
    """A full batch of drafts."""
    reader = Reader(profile=model.profile, limits=limits, multiple=model.multiple)
    count = min(4, model.profile.batch_pictures, limits.pictures_per_request)
    return reader.generation({"prompt": "a picture", "seed": 0, "n": count})


def expected_pace(profile: Profile, draft_seconds: float) -> dict[Tier, float]:
    """Seconds per picture and tier, as far as steps and pixels tell it from a draft's."""

    def work(tier: Tier) -> float:
        settings = profile.tiers[tier]
        share = 1.0 if tier is Tier.DRAFT else settings.strength
        return max(1.0, settings.steps * share) * settings.size**2

    return {tier: draft_seconds * work(tier) / work(Tier.DRAFT) for tier in Tier}
