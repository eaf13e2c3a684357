"""`/draft summary`: what a channel made and spent so far; which summaries come by themselves, and when."""

from __future__ import annotations

from bot.budget import holds
from bot.channel import actions as channel_actions
from bot.slack.context import Context
from bot.slack.incoming import Answer, Command
from bot.summaries import Subscription
from bot.summaries.actions import Reporter
from bot.summaries.command import ShowSummary, Subscribe, SummaryCommand, SummaryHour
from bot.texts import say

_FIELDS = {"daily": "daily", "weekly": "weekly", "quiet": "quiet_days"}


async def answer(request: SummaryCommand, command: Command, context: Context) -> Answer:
    """Post a summary now, or change what comes by itself. Raises UserError."""
    person, channel = await context.who_and_where(command)
    reporter = context.the(Reporter)
    if not isinstance(request, ShowSummary):
        channel_actions.check_may_set(context.services, person)
    await holds.budget(context.services, channel, person)
    match request:
        case ShowSummary():
            await reporter.post_now(
                channel.id, "this week" if request.week else "today", key=command.event_id
            )
            return None
        case Subscribe():
            return _subscribed(
                await reporter.subscribe(channel.id, person.id, **{_FIELDS[request.what]: request.on})
            )
        case SummaryHour():
            await reporter.post_at(channel.id, request.number)
            return say("wishes-hour-set", hour=request.number)


def _subscribed(subscription: Subscription) -> str:
    if not (subscription.daily or subscription.weekly):
        return say("wishes-none")
    which = (
        "both" if subscription.daily and subscription.weekly else "daily" if subscription.daily else "weekly"
    )
    return say("wishes-set", which=which, quiet="yes" if subscription.quiet_days else "no")
