"""One file for each Slack surface. A listener parses, asks a step, acknowledges; it decides nothing."""

from slack_bolt.async_app import AsyncApp

from bot.approve import slack as approve_slack
from bot.batch import slack as batch_slack
from bot.brand import slack as brand_slack
from bot.budget import slack as budget_slack
from bot.channel import slack as channel_slack
from bot.deliver import slack as deliver_slack
from bot.draft import form as draft_form
from bot.draft import slack as draft_slack
from bot.editor import slack as editor_slack
from bot.fix import slack as fix_slack
from bot.home import slack as home_slack
from bot.listeners import commands, mentions, reactions, shortcuts
from bot.nudge import slack as nudge_slack
from bot.product import slack as product_slack
from bot.reports import slack as reports_slack
from bot.slack.context import Context


def register(app: AsyncApp, context: Context) -> None:
    """Let every surface listen."""
    for surface in (
        commands,
        draft_form,
        approve_slack,
        reports_slack,
        budget_slack,
        draft_slack,
        channel_slack,
        nudge_slack,
        editor_slack,
        fix_slack,
        reactions,
        mentions,
        home_slack,
        deliver_slack,
        brand_slack,
        product_slack,
        batch_slack,
        shortcuts,
    ):
        surface.register(app, context)
