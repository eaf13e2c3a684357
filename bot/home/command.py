"""`/draft show red-apple-2`, as a value. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass

from bot.briefs.names import read_name
from bot.briefs.typed import clean


@dataclass(frozen=True, kw_only=True)
class ShowBrief:
    """A brief to be posted again."""

    brief: str


def parse_show(text: str) -> ShowBrief | None:
    """Understand the text of a `/draft` that begins with `show`; None where it is a prompt."""
    match clean(text).split()[1:]:
        case [typed] if name := read_name(typed):
            return ShowBrief(brief=name)
    return None
