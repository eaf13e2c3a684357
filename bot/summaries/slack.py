"""`/draft summary weekly off` and the like: which summaries come by themselves, and when."""

from __future__ import annotations

import re

from bot.briefs.model import UserError
from bot.draft.command import SummaryHour, WishSummary
from bot.summaries import Wishes
from bot.summaries.actions import Reporter
from bot.texts import say

_FIELDS = {"daily": "daily", "weekly": "weekly", "quiet": "quiet_days"}


async def summary_wish(
    asked: WishSummary | SummaryHour, reporter: Reporter, channel: str, person: str
) -> str:
    """Do it for a known channel; the answer. Raises UserError for an hour that is none."""
    if isinstance(asked, WishSummary):
        return _told(await reporter.wish(channel, person, **{_FIELDS[asked.what]: asked.wished}))
    digits = re.fullmatch(r"([0-9]{1,2})(?::00)?", asked.hour)
    if digits is None or int(digits[1]) > 23:
        raise UserError(say("wishes-hour"))
    await reporter.post_at(channel, int(digits[1]))
    return say("wishes-hour-set", hour=int(digits[1]))


def _told(wishes: Wishes) -> str:
    if not (wishes.daily or wishes.weekly):
        return say("wishes-none")
    which = "both" if wishes.daily and wishes.weekly else "daily" if wishes.daily else "weekly"
    return say("wishes-set", which=which, quiet="yes" if wishes.quiet_days else "no")
