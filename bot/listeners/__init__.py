"""One file for each Slack surface. A listener parses, asks the desk, acknowledges; it decides nothing."""

from slack_bolt.async_app import AsyncApp

from bot.listeners import (
    advice,
    backgrounds,
    brand,
    buttons,
    command,
    costs,
    delivery,
    editor,
    exits,
    grids,
    home,
    limits,
    markup,
    modal,
    reactions,
    series,
    settings,
    shortcuts,
    thread,
    varying,
)
from bot.listeners.context import Context


def register(app: AsyncApp, context: Context) -> None:
    """Let every surface listen."""
    for surface in (
        command,
        modal,
        buttons,
        costs,
        limits,
        grids,
        varying,
        settings,
        advice,
        exits,
        editor,
        markup,
        reactions,
        thread,
        home,
        delivery,
        brand,
        backgrounds,
        series,
        shortcuts,
    ):
        surface.register(app, context)
