"""What a picture says of how it was made."""

from __future__ import annotations

import io
import json

from PIL import Image


def model_of(data: bytes) -> str:
    """The model that a picture says it was made with; empty where it doesn't say."""
    with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as picture:
        recipe = picture.info.get("draftroom", "")
    try:
        return str(json.loads(recipe).get("model", ""))
    except (ValueError, AttributeError, TypeError):
        return ""
