"""`draftroom models list`: what is here, what it needs, what its licence allows, whether it fits this machine."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.models.store import find, find_lora, folder_of, lora_folder
from engine.profiles.nvml import Gpu, Nvml
from engine.profiles.profile import PROFILES, Profile, load_profile
from engine.profiles.weights import Lora, Weights


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What there is to run on."""

    gpus: tuple[Gpu, ...]
    #: bytes free where models are kept
    disk_free: int


def this_machine(folder: Path) -> Machine:
    """Look at this machine."""
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    return Machine(gpus=tuple(Nvml().gpus()), disk_free=shutil.disk_usage(existing).free)


def describe(profile: Profile, machine: Machine, folder: Path) -> dict[str, Any]:
    """One profile as JSON values."""
    weights: list[dict[str, Any]] = []
    uses = {
        name: [tier.value for tier, settings in profile.tiers.items() if settings.weights == name]
        for name in profile.weights
    }
    every: list[tuple[Weights | Lora, list[str]]] = []
    for name, own in profile.weights.items():
        every.append((own, uses[name]))
        every += [(lora, [f"{tier}, LoRA {lora.name}" for tier in uses[name]]) for lora in own.lora]
    every += [(helper, [what]) for helper, what in profile.helpers]
    for one, used in every:
        here, place = _found(one, folder)
        weights.append(
            {
                "model": one.model,
                "tiers": used,
                "licence": one.licence,
                "licence_url": one.licence_url,
                "commercial_use": one.commercial,
                "terms": one.terms,
                "here": here,
                "folder": str(place),
                "download_gb": one.download_gb,
            }
        )
    missing = sum(one["download_gb"] for one in weights if not one["here"])
    fits, why = fit(profile, machine, missing)
    return {
        "profile": profile.name,
        "summary": profile.summary,
        "here": all(one["here"] for one in weights),
        "missing_gb": missing,
        "device": profile.device,
        "memory_gb": profile.memory_gb,
        "fits": fits,
        "why": why,
        "weights": weights,
    }


def _found(one: Weights | Lora, folder: Path) -> tuple[bool, Path]:
    """Whether something is here, and where it lies or would."""
    if isinstance(one, Lora):
        file = find_lora(one, folder)
        return file is not None, file or (
            Path(one.model) if one.is_local else lora_folder(one, folder) / one.file
        )
    at = find(one, folder)
    return at is not None, at or folder_of(one, folder)


def fit(profile: Profile, machine: Machine, missing_gb: float) -> tuple[bool, str]:
    """Whether a profile can run here, and a sentence about it."""
    if missing_gb * 1e9 > machine.disk_free:
        return False, (
            f"{missing_gb:.0f} GB would be fetched and the disk has {machine.disk_free / 1e9:.0f} GB left."
        )
    if not profile.device.startswith("cuda"):
        return True, "It runs on this machine."
    if not machine.gpus:
        return False, f"It needs an NVIDIA GPU with {profile.memory_gb:g} GB, and none was found here."
    best = max(machine.gpus, key=lambda gpu: gpu.memory_total)
    size = best.memory_total / 1e9
    if size < profile.memory_gb:
        return False, f"It needs {profile.memory_gb:g} GB, and the {best.name} here has {size:.0f} GB."
    return True, f"It fits the {best.name} here ({size:.0f} GB)."


def every_profile(more: Sequence[str] = ()) -> list[Profile]:
    """The profiles that come with Draftroom, smallest first, and those named by path."""
    shipped = [load_profile(path.stem) for path in PROFILES.glob("*.toml")]
    return sorted(shipped, key=lambda profile: profile.memory_gb) + [load_profile(path) for path in more]


def as_text(found: Sequence[dict[str, Any]]) -> str:
    """The list for a person."""
    lines: list[str] = []
    for one in found:
        state = "here" if one["here"] else f"not here, {one['missing_gb']:.0f} GB to fetch"
        lines.append(f"{one['profile']}  ({state})")
        lines += [f"  {text}" for text in (one["summary"], one["why"]) if text]
        for weights in one["weights"]:
            use = "commercial use allowed" if weights["commercial_use"] else "NO commercial use"
            state = "here" if weights["here"] else f"not here, {weights['download_gb']:.1f} GB"
            lines.append(f"  · {', '.join(weights['tiers'])}: {weights['model']}")
            lines.append(f"    {weights['licence']}, {use} · {state}")
            if weights["terms"]:
                lines.append(f"    {weights['terms']}")
        if not one["here"]:
            lines.append(f"  Fetch it with: draftroom models pull {one['profile']}")
        lines.append("")
    return "\n".join(lines).rstrip()
