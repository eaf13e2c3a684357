"""Loads the diffusers pipeline that a profile names and shares its weights between tiers and tasks.

Every (tier, task) has its own pipeline and scheduler object, so that one tier can run inside another's step.
"""

from __future__ import annotations

import gc
import inspect
import json
import logging
import math
import os
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import torch
from diffusers import (
    AutoencoderTiny,
    AutoPipelineForImage2Image,
    AutoPipelineForInpainting,
    DiffusionPipeline,
)
from diffusers.utils import logging as diffusers_logging
from transformers.utils import logging as transformers_logging

from engine.models.store import find, shared_parts
from engine.pipelines.adapters import Adapters, CannotAdapt, Wanted, adapt
from engine.pipelines.families import family_of
from engine.pipelines.family import Embeddings, Family, Task, decode_with_vae
from engine.pipelines.placement import CannotPlace, place
from engine.pipelines.preview import EstimateRecorder
from engine.pipelines.processor import NAME, PromptAndPictures
from engine.profiles.profile import Profile, Tier, cores
from engine.profiles.weights import MAIN, Storage, Weights

log = logging.getLogger("engine.pipelines.load")

# Bars are for terminals, and warnings here quote prompts: the engine's log holds neither.
diffusers_logging.disable_progress_bar()
diffusers_logging.set_verbosity_error()
transformers_logging.disable_progress_bar()

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
PICKLES = (".bin", ".ckpt", ".pt", ".pth", ".pkl")


class ModelUnavailable(Exception):
    """The model cannot be used; the message is a sentence that says what to do."""


class PromptCounter(Protocol):
    """Hears how often a prompt's embeddings were at hand."""

    def prompt_cache(self, *, hit: bool) -> None:
        """One was looked for."""


@dataclass(frozen=True, kw_only=True)
class TierPipeline:
    """One diffusers pipeline with its own scheduler, and what listens to it."""

    pipe: Any
    family: Family
    #: which of the profile's weights it runs on
    weights: str
    estimates: EstimateRecorder
    #: the tier's tiny decoder; None: the pipeline's own decodes
    decoder: Any = None

    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        """Latents as the family tells them → batch × 3 × height × width in 0–1, not clamped, float32."""
        if self.decoder is not None:
            return decode_with_vae(self.decoder, latents)
        return self.family.decode(self.pipe, latents)


