"""What is to be painted: a checked request, with every default filled in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from engine.pixels.array import Pixels
from engine.pixels.files import OutputFormat
from engine.pixels.source import Origin
from engine.pixels.stitch import Region
from engine.profiles.profile import Tier

Quality: TypeAlias = Literal["low", "medium", "high", "auto"]
TIER_QUALITIES: dict[Tier, Quality] = {Tier.DRAFT: "low", Tier.FIX: "medium", Tier.PRO: "high"}


@dataclass(frozen=True, kw_only=True)
class RenderRequest:
    """A checked request: everything the engine needs, defaults filled in from the profile."""

    tier: Tier
    prompt: str
    negative_prompt: str
    #: one seed per picture; each picture has its own noise
    seeds: tuple[int, ...]
    #: whether the seeds were asked for rather than drawn
    seeded: bool = False
    width: int
    height: int
    steps: int
    guidance: float
    strength: float
    #: LoRAs by name, and how strongly each works
    loras: tuple[tuple[str, float], ...] = ()
    #: the picture that is edited or started from
    image: Pixels | None = None
    #: where a change is allowed; only with an image of the same size
    region: Region | None = None
    #: the image's ICC profile, in which its pixels are; None: sRGB
    colour_profile: bytes | None = field(default=None, repr=False)
    #: further pictures to go by
    references: tuple[Pixels, ...] = ()
    #: what is to be found in the picture and may change (or alone is kept), instead of or besides the region
    mask_text: str = ""
    mask_mode: str = "edit"
    #: how sure the search must be, 0–1
    mask_threshold: float = 0.4
    #: whether the mask itself is wanted rather than a picture
    wants_mask: bool = False
    #: where the image comes from
    origin: Origin | None = field(default=None, repr=False)
    output_format: OutputFormat = "png"
    #: whether the plain backdrop is taken out, which leaves the subject over nothing
    transparent: bool = False
    #: quality of JPEG and WebP, 0–100
    compression: int | None = None
    stream: bool = False
    #: previews per picture
    partial_images: int = 0
    #: higher goes first within a tier
    priority: int = 0
    #: whose turn in the queue it uses up, usually a channel
    fairness_key: str = ""
    #: what the sender calls its user, told again in the answer
    safety_identifier: str | None = None
    idempotency_key: str | None = None

    @property
    def quality(self) -> Quality:
        return TIER_QUALITIES[self.tier]

    @property
    def size(self) -> str:
        return f"{self.width}x{self.height}"

    @property
    def is_edit(self) -> bool:
        return self.image is not None
