"""What Qwen2.5-VL is given of a prompt with pictures, as transformers' own processor makes it.

That one wants torchvision, for videos that nobody sends here; this one needs PIL alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from transformers import BatchFeature, ProcessorMixin, Qwen2Tokenizer
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

#: how an index names the processor that this stands for
NAME = ["transformers", "Qwen2VLProcessor"]
#: where a picture stands in a prompt, once for each of its patches
PICTURE = "<|image_pad|>"


class PromptAndPictures(ProcessorMixin):  # type: ignore[misc]
    """Texts and pictures → token ids and patches."""

    def __init__(self, image_processor: Any, tokenizer: Any) -> None:
        self.image_processor = image_processor
        self.tokenizer = tokenizer

    @classmethod
    def of(cls, source: str) -> PromptAndPictures:
        """The processor of a pipeline's folder, or of an id in the cache."""
        here = {"local_files_only": True}
        return cls(
            Qwen2VLImageProcessorPil.from_pretrained(source, subfolder="processor", **here),
            Qwen2Tokenizer.from_pretrained(source, subfolder="tokenizer", **here),
        )

    def __call__(
        self, *, text: Sequence[str], images: Any = None, padding: bool = True, return_tensors: str = "pt"
    ) -> Any:
        """As transformers' processor is called."""
        seen = self.image_processor(images=images, return_tensors=return_tensors) if images else {}
        patches = iter(
            int(grid.prod()) // self.image_processor.merge_size**2 for grid in seen.get("image_grid_thw", ())
        )
        parts = [one.split(PICTURE) for one in text]
        whole = [first + "".join(PICTURE * next(patches) + part for part in rest) for first, *rest in parts]
        return BatchFeature({**self.tokenizer(whole, padding=padding, return_tensors=return_tensors), **seen})
