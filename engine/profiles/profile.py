"""Profiles: which model and which settings serve each tier. Reads TOML; never imports torch."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, TypeVar

from engine.profiles.checks import Check, parse_check
from engine.profiles.weights import MAIN, WEIGHTS_KEYS, Lora, Weights, parse_weights

#: how Linux shows NVIDIA's GPUs
GPU_FILES = Path("/dev")
PROFILES = Path(__file__).parent
#: what a model folder may carry to recommend settings for itself, and to tell which words it knows
RECOMMENDED_FILE = "draftroom.json"
VOCABULARY_FILE = "vocabulary.json"
#: stands in for what a model that is not there would have recommended
ABSENT_MODEL: Mapping[str, Any] = {"size": 256, "steps": 1, "guidance": 1.0}


Parsed = TypeVar("Parsed")


class ProfileError(Exception):
    """A profile cannot be used; the message is a sentence for the person who wrote or named it."""


class Tier(StrEnum):
    """What a request runs as and is priced at."""

    DRAFT = "draft"
    FIX = "fix"
    PRO = "pro"


class PreviewStyle(StrEnum):
    """How an unfinished picture is shown."""

    #: the model's own decoder
    FULL = "full"
    #: a linear map from latents to colours, fitted to the model's decoder when it is loaded
    LINEAR = "linear"


@dataclass(frozen=True, kw_only=True)
class TierSettings:
    """How one tier runs. `size` is in pixels; strength 0–1 matters where a picture is the start."""

    #: side of the square picture (draft, pro) or of the crop that is repainted (fix), in pixels
    size: int
    #: denoising steps of a whole schedule; an image-to-image run does about `steps × strength` of them
    steps: int
    #: classifier-free guidance; 1 or less turns it off and halves the work
    guidance: float
    #: how far from the given picture the result may go, 0–1
    strength: float = 0.6
    #: what every picture of this tier avoids unless the request says otherwise
    negative_prompt: str = ""
    #: fix only: context around the mask, as a share of the mask's longer side
    context: float = 0.5
    #: fix only: width of the blend at the mask's inner edge, in pixels of the original
    feather: int = 4
    #: fix only: strength of a second pass at the original's resolution where the crop was shrunk; 0 leaves it out
    refine: float = 0.0
    #: fix only: whether a model that edits by reference is also shown the crop as it was
    reference: bool = False
    #: what the sides of a picture that starts from noise are rounded up to before it is painted, in pixels; the middle
    #: is delivered. For a model that knows things on whole cells from the middle alone; 0 paints what was asked for
    grid: int = 0
    #: which of the profile's weights paint this tier; empty: the main ones
    weights: str = MAIN
    #: folder or id of a tiny autoencoder that decodes this tier's pictures; empty: the model's own decodes in full
    decoder: str = ""
    #: further arguments of the pipeline call, for instance `max_sequence_length`
    call: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Models on one class of hardware, with settings for every tier."""

    #: what `--profile` and the API's `model` call it
    name: str
    #: folder with a diffusers pipeline, or a model id that diffusers can resolve
    model: str
    #: licence of the weights, told before anything is downloaded
    licence: str
    #: further names that the API's `model` may use; `*` stands for anything
    aliases: tuple[str, ...] = ()
    #: who made the weights, as `/v1/models` says it
    owner: str = "draftroom"
    #: a sentence on the hardware and what it is good for
    summary: str = ""
    #: memory that the device needs to run every tier, in gigabytes; 0: any machine will do
    memory_gb: float = 0.0
    #: what the device draws when it is busy, in watts, where nothing can be measured; 0: unknown
    rated_watts: float = 0.0
    #: auto (every GPU, else the CPU), cpu, cuda, cuda:1, mps
    device: str = "auto"
    #: several devices, each of which gets a worker of its own; empty: `device` alone
    devices: tuple[str, ...] = ()
    #: float32, bfloat16, float16, or auto: the fastest that the device computes natively
    dtype: str = "float32"
    #: torch threads on a CPU; 0 means OMP_NUM_THREADS, or every core this process may use
    threads: int = 0
    #: largest side of a rendered picture, in pixels
    max_side: int = 1024
    #: most pictures denoised at once
    batch_pictures: int = 4
    #: step (from 1) after which a picture's first preview is made
    first_preview_step: int = 2
    #: linear (a map fitted at the start) or full (the model's own decoder)
    preview: PreviewStyle = PreviewStyle.LINEAR
    #: settings of each tier
    tiers: Mapping[Tier, TierSettings]
    #: the words the model was taught, where it tells (the starter model does)
    vocabulary: Mapping[str, Any] | None = None
    #: a transformers segmentation model that finds things by their names, where the profile has one
    segmenter: Weights | None = None
    #: a transformers text classifier that refuses prompts
    prompt_check: Check | None = None
    #: a transformers image classifier that refuses pictures
    picture_check: Check | None = None
    #: everything that has to be fetched or found: the main weights under "", others by the name tiers use
    weights: Mapping[str, Weights] = field(default_factory=dict)

    @property
    def device_names(self) -> tuple[str, ...]:
        """The devices that are to serve; one that is asked for twice serves with two workers."""
        if not self.devices and self.device == "auto" and (count := gpus()) > 1:
            return tuple(f"cuda:{number}" for number in range(count))
        return self.devices or (self.device,)

    def answers_to(self, name: str) -> bool:
        """Whether a request for this model means this profile."""
        return name == self.name or any(fnmatchcase(name, alias) for alias in self.aliases)

    def loras(self, tier: Tier) -> Mapping[str, Lora]:
        """The adapters that a request of this tier may name."""
        return self.weights[self.tiers[tier].weights].styles

    def writes(self, tier: Tier) -> bool:
        """Whether what paints this tier can write words into a picture."""
        return self.weights[self.tiers[tier].weights].writes

    @property
    def helpers(self) -> tuple[tuple[Weights, str], ...]:
        """Models beside those that paint, each with what it is for."""
        found = [(self.segmenter, "things by their names")] if self.segmenter else []
        if self.prompt_check:
            found.append((self.prompt_check.weights, "prompts that are refused"))
        if self.picture_check:
            found.append((self.picture_check.weights, "pictures that are refused"))
        return tuple(found)

    @property
    def is_local(self) -> bool:
        """Whether the main model is a folder on this machine rather than an id to be resolved."""
        return self.model.startswith((".", "/", "~")) or Path(self.model).is_absolute()


