"""The rules of three servers, as they are published, one function for each way of asking. Pure.

OpenAI: the API reference of images, as the official client's types repeat it (openai 3.57), and the sentences that
the API answers with. vLLM-Omni and SGLang: their documentation and protocol models of November 2026.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from sandbox.images_api.asked import Asked
from sandbox.images_api.fields import Fields, sides
from sandbox.images_api.refusals import Refusal, none_of

#: OpenAI's models: those that take any size within the limits, and those that know three sizes.
ANY_SIZE = (
    *("gpt-image-2", "gpt-image-2-2026-04-21"),
    *("gpt-image-2.5-sunburst", "gpt-image-2.5-sunburst-2026-09-08"),
    *("gpt-image-2.5-flare", "gpt-image-2.5-flare-2026-09-08"),
    *("gpt-image-2.6-sunburst", "gpt-image-2.6-flare"),
)
THREE_SIZES = ("gpt-image-1.5", "gpt-image-1-mini", "chatgpt-image-latest")
GONE = ("gpt-image-1", "dall-e-2", "dall-e-3")
SIZES = ((1024, 1024), (1536, 1024), (1024, 1536))
LEAST_PIXELS, MOST_PIXELS, LONGEST_EDGE, MULTIPLE, RATIO = 655_360, 8_294_400, 3_840, 16, 3
QUALITIES = ("low", "medium", "high")
FINER = (*QUALITIES, "xhigh", "max")


@dataclass(frozen=True, kw_only=True)
class Form:
    """How one kind of server reads requests."""

    name: str
    models: tuple[str, ...]
    generation: Callable[[Fields], Asked]
    edit: Callable[[Fields], Asked]
    #: Whether a key is asked for.
    key_needed: bool = False
    #: Whether answers say the tokens that they took; else the seconds, where the server measures them.
    counts_tokens: bool = False
    says_seconds: bool = False


def openai_generation(fields: Fields) -> Asked:
    """OpenAI's POST /v1/images/generations."""
    asked = _openai(fields)
    fields.close()
    return asked


def openai_edit(fields: Fields) -> Asked:
    """OpenAI's POST /v1/images/edits."""
    images = fields.pictures("image", "image[]", most=16)
    mask = fields.mask("mask", images[0].size)
    markup = fields.mask("markup", images[0].size)
    asked = _openai(fields, images, mask)
    fidelity = fields.text("input_fidelity")
    if fidelity is not None:
        values = {"gpt-image-1.5": ("high", "low"), "gpt-image-1-mini": ("low", "low")}.get(asked.model)
        if values is None:
            raise Refusal(
                f"The model '{asked.model}' does not support the 'input_fidelity' parameter.",
                param="input_fidelity",
                code="invalid_input_fidelity_model",
            )
        if fidelity not in values:
            raise none_of("input_fidelity", fidelity, values)
    if markup is not None:
        if mask is not None:
            raise Refusal("'markup' cannot be combined with 'mask'.", param="markup", code="invalid_value")
        if not asked.model.startswith(("gpt-image-2.5", "gpt-image-2.6")):
            raise Refusal(
                f"The model '{asked.model}' does not support 'markup'.", param="markup", code="invalid_value"
            )
    fields.close()
    return asked


def _openai(fields: Fields, images: tuple[Image.Image, ...] = (), mask: Image.Image | None = None) -> Asked:
    prompt = fields.text("prompt", longest=32_000, needed=True) or ""
    model = fields.text("model", needed=True) or ""
    if model not in (*ANY_SIZE, *THREE_SIZES):
        raise Refusal(
            f"The model '{model}' {'was shut down' if model in GONE else 'does not exist'}.",
            param="model",
            code="model_not_found" if model not in GONE else "model_deprecated",
            status=404 if model not in GONE else 400,
        )
    n = fields.integer("n", 1, 10) or 1
    size = fields.text("size") or "auto"
    finer = model.startswith(("gpt-image-2.5", "gpt-image-2.6"))
    quality = fields.choice("quality", (*(FINER if finer else QUALITIES), "auto"), "auto")
    background = fields.choice("background", ("transparent", "opaque", "auto"), "auto")
    output_format = fields.choice("output_format", ("png", "webp", "jpeg"), "png")
    compression = fields.integer("output_compression", 0, 100)
    fields.choice("moderation", ("low", "auto"), "auto")
    fields.choice("complexity", ("low", "medium", "high"), "medium")
    stream = fields.switch("stream")
    partial_images = fields.integer("partial_images", 0, 3)
    user = fields.text("user", longest=64)
    identifier = fields.text("safety_identifier", longest=64) or user
    if compression is not None and output_format == "png":
        raise Refusal(
            "Compression less than 100 is not supported for PNG output format.",
            param="output_compression",
            code="invalid_png_output_compression",
        )
    if background == "transparent" and output_format == "jpeg":
        raise Refusal(
            "Transparent background requires png or webp output format.",
            param="background",
            code="invalid_value",
        )
    if partial_images is not None and not stream:
        raise Refusal(
            "'partial_images' is only supported when 'stream' is true.",
            param="partial_images",
            code="invalid_value",
        )
    return Asked(
        prompt=prompt,
        model=model,
        n=n,
        size=_openai_size(size, model),
        quality=quality,
        background="transparent" if background == "transparent" else "opaque",
        output_format=output_format,
        compression=100 if compression is None else compression,
        stream=stream,
        partial_images=partial_images or 0,
        safety_identifier=identifier,
        images=images,
        mask=mask,
    )


