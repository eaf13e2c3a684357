"""One hash for a model's weights, so that a picture can say exactly what painted it."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from engine.models.store import find, find_lora, read_receipt
from engine.profiles.weights import Lora, Weights

#: weights up to this size are read to be hashed; of larger ones without a receipt nothing is told, in bytes
MOST_HASHED = 1 << 30


def fingerprint(weights: Weights) -> str:
    """Equal for equal weights; an empty text where they are unknown."""
    folder = find(weights)
    return _of_folder(folder) if folder is not None else ""


def lora_sha256(lora: Lora) -> str:
    """Of a LoRA's file as it lies here; an empty text where it is not here."""
    file = find_lora(lora)
    return _of_file(file, file.stat().st_mtime_ns) if file is not None else ""


@lru_cache(maxsize=64)
def _of_file(file: Path, changed: int) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


@lru_cache(maxsize=8)
def _of_folder(folder: Path) -> str:
    receipt = read_receipt(folder)
    if receipt is not None:
        known = {
            path: told.get("checksum")
            for path, told in receipt.files.items()
            if path.endswith(".safetensors")
        }
        return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()
    files = sorted(folder.glob("*/*.safetensors"))
    if not files or sum(file.stat().st_size for file in files) > MOST_HASHED:
        return ""
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as source:
            digest.update(f"{file.relative_to(folder).as_posix()}\0".encode())
            digest.update(hashlib.file_digest(source, "sha256").digest())
    return digest.hexdigest()
