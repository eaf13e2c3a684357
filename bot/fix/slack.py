"""Drawn-over copies that are uploaded into a thread, and the buttons under what was understood of them."""

from __future__ import annotations

from typing import Any

from bot.briefs.model import UserError
from bot.briefs.typed import PROMPT_LIMIT, clean
from bot.fix import messages as fix_messages
from bot.fix.drawn_over import Markups
from bot.pictures.opening import MIMES
from bot.slack import outbox_table
from bot.slack.context import Context
from bot.slack.files import fetch
from bot.slack.incoming import Click, Form
from bot.slack.text import unescape
from bot.texts import say


async def confirm(click: Click, context: Context) -> None:
    """Fix it as it was understood. Raises UserError."""
    person = await context.colleague(click)
    await context.the(Markups).confirm(click.value, person=person.id)


async def drop(click: Click, context: Context) -> None:
    """It was not meant so. Raises UserError."""
    person = await context.colleague(click)
    await context.the(Markups).drop(click.value, person=person.id)


async def ask(click: Click, context: Context) -> None:
    """The form that asks what should be there. Raises UserError."""
    await context.colleague(click)
    await context.the(Markups).find(click.value)
    view = fix_messages.say_form(click.channel, click.value)
    await context.client.views_open(trigger_id=click.trigger_id, view=view)


async def form_sent(form: Form, context: Context) -> None:
    """Fix it in the words of the form. Raises UserError."""
    (markup_id,) = form.remembered
    person = await context.colleague(form)
    await context.the(Markups).confirm(
        markup_id, person=person.id, instruction=clean(form.typed("instruction"))
    )


async def shared(event: dict[str, Any], context: Context) -> None:
    """A picture was uploaded into a brief's thread without a word to us: it may be a drawn-over copy."""
    channel, ts, thread_ts = event["channel"], event["ts"], event.get("thread_ts")
    files = [file for file in event.get("files") or [] if file.get("mimetype") in MIMES]
    if not thread_ts or len(files) != 1 or event.get("bot_id") or not event.get("user"):
        return
    subject = await context.services.database.read(
        lambda tx: outbox_table.message_subject(tx, channel=channel, ts=thread_ts)
    )
    if not subject or subject["brief"] is None:
        return
    try:
        person = await context.colleague_in(event["channel"], event["user"])
        await context.the(Markups).understand(
            await fetch(context.client, files[0], token=context.bot_token),
            brief=subject["brief"],
            person=person.id,
            instruction=clean(unescape(event.get("text") or ""))[:PROMPT_LIMIT],
            event_id=f"{channel}:{ts}",
        )
    except UserError as error:
        sentence = say("answer-never-mind", problem=error.sentence)
        await context.whisper(channel, event["user"], sentence, thread_ts)
