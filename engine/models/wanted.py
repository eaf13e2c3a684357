"""Which files of a repository a diffusers pipeline needs: configurations, tokenizers, safetensors. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

from engine.models.hub import RemoteFile, Repository
from engine.models.refusals import ModelRefused

INDEX = "model_index.json"
#: what makes a folder a transformers model
CONFIG = "config.json"
ROOT = "."
WEIGHTS = ".safetensors"
PICKLES = (".bin", ".ckpt", ".pt", ".pth", ".pkl", ".pickle", ".msgpack", ".h5")
#: what else a part may need: configurations, vocabularies, chat templates
TEXTS = (".json", ".txt", ".model", ".jinja")
#: the same weights once more in another type, as `model.fp16.safetensors`
VARIANT = re.compile(r"\.(fp16|bf16|fp32|fp8|ema|non_ema)[.-]")
#: kept beside the weights, to be read
PAPERS = re.compile(r"(LICEN[CS]E|NOTICE|README)[^/]*", re.IGNORECASE)


def parts_of(index: Mapping[str, Any]) -> list[str]:
    """The parts that a pipeline's index names and has weights or settings for."""
    return [
        name
        for name, kind in index.items()
        if isinstance(kind, list) and len(kind) == 2 and kind[0] is not None and not name.startswith("_")
    ]


def files_of_part(repository: Repository, part: str) -> list[RemoteFile]:
    """What one part needs. Raises ModelRefused where only a pickle would do."""
    mine = [file for file in repository.files if _folder(file.path) == part]
    weights = [file for file in mine if file.path.endswith(WEIGHTS) and not VARIANT.search(_name(file.path))]
    pickled = next((file for file in mine if file.path.endswith(PICKLES)), None)
    if pickled is not None and not weights:
        raise ModelRefused(
            f"{repository.id} has {pickled.path} only as a pickle, which can run any code when it is opened; "
            "choose a repository with safetensors."
        )
    texts = [file for file in mine if file.path.endswith(TEXTS) and not VARIANT.search(_name(file.path))]
    return weights + texts


def wanted_files(
    repository: Repository, index: Mapping[str, Any], *, without: Collection[str] = ()
) -> list[RemoteFile]:
    """Every file to fetch but the parts `without`, small ones first. Raises ModelRefused."""
    chosen = [file for file in repository.files if file.path == INDEX or PAPERS.fullmatch(file.path)]
    for part in parts_of(index):
        if part not in without:
            chosen += files_of_part(repository, part)
    for file in chosen:
        _refuse_escape(repository, file.path)
    return sorted(chosen, key=lambda file: (file.size, file.path))


def files_of_model(repository: Repository) -> list[RemoteFile]:
    """What a transformers model needs, which lies in its repository's root; small ones first. Raises ModelRefused."""
    chosen = {file.path: file for file in repository.files if PAPERS.fullmatch(file.path)}
    chosen |= {file.path: file for file in files_of_part(repository, ROOT)}
    if CONFIG not in chosen:
        raise ModelRefused(
            f"{repository.id} is no model in transformers' layout ({CONFIG} is missing); the engine cannot load it."
        )
    for path in chosen:
        _refuse_escape(repository, path)
    return sorted(chosen.values(), key=lambda file: (file.size, file.path))


def lora_files(repository: Repository, name: str) -> list[RemoteFile]:
    """One LoRA of a repository, and what is to be read with it. Raises ModelRefused."""
    if all(file.path != name for file in repository.files):
        has = ", ".join(file.path for file in repository.files if file.path.endswith(WEIGHTS)) or "none"
        raise ModelRefused(f"{repository.id} has no file {name}; its safetensors: {has}.")
    chosen = [file for file in repository.files if file.path == name or PAPERS.fullmatch(file.path)]
    for file in chosen:
        _refuse_escape(repository, file.path)
    return sorted(chosen, key=lambda file: (file.size, file.path))


def index_file(repository: Repository) -> RemoteFile:
    """The file that makes a repository a diffusers pipeline. Raises ModelRefused."""
    for file in repository.files:
        if file.path == INDEX:
            return file
    raise ModelRefused(
        f"{repository.id} is no pipeline in diffusers' layout ({INDEX} is missing); the engine cannot load it."
    )


def same_parts(one: Repository, other: Repository, parts: Iterable[str]) -> list[str]:
    """Those of the parts whose files have the same content in both repositories."""
    return [part for part in parts if (mine := _contents(one, part)) and mine == _contents(other, part)]


def _contents(repository: Repository, part: str) -> dict[str, str]:
    # A README that differs makes no other weights; configurations do.
    return {_name(file.path): file.identity for file in files_of_part(repository, part)}


def _folder(path: str) -> str:
    return str(PurePosixPath(path).parent)


def _name(path: str) -> str:
    return PurePosixPath(path).name


def _refuse_escape(repository: Repository, path: str) -> None:
    parts = PurePosixPath(path).parts
    if path.startswith("/") or ".." in parts or "\\" in path or ":" in path or "\0" in path:
        raise ModelRefused(
            f"{repository.id} names a file outside its own folder ({path!r}); it is not fetched."
        )
