"""Weights as a profile names them: where they come from, what they permit, how they lie in memory. No torch here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

#: the weights of a profile that its tiers use unless they name others
MAIN = ""


class Storage(StrEnum):
    """How a part's weights lie in memory between their uses."""

    #: as they are computed with
    PLAIN = "plain"
    #: in 8 bits, turned into the computing type layer by layer: half the memory, no further library
    FLOAT8 = "float8"


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

    @property
    def is_local(self) -> bool:
        """Whether the model is a folder on this machine rather than an id to be resolved."""
        return self.model.startswith((".", "/", "~")) or Path(self.model).is_absolute()


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
    return Weights(**values)


WEIGHTS_KEYS = frozenset(field.name for field in fields(Weights))
