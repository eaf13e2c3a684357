"""`/draft inspect`: a link to the page that is asked about pictures."""

from __future__ import annotations

from bot.editor.access import Editor
from bot.inspect.access import LINK_LIFE_S, Inspection
from bot.slack.context import Context
from bot.slack.incoming import Answer, Command
from bot.texts import say


async def answer(_request: str, command: Command, context: Context) -> Answer:
    """A link of the person's own. Raises UserError for who is no colleague."""
    person = await context.directory.actor(command.user)
    path = await context.the(Inspection).link(person.id)
    return say("answer-inspect", link=context.the(Editor).base_url + path, days=LINK_LIFE_S // 86_400)
