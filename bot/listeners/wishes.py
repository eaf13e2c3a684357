"""`/draft summary weekly off` and the like: which summaries come by themselves, and when."""

from __future__ import annotations

import re

from bot.reporting import Reporter
from bot.studio.commands import SummaryHour, WishSummary
from bot.studio.model import Remedy
from bot.summaries import Wishes

_FIELDS = {"daily": "daily", "weekly": "weekly", "quiet": "quiet_days"}


async def summary_wish(
    asked: WishSummary | SummaryHour, reporter: Reporter, channel: str, person: str
) -> str:
    """Do it for a known channel; the answer. Raises Remedy for an hour that is none."""
    if isinstance(asked, WishSummary):
        return _told(await reporter.wish(channel, person, **{_FIELDS[asked.what]: asked.wished}))
    digits = re.fullmatch(r"([0-9]{1,2})(?::00)?", asked.hour)
    if digits is None or int(digits[1]) > 23:
        raise Remedy("Say a full hour from 0 to 23, on this channel's clock: `/draft summary at 9`.")
    await reporter.post_at(channel, int(digits[1]))
    return f"Done. This channel's summaries come at {int(digits[1])}:00."


def _told(wishes: Wishes) -> str:
    kinds = [name for name, wished in (("daily", wishes.daily), ("weekly", wishes.weekly)) if wished]
    if not kinds:
        return "Done. No summary comes by itself here; `/draft summary` still shows today's."
    quiet = "also when nothing happened" if wishes.quiet_days else "but not when nothing happened"
    return f"Done. This channel gets {' and '.join(kinds)} summaries, {quiet}."
