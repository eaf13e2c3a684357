"""What was asked for, once it passed a form's rules."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request that is carried out."""

    prompt: str
    model: str
    n: int
    #: Width and height in pixels.
    size: tuple[int, int]
    quality: str = "auto"
    background: str = "opaque"
    output_format: str = "png"
    compression: int = 100
    stream: bool = False
    partial_images: int = 0
    #: The first picture's; None: from the words alone.
    seed: int | None = None
    links: bool = False
    safety_identifier: str | None = None
    #: Pictures to start from; none for new ones.
    images: tuple[Image.Image, ...] = ()
    #: Of the first one's size: alpha 0 is to be changed.
    mask: Image.Image | None = None

    @property
    def is_edit(self) -> bool:
        """Whether it starts from a picture."""
        return bool(self.images)
