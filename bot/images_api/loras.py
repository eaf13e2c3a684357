"""LoRAs as people write them in a prompt, `<lora:comic:0.8>`, and as our engine is asked for them. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from bot.images_api.types import EditRequest, GenerateRequest, Lora

RequestT = TypeVar("RequestT", bound=GenerateRequest | EditRequest)

#: The form that the usual programs for Stable Diffusion read; without a weight the engine's profile decides.
_TAG = re.compile(r"\s*<lora:\s*([^<>:\s][^<>:]{0,99}?)\s*(?::\s*(-?[0-9]*\.?[0-9]+)\s*)?>", re.I)
#: What is left of a list of words from which one was taken.
_LOOSE_COMMAS = re.compile(r"(?:\s*,)+(?=\s*(?:,|$))|^(?:\s*,)+\s*")


def split(prompt: str) -> tuple[str, tuple[Lora, ...]]:
    """The prompt without its tags, and what they name, each once: the last weight counts."""
    found = {
        name: Lora(name=name, weight=float(weight) if weight else None)
        for name, weight in _TAG.findall(prompt)
    }
    return (_LOOSE_COMMAS.sub("", _TAG.sub("", prompt)).strip() if found else prompt), tuple(found.values())


def tag(name: str) -> str:
    """A LoRA as it stands in a prompt."""
    return f"<lora:{name}>"


def known(model: Mapping[str, Any], tier: str) -> Collection[str]:
    """The names that a tier takes, as the engine tells of its model."""
    tiers = model.get("loras")
    listed = tiers.get(tier) if isinstance(tiers, Mapping) else None
    return [str(one["name"]) for one in listed or () if isinstance(one, Mapping) and one.get("name")]


def of_tags(request: RequestT, model: Mapping[str, Any]) -> tuple[RequestT, list[str]]:
    """A request whose tags became LoRAs as far as its tier has them, and the names of those that it lacks."""
    prompt, named = split(request.prompt)
    if not named:
        return request, []
    has = known(model, request.tier or "")
    loras = tuple(one for one in named if one.name in has)
    return replace(request, prompt=prompt, loras=loras), [one.name for one in named if one.name not in has]
