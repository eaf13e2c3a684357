"""Makes a picture again from its recipe and compares the two, pixel by pixel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.models.fingerprint import fingerprint, lora_sha256
from engine.pixels.array import Pixels
from engine.profiles.profile import Profile, ProfileError, Tier, load_profile
from engine.render.events import Done, Failed, Picture
from engine.serving.engine import Engine
from engine.serving.errors import Refused
from marks.source import pixels_sha256

#: seconds between two looks at whether the picture is done
PATIENCE_SECONDS = 600.0


class CannotReproduce(Exception):
    """The picture cannot be made again here; the message is a sentence that says what is missing."""


@dataclass(frozen=True, kw_only=True)
class Reproduction:
    """A picture made again."""

    pixels: Pixels
    #: whether its pixels are exactly those of the recipe
    same: bool
    #: what could explain a difference, as sentences
    caveats: tuple[str, ...]


async def reproduce(
    recipe: Mapping[str, Any],
    *,
    parent: bytes | None = None,
    mask: bytes | None = None,
    profile_name: str | None = None,
) -> Reproduction:
    """Render a recipe again with the engine. Raises CannotReproduce with a sentence."""
    try:
        profile, caveats = _profile(recipe, profile_name)
        engine = Engine(profile)
        engine.start()
        try:
            if not await engine.settled():
                raise CannotReproduce(engine.reason or "The engine could not be started.")
            request = _request(engine, recipe, parent, mask)
            picture = await _render(engine, request)
        finally:
            await engine.drain(0)
    except (ProfileError, Refused) as error:
        raise CannotReproduce(str(error)) from error
    except (KeyError, TypeError, ValueError) as error:
        raise CannotReproduce(f"The recipe in the picture is damaged or incomplete ({error}).") from error
    return Reproduction(
        pixels=picture.pixels,
        same=pixels_sha256(picture.pixels) == recipe.get("pixels_sha256"),
        caveats=tuple(caveats),
    )


def differences(one: Pixels, other: Pixels) -> tuple[int, int]:
    """How many pixels differ, and by how much at most, in levels of 255. Their sizes must agree."""
    apart = np.abs(one[..., :3].astype(int) - other[..., :3]).max(axis=2)
    return int((apart > 0).sum()), int(apart.max())


def _profile(recipe: Mapping[str, Any], name: str | None) -> tuple[Profile, list[str]]:
    profile = load_profile(name or str(recipe["profile"]))
    caveats = []
    settings = profile.tiers[Tier(recipe["tier"])]
    made_with, here = recipe.get("model_sha256"), fingerprint(profile.weights[settings.weights])
    if made_with and here and made_with != here:
        caveats.append("The model here has other weights than the one that made the picture.")
    for one in recipe.get("loras", ()):
        found = next(
            (lora for lora in profile.weights[settings.weights].lora if lora.name == one["name"]), None
        )
        if found is None or found.fused != one["fused"]:
            raise CannotReproduce(
                f"The profile here has no LoRA “{one['name']}”, which worked on the picture."
            )
        if one["sha256"] != lora_sha256(found):
            caveats.append(
                f"The LoRA “{found.name}” here is another file than the one that worked on the picture."
            )
    if recipe.get("dtype") in ("float32", "bfloat16", "float16"):
        profile = replace(profile, dtype=str(recipe["dtype"]))
    told = dict(recipe.get("settings", {}))
    refined = told.pop("refined_size", None)
    known = {
        key: value
        for key, value in told.items()
        if key in ("size", "context", "feather", "refine", "reference")
    }
    tiers = dict(profile.tiers)
    tiers[Tier(recipe["tier"])] = replace(settings, **known)
    if refined is not None:
        tiers[Tier.PRO] = replace(tiers[Tier.PRO], size=int(refined))
    return replace(profile, tiers=tiers), caveats


def _request(engine: Engine, recipe: Mapping[str, Any], parent: bytes | None, mask: bytes | None) -> Any:
    # The whole batch is painted again: kernels differ in the last bits between batch sizes.
    batch = min(max(int(recipe.get("batch", 1)), 1), engine.limits.pictures_per_request)
    fields = {
        "prompt": recipe["prompt"],
        "negative_prompt": recipe["negative_prompt"],
        "seeds": [recipe["seed"]] * batch,
        "steps": recipe["steps"],
        "guidance": recipe["guidance"],
        "tier": recipe["tier"],
        "background": recipe.get("background", "auto"),
        "loras": [
            {"name": one["name"], "weight": one["weight"]}
            for one in recipe.get("loras", ())
            if not one["fused"]
        ],
    }
    if "parent_pixels_sha256" not in recipe:
        return engine.reader.generation({**fields, "size": recipe["size"]})
    if parent is None:
        raise CannotReproduce("The picture was made from another one: name that one's file with --parent.")
    if "mask_sha256" in recipe and mask is None:
        raise CannotReproduce("The picture is a fix: name the file of its mask with --mask.")
    fields["strength"] = recipe["strength"]
    if "mask_sha256" not in recipe:
        fields["size"] = recipe["size"]
    request = engine.reader.edit(fields, image=parent, mask=mask if "mask_sha256" in recipe else None)
    if request.image is None or pixels_sha256(request.image) != recipe["parent_pixels_sha256"]:
        raise CannotReproduce("The file in --parent is not the picture that this one was made from.")
    if "mask_sha256" in recipe and (
        request.region is None or pixels_sha256(request.region) != recipe["mask_sha256"]  # type: ignore[arg-type]
    ):
        raise CannotReproduce("The file in --mask is not the mask that was used.")
    return request


async def _render(engine: Engine, request: Any) -> Picture:
    ticket = engine.submit(request)
    number = 0
    found: Picture | None = None
    while True:
        event = await ticket.log.get(number, patience_seconds=PATIENCE_SECONDS)
        if event is None:
            raise CannotReproduce("The engine did not finish the picture.")
        if isinstance(event, Failed):
            raise CannotReproduce(event.sentence)
        if isinstance(event, Picture) and event.index == 0:
            found = event
        if isinstance(event, Done) and found is not None:
            return found
        number += 1
