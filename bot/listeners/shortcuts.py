"""Shortcuts on any message with a picture: make variations, fix it, use it as a reference."""

from __future__ import annotations

import sqlite3
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.briefs import table as briefs_table
from bot.briefs.model import UserError, Version
from bot.channel.actions import HouseRules
from bot.draft import slack as draft_slack
from bot.draft.form import Given, draft_modal
from bot.draft.references import references
from bot.draft.take_in import Importing
from bot.editor import slack as editor_slack
from bot.slack import linked, outbox_table
from bot.slack.context import Context
from bot.slack.linked import LinkedMessage
from bot.slack.text import unescape
from bot.texts import say

VARY, FIX, REFER = "make_variations", "fix_picture", "use_as_reference"


def register(app: AsyncApp, context: Context) -> None:
    """Listen to the three message shortcuts."""

    @app.shortcut(VARY)
    async def vary(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        subject = await _subject(body, context)
        if subject is not None and subject["role"] in ("grid", "pro", "fix"):
            channel, user = _where(body)
            await draft_slack.vary_shown(
                subject,
                channel=channel,
                user=user,
                event_id=f"shortcut:{body['trigger_id']}",
                context=context,
            )
        else:
            await _try(context, body, _open_form(body, context))

    @app.shortcut(FIX)
    async def fix(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        await _try(context, body, _fix(body, context))

    @app.shortcut(REFER)
    async def refer(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        await _try(context, body, _open_form(body, context))


async def _fix(body: dict[str, Any], context: Context) -> None:
    """The person's link to the editor; a picture that isn't ours is taken in first. Raises UserError."""
    channel, user = _where(body)
    person = await context.directory.actor(user)
    subject = await _subject(body, context)
    if subject is not None and subject["brief"] is not None:
        version = await _version(subject, context)
    else:
        file = await _file(body, context)
        picture, name = await references(context).attached(file)
        version = await Importing(services=context.services).take_in(
            picture,
            name=name,
            words=unescape(str(body["message"].get("text") or "")),
            person=person,
            channel=await context.directory.channel(channel),
            source_key=f"import:{channel}:{body['message_ts']}:{picture.sha256}",
        )
    await editor_slack.give_link(context, version, person=person, channel=channel, thread=_thread(body))


async def _open_form(body: dict[str, Any], context: Context) -> None:
    """The form for a draft with this picture as its reference. Raises UserError."""
    channel, user = _where(body)
    await context.directory.actor(user)
    subject = await _subject(body, context)
    if subject is not None and subject["brief"] is not None:
        version = await _version(subject, context)
        brief = await context.services.database.read(lambda tx: briefs_table.brief(tx, version.brief))
        given = Given(name=brief.prompt, token=f"version={version.id}")
    else:
        file = await _file(body, context)
        given = Given(name=str(file.get("name") or say("shortcut-this-picture")), token=f"file={file['id']}")
    rules = HouseRules(services=context.services, directory=context.directory)
    await context.client.views_open(
        trigger_id=body["trigger_id"],
        view=draft_modal(channel, defaults=(await rules.policy(channel)).defaults, given=given),
    )


async def _file(body: dict[str, Any], context: Context) -> dict[str, Any]:
    """The one picture that the message holds. Raises UserError."""
    files = linked.pictures_in(body["message"])
    if not files:
        # What a shortcut carries may be without its files: Slack is asked for the whole message.
        channel, _ = _where(body)
        link = LinkedMessage(
            channel=channel, ts=body["message_ts"], thread_ts=body["message"].get("thread_ts") or ""
        )
        files = linked.pictures_in(await linked.message_at(context.client, link))
    if not files:
        raise UserError(say("shortcut-no-picture"))
    if len(files) > 1:
        raise UserError(say("shortcut-several-pictures", count=len(files)))
    return await linked.full_file(context.client, files[0])


async def _version(subject: sqlite3.Row, context: Context) -> Version:
    """The picture that one of our messages shows. Raises UserError where it shows several, or none yet."""
    if subject["version"] is not None:
        number = int(subject["version"])
        return await context.services.database.read(lambda tx: briefs_table.version(tx, number))
    cells = await context.services.database.read(lambda tx: briefs_table.cells(tx, subject["brief"]))
    if len(cells) == 1:
        return cells[0]
    if not cells:
        raise UserError(say("shortcut-not-finished"))
    raise UserError(say("shortcut-which-of-grid", count=len(cells), brief=str(subject["brief"])))


async def _subject(body: dict[str, Any], context: Context) -> sqlite3.Row | None:
    channel, ts = body["channel"]["id"], body["message_ts"]
    return await context.services.database.read(
        lambda tx: outbox_table.message_subject(tx, channel=channel, ts=ts)
    )


async def _try(context: Context, body: dict[str, Any], work: Any) -> None:
    try:
        await work
    except UserError as error:
        channel, user = _where(body)
        await context.whisper(channel, user, error.sentence, _thread(body))


def _where(body: dict[str, Any]) -> tuple[str, str]:
    return body["channel"]["id"], body["user"]["id"]


def _thread(body: dict[str, Any]) -> str | None:
    thread: str | None = body["message"].get("thread_ts")
    return thread
