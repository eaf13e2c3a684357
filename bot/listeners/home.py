"""App Home: a person opens the bot itself."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.home import slack as home_slack
from bot.slack.context import Context


def register(app: AsyncApp, context: Context) -> None:
    """Listen to the tab being opened."""

    @app.event("app_home_opened")
    async def opened(event: dict[str, Any]) -> None:
        if event.get("tab", "home") == "home":
            await home_slack.opened(event["user"], context)
