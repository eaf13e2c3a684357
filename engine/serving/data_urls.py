"""Pictures in a JSON body: data URLs, in the shapes that the Images API gives them. Knows no web framework."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from engine.serving.errors import Refused

_DATA_URL = re.compile(r"data:image/[\w.+-]+;base64,", re.ASCII)


def picture(value: Any, name: str) -> bytes:
    """The bytes of `{"image_url": "data:image/png;base64,…"}`. Raises Refused."""
    url = value.get("image_url") if isinstance(value, dict) else None
    found = _DATA_URL.match(url) if isinstance(url, str) else None
    if not isinstance(url, str) or found is None:
        # A URL is never fetched: the engine must not ask other machines on a stranger's behalf.
        raise Refused(
            f"“{name}” must be an object with an “image_url” that is a data URL in base64; "
            "other addresses and file ids are not fetched here.",
            param=name,
        )
    try:
        return base64.b64decode(url[found.end() :], validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused(f"The data URL in “{name}” is not valid base64.", param=name) from error


def pictures(value: Any, name: str) -> list[bytes]:
    """The bytes of a list of them. Raises Refused."""
    if not isinstance(value, list):
        raise Refused(f"“{name}” must be a list of objects with an “image_url” each.", param=name)
    return [picture(one, name) for one in value]
