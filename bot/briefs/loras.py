"""LoRAs as people write them in a prompt: `<lora:comic:0.8>`. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping

#: The form that the usual programs for Stable Diffusion read; without a weight the engine's profile decides.
_TAG = re.compile(r"\s*<lora:\s*([^<>:\s][^<>:]{0,99}?)\s*(?::\s*(-?[0-9]*\.?[0-9]+)\s*)?>", re.I)
#: What is left of a list of words from which one was taken.
_LOOSE_COMMAS = re.compile(r"(?:\s*,)+(?=\s*(?:,|$))|^(?:\s*,)+\s*")


def split(prompt: str) -> tuple[str, Mapping[str, float | None]]:
    """The prompt without its tags, and the LoRAs that they name with their weights; the last weight counts."""
    named = {name: float(weight) if weight else None for name, weight in _TAG.findall(prompt)}
    return _LOOSE_COMMAS.sub("", _TAG.sub("", prompt)).strip() if named else prompt, named


def tag(name: str) -> str:
    """A LoRA as it stands in a prompt."""
    return f"<lora:{name}>"
