"""What drafts may be drawn from, and how far from it: `--like red-apple-2/2`, a link to a message, `--strength 0.6`.

Pure functions; whether the named thing exists, and who may see it, is asked elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.briefs import names
from bot.briefs.model import Use, UserError
from bot.slack.linked import _LINK, LinkedMessage
from bot.texts import say

#: How far from its picture each use may go, in percent, unless a person says otherwise.
STRENGTHS = {Use.LIKE: 60, Use.SUBTLE: 45, Use.STRONG: 80}
#: The least that changes anything, in percent.
LEAST_STRENGTH = 5


@dataclass(frozen=True, kw_only=True)
class BriefPicture:
    """A picture of a brief of ours."""

    brief: str
    #: Which cell, from 1; None: the only one, or the newest render.
    number: int | None


Liked = BriefPicture | LinkedMessage

_BRIEF = re.compile(rf"#?({names.PATTERN})(?:[/#:]([0-9]{{1,2}}))?", re.I)


def parse_like(text: str) -> Liked:
    """Understand what somebody typed after `--like`. Raises UserError."""
    text = text.strip().strip("<>`'\"")
    if match := _LINK.fullmatch(text):
        channel, seconds, rest, thread = match.groups()
        return LinkedMessage(channel=channel, ts=f"{seconds}.{rest}", thread_ts=thread)
    if match := _BRIEF.fullmatch(text):
        return BriefPicture(
            brief=names.read_name(match.group(1)) or match.group(1).upper(),
            number=int(match.group(2)) if match.group(2) else None,
        )
    shown = text if len(text) <= 60 else f"{text[:59]}…"
    raise UserError(say("like-unknown", typed=shown), "like")


def parse_strength(text: str) -> int | None:
    """`0.6` or `60%` in percent; None for nothing. Raises UserError."""
    text = text.strip()
    if not text:
        return None
    if match := re.fullmatch(r"([0-9]{1,3})\s*%", text):
        percent = int(match.group(1))
    elif re.fullmatch(r"[0-9]?[.,][0-9]{1,4}|[01]", text):
        percent = round(float(text.replace(",", ".")) * 100)
    else:
        percent = -1
    if not LEAST_STRENGTH <= percent <= 100:
        raise UserError(
            say("like-no-strength", typed=text[:20], least=f"{LEAST_STRENGTH / 100:g}"),
            "strength",
        )
    return percent
