"""App Home, and the commands that find one's way: help, a person's own briefs, a grid once more."""

from __future__ import annotations

from slack_sdk.errors import SlackApiError

from bot.approve import actions as approve_actions
from bot.briefs import table as briefs_table
from bot.briefs.typed import Alone
from bot.channel import table as channel_table
from bot.draft.form import draft_modal
from bot.home import actions as home_actions
from bot.home import find, guide
from bot.home import messages as home_messages
from bot.home.command import ShowBrief
from bot.slack.context import Context
from bot.slack.incoming import Answer, Click, Command
from bot.slack.web_api import error_code


async def opened(user: str, context: Context) -> None:
    """Draw the page, each time that somebody opens it."""
    person = await context.directory.person(user)
    view = await home_actions.page(context.services, person, directory=context.directory)
    try:
        await context.client.views_publish(user_id=person.id, view=view)
    except SlackApiError as error:
        if error_code(error) != "invalid_arguments":
            raise
        # A picture that Slack shows no more must not take the page along.
        await context.client.views_publish(user_id=person.id, view=home_messages.without_thumbnails(view))


async def more(click: Click, context: Context) -> None:
    """All about one topic."""
    await context.client.views_open(trigger_id=click.trigger_id, view=guide.topic_modal(click.ending))


async def new(click: Click, context: Context) -> None:
    """The form, with a field for the channel. Raises UserError."""
    await context.colleague(click)
    form = draft_modal(click.value, choose=True)
    await context.client.views_open(trigger_id=click.trigger_id, view=form)


async def approve(click: Click, context: Context) -> None:
    """Approve a picture of what waits, and draw the page anew. Raises UserError."""
    brief = await context.services.database.read(lambda tx: briefs_table.brief(tx, click.value))
    try:
        await approve_actions.approve(
            context.services,
            brief_id=brief.id,
            number=int(click.ending),
            # The page may be older than their leaving the channel.
            person=await context.colleague_in(brief.channel, click.user),
            event_id=click.event_id,
        )
    finally:
        await opened(click.user, context)


async def rules(click: Click, context: Context) -> None:
    """How a channel works. Raises UserError."""
    await context.colleague_in(click.value, click.user)
    policy = await context.services.database.read(lambda tx: channel_table.policy_of(tx, click.value))
    view = home_messages.rules_modal(click.value, policy)
    await context.client.views_open(trigger_id=click.trigger_id, view=view)


async def show_help(_: Alone, command: Command, context: Context) -> Answer:
    """What there is to say after `/draft`, and how else one gets on."""
    return guide.help_message()


async def list_mine(_: Alone, command: Command, context: Context) -> Answer:
    """The person's newest briefs. Raises UserError."""
    person, _where = await context.who_and_where(command)
    return guide.mine_text(await find.mine(context.services, person.id))


async def show_brief(request: ShowBrief, command: Command, context: Context) -> Answer:
    """Post a grid again. Raises UserError where there is none to show here."""
    _, channel = await context.who_and_where(command)
    await find.show(
        context.services,
        request.brief,
        channel=channel,
        event_id=command.event_id,
        permalink=context.directory.permalink,
    )
    return None
