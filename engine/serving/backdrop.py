"""What a request says of its picture's backdrop, in the API's words and in the prompt's."""

from __future__ import annotations

import re

#: auto is opaque here: a model paints every pixel
BACKGROUNDS = ("auto", "opaque", "transparent")
#: what is asked for where a prompt names no backdrop: from grey, every other colour is far
PLAIN = "isolated on a plain gray background"

#: a backdrop that is none: what is wanted already, and no hint to a model
_NONE = re.compile(
    r",?\s*\b(?:(?:on|with|against)\s+(?:an?|no)\s+(?:transparent\s+)?|(?:no|without)\s+(?:a\s+)?)"
    r"(?:background|backdrop)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\b(background|backdrop)\b", re.IGNORECASE)


def with_backdrop(prompt: str) -> str:
    """The prompt, asking for a plain backdrop that can be taken out afterwards, where it names none."""
    wanted = _NONE.sub("", prompt).strip(" ,") or prompt
    return wanted if _NAMED.search(wanted) else f"{wanted}, {PLAIN}"
