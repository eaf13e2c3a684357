"""Shortcuts on any message with a picture: make variations, fix it, use it as a reference."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.briefs import table as briefs_table
from bot.briefs.model import UserError, Version
from bot.channel import actions as channel_actions
from bot.draft import slack as draft_slack
from bot.draft.form import Given, draft_modal
from bot.draft.references import references
from bot.draft.take_in import take_in
from bot.editor import slack as editor_slack
from bot.slack import linked, outbox_table
from bot.slack.context import Context
from bot.slack.incoming import Shortcut, shortcut_from
from bot.slack.linked import LinkedMessage
from bot.slack.text import unescape
from bot.texts import say


async def vary(shortcut: Shortcut, context: Context) -> None:
    """Vary our own picture; a stranger's starts a draft. Raises UserError."""
    subject = await _subject(shortcut, context)
    if subject is not None and subject["role"] in ("grid", "pro", "fix"):
        await draft_slack.vary_shown(subject, shortcut, context)
    else:
        await refer(shortcut, context)


async def fix(shortcut: Shortcut, context: Context) -> None:
    """The person's link to the editor; a picture that isn't ours is taken in first. Raises UserError."""
    person = await context.colleague(shortcut)
    subject = await _subject(shortcut, context)
    if subject is not None and subject["brief"] is not None:
        version = await _version(subject, context)
    else:
        file = await _file(shortcut, context)
        picture, name = await references(context).attached(file)
        version = await take_in(
            context.services,
            picture,
            name=name,
            words=unescape(str(shortcut.message.get("text") or "")),
            person=person,
            channel=await context.directory.channel(shortcut.channel),
            source_key=f"import:{shortcut.channel}:{shortcut.ts}:{picture.sha256}",
        )
    await editor_slack.give_link(
        context, version, person=person, channel=shortcut.channel, thread=shortcut.thread_ts
    )


async def refer(shortcut: Shortcut, context: Context) -> None:
    """The form for a draft with this picture as its reference. Raises UserError."""
    await context.colleague(shortcut)
    subject = await _subject(shortcut, context)
    if subject is not None and subject["brief"] is not None:
        version = await _version(subject, context)
        brief = await context.services.database.read(lambda tx: briefs_table.brief(tx, version.brief))
        given = Given(name=brief.prompt, token=f"version={version.id}")
    else:
        file = await _file(shortcut, context)
        given = Given(name=str(file.get("name") or say("shortcut-this-picture")), token=f"file={file['id']}")
    defaults = (await channel_actions.policy(context.services, shortcut.channel)).defaults
    await context.client.views_open(
        trigger_id=shortcut.trigger_id,
        view=draft_modal(shortcut.channel, defaults=defaults, given=given),
    )


#: Who answers a shortcut, by its callback_id in the manifest.
SHORTCUTS: Final[Mapping[str, Callable[[Shortcut, Context], Coroutine[Any, Any, None]]]] = {
    "make_variations": vary,
    "fix_picture": fix,
    "use_as_reference": refer,
}


def register(app: AsyncApp, context: Context) -> None:
    """Listen to all of them. They may fetch a picture, so Slack is acknowledged first."""

    async def chosen(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        shortcut = shortcut_from(body)
        await context.explained(SHORTCUTS[body["callback_id"]](shortcut, context), shortcut)

    for callback_id in SHORTCUTS:
        app.shortcut(callback_id)(chosen)


async def _file(shortcut: Shortcut, context: Context) -> dict[str, Any]:
    """The one picture that the message holds. Raises UserError."""
    files = linked.pictures_in(shortcut.message)
    if not files:
        # What a shortcut carries may be without its files: Slack is asked for the whole message.
        link = LinkedMessage(channel=shortcut.channel, ts=shortcut.ts, thread_ts=shortcut.thread_ts or "")
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


async def _subject(shortcut: Shortcut, context: Context) -> sqlite3.Row | None:
    return await context.services.database.read(
        lambda tx: outbox_table.message_subject(tx, channel=shortcut.channel, ts=shortcut.ts)
    )
