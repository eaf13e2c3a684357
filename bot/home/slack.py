"""App Home: what a person sees when they open the bot itself."""

from __future__ import annotations

from bot.home.actions import AtHome
from bot.slack.context import Context
from bot.summaries.actions import Reporter


async def opened(user: str, context: Context) -> None:
    """Draw the page, each time that somebody opens it."""
    person = await context.directory.person(user)
    at_home = AtHome(services=context.services, directory=context.directory, reporter=context.the(Reporter))
    await context.client.views_publish(user_id=person.id, view=await at_home.page(person))