def load_profile(name: str) -> Profile:
    """Read a profile by its name (`starter`) or by the path of a TOML file.

    Raises ProfileError with a sentence when there is no such profile or it makes no sense.
    """
    path = Path(name) if name.endswith(".toml") else PROFILES / f"{name}.toml"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in PROFILES.glob("*.toml")))
        raise ProfileError(
            f"There is no profile “{name}”. Known profiles: {known}; a path to a .toml file works too."
        )
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"The profile {path} is not valid TOML: {error}.") from error
    return parse_profile(raw, base=path.parent)


def parse_profile(raw: Mapping[str, Any], *, base: Path) -> Profile:
    """Turn a profile's TOML into a Profile; paths in it are relative to `base`.

    Settings that the profile leaves out are taken from `draftroom.json` beside the weights.
    """
    values = dict(raw)
    for key in ("name", "model", "licence"):
        if not isinstance(values.get(key), str) or not values[key]:
            raise ProfileError(f"The profile lacks “{key}”, which must be a text.")
    folder = _model_folder(values["model"], base)
    if folder is not None:
        values["model"] = str(folder)
    recommended = _read_json(folder / RECOMMENDED_FILE) if folder else {}
    weights = _weights(values, base)
    own_tiers = _table(values.pop("tiers", {}), "tiers")
    model_tiers = _table(recommended.get("tiers", {}), "tiers")
    for key in ("dtype", "threads", "max_side", "batch_pictures", "first_preview_step", "preview"):
        if key not in values and key in recommended:
            values[key] = recommended[key]
    # Without its model nothing runs, but the server must start and say what is missing.
    unknown_yet = ABSENT_MODEL if folder is not None and not folder.is_dir() else {}
    tiers = {}
    for tier in Tier:
        merged = {
            **unknown_yet,
            **_table(model_tiers.get(tier, {}), tier),
            **_table(own_tiers.get(tier, {}), tier),
        }
        decoder = _model_folder(str(merged.get("decoder", "")), base)
        if decoder is not None:
            merged["decoder"] = str(decoder)
        tiers[tier] = _settings(tier, merged)
    unknown = values.keys() - {f.name for f in fields(Profile)}
    if unknown:
        raise ProfileError(f"The profile has settings nobody knows: {', '.join(sorted(unknown))}.")
    try:
        values["preview"] = PreviewStyle(values.get("preview", PreviewStyle.LINEAR))
    except ValueError as error:
        raise ProfileError(f"preview must be one of {', '.join(PreviewStyle)}.") from error
    missing = {settings.weights for settings in tiers.values()} - weights.keys()
    if missing:
        raise ProfileError(f"A tier names weights that the profile lacks: {', '.join(sorted(missing))}.")
    values["segmenter"] = _helper(values.get("segmenter"), base, "segmenter", parse_weights)
    for key in ("prompt_check", "picture_check"):
        values[key] = _helper(values.get(key), base, key, parse_check)
    values["devices"] = _names(
        values.get("devices", ()), "devices", "devices' names, such as cuda:0 and cuda:1"
    )
    values["aliases"] = _names(values.get("aliases", ()), "aliases", "models' names, such as gpt-image-*")
    values["vocabulary"] = _read_json(folder / VOCABULARY_FILE) or None if folder else None
    return Profile(**values, tiers=tiers, weights=weights)


