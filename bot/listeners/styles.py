"""`/draft style …`: the named styles of a channel, listed, saved and dropped."""

from __future__ import annotations

from collections.abc import Sequence

from bot import clock
from bot.listeners.context import Context
from bot.slack.directory import Channel, Person
from bot.slack.styles import list_text, saved_text
from bot.store import Transaction
from bot.studio import styles
from bot.studio.commands import DropStyle, ListStyles, SaveStyle
from bot.studio.styles import Style
from bot.texts import say


async def of_channel(context: Context, channel: str) -> Sequence[Style]:
    """The styles that a channel can draft in."""
    return await context.desk.database.read(lambda tx: styles.known(tx, channel))


async def answer(
    asked: ListStyles | SaveStyle | DropStyle, channel: Channel, person: Person, context: Context
) -> str:
    """Do it; the answer is for that person. Raises Remedy."""
    at = clock.now()
    match asked:
        case ListStyles():
            return list_text(await of_channel(context, channel.id))
        case SaveStyle():

            def save(tx: Transaction) -> Style:
                context.purse.ensure_channel(tx, channel, person, at)
                return styles.save(
                    tx, channel=channel.id, name=asked.name, words=asked.words, person=person.id, at=at
                )

            return saved_text(await context.desk.database.write(save))
        case DropStyle():
            dropped = await context.desk.database.write(
                lambda tx: styles.drop(tx, channel=channel.id, name=asked.name)
            )
            return say("answer-style-gone", name=dropped.name)
