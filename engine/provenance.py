"""What a picture says about its own making: the widely read `parameters` text and our JSON recipe, as PNG text."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from engine.events import Picture
from engine.protocol import RenderRequest
from engine.tiers import Profile


def recipe(request: RenderRequest, picture: Picture, profile: Profile) -> dict[str, Any]:
    """Everything that makes this picture again, as JSON values."""
    found: dict[str, Any] = {
        "version": 1,
        "model": profile.name,
        "tier": request.tier.value,
        "prompt": request.prompt,
        "negative_prompt": request.negative_prompt,
        "seed": picture.seed,
        "size": request.size,
        "steps": request.steps,
        "guidance": request.guidance,
        "dtype": profile.dtype,
        "batch": picture.measured.batch,
    }
    if request.image is not None:
        found["strength"] = request.strength
        found["parent_pixels_sha256"] = hashlib.sha256(request.image.tobytes()).hexdigest()
    if request.region is not None:
        found["mask_sha256"] = hashlib.sha256(request.region.tobytes()).hexdigest()
    return found


def png_notes(request: RenderRequest, picture: Picture, profile: Profile) -> dict[str, str]:
    """Text chunks for a PNG: `parameters`, as many viewers read it, and `draftroom` with the recipe."""
    lines = [request.prompt]
    if request.negative_prompt:
        lines.append(f"Negative prompt: {request.negative_prompt}")
    facts = {
        "Steps": request.steps,
        "CFG scale": f"{request.guidance:g}",
        "Seed": picture.seed,
        "Size": request.size,
        "Model": profile.name,
    }
    if request.image is not None:
        facts["Denoising strength"] = f"{request.strength:g}"
    lines.append(", ".join(f"{name}: {value}" for name, value in facts.items()))
    return {
        "parameters": "\n".join(lines),
        "draftroom": json.dumps(recipe(request, picture, profile), ensure_ascii=False, sort_keys=True),
    }
