"""The buttons under a grid: the same approval as the emoji, easier to reach on a phone; and taking it back."""

from __future__ import annotations

from bot import clock
from bot.approve import actions as approve_actions
from bot.approve import straight_to_pro as straight
from bot.briefs import table as briefs_table
from bot.briefs.emoji import NUMBER_EMOJI
from bot.briefs.model import UserError
from bot.channel import table as channel_table
from bot.slack import seen_table
from bot.slack.context import Context
from bot.slack.incoming import Click, Reaction
from bot.store import Transaction
from bot.texts import say


async def approve(click: Click, context: Context) -> None:
    """The button of a cell. Raises UserError."""
    new = await approve_actions.approve(
        context.services,
        brief_id=click.value,
        number=int(click.ending),
        person=await context.colleague(click),
        event_id=click.event_id,
    )
    if not new:
        raise UserError(say("answer-rendered-here"))


async def withdraw(click: Click, context: Context) -> None:
    """Take the approval back. Raises UserError, also when that cancels no render."""
    rendered = await approve_actions.withdraw(
        context.services,
        brief_id=click.value,
        number=int(click.ending),
        person=await context.colleague(click),
        event_id=click.event_id,
    )
    if rendered:
        raise UserError(rendered)


async def straight_to_pro(click: Click, context: Context) -> None:
    """Draft one picture and render it in Pro at once. Raises UserError."""
    person, channel = await context.who_and_where(click)
    await straight.go(context.services, click.value, person=person, channel=channel)


#: Slack's other names for an emoji.
_SAME = {"thumbsup": "+1"}


async def by_emoji(reaction: Reaction, context: Context) -> None:
    """A number on a grid approves that cell; the channel's own emoji the one picture of a message. Raises UserError."""
    number = await _cell(reaction, context)
    if number is None:
        if reaction.emoji in NUMBER_EMOJI:
            await _explain(reaction, context)
        return
    assert reaction.subject is not None
    await approve_actions.approve(
        context.services,
        brief_id=reaction.subject["brief"],
        number=number,
        person=await context.colleague(reaction),
        event_id=reaction.event_id,
    )


async def emoji_gone(reaction: Reaction, context: Context) -> None:
    """The same taken away withdraws the approval. Raises UserError, also for who could not have approved."""
    number = await _cell(reaction, context)
    if number is None or reaction.subject is None:
        return
    rendered = await approve_actions.withdraw(
        context.services,
        brief_id=reaction.subject["brief"],
        number=number,
        person=await context.colleague(reaction),
        event_id=reaction.event_id,
    )
    if rendered:
        await context.whisper(reaction.channel, reaction.user, rendered)


async def _cell(reaction: Reaction, context: Context) -> int | None:
    """Which cell an emoji on one of our messages means, from 1; None when it approves nothing.

    A number on a grid means that cell. The channel's own emoji means the one picture that a message is about.
    Raises UserError when it is about several.
    """
    subject, name = reaction.subject, reaction.emoji
    if subject is None or subject["brief"] is None:
        return None
    if name in NUMBER_EMOJI:
        return NUMBER_EMOJI.index(name) + 1 if reaction.grid else None

    def look(tx: Transaction) -> int | None:
        emoji = channel_table.policy_of(tx, reaction.channel).approval.emoji
        if not emoji or _SAME.get(name, name) != emoji:
            return None
        if subject["role"] == "notice" and subject["version"] is not None:
            return briefs_table.version(tx, subject["version"]).number
        if subject["role"] != "grid":
            return None
        cells = briefs_table.cells(tx, subject["brief"])
        if len(cells) > 1:
            raise UserError(say("answer-which-emoji", count=len(cells), emoji=emoji))
        return 1

    return await context.services.database.read(look)


async def _explain(reaction: Reaction, context: Context) -> None:
    """A number on something else than a grid: say once a day to that person why nothing happens.

    Numbers under other people's messages are mostly votes, so one quiet hint must do.
    """
    today = clock.now().date().isoformat()
    place = today if reaction.subject is None else reaction.ts
    key = f"hint:{reaction.channel}:{reaction.user}:{place}"
    if not await context.services.database.write(lambda tx: seen_table.first_time(tx, key, clock.now())):
        return
    await context.whisper(reaction.channel, reaction.user, say("answer-no-grid-number"))
