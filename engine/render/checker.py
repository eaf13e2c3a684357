"""Refuses prompts and pictures by what a profile's classifiers say of them.

Transformers' classes are spoken here. It runs on the worker's thread, like everything that uses the device. A checker
that cannot be loaded lets the engine not start: nothing is drawn unchecked.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from transformers import (
    AutoImageProcessor,
    AutoModelForImageClassification,
    AutoModelForSequenceClassification,
    AutoTokenizer,
)

from engine.models.store import folder_of
from engine.pipelines.load import ModelUnavailable
from engine.pixels.array import Pixels
from engine.pixels.files import flatten
from engine.profiles.checks import Check
from engine.profiles.profile import Profile
from engine.render.job import RenderFailed

log = logging.getLogger("engine.render.checker")

#: what OpenAI's image models say when they refuse
REFUSED = "moderation_blocked"


class Checker:
    """A profile's classifiers, read when it is made. Raises ModelUnavailable."""

    def __init__(self, profile: Profile, device: torch.device) -> None:
        self._device = device
        self._words = _Classifier.of(profile.prompt_check, device, "prompt_check", is_of_words=True)
        self._looks = _Classifier.of(profile.picture_check, device, "picture_check", is_of_words=False)

    @property
    def sees_pictures(self) -> bool:
        """Whether pictures are checked, so that none may be shown before it is finished."""
        return self._looks is not None

    def prompt(self, text: str) -> None:
        """Raise RenderFailed with a sentence for a prompt that is refused."""
        if self._words is not None and (found := self._words.refused(text)):
            label, score = found
            raise _refusal(
                f"The prompt is refused here: “{self._words.name}” calls it {label} ({score:.2f})."
            )

    def picture(self, pixels: Pixels) -> None:
        """Raise RenderFailed with a sentence for a picture that is refused."""
        if self._looks is not None and (found := self._looks.refused(pixels)):
            label, score = found
            raise _refusal(
                f"The picture is refused here: “{self._looks.name}” calls it {label} ({score:.2f}). "
                "Say it in other words, or try another seed."
            )


class _Classifier:
    """One model that tells how much each of its labels fits."""

    def __init__(self, check: Check, reader: Any, model: Any, device: torch.device) -> None:
        self.name = check.weights.model.rpartition("/")[2]
        self._check = check
        self._reader = reader
        self._model = model
        self._device = device
        self._labels: Mapping[int, str] = {
            number: label for number, label in model.config.id2label.items() if label in check.refuse
        }

    @classmethod
    def of(
        cls, check: Check | None, device: torch.device, key: str, *, is_of_words: bool
    ) -> _Classifier | None:
        """The classifier that a profile names under this key; None where it names none. Raises ModelUnavailable."""
        if check is None:
            return None
        folder = folder_of(check.weights)
        source = str(folder) if folder.is_dir() else check.weights.model
        reading = AutoTokenizer if is_of_words else AutoImageProcessor
        classifying = AutoModelForSequenceClassification if is_of_words else AutoModelForImageClassification
        try:
            if Path(source).is_dir() and not any(Path(source).glob("*.safetensors")):
                raise OSError("it has no safetensors, and pickles are not opened")
            reader = reading.from_pretrained(source, local_files_only=True)
            model = classifying.from_pretrained(source, local_files_only=True, use_safetensors=True)
        except Exception as error:  # transformers raises many kinds for what is missing or damaged
            log.exception("loading a checker failed")
            raise ModelUnavailable(
                f"The model {check.weights.model} of “{key}” could not be loaded "
                f"({str(error).strip().splitlines()[0]}). Fetch it with `draftroom models pull`, or take the key out "
                "of the profile: nothing is drawn unchecked."
            ) from error
        labels = set(model.config.id2label.values())
        if unknown := [label for label in check.refuse if label not in labels]:
            raise ModelUnavailable(
                f"“{key}” refuses {', '.join(unknown)}, which {check.weights.model} does not tell: it knows "
                f"{', '.join(sorted(labels))}."
            )
        return cls(check, reader, model.eval().to(device), device)

    @torch.inference_mode()
    def refused(self, asked: str | Pixels) -> tuple[str, float] | None:
        """The refused label that fits best and how much, 0–1; None where none reaches the threshold."""
        if isinstance(asked, str):
            given = self._reader(asked, return_tensors="pt", truncation=True)
        else:
            given = self._reader(images=flatten(asked), return_tensors="pt")
        scores = self._model(**given.to(self._device)).logits[0].float().softmax(-1)
        best = max(self._labels, key=lambda number: float(scores[number]))
        score = float(scores[best])
        return (self._labels[best], score) if score >= self._check.threshold else None


def _refusal(sentence: str) -> RenderFailed:
    return RenderFailed(sentence, code=REFUSED, status=400)
