"""Everything that makes a picture again, and the labels that carry it: PNG texts, XMP, content credentials."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from engine.models.fingerprint import fingerprint, lora_sha256
from engine.pixels.files import MEDIA_TYPES, encode
from engine.profiles.profile import Profile, Tier
from engine.profiles.weights import Weights
from engine.provenance.credentials import configured
from engine.render.events import Picture
from engine.render.request import RenderRequest
from marks.source import IPTC, SourceType, pixels_sha256
from marks.xmp import packet

#: of the recipe's layout
VERSION = 2


def recipe(request: RenderRequest, picture: Picture, profile: Profile) -> dict[str, Any]:
    """Everything that makes this picture again, as JSON values."""
    settings = profile.tiers[request.tier]
    weights = profile.weights[settings.weights]
    found: dict[str, Any] = {
        "version": VERSION,
        "engine": engine_version(),
        "libraries": {name: _version(name) for name in ("torch", "diffusers", "transformers", "peft")},
        "profile": profile.name,
        "model": profile.name if weights.is_local else weights.model,
        "model_sha256": fingerprint(weights),
        "licence": weights.licence,
        "tier": request.tier.value,
        "prompt": request.prompt,
        "negative_prompt": request.negative_prompt,
        "seed": picture.seed,
        "size": request.size,
        "steps": request.steps,
        "guidance": request.guidance,
        "dtype": profile.dtype,
        "batch": picture.measured.batch,
        "source_type": source_type(request).value,
        "pixels_sha256": pixels_sha256(picture.pixels),
    }
    if used := loras_of(request, weights):
        found["loras"] = used
    if weights.scheduler:
        found["scheduler"] = dict(weights.scheduler)
    if request.transparent:
        found["background"] = "transparent"
    if request.image is not None:
        found["strength"] = request.strength
        found["parent_pixels_sha256"] = pixels_sha256(request.image)
    if request.region is not None:
        found["mask_sha256"] = pixels_sha256(request.region)  # type: ignore[arg-type]  # rows of bytes all the same
        # A fix depends on how its crop was cut and blended, too.
        found["settings"] = {
            key: value
            for key, value in asdict(settings).items()
            if key in ("size", "context", "feather", "refine", "reference")
        }
        found["settings"]["refined_size"] = profile.tiers[Tier.PRO].size
    return found


def loras_of(request: RenderRequest, weights: Weights) -> list[dict[str, Any]]:
    """The LoRAs that worked on a picture: those of its model, then those that were asked for."""
    asked = dict(request.loras)
    return [
        {
            "name": one.name,
            "model": Path(one.model).name if one.is_local else f"{one.model}/{one.file}",
            "weight": one.weight if one.fused else asked[one.name],
            "sha256": lora_sha256(one),
            "licence": one.licence,
            "fused": one.fused,
        }
        for one in sorted(weights.lora, key=lambda one: not one.fused)
        if one.fused or one.name in asked
    ]


def source_type(request: RenderRequest) -> SourceType:
    """What IPTC calls a picture that this request made."""
    if request.image is None:
        return SourceType.MADE
    return request.origin.source_type if request.origin is not None else SourceType.COMPOSITE


def labelled(wanted: RenderRequest, made: RenderRequest, picture: Picture, profile: Profile) -> bytes:
    """The picture as a file that says how it was made, in the format that is wanted."""
    told = recipe(made, picture, profile)
    data = encode(
        picture.pixels,
        wanted.output_format,
        compression=wanted.compression,
        notes={"parameters": parameters(told), "draftroom": _json(told)},
        xmp=xmp_of(told),
        colour_profile=made.colour_profile,
        lossless=made.tier is Tier.FIX,
    )
    credentials = configured()
    if credentials is None:
        return data
    parent = made.origin.data if made.origin is not None else None
    return credentials.sign(data, MEDIA_TYPES[wanted.output_format], told, parent=parent)


def parameters(told: dict[str, Any]) -> str:
    """The text that many viewers and sites read: the prompt, what to avoid, and the settings in a line."""
    lines = [told["prompt"]]
    if told["negative_prompt"]:
        lines.append(f"Negative prompt: {told['negative_prompt']}")
    facts = {
        "Steps": told["steps"],
        "CFG scale": f"{told['guidance']:g}",
        "Seed": told["seed"],
        "Size": told["size"],
        "Model hash": told["model_sha256"][:10],
        "Model": told["model"],
    }
    if "strength" in told:
        facts["Denoising strength"] = f"{told['strength']:g}"
    if "loras" in told:
        facts["Lora hashes"] = (
            '"' + ", ".join(f"{one['name']}: {one['sha256'][:12]}" for one in told["loras"]) + '"'
        )
    facts["Version"] = f"Draftroom {told['engine']}"
    lines.append(", ".join(f"{name}: {value}" for name, value in facts.items() if value))
    return "\n".join(lines)


def xmp_of(told: dict[str, Any]) -> str:
    """The XMP packet of a recipe."""
    unwanted = f"\nAvoid: {told['negative_prompt']}" if told["negative_prompt"] else ""
    return packet(
        source_type=IPTC + told["source_type"],
        system=f"Draftroom engine, {told['model']}",
        version=told["engine"],
        tool=f"Draftroom {told['engine']}",
        prompt=told["prompt"] + unwanted,
        recipe=_json(told),
    )


def engine_version() -> str:
    """Of the engine that runs."""
    return _version("draftroom")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _json(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, sort_keys=True)
