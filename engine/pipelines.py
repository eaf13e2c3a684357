"""Loads the diffusers pipeline that a profile names and shares its weights between tiers and tasks.

Every (tier, task) has its own pipeline and scheduler object, so that one tier can run inside another's step.
"""

from __future__ import annotations

import json
import logging
import os
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoPipelineForImage2Image, AutoPipelineForInpainting, DiffusionPipeline
from diffusers.utils import logging as diffusers_logging
from transformers.utils import logging as transformers_logging

from engine.families import Embeddings, Family, family_of
from engine.metrics import Metrics
from engine.preview import EstimateRecorder
from engine.tiers import Profile, Tier

log = logging.getLogger("engine.pipelines")

# Bars are for terminals, and warnings here quote prompts: the engine's log holds neither.
diffusers_logging.disable_progress_bar()
diffusers_logging.set_verbosity_error()
transformers_logging.disable_progress_bar()

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
PICKLES = (".bin", ".ckpt", ".pt", ".pth", ".pkl")


class ModelUnavailable(Exception):
    """The model cannot be used; the message is a sentence that says what to do."""


class Task(StrEnum):
    """What a pipeline starts from."""

    TEXT = "text"
    PICTURE = "picture"
    MASK = "mask"


@dataclass(frozen=True, kw_only=True)
class TierPipeline:
    """One diffusers pipeline with its own scheduler, and what listens to it."""

    pipe: Any
    estimates: EstimateRecorder


class LoadedModel:
    """A profile's model in memory. Used from the worker's thread only."""

    def __init__(
        self, profile: Profile, pipe: Any, *, device: torch.device, metrics: Metrics, most_prompts: int
    ) -> None:
        self.profile = profile
        self.device = device
        self.family: Family = family_of(pipe)
        self.dtype = DTYPES[profile.dtype]
        #: pixels per latent cell
        self.cell = int(getattr(pipe, "vae_scale_factor", 8))
        #: what rendered sides must divide by, in pixels
        self.multiple = self.cell * int(getattr(pipe, "patch_size", 2) or 1)
        self._base = pipe
        self._pipelines: dict[tuple[Tier, Task], TierPipeline] = {}
        self._prompts: OrderedDict[tuple[str, str, bool, Tier], Embeddings] = OrderedDict()
        self._most_prompts = most_prompts
        self._metrics = metrics
        self._in_float32 = False

    def pipeline(self, tier: Tier, task: Task) -> TierPipeline:
        """The pipeline of a tier and task; made at first use from the shared weights."""
        found = self._pipelines.get((tier, task))
        if found is None:
            found = self._pipelines[tier, task] = self._make(task)
        return found

    def _make(self, task: Task) -> TierPipeline:
        try:
            if task is Task.PICTURE:
                pipe = AutoPipelineForImage2Image.from_pipe(self._base)
            elif task is Task.MASK:
                pipe = AutoPipelineForInpainting.from_pipe(self._base)
            else:
                pipe = type(self._base)(**self._base.components)
        except ValueError as error:
            raise ModelUnavailable(
                f"The model “{self.profile.name}” cannot start from a {task}; choose a profile whose model can."
            ) from error
        pipe.scheduler = type(pipe.scheduler).from_config(pipe.scheduler.config)
        pipe.set_progress_bar_config(disable=True)
        return TierPipeline(pipe=pipe, estimates=EstimateRecorder(pipe.scheduler))

    @torch.inference_mode()
    def embeddings(
        self, pipe: Any, tier: Tier, prompt: str, negative_prompt: str, *, guided: bool
    ) -> Embeddings | None:
        """A prompt's embeddings, from the cache where possible; None where the family takes the text itself."""
        key = (prompt, negative_prompt if guided else "", guided, tier)
        if not self._in_float32 and key in self._prompts:
            self._prompts.move_to_end(key)
            self._metrics.prompt_cache(hit=True)
            return self._prompts[key]
        call = self.profile.tiers[tier].call
        found = self.family.encode(pipe, prompt, negative_prompt, guided=guided, call=call)
        if found is not None and not self._in_float32:
            self._metrics.prompt_cache(hit=False)
            self._prompts[key] = found
            while len(self._prompts) > self._most_prompts:
                self._prompts.popitem(last=False)
        return found

    @property
    def can_retry_in_float32(self) -> bool:
        """Whether a broken result could come from the precision."""
        return self.dtype is not torch.float32 and not self._in_float32

    @contextmanager
    def in_float32(self) -> Iterator[None]:
        """Run with every weight in float32. Going up and back down changes no weight."""
        self._base.to(torch.float32)
        self._in_float32 = True
        try:
            yield
        finally:
            self._in_float32 = False
            self._base.to(self.dtype)

    def synchronise(self) -> None:
        """Wait until the device has done what it was told, so that a clock tells the truth."""
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)