class LoadedModel:
    """A profile's models in memory. Used from the worker's thread only."""

    def __init__(
        self,
        profile: Profile,
        pipes: Mapping[str, Any],
        *,
        adapters: Mapping[str, Adapters],
        device: torch.device,
        metrics: PromptCounter,
        most_prompts: int,
    ) -> None:
        self.profile = profile
        self._adapters = adapters
        self.device = device
        self.dtype = DTYPES[profile.dtype]
        self._bases = dict(pipes)
        for tier in (Tier.DRAFT, Tier.PRO):
            if family_of(self._bases[profile.tiers[tier].weights]).edits_only:
                name = profile.weights[profile.tiers[tier].weights].model
                raise ModelUnavailable(
                    f"{name} edits pictures and cannot make one: it can only be the fix tier's."
                )
        fixer = self._bases[profile.tiers[Tier.FIX].weights]
        #: pixels per side of the smallest square that a fix's mask can hold apart
        self.cell = family_of(fixer).cell(fixer)
        #: what rendered sides must divide by, in pixels, so that every tier can paint them
        self.multiple = math.lcm(*(_multiple(pipe) for pipe in self._bases.values()), self.cell)
        self._pipelines: dict[tuple[Tier, Task], TierPipeline] = {}
        self._prompts: OrderedDict[tuple[str, str, bool, Tier, Wanted], Embeddings] = OrderedDict()
        self._most_prompts = most_prompts
        self._metrics = metrics
        self._in_float32 = False
        self._decoders: dict[str, Any] = {}

    def pipeline(self, tier: Tier, task: Task) -> TierPipeline:
        """The pipeline of a tier and task; made at first use from the shared weights."""
        found = self._pipelines.get((tier, task))
        if found is None:
            made = self._make(self.profile.tiers[tier].weights, task)
            decoder = self._decoder(self.profile.tiers[tier].decoder, made.family)
            found = self._pipelines[tier, task] = replace(made, decoder=decoder)
        return found

    def _decoder(self, source: str, family: Family) -> Any:
        """A tier's tiny decoder, shared between tiers that name the same; None where it has none."""
        if not source or not family.decodes_latents:
            return None
        if source not in self._decoders:
            self._decoders[source] = load_tiny_decoder(source, self.device, self.dtype)
        return self._decoders[source]

    def family_of(self, tier: Tier) -> Family:
        """The family of the weights that paint a tier."""
        return family_of(self._bases[self.profile.tiers[tier].weights])

    def _make(self, weights: str, task: Task) -> TierPipeline:
        base = self._bases[weights]
        try:
            if task is Task.PICTURE:
                pipe = AutoPipelineForImage2Image.from_pipe(base)
            elif task is Task.MASK:
                pipe = AutoPipelineForInpainting.from_pipe(base)
            else:
                pipe = type(base)(**base.components, **_settings_of(base))
        except ValueError as error:
            raise ModelUnavailable(
                f"The model “{self.profile.name}” cannot start from a {task}; choose a profile whose model can."
            ) from error
        pipe.scheduler = type(pipe.scheduler).from_config(pipe.scheduler.config)
        pipe.set_progress_bar_config(disable=True)
        estimates = EstimateRecorder(pipe.scheduler)
        return TierPipeline(pipe=pipe, family=family_of(base), weights=weights, estimates=estimates)

    @torch.inference_mode()
    def embeddings(
        self, pipe: Any, tier: Tier, prompt: str, negative_prompt: str, *, guided: bool, loras: Wanted = ()
    ) -> Embeddings | None:
        """A prompt's embeddings, from the cache where possible; None where the family takes the text itself."""
        adapters = self._adapters.get(self.profile.tiers[tier].weights)
        # Few LoRAs change how prompts are read; for the others one encoding serves all.
        asked = loras if adapters is not None and adapters.touch_prompts else ()
        key = (prompt, negative_prompt if guided else "", guided, tier, asked)
        if not self._in_float32 and key in self._prompts:
            self._prompts.move_to_end(key)
            self._metrics.prompt_cache(hit=True)
            return self._prompts[key]
        call = self.profile.tiers[tier].call
        found = self.family_of(tier).encode(pipe, prompt, negative_prompt, guided=guided, call=call)
        if found is not None and not self._in_float32:
            self._metrics.prompt_cache(hit=False)
            self._prompts[key] = found
            while len(self._prompts) > self._most_prompts:
                self._prompts.popitem(last=False)
        return found

    @contextmanager
    def adapted(self, tier: Tier, loras: Wanted) -> Iterator[None]:
        """Run a tier with these LoRAs, also inside a run with others."""
        adapters = self._adapters.get(self.profile.tiers[tier].weights)
        with adapters.use(loras) if adapters is not None else nullcontext():
            yield

    def can_retry_in_float32(self, pipeline: TierPipeline) -> bool:
        """Whether a broken result could come from the precision, and the weights could be had in a better one."""
        weights = self.profile.weights[pipeline.weights]
        # Weights kept in 8 bits gain nothing from a wider type, and those that wait elsewhere cannot be turned.
        plain = not weights.offload and Storage.FLOAT8 not in weights.storage.values()
        return self.dtype is not torch.float32 and not self._in_float32 and plain

    @contextmanager
    def in_float32(self, pipeline: TierPipeline) -> Iterator[None]:
        """Run with every weight of a pipeline in float32. Going up and back down changes no weight."""
        base = self._bases[pipeline.weights]
        base.to(torch.float32)
        self._in_float32 = True
        try:
            yield
        finally:
            self._in_float32 = False
            base.to(self.dtype)

    def release_memory(self) -> None:
        """Give back what the device's allocator holds without need."""
        gc.collect()
        if self.device.type == "cuda":
            torch.cuda.empty_cache()

    def memory(self) -> tuple[int, int] | None:
        """Bytes of the device that are held now and were at most; None where torch does not count them."""
        if self.device.type != "cuda":
            return None
        return torch.cuda.memory_reserved(self.device), torch.cuda.max_memory_reserved(self.device)

    def synchronise(self) -> None:
        """Wait until the device has done what it was told, so that a clock tells the truth."""
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)


def load_model(profile: Profile, *, metrics: PromptCounter, most_prompts: int) -> LoadedModel:
    """Load a profile's model onto its device. Raises ModelUnavailable with a sentence."""
    device = _device(profile.device)
    profile = replace(profile, dtype=_dtype(profile.dtype, device))
    if device.type == "cpu" and (profile.threads or "OMP_NUM_THREADS" not in os.environ):
        torch.set_num_threads(profile.threads or cores())
    pipes: dict[str, Any] = {}
    for name, weights in profile.weights.items():
        pipes[name] = _load(profile, weights, main=pipes.get(MAIN))
    try:
        adapters = _adapted(profile, pipes)
        for name, weights in profile.weights.items():
            place(pipes[name], weights, device=device, dtype=DTYPES[profile.dtype])
    except (CannotPlace, CannotAdapt) as error:
        raise ModelUnavailable(str(error)) from error
    return LoadedModel(
        profile, pipes, adapters=adapters, device=device, metrics=metrics, most_prompts=most_prompts
    )


