"""Servers that are known by name: what they can do, and what each tier asks of them. Their documentation says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.images_api.capabilities import Capabilities, Sizes

#: Fields that are ours alone.
_OURS = frozenset(
    {"tier", "seeds", "steps", "guidance", "negative_prompt", "fairness_key", "priority", "idempotency_key"}
    | {"instruction", "strength"}
)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What a tier asks for."""

    model: str = ""
    #: low … max, as the API calls it; empty: as the tier has it everywhere.
    quality: str = ""


@dataclass(frozen=True, kw_only=True)
class Preset:
    """One kind of server."""

    can: Capabilities = field(default_factory=Capabilities)
    #: By tier.
    choices: Mapping[str, Choice] = field(default_factory=dict)
    #: How long an answer that has begun may be silent, in seconds; our engine sends a comment every 10 s.
    silence_s: float = 45.0


PRESETS: Mapping[str, Preset] = {
    "": Preset(),
    "openai": Preset(
        can=Capabilities(
            refuses=_OURS,
            sizes=Sizes(multiple=16, longest=3_840, least_pixels=655_360, most_pixels=8_294_400, ratio=3.0),
            most_previews=1,
            numbers_previews=False,
        ),
        choices={
            "draft": Choice(model="gpt-image-2.6-flare", quality="low"),
            "pro": Choice(model="gpt-image-2.6-sunburst", quality="high"),
            "fix": Choice(model="gpt-image-2.6-sunburst", quality="medium"),
        },
        # It draws for a minute at high quality, and is not known to say anything meanwhile.
        silence_s=180.0,
    ),
    "vllm-omni": Preset(
        can=Capabilities(
            refuses=(_OURS - {"seeds", "steps", "guidance", "negative_prompt"})
            | {"stream", "partial_images", "quality"},
            names={
                "seeds": "seed",
                "steps": "num_inference_steps",
                "guidance": "guidance_scale",
                "mask": "mask_image",
            },
            wants={"response_format": "b64_json"},
            sizes=Sizes(multiple=16),
        ),
    ),
    "sglang": Preset(
        can=Capabilities(
            refuses=(_OURS - {"seeds", "steps", "guidance", "negative_prompt"})
            | {"stream", "partial_images", "quality", "mask"},
            names={"seeds": "seed", "steps": "num_inference_steps", "guidance": "guidance_scale"},
            wants={"response_format": "b64_json"},
            sizes=Sizes(multiple=16),
        ),
    ),
}