def _openai_size(value: str, model: str) -> tuple[int, int]:
    def refused(reason: str) -> Refusal:
        return Refusal(f"Invalid size '{value}'. {reason}", param="size", code="invalid_value")

    if value == "auto":
        return SIZES[0]
    width, height = sides("size", value)
    if model in THREE_SIZES:
        if (width, height) not in SIZES:
            raise refused("Supported sizes are 1024x1024, 1024x1536, 1536x1024, and auto.")
        return width, height
    if width % MULTIPLE or height % MULTIPLE:
        raise refused(f"Width and height must both be divisible by {MULTIPLE}.")
    if max(width, height) > LONGEST_EDGE:
        raise refused(f"The longest edge must be less than or equal to {LONGEST_EDGE}.")
    if max(width, height) > RATIO * min(width, height):
        raise refused(f"The aspect ratio must be between 1:{RATIO} and {RATIO}:1.")
    if width * height < LEAST_PIXELS:
        raise refused("Requested resolution is below the current minimum pixel budget.")
    if width * height > MOST_PIXELS:
        raise refused("Requested resolution is above the current maximum pixel budget.")
    return width, height


def vllm_generation(fields: Fields) -> Asked:
    """vLLM-Omni's POST /v1/images/generations: what it does not know it passes over, `stream` too."""
    asked = _vllm(fields, fields.text("size") or "1024x1024")
    fields.pass_over_the_rest()
    return asked


def vllm_edit(fields: Fields) -> Asked:
    """vLLM-Omni's POST /v1/images/edits: the mask is called `mask_image`, a `mask` is passed over."""
    images = fields.pictures("image", "image[]", most=16)
    mask = fields.mask("mask_image", images[0].size)
    size = fields.text("size") or "auto"
    asked = _vllm(fields, "x".join(map(str, images[0].size)) if size == "auto" else size, images, mask)
    fields.pass_over_the_rest()
    return asked


def _vllm(
    fields: Fields, size: str, images: tuple[Image.Image, ...] = (), mask: Image.Image | None = None
) -> Asked:
    prompt = fields.text("prompt", needed=True) or ""
    fields.choice("response_format", ("b64_json", "file"), "b64_json")
    fields.integer("num_inference_steps", 1, 200)
    return Asked(
        prompt=prompt,
        model="Qwen/Qwen-Image",
        n=fields.integer("n", 1, 10) or 1,
        size=_latent_grid(sides("size", size)),
        output_format=fields.choice("output_format", ("png", "jpeg", "webp"), "png"),
        seed=fields.integer("seed", -(2**63), 2**63 - 1),
        images=images,
        mask=mask,
    )


def sglang_generation(fields: Fields) -> Asked:
    """SGLang's POST /v1/images/generations: what it does not know it passes over."""
    asked = _sglang(fields, fields.text("size") or "1024x1024")
    fields.pass_over_the_rest()
    return asked


def sglang_edit(fields: Fields) -> Asked:
    """SGLang's POST /v1/images/edits: it takes a mask and never reads it."""
    images = fields.pictures("image", "image[]", most=16)
    size = fields.text("size")
    asked = _sglang(fields, size or "x".join(map(str, images[0].size)), images)
    fields.pass_over_the_rest()
    return asked


def _sglang(fields: Fields, size: str, images: tuple[Image.Image, ...] = ()) -> Asked:
    prompt = fields.text("prompt", needed=True) or ""
    links = fields.choice("response_format", ("url", "b64_json"), "url") == "url"
    # Too many are made fewer in silence.
    n = max(1, min(fields.integer("n", -(10**9), 10**9) or 1, 10))
    return Asked(
        prompt=prompt,
        model="Qwen/Qwen-Image",
        n=n,
        size=_latent_grid(sides("size", size)),
        output_format=fields.choice("output_format", ("png", "jpeg", "webp"), "png"),
        seed=fields.integer("seed", -(2**63), 2**63 - 1),
        links=links,
        images=images,
    )


def _latent_grid(size: tuple[int, int]) -> tuple[int, int]:
    """Diffusion models draw multiples of 16 and say nothing of it."""
    return max(16, size[0] // 16 * 16), max(16, size[1] // 16 * 16)


FORMS = {
    form.name: form
    for form in (
        Form(
            name="openai",
            models=(*ANY_SIZE, *THREE_SIZES),
            generation=openai_generation,
            edit=openai_edit,
            key_needed=True,
            counts_tokens=True,
        ),
        Form(name="vllm-omni", models=("Qwen/Qwen-Image",), generation=vllm_generation, edit=vllm_edit),
        Form(
            name="sglang",
            models=("Qwen/Qwen-Image",),
            generation=sglang_generation,
            edit=sglang_edit,
            says_seconds=True,
        ),
    )
}
