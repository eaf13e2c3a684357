"""The folder of fetched models: where each lies, and whether it is whole."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.profiles.weights import Lora, Weights

FOLDER_VARIABLE = "DRAFTROOM_MODELS_DIR"
#: written last, so that its presence says that everything else is there
RECEIPT = "draftroom-pull.json"
#: where fetched LoRAs lie in the folder of models
LORAS = "loras"
#: one of these makes a folder a pipeline or a model
LOADABLE = ("model_index.json", "config.json")


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What was fetched, from where, under which licence."""

    model: str
    commit: str
    licence: str
    #: parts that were left out because the profile's main model has the same
    shares: tuple[str, ...]
    #: path → size in bytes and checksum
    files: dict[str, dict[str, Any]]


def models_folder() -> Path:
    """Where models are kept: DRAFTROOM_MODELS_DIR, or a folder in the user's cache."""
    told = os.environ.get(FOLDER_VARIABLE)
    if told:
        return Path(told).expanduser()
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(cache).expanduser() / "draftroom" / "models"


def folder_of(weights: Weights, folder: Path | None = None) -> Path:
    """Where these weights lie, or would."""
    if weights.is_local:
        return Path(weights.model)
    return (folder or models_folder()).joinpath(*weights.model.split("/"))


def find(weights: Weights, folder: Path | None = None) -> Path | None:
    """The folder of weights that are here and whole; None otherwise."""
    at = folder_of(weights, folder)
    if weights.is_local:
        return at if any((at / name).is_file() for name in LOADABLE) else None
    return at if _is_whole(at) else None


def lora_folder(lora: Lora, folder: Path | None = None) -> Path:
    """Where a fetched LoRA lies, or would: a folder for each file, since a repository may hold several."""
    return (folder or models_folder()).joinpath(LORAS, *lora.model.split("/"), Path(lora.file).stem)


def find_lora(lora: Lora, folder: Path | None = None) -> Path | None:
    """The file of a LoRA that is here and whole; None otherwise."""
    if lora.is_local:
        file = Path(lora.model)
        return file if file.is_file() else None
    at = lora_folder(lora, folder)
    return at / lora.file if _is_whole(at) else None


def _is_whole(at: Path) -> bool:
    receipt = read_receipt(at)
    return receipt is not None and all(
        (at / path).is_file() and (at / path).stat().st_size == told["size"]
        for path, told in receipt.files.items()
    )


def shared_parts(weights: Weights, folder: Path | None = None) -> tuple[str, ...]:
    """Which parts come from the profile's main model: those found to be the same when they were fetched."""
    receipt = None if weights.is_local else read_receipt(folder_of(weights, folder))
    return weights.shares if receipt is None else receipt.shares


def read_receipt(at: Path) -> Receipt | None:
    """The receipt of a model's folder, or None where it was not fetched to its end."""
    try:
        raw = json.loads((at / RECEIPT).read_text(encoding="utf-8"))
        return Receipt(
            model=str(raw["model"]),
            commit=str(raw["commit"]),
            licence=str(raw["licence"]),
            shares=tuple(raw["shares"]),
            files={str(path): dict(told) for path, told in raw["files"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_receipt(at: Path, receipt: Receipt) -> None:
    """Say that everything is here."""
    values = {
        "model": receipt.model,
        "commit": receipt.commit,
        "licence": receipt.licence,
        "shares": list(receipt.shares),
        "files": receipt.files,
    }
    temporary = at / f"{RECEIPT}.part"
    with temporary.open("w", encoding="utf-8") as target:
        json.dump(values, target, indent=1, sort_keys=True)
        target.flush()
        os.fsync(target.fileno())
    os.replace(temporary, at / RECEIPT)
