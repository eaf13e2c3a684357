"""Pictures that only show what was asked: stripes in colours that follow from the words, the seed and the number."""

from __future__ import annotations

import hashlib
import io

import numpy as np
from PIL import Image, ImageDraw

from sandbox.images_api.asked import Asked

#: Image tokens of a picture of 1024² pixels, as published for gpt-image-2.5.
TOKENS = {"low": 196, "medium": 439, "high": 1_756, "xhigh": 3_122, "max": 7_024, "auto": 439}
#: More for each partial image.
PARTIAL_TOKENS = 100


def draw(asked: Asked, number: int) -> Image.Image:
    """The picture of that number (from 0)."""
    seed = "" if asked.seed is None else str(asked.seed + number)
    digest = hashlib.sha256(f"{asked.prompt}|{seed or number}".encode()).digest()
    picture = Image.new("RGB", asked.size, tuple(digest[:3]))
    pen = ImageDraw.Draw(picture)
    for stripe in range(4):
        left = asked.size[0] * digest[3 + stripe] // 256
        pen.rectangle(
            (left, 0, left + asked.size[0] // 12, asked.size[1]), fill=tuple(digest[8 + stripe : 11 + stripe])
        )
    if asked.images:
        picture = _edited(asked, picture)
    if asked.background == "transparent":
        picture.putalpha(Image.new("L", picture.size, 255))
        picture.paste((0, 0, 0, 0), (0, 0, picture.width, picture.height // 4))
    return picture


def _edited(asked: Asked, new: Image.Image) -> Image.Image:
    """The given picture repainted; a mask guides and binds nobody: what is outside changes a little, too."""
    before = asked.images[0].convert("RGB").resize(asked.size, Image.Resampling.LANCZOS)
    nearly = Image.fromarray(np.clip(np.asarray(before, dtype=np.int16) + 3, 0, 255).astype(np.uint8))
    if asked.mask is None:
        return Image.blend(nearly, new, 0.5)
    keep = asked.mask.getchannel("A").resize(asked.size, Image.Resampling.NEAREST)
    return Image.composite(nearly, new, keep)


def encoded(picture: Image.Image, asked: Asked) -> bytes:
    """The file."""
    out = io.BytesIO()
    options = {} if asked.output_format == "png" else {"quality": max(1, asked.compression)}
    picture.save(out, asked.output_format.upper(), **options)
    return out.getvalue()


def partial(asked: Asked, number: int) -> Image.Image:
    """A picture before it is finished."""
    whole = draw(asked, number)
    small = whole.resize((16, 16), Image.Resampling.BOX)
    return small.resize(whole.size, Image.Resampling.BICUBIC)


def usage(asked: Asked, pictures: int, partials: int) -> dict[str, object]:
    """What a request took in tokens."""
    text = len(asked.prompt) // 4 + 6
    image_in = sum(one.width * one.height * 1_024 // 2**20 for one in asked.images)
    drawn = TOKENS[asked.quality] * asked.size[0] * asked.size[1] // 2**20
    image_out = drawn * pictures + PARTIAL_TOKENS * partials
    return {
        "total_tokens": text + image_in + image_out,
        "input_tokens": text + image_in,
        "input_tokens_details": {"text_tokens": text, "image_tokens": image_in},
        "output_tokens": image_out,
        "output_tokens_details": {"text_tokens": 0, "image_tokens": image_out},
    }
