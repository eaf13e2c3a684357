"""Servers that are known by name: what they can do, and what each tier asks of them. Their documentation says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

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
    #: A price table as an operator would write it, by tier, in US dollars; none: by the second.
    prices: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


#: Published prices of gpt-image-2.6 in dollars a million tokens: words in 5, pictures in 8, pictures out 30. Pictures
#: out at 1024²: 196 tokens at low, 439 at medium, 1,756 at high, and 100 for each preview.
_OPENAI_PRICES = {
    "draft": {
        "per_million_input_tokens": 5,
        "per_million_output_tokens": 30,
        "expected_input_tokens": 100,
        "expected_output_tokens": 296,
        "expected_pixels": 1_048_576,
    },
    "pro": {
        "per_million_input_tokens": 8,
        "per_million_output_tokens": 30,
        "expected_input_tokens": 1_500,
        "expected_output_tokens": 1_756,
        "expected_pixels": 1_048_576,
    },
    "fix": {
        "per_million_input_tokens": 8,
        "per_million_output_tokens": 30,
        "expected_input_tokens": 3_000,
        "expected_output_tokens": 439,
        "expected_pixels": 1_048_576,
    },
}

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
        prices=_OPENAI_PRICES,
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
