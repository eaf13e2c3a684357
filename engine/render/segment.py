"""Finds things in a picture by their names: a transformers segmentation model turns “the label” into a mask.

CLIPSeg's classes are spoken here. It runs on the worker's thread, like everything that uses the device.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageFilter
from transformers import AutoProcessor, CLIPSegForImageSegmentation

from engine.models.store import folder_of
from engine.pixels.array import Pixels
from engine.pixels.files import flatten
from engine.pixels.stitch import Region
from engine.profiles.profile import Profile
from engine.render.job import RenderFailed

log = logging.getLogger("engine.render.segment")

#: how much a found region is grown, as a share of the picture's longer side: such masks are a little too tight
GROWN_BY = 0.01


class Segmenter:
    """A profile's segmentation model; loaded at its first use."""

    def __init__(self, profile: Profile, device: torch.device) -> None:
        self._weights = profile.segmenter
        self._device = device
        self._loaded: tuple[Any, Any] | None = None

    def find(self, pixels: Pixels, text: str, *, threshold: float) -> Region:
        """Where the picture shows what the text names. Raises RenderFailed with a sentence."""
        scores = self.scores(pixels, text)
        found = scores >= threshold
        if not found.any():
            raise RenderFailed(
                f"Nothing in the picture looks like “{text}” (at best {scores.max():.2f}, {threshold:g} is wanted): "
                "say it in other words, lower “mask_threshold”, or mark it with a mask.",
                code="nothing_found",
                status=400,
            )
        return grown(found, round(max(found.shape) * GROWN_BY))

    @torch.inference_mode()
    def scores(self, pixels: Pixels, text: str) -> np.ndarray[Any, np.dtype[np.float32]]:
        """How much each pixel looks like what the text names, 0–1, height × width."""
        processor, model = self._load()
        height, width = pixels.shape[:2]
        inputs = processor(text=[text], images=[flatten(pixels)], return_tensors="pt", truncation=True)
        logits: torch.Tensor = model(**inputs.to(self._device)).logits
        # One text gives one map, without or with a batch of one in front.
        small = logits.reshape(1, 1, *logits.shape[-2:]).float()
        sized = torch.nn.functional.interpolate(small, (height, width), mode="bilinear", align_corners=False)
        scores: np.ndarray[Any, np.dtype[np.float32]] = sized[0, 0].sigmoid().cpu().numpy()
        return scores

    def _load(self) -> tuple[Any, Any]:
        if self._loaded is None:
            if self._weights is None:
                raise RenderFailed(
                    "This profile names no model that finds things by their names; mark the part with a mask.",
                    code="no_segmenter",
                    status=400,
                )
            folder = folder_of(self._weights)
            source = str(folder) if folder.is_dir() else self._weights.model
            try:
                if Path(source).is_dir() and not any(Path(source).glob("*.safetensors")):
                    raise OSError("it has no safetensors, and pickles are not opened")
                processor = AutoProcessor.from_pretrained(source, local_files_only=True)
                model = CLIPSegForImageSegmentation.from_pretrained(
                    source, local_files_only=True, use_safetensors=True
                )
            except Exception as error:  # transformers raises many kinds for what is missing or damaged
                log.exception("loading the segmentation model failed")
                raise RenderFailed(
                    f"The segmentation model {self._weights.model} could not be loaded "
                    f"({str(error).strip().splitlines()[0]}); mark the part with a mask meanwhile.",
                    code="no_segmenter",
                    status=503,
                ) from error
            self._loaded = processor, model.eval().to(self._device)
        return self._loaded


def grown(region: Region, pixels: int) -> Region:
    """The region and what lies so close around it."""
    if pixels < 1:
        return region
    drawn = Image.fromarray(region.astype(np.uint8) * 255, "L").filter(ImageFilter.MaxFilter(2 * pixels + 1))
    larger: Region = np.array(drawn) > 0
    return larger


def as_mask(region: Region) -> Pixels:
    """A mask as the Images API has it: black, and fully transparent where a change is allowed."""
    mask: Pixels = np.zeros((*region.shape, 4), dtype=np.uint8)
    mask[..., 3] = np.where(region, 0, 255)
    return mask
