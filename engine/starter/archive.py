"""A model in parts small enough to be carried from one machine to another, and put together again."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from pathlib import Path

#: bytes of a part: carriers often stop at 16 MB
PART = 15_000_000
INDEX = "model.json"


def pack(model: Path, out: Path, *, part: int = PART) -> list[Path]:
    """Write a model's folder into `out` as `model.tar.0`, `model.tar.1` and so on, and an index with a checksum."""
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("model.tar.*"):
        old.unlink()
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for path in sorted(p for p in model.rglob("*") if p.is_file()):
            tar.add(path, path.relative_to(model).as_posix())
    whole = archive.getvalue()
    parts = []
    for number, start in enumerate(range(0, len(whole), part)):
        parts.append(out / f"model.tar.{number}")
        parts[-1].write_bytes(whole[start : start + part])
    index = {"parts": [path.name for path in parts], "sha256": hashlib.sha256(whole).hexdigest()}
    (out / INDEX).write_text(json.dumps(index, indent=1) + "\n", encoding="utf-8")
    return parts


def unpack(carried: Path, model: Path) -> None:
    """Put the parts in `carried` together into the folder `model`, which must not be there.

    Raises ValueError where they are not what was packed, and FileExistsError.
    """
    index = json.loads((carried / INDEX).read_text(encoding="utf-8"))
    whole = b"".join((carried / name).read_bytes() for name in index["parts"])
    if hashlib.sha256(whole).hexdigest() != index["sha256"]:
        raise ValueError(f"The parts in {carried} are not what was packed; carry them again.")
    model.mkdir(parents=True)
    with tarfile.open(fileobj=io.BytesIO(whole)) as tar:
        tar.extractall(model, filter="data")