def _weights(values: dict[str, Any], base: Path) -> dict[str, Weights]:
    """The main weights and the further ones; takes out of `values` what is theirs alone."""
    tables = {MAIN: {key: values[key] for key in WEIGHTS_KEYS & values.keys()}}
    for key in WEIGHTS_KEYS - {f.name for f in fields(Profile)}:
        values.pop(key, None)
    for name, table in _table(values.pop("weights", {}), "weights").items():
        tables[name] = dict(_table(table, f"weights.{name}"))
        folder = _model_folder(str(tables[name].get("model", "")), base)
        if folder is not None:
            tables[name]["model"] = str(folder)
    for table in tables.values():
        table["lora"] = _loras(table.get("lora", ()), base)
    try:
        return {name: parse_weights(table) for name, table in tables.items()}
    except ValueError as error:
        raise ProfileError(f"The profile cannot be used: {error}.") from error


def _loras(raw: Any, base: Path) -> Any:
    """The LoRAs' tables with the places of local files made whole; what is no list of tables is left to be refused."""
    if not isinstance(raw, list) or not all(isinstance(one, Mapping) for one in raw):
        return raw
    placed = ((one, _model_folder(str(one.get("model", "")), base)) for one in raw)
    return [{**one, **({"model": str(file)} if file is not None else {})} for one, file in placed]


def _helper(raw: Any, base: Path, key: str, parse: Callable[[Mapping[str, Any]], Parsed]) -> Parsed | None:
    """A table that names one further model, with its place made whole."""
    if raw is None:
        return None
    table = dict(_table(raw, key))
    folder = _model_folder(str(table.get("model", "")), base)
    if folder is not None:
        table["model"] = str(folder)
    try:
        return parse(table)
    except ValueError as error:
        raise ProfileError(f"The profile's {key} cannot be used: {error}.") from error


def cores() -> int:
    """CPU cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def gpus() -> int:
    """How many NVIDIA GPUs this process may use, as far as can be told without torch; 0 where unknown."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        return len([name for name in visible.split(",") if name.strip() not in ("", "-1")])
    return sum(1 for path in GPU_FILES.glob("nvidia*") if path.name.removeprefix("nvidia").isdecimal())


def _names(value: Any, setting: str, what: str) -> tuple[str, ...]:
    if isinstance(value, str) or not all(isinstance(name, str) and name for name in value):
        raise ProfileError(f"“{setting}” must be a list of {what}.")
    return tuple(value)


def _model_folder(model: str, base: Path) -> Path | None:
    """The model's folder, or None where the name is an id to be resolved by diffusers."""
    if model.startswith((".", "/", "~")):
        return (base / Path(model).expanduser()).resolve()
    return None


def _settings(tier: Tier, raw: Mapping[str, Any]) -> TierSettings:
    known = {f.name for f in fields(TierSettings)}
    missing = [key for key in ("size", "steps", "guidance") if key not in raw]
    if missing:
        raise ProfileError(f"The profile's {tier} tier lacks {', '.join(missing)}.")
    # A model may recommend more than this version knows; a profile's own typos are caught by review.
    return TierSettings(**{key: value for key, value in raw.items() if key in known})


def _table(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ProfileError(f"“{where}” must be a table of settings.")
    return value


def _read_json(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ProfileError(f"{path} is not valid JSON: {error}.") from error
    if not isinstance(value, dict):
        raise ProfileError(f"{path} must hold a JSON object.")
    return value
