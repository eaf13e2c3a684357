"""App Home: what a person sees when they open the bot itself."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.home.actions import AtHome
from bot.slack.context import Context
from bot.summaries.actions import Reporter


def register(app: AsyncApp, context: Context) -> None:
    """Draw the page each time it is opened."""

    @app.event("app_home_opened")
    async def opened(event: dict[str, Any]) -> None:
        if event.get("tab", "home") != "home":
            return
        person = await context.directory.person(event["user"])
        at_home = AtHome(
            services=context.services, directory=context.directory, reporter=context.the(Reporter)
        )
        await context.client.views_publish(user_id=person.id, view=await at_home.page(person))
