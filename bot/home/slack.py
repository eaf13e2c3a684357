"""App Home, and the commands that find one's way: help, a person's own briefs, a grid once more."""

from __future__ import annotations

from bot.briefs.typed import Alone
from bot.home import guide
from bot.home.actions import AtHome
from bot.home.command import ShowBrief
from bot.home.find import Finder
from bot.slack.context import Context
from bot.slack.incoming import Answer, Command


async def opened(user: str, context: Context) -> None:
    """Draw the page, each time that somebody opens it."""
    person = await context.directory.person(user)
    at_home = AtHome(services=context.services, directory=context.directory)
    await context.client.views_publish(user_id=person.id, view=await at_home.page(person))


async def show_help(_: Alone, command: Command, context: Context) -> Answer:
    """What there is to say after `/draft`, and how else one gets on."""
    return guide.help_text()


async def list_mine(_: Alone, command: Command, context: Context) -> Answer:
    """The person's newest briefs. Raises UserError."""
    person, _where = await context.who_and_where(command)
    return guide.mine_text(await Finder(services=context.services).mine(person.id))


async def show_brief(request: ShowBrief, command: Command, context: Context) -> Answer:
    """Post a grid again. Raises UserError where there is none to show here."""
    _, channel = await context.who_and_where(command)
    await Finder(services=context.services).show(
        request.brief,
        channel=channel,
        event_id=command.event_id,
        permalink=context.directory.permalink,
    )
    return None
