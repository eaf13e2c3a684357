"""One file for each Slack surface. A listener parses, asks the desk, acknowledges; it decides nothing."""

from slack_bolt.async_app import AsyncApp

from bot.listeners import buttons, command, editor, grids, home, modal, reactions, thread
from bot.listeners.context import Context


def register(app: AsyncApp, context: Context) -> None:
    """Let every surface listen."""
    for surface in (command, modal, buttons, grids, editor, reactions, thread, home):
        surface.register(app, context)