def _adapted(profile: Profile, pipes: Mapping[str, Any]) -> dict[str, Adapters]:
    """Every pipeline's LoRAs and its own schedule."""
    shared = [part for weights in profile.weights.values() for part in weights.shares]
    found = {}
    for name, weights in profile.weights.items():
        pipe = pipes[name]
        if unknown := weights.scheduler.keys() - pipe.scheduler.config.keys():
            raise CannotAdapt(
                f"The scheduler of {weights.model} has no setting {', '.join(sorted(unknown))}; correct the profile."
            )
        if weights.scheduler:
            pipe.scheduler = type(pipe.scheduler).from_config(pipe.scheduler.config, **weights.scheduler)
        adapters = adapt(pipe, weights, shared_by_others=shared if name == MAIN else ())
        if adapters is not None:
            found[name] = adapters
    return found


def load_tiny_decoder(source: str, device: torch.device, dtype: torch.dtype) -> Any:
    """A tiny autoencoder (TAESD and its like) from a folder or the cache. Raises ModelUnavailable."""
    try:
        tiny = AutoencoderTiny.from_pretrained(
            source, dtype=dtype, use_safetensors=True, local_files_only=True
        )
    except Exception as error:
        raise ModelUnavailable(f"The tiny decoder {source} could not be loaded: {error}") from error
    return tiny.to(device).to(memory_format=torch.channels_last)


def _load(profile: Profile, weights: Weights, *, main: Any) -> Any:
    """One pipeline in main memory, with the parts that it shares with the profile's main one."""
    source = str(find(weights) or weights.model)
    if weights.is_local:
        _check_folder(Path(source), profile.name)
    shared = {part: getattr(main, part) for part in shared_parts(weights)} if main is not None else {}
    try:
        return DiffusionPipeline.from_pretrained(
            source,
            dtype=DTYPES[profile.dtype],
            use_safetensors=True,
            local_files_only=True,
            **{**_left_out(Path(source)), **_processor(source), **shared},
        )
    except Exception as error:  # diffusers raises many kinds for a damaged folder: each must reach the person
        log.exception("loading failed")
        if source == weights.model and not weights.is_local:
            raise ModelUnavailable(
                f"The model {weights.model} of profile “{profile.name}” is not here, or not whole: "
                f"fetch it with `draftroom models pull {profile.name}`."
            ) from error
        first_line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelUnavailable(
            f"The model of profile “{profile.name}” at {weights.model} could not be loaded: {first_line}"
        ) from error


def _multiple(pipe: Any) -> int:
    """What the sides of a pipeline's pictures must divide by, in pixels."""
    return int(getattr(pipe, "vae_scale_factor", 8)) * int(getattr(pipe, "patch_size", 2) or 1)


def _settings_of(pipe: Any) -> dict[str, Any]:
    """A pipeline's constructor arguments that are no parts, such as klein's `is_distilled`."""
    given = inspect.signature(type(pipe).__init__).parameters.keys() - {"self"} - pipe.components.keys()
    return {name: pipe.config[name] for name in given if name in pipe.config}


def _check_folder(folder: Path, profile: str) -> None:
    if folder.suffix in PICKLES or (folder.is_file() and folder.suffix != ".safetensors"):
        raise ModelUnavailable(
            f"{folder} is a pickle, which can run any code when it is opened; convert it to safetensors first."
        )
    if not (folder / "model_index.json").is_file():
        raise ModelUnavailable(
            f"No model was found at {folder} (model_index.json is missing). Put the model of profile "
            f"“{profile}” there and start the engine again, or choose another with --profile."
        )
    for part in sorted(path for path in folder.iterdir() if path.is_dir()):
        names = {path.suffix: path.name for path in part.iterdir()}
        pickled = [names[suffix] for suffix in PICKLES if suffix in names]
        if pickled and ".safetensors" not in names:
            raise ModelUnavailable(
                f"{part / pickled[0]} is a pickle, which can run any code when it is opened; "
                "convert the model to safetensors first."
            )


def _processor(source: str) -> dict[str, Any]:
    """Our own in the place of transformers' processor that wants torchvision, where the pipeline has that one."""
    index = Path(source) / "model_index.json"
    parts = json.loads(index.read_text(encoding="utf-8")) if index.is_file() else {}
    return {"processor": PromptAndPictures.of(source)} if parts.get("processor") == NAME else {}


def _left_out(folder: Path) -> dict[str, None]:
    """Parts that a saved pipeline was made without: diffusers wants to be told of them again."""
    index = folder / "model_index.json"
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
