"""`/draft show K7M2QRS`, as a value. Pure functions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.briefs.typed import clean


@dataclass(frozen=True, kw_only=True)
class ShowBrief:
    """A brief to be posted again."""

    brief: str


def parse_show(text: str) -> ShowBrief | None:
    """Understand the text of a `/draft` that begins with `show`; None where it is a prompt."""
    match clean(text).split()[1:]:
        case [name] if re.fullmatch(r"[2-9A-HJKMNP-Z]{7}", name):
            return ShowBrief(brief=name)
    return None
