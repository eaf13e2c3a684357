"""Weights as a profile names them: where they come from, what they permit, how they lie in memory. No torch here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

#: the weights of a profile that its tiers use unless they name others
MAIN = ""
#: of a LoRA: it stands in commands and requests
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
#: how strong a LoRA may be made, either way
MOST_LORA_WEIGHT = 4.0
#: how many a request may name
MOST_LORAS = 3


class Storage(StrEnum):
    """How a part's weights lie in memory between their uses."""

    #: as they are computed with
    PLAIN = "plain"
    #: in 8 bits, turned into the computing type layer by layer: half the memory, no further library
    FLOAT8 = "float8"


@dataclass(frozen=True, kw_only=True)
class Lora:
    """An adapter on top of a pipeline's weights: a style, a product, or fewer steps."""

    #: what requests call it
    name: str
    #: a .safetensors file, or the id of a repository that `draftroom models pull` fetches it from
    model: str
    #: licence of the adapter, told before anything is downloaded
    licence: str
    #: which file of the repository
    file: str = ""
    #: SHA-256 of the file; another one is refused
    sha256: str = ""
    #: how strongly it works unless a request says otherwise
    weight: float = 1.0
    #: words that wake it, added to prompts that lack them
    triggers: tuple[str, ...] = ()
    #: part of the weights from the start, in every picture, at no cost; such a one cannot be asked for
    fused: bool = False
    #: as in `Weights`
    licence_url: str = ""
    commercial: bool = True
    terms: str = ""
    revision: str = "main"
    download_gb: float = 0.0

    @property
    def is_local(self) -> bool:
        """Whether it is a file on this machine rather than one to be fetched."""
        return _is_path(self.model)


@dataclass(frozen=True, kw_only=True)
class Weights:
    """One diffusers pipeline's weights."""

    #: folder in diffusers' layout, or an id such as `maker/name` that `draftroom models pull` fetches
    model: str
    #: licence of the weights, told before anything is downloaded
    licence: str
    #: who made the weights, as `/v1/models` says it
    owner: str = "draftroom"
    #: where the licence can be read
    licence_url: str = ""
    #: whether the licence lets a company use what is made commercially
    commercial: bool = True
    #: what the licence asks of its user in a sentence; what has one is fetched only after it was accepted
    terms: str = ""
    #: which state of the repository is fetched
    revision: str = "main"
    #: parts (`transformer`, `text_encoder`) whose weights are kept in another type than they are computed in
    storage: Mapping[str, Storage] = field(default_factory=dict)
    #: parts that wait in main memory and come to the GPU layer by layer while they work
    offload: tuple[str, ...] = ()
    #: parts whose repeated blocks are compiled: faster, after a wait at the first picture of each kind
    compile: tuple[str, ...] = ()
    #: whether the decoder works on tiles of a picture, which bounds the memory of large ones
    tile_decoder: bool = False
    #: parts taken from the profile's main weights, which must be the same there
    shares: tuple[str, ...] = ()
    #: what is fetched, in gigabytes; 0: unknown
    download_gb: float = 0.0
    #: whether it draws the words that a prompt puts in quotation marks legibly, as measured by others or by `make eval`
    writes: bool = False
    #: adapters: fused into the weights when they are loaded, or there for requests to name
    lora: tuple[Lora, ...] = ()
    #: settings of the scheduler that replace the model's own
    scheduler: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_local(self) -> bool:
        """Whether the model is a folder on this machine rather than an id to be resolved."""
        return _is_path(self.model)

    @property
    def styles(self) -> dict[str, Lora]:
        """The adapters that requests may name."""
        return {one.name: one for one in self.lora if not one.fused}


def parse_weights(raw: Mapping[str, Any]) -> Weights:
    """Weights from a profile's table. Raises ValueError with a sentence."""
    for key in ("model", "licence"):
        if not isinstance(raw.get(key), str) or not raw[key]:
            raise ValueError(f"the weights lack “{key}”, which must be a text")
    unknown = raw.keys() - WEIGHTS_KEYS
    if unknown:
        raise ValueError(f"the weights have settings nobody knows: {', '.join(sorted(unknown))}")
    values = dict(raw)
    try:
        values["storage"] = {part: Storage(kind) for part, kind in dict(raw.get("storage", {})).items()}
    except (ValueError, TypeError) as error:
        raise ValueError(f"storage names a part and one of {', '.join(Storage)}") from error
    for key in ("offload", "shares", "compile"):
        value = raw.get(key, ())
        if isinstance(value, str) or not all(isinstance(part, str) for part in value):
            raise ValueError(f"“{key}” must be a list of parts' names")
        values[key] = tuple(value)
    if not isinstance(values.get("writes", False), bool):
        raise ValueError("“writes” must be true or false")
    if not isinstance(values.get("scheduler", {}), Mapping):
        raise ValueError("“scheduler” must be a table of the scheduler's settings")
    values["lora"] = _loras(raw.get("lora", ()))
    return Weights(**values)


def _loras(raw: Any) -> tuple[Lora, ...]:
    if not isinstance(raw, list | tuple) or not all(isinstance(one, Mapping) for one in raw):
        raise ValueError("a LoRA is a table of its own, under [[lora]] or [[weights.NAME.lora]]")
    found = tuple(_lora(one) for one in raw)
    names = [one.name for one in found]
    if doubles := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"two LoRAs have the name {', '.join(doubles)}")
    return found


def _lora(raw: Mapping[str, Any]) -> Lora:
    for key in ("name", "model", "licence"):
        if not isinstance(raw.get(key), str) or not raw[key]:
            raise ValueError(f"a LoRA lacks “{key}”, which must be a text")
    name = raw["name"]
    if unknown := raw.keys() - {field.name for field in fields(Lora)}:
        raise ValueError(f"the LoRA “{name}” has settings nobody knows: {', '.join(sorted(unknown))}")
    if not NAME.fullmatch(name):
        raise ValueError(f"a LoRA's name is letters, digits, “-” and “_”, not “{name}”")
    triggers = raw.get("triggers", ())
    if isinstance(triggers, str) or not all(isinstance(word, str) and word for word in triggers):
        raise ValueError(f"“triggers” of the LoRA “{name}” must be a list of texts")
    sha256 = str(raw.get("sha256", "")).lower()
    if sha256 and not re.fullmatch("[0-9a-f]{64}", sha256):
        raise ValueError(f"“sha256” of the LoRA “{name}” must have 64 hexadecimal digits")
    weight = raw.get("weight", 1.0)
    if isinstance(weight, bool) or not isinstance(weight, int | float) or abs(weight) > MOST_LORA_WEIGHT:
        raise ValueError(f"“weight” of the LoRA “{name}” must be a number up to {MOST_LORA_WEIGHT:g}")
    one = Lora(**{**raw, "triggers": tuple(triggers), "sha256": sha256, "weight": float(weight)})
    if not (one.model if one.is_local else one.file or ".safetensors").endswith(".safetensors"):
        raise ValueError(f"the LoRA “{name}” must be a .safetensors file")
    if not one.is_local and (not one.file or ".." in one.file.split("/") or one.file.startswith("/")):
        raise ValueError(f"the LoRA “{name}” must say which “file” of {one.model} it is")
    return one


def _is_path(model: str) -> bool:
    return model.startswith((".", "/", "~")) or Path(model).is_absolute()


WEIGHTS_KEYS = frozenset(field.name for field in fields(Weights))