def load_model(profile: Profile, *, metrics: Metrics, most_prompts: int) -> LoadedModel:
    """Load a profile's model onto its device. Raises ModelUnavailable with a sentence."""
    device = _device(profile.device)
    profile = replace(profile, dtype=_dtype(profile.dtype, device))
    if device.type == "cpu":
        torch.set_num_threads(profile.threads or _cores())
    if profile.is_local:
        _check_folder(profile)
    try:
        pipe = DiffusionPipeline.from_pretrained(
            profile.model,
            dtype=DTYPES[profile.dtype],
            use_safetensors=True,
            local_files_only=True,
            **_left_out(profile),
        )
    except Exception as error:  # diffusers raises many kinds for a damaged folder: each must reach the person
        log.exception("loading failed")
        first_line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelUnavailable(
            f"The model of profile “{profile.name}” at {profile.model} could not be loaded: {first_line}"
        ) from error
    pipe.to(device)
    for name in ("vae", "unet"):
        part = getattr(pipe, name, None)
        if isinstance(part, torch.nn.Module):
            # Convolutions want the channels last: a bfloat16 decode of 512 × 512 on a CPU takes a sixth of the time.
            part.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return LoadedModel(profile, pipe, device=device, metrics=metrics, most_prompts=most_prompts)


def _check_folder(profile: Profile) -> None:
    folder = Path(profile.model)
    if folder.suffix in PICKLES or (folder.is_file() and folder.suffix != ".safetensors"):
        raise ModelUnavailable(
            f"{folder} is a pickle, which can run any code when it is opened; convert it to safetensors first."
        )
    if not (folder / "model_index.json").is_file():
        raise ModelUnavailable(
            f"No model was found at {folder} (model_index.json is missing). Put the model of profile "
            f"“{profile.name}” there and start the engine again, or choose another with --profile."
        )
    for part in sorted(path for path in folder.iterdir() if path.is_dir()):
        names = {path.suffix: path.name for path in part.iterdir()}
        pickled = [names[suffix] for suffix in PICKLES if suffix in names]
        if pickled and ".safetensors" not in names:
            raise ModelUnavailable(
                f"{part / pickled[0]} is a pickle, which can run any code when it is opened; "
                "convert the model to safetensors first."
            )


def _left_out(profile: Profile) -> dict[str, None]:
    """Parts that a saved pipeline was made without: diffusers wants to be told of them again."""
    index = Path(profile.model) / "model_index.json"
    if not index.is_file():
        return {}
    parts = json.loads(index.read_text(encoding="utf-8"))
    return {name: None for name, kind in parts.items() if isinstance(kind, list) and kind[:1] == [None]}


def _dtype(name: str, device: torch.device) -> str:
    """The precision to run in; “auto” is the fastest that the device computes natively."""
    if name in DTYPES:
        return name
    if name != "auto":
        raise ModelUnavailable(f"The profile's dtype “{name}” is none of auto, {', '.join(DTYPES)}.")
    if device.type == "cuda":
        return "bfloat16" if torch.cuda.is_bf16_supported(including_emulation=False) else "float16"
    able = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
    # Without instructions of its own a CPU emulates bfloat16, slower than float32.
    return "bfloat16" if able.get("avx512_bf16") or able.get("amx_bf16") else "float32"


def _cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _device(name: str) -> torch.device:
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise ModelUnavailable(f"The profile's device “{name}” is none that torch knows.") from error
    if device.type == "cuda" and not torch.cuda.is_available():
        raise ModelUnavailable(
            "The profile wants a CUDA GPU, and none can be used here; choose another profile."
        )
    return device
