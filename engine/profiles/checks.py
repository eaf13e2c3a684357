"""Classifiers that a profile names to refuse prompts and pictures. No torch here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.profiles.weights import Weights, parse_weights

#: what a table says beside its weights
KEYS = ("refuse", "threshold")


@dataclass(frozen=True, kw_only=True)
class Check:
    """A classifier, and which of its answers refuse."""

    weights: Weights
    #: labels of the model's, as its `config.json` spells them
    refuse: tuple[str, ...]
    #: from which probability of such a label on, above 0 to 1
    threshold: float = 0.5


def parse_check(raw: Mapping[str, Any]) -> Check:
    """A check from a profile's table. Raises ValueError with a sentence."""
    refuse, threshold = raw.get("refuse"), raw.get("threshold", 0.5)
    if not isinstance(refuse, list) or not refuse or not all(isinstance(one, str) and one for one in refuse):
        raise ValueError("it lacks “refuse”, a list of the model's labels that are refused")
    if isinstance(threshold, bool) or not isinstance(threshold, int | float) or not 0 < threshold <= 1:
        raise ValueError("its “threshold” must be above 0 and at most 1")
    weights = parse_weights({key: value for key, value in raw.items() if key not in KEYS})
    return Check(weights=weights, refuse=tuple(refuse), threshold=float(threshold))
