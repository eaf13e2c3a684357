"""App Home: what a person sees when they open the bot itself."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.listeners.context import Context
from bot.slack import guide
from bot.studio import records

#: Briefs listed on the page.
RECENT = 5


def register(app: AsyncApp, context: Context) -> None:
    """Draw the page each time it is opened."""

    @app.event("app_home_opened")
    async def opened(event: dict[str, Any]) -> None:
        if event.get("tab", "home") != "home":
            return
        user = event["user"]
        briefs = await context.desk.database.read(lambda tx: records.recent_briefs(tx, user, RECENT))
        channels = list(dict.fromkeys(brief.channel for brief in briefs))
        states = [await context.reporter.standing(channel) for channel in channels]
        await context.client.views_publish(user_id=user, view=guide.home_view(briefs, states))
