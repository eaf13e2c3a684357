"""Drawn-over copies that are uploaded into a thread, and the buttons under what was understood of them."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.briefs.model import UserError
from bot.briefs.typed import PROMPT_LIMIT, clean
from bot.fix import messages as fix_messages
from bot.fix.drawn_over import Markups
from bot.pictures.opening import MIMES
from bot.slack import outbox_table
from bot.slack.context import Context
from bot.slack.files import fetch
from bot.slack.text import unescape
from bot.texts import say


def register(app: AsyncApp, context: Context) -> None:
    """Listen to the buttons and the form."""

    @app.action(fix_messages.CONFIRM_ACTION)
    async def confirmed(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        await _told(context, body, _confirm(context, body, action["value"]))

    @app.action(fix_messages.DROP_ACTION)
    async def dropped(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        await _told(context, body, _drop(context, body, action["value"]))

    @app.action(fix_messages.SAY_ACTION)
    async def asked(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        await _told(context, body, _ask(context, body, action["value"]))

    @app.view(fix_messages.SAY_FORM)
    async def said(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        typed = view["state"]["values"]["instruction"]["instruction"].get("value") or ""
        try:
            person = await context.directory.actor(body["user"]["id"])
            await context.the(Markups).confirm(
                view["private_metadata"], person=person.id, instruction=clean(unescape(typed))
            )
        except UserError as error:
            await ack(response_action="errors", errors={"instruction": error.sentence})
        else:
            await ack()


async def _confirm(context: Context, body: dict[str, Any], markup_id: str) -> None:
    person = await context.directory.actor(body["user"]["id"])
    await context.the(Markups).confirm(markup_id, person=person.id)


async def _drop(context: Context, body: dict[str, Any], markup_id: str) -> None:
    person = await context.directory.actor(body["user"]["id"])
    await context.the(Markups).drop(markup_id, person=person.id)


async def _ask(context: Context, body: dict[str, Any], markup_id: str) -> None:
    await context.directory.actor(body["user"]["id"])
    await context.the(Markups).find(markup_id)
    await context.client.views_open(trigger_id=body["trigger_id"], view=fix_messages.say_form(markup_id))


async def _told(context: Context, body: dict[str, Any], work: Any) -> None:
    """Do it, and tell the person why when it cannot be done."""
    try:
        await work
    except UserError as error:
        message = body.get("message") or {}
        await context.whisper(
            body["channel"]["id"], body["user"]["id"], error.sentence, message.get("thread_ts")
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
        person = await context.directory.actor(event["user"])
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
