"""`/draft summary weekly off` and the like: which summaries come by themselves, and when."""

from __future__ import annotations

import re

from bot.briefs.model import UserError
from bot.draft.command import Subscribe, SummaryHour
from bot.summaries import Subscription
from bot.summaries.actions import Reporter
from bot.texts import say

_FIELDS = {"daily": "daily", "weekly": "weekly", "quiet": "quiet_days"}


async def set_subscription(
    asked: Subscribe | SummaryHour, reporter: Reporter, channel: str, person: str
) -> str:
    """Do it for a known channel; the answer. Raises UserError for an hour that is none."""
    if isinstance(asked, Subscribe):
        return _told(await reporter.subscribe(channel, person, **{_FIELDS[asked.what]: asked.wished}))
    digits = re.fullmatch(r"([0-9]{1,2})(?::00)?", asked.hour)
    if digits is None or int(digits[1]) > 23:
        raise UserError(say("wishes-hour"))
    await reporter.post_at(channel, int(digits[1]))
    return say("wishes-hour-set", hour=int(digits[1]))


def _told(subscription: Subscription) -> str:
    if not (subscription.daily or subscription.weekly):
        return say("wishes-none")
    which = (
        "both" if subscription.daily and subscription.weekly else "daily" if subscription.daily else "weekly"
    )
    return say("wishes-set", which=which, quiet="yes" if subscription.quiet_days else "no")
