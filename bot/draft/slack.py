"""The row under a grid and its emoji twins: again, change, stop, remove."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import partial

from bot.briefs.model import Use
from bot.briefs.typed import Alone
from bot.channel import actions as channel_actions
from bot.draft import actions as draft_actions
from bot.draft import again as draft_again
from bot.draft import messages as draft_messages
from bot.draft import styles
from bot.draft import vary as draft_vary
from bot.draft.again import Stoppers
from bot.draft.command import DropStyle, ListStyles, SaveStyle, StyleCommand, parse_brief
from bot.draft.details import details, details_modal
from bot.draft.form import draft_modal
from bot.draft.messages import list_text, saved_text
from bot.draft.references import references
from bot.draft.styles import Style
from bot.draft.tweaks import TweakRequest, parts_of
from bot.draft.vary import use_of
from bot.slack.context import Context
from bot.slack.incoming import Answer, Click, Command, Form, Reaction, Shortcut
from bot.slack.people import check_own
from bot.texts import say


async def again(click: Click, context: Context) -> None:
    """Draw it once more from another seed. Raises UserError."""
    await _again(click.value, click, context)


async def change(click: Click, context: Context) -> None:
    """Its form, to be changed."""
    brief = await draft_again.find_brief(context.services, click.value)
    form = draft_modal(click.channel, brief, styles=await of_channel(context, click.channel))
    await context.client.views_open(trigger_id=click.trigger_id, view=form)


async def stop(click: Click, context: Context) -> None:
    """Stop what is being drawn. Raises UserError."""
    await _stop(click.value, click, context)


async def remove(click: Click, context: Context) -> None:
    """Take a grid out of the channel. Raises UserError."""
    await _remove(click.value, click, context)


async def more(click: Click, context: Context) -> None:
    """A choice in a grid's menu: its details, or the question before it goes. Raises UserError."""
    what, _, name = click.value.partition("/")
    if what == draft_messages.DETAILS:
        view = details_modal(await details(context.services, name))
    else:
        brief = await draft_again.find_brief(context.services, name)
        check_own(brief.author, await context.colleague(click), "own-remove-draft")
        view = draft_messages.remove_modal(brief)
    await context.client.views_open(trigger_id=click.trigger_id, view=view)


async def remove_form_sent(form: Form, context: Context) -> None:
    """Somebody is sure. Raises UserError."""
    await _remove(form.remembered[0], form, context)


async def ask_which(click: Click, context: Context) -> None:
    """Ask which picture of a grid is to be varied, and how far."""
    await _ask_which(click.value, click, context)


async def tweak(click: Click, context: Context) -> None:
    """Draw again with the words that were asked about. Raises UserError."""
    brief, _, words = click.value.partition(" ")
    person, channel = await context.who_and_where(click)
    await draft_again.tweak(
        context.services,
        TweakRequest(parts=parts_of(words)),
        brief,
        person=person,
        channel=channel,
        event_id=click.event_id,
    )


async def vary_cell(click: Click, context: Context) -> None:
    """The choice under a grid, or a button for one of its pictures. Raises UserError."""
    if not click.value:
        return
    brief, number, use = click.value.split("/")
    person, channel = await context.who_and_where(click)
    await draft_vary.vary_cell(
        context.services,
        brief,
        int(number),
        use_of(use),
        person=person,
        channel=channel,
        event_id=click.event_id,
    )


async def vary_version(click: Click, context: Context) -> None:
    """A button under a Pro render or a fix. Raises UserError."""
    person, channel = await context.who_and_where(click)
    await draft_vary.vary_version(
        context.services,
        int(click.value),
        use_of(click.ending),
        person=person,
        channel=channel,
        event_id=click.event_id,
        lead=click.thread_ts is not None,
    )


async def _again(brief: str, asked: Click | Reaction, context: Context) -> None:
    person, channel = await context.who_and_where(asked)
    await draft_again.again(context.services, brief, person=person, channel=channel, event_id=asked.event_id)


async def _stop(brief_id: str, asked: Click | Reaction, context: Context) -> None:
    person = await context.colleague(asked)
    brief = await draft_again.find_brief(context.services, brief_id)
    if stop := context.the(Stoppers).by_kind.get(brief.kind):
        await stop(context.services, brief_id, person)
    else:
        await draft_again.stop(context.services, brief_id, person=person)


async def _remove(brief: str, asked: Click | Form | Reaction, context: Context) -> None:
    person = await context.colleague(asked)
    await draft_again.remove(context.services, brief, person=person)


async def again_by_emoji(reaction: Reaction, context: Context) -> None:
    """🔁 on a grid draws it once more from another seed. Raises UserError."""
    if reaction.grid:
        await _again(reaction.grid, reaction, context)


async def change_by_emoji(reaction: Reaction, context: Context) -> None:
    """✏️ on a grid offers its form: only a button can open it. Raises UserError."""
    if reaction.grid:
        await context.colleague(reaction)
        brief = await draft_again.find_brief(context.services, reaction.grid)
        await context.whisper(reaction.channel, reaction.user, draft_messages.change_offer(brief))


async def stop_by_emoji(reaction: Reaction, context: Context) -> None:
    """🛑 stops what is being drawn. Raises UserError."""
    if reaction.grid:
        await _stop(reaction.grid, reaction, context)


async def remove_by_emoji(reaction: Reaction, context: Context) -> None:
    """🗑️ takes a grid out of the channel. Raises UserError."""
    if reaction.grid:
        await _remove(reaction.grid, reaction, context)


async def vary_by_emoji(reaction: Reaction, context: Context) -> None:
    """🎨 on one of our messages: varies the picture that it shows, or asks which of several. Raises UserError."""
    if reaction.subject is not None:
        await vary_shown(reaction.subject, reaction, context)


async def vary_shown(subject: sqlite3.Row, asked: Reaction | Shortcut, context: Context) -> None:
    """Vary the picture that one of our messages shows, or ask which of several. Raises UserError."""
    one = subject["role"] in ("pro", "fix") and subject["version"] is not None
    if not one and (subject["role"] != "grid" or subject["brief"] is None):
        return
    if not one and await draft_vary.count_cells(context.services, subject["brief"]) > 1:
        await _ask_which(subject["brief"], asked, context)
        return
    vary = (
        partial(draft_vary.vary_version, context.services, subject["version"])
        if one
        else partial(draft_vary.vary_cell, context.services, subject["brief"], 1)
    )
    person, channel = await context.who_and_where(asked)
    await vary(Use.SUBTLE, person=person, channel=channel, event_id=asked.event_id)


async def _ask_which(name: str, asked: Click | Reaction | Shortcut, context: Context) -> None:
    brief = await draft_again.find_brief(context.services, name)
    cells = await draft_vary.count_cells(context.services, name)
    await context.whisper(asked.channel, asked.user, draft_messages.which_one(brief, cells))


async def of_channel(context: Context, channel: str) -> Sequence[Style]:
    """The styles that a channel can draft in."""
    engine_loras = context.services.known_loras() or ()
    return await context.services.database.read(lambda tx: styles.known(tx, channel, engine_loras))


async def draft(command: Command, context: Context) -> Answer:
    """Whatever is no command: a prompt, as the channel's defaults complete it. Raises UserError."""
    defaults = (await channel_actions.policy(context.services, command.channel)).defaults
    request = parse_brief(command.text, defaults)
    person, channel = await context.who_and_where(command)
    await draft_actions.open_brief(
        context.services,
        await references(context).resolved(request, person=person, channel=channel),
        person=person,
        channel=channel,
        source_key=command.event_id,
    )
    return None


async def fill_in(_: Alone, command: Command, context: Context) -> Answer:
    """A bare `/draft`. Raises UserError."""
    await context.who_and_where(command)
    form = draft_modal(
        command.channel,
        defaults=(await channel_actions.policy(context.services, command.channel)).defaults,
        styles=await of_channel(context, command.channel),
    )
    await context.client.views_open(trigger_id=command.trigger_id, view=form)
    return None


async def answer_style(request: StyleCommand, command: Command, context: Context) -> Answer:
    """Tell a channel's styles, keep one, or forget it. Raises UserError."""
    person, channel = await context.who_and_where(command)
    match request:
        case ListStyles():
            return list_text(await of_channel(context, channel.id))
        case SaveStyle():
            style = await draft_actions.save_style(
                context.services, request.name, request.words, channel=channel, person=person
            )
            return saved_text(style)
        case DropStyle():
            dropped = await context.services.database.write(
                lambda tx: styles.drop(tx, channel=channel.id, name=request.name)
            )
            return say("answer-style-gone", name=dropped.name)
