"""What people ask by mentioning the bot: a fix in a brief's thread, with words or with a mask picture."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.approve import actions as approve_actions
from bot.batch import slack as batch_slack
from bot.briefs import table as briefs_table
from bot.briefs.model import Person, UserError, Version
from bot.draft import actions as draft_actions
from bot.draft import again as draft_again
from bot.draft import messages as draft_messages
from bot.draft.command import parse_brief
from bot.draft.references import references
from bot.draft.tweaks import TweakRequest
from bot.editor.access import Editor
from bot.fix import actions as fix_actions
from bot.fix import by_name
from bot.fix import messages as fix_messages
from bot.fix import slack as fix_slack
from bot.fix.drawn_over import Markups
from bot.fix.each import fix_each
from bot.fix.request import FixRequest
from bot.home import guide
from bot.listeners import commands
from bot.listeners.mention_text import (
    ApproveRequest,
    AskRequest,
    CommandRequest,
    DraftRequest,
    HelpRequest,
    UndoRequest,
    parse_reply,
)
from bot.pictures import masks
from bot.product import slack as product_slack
from bot.product.request import parse_backdrops
from bot.slack import outbox_table
from bot.slack.context import Context
from bot.slack.files import fetch
from bot.slack.incoming import Command, Mention
from bot.slack.text import checked_length, unescape, unformatted
from bot.slack.web_api import is_away
from bot.store import Transaction
from bot.texts import say

#: How many mentions are remembered, so that none is answered twice. A job's own key guards it for good.
REMEMBERED = 1_000


def register(app: AsyncApp, context: Context) -> None:
    """Listen to mentions. One with a file comes as a message too, and is answered once."""
    answers: dict[tuple[str, str], asyncio.Task[None]] = {}

    async def handle_once(event: dict[str, Any]) -> None:
        message = event["channel"], event["ts"]
        known = answers.get(message)
        answer = known or asyncio.ensure_future(_handle(event, context))
        if known is None:
            answers[message] = answer
            if len(answers) > REMEMBERED:
                del answers[next(iter(answers))]
        try:
            await asyncio.shield(answer)
        except Exception as error:
            if is_away(error):
                # Each copy is kept, and dealt with when Slack is back.
                if answers.get(message) is answer:
                    del answers[message]
                raise
            if known is None:
                raise
            # The first copy tells of it.

    async def file_shared(event: dict[str, Any]) -> None:
        if f"<@{context.bot_user}>" in (event.get("text") or ""):
            await handle_once(event)
        else:
            await fix_slack.shared(event, context)

    @app.event("app_mention")
    async def mentioned(event: dict[str, Any]) -> None:
        await handle_once(event)

    @app.event({"type": "message", "subtype": "file_share"})
    async def shared(event: dict[str, Any]) -> None:
        await file_shared(event)

    @app.event({"type": "message", "subtype": "thread_broadcast"})
    async def broadcast(event: dict[str, Any]) -> None:
        if event.get("files"):
            await file_shared(event)

    @app.event("message")
    async def ignored() -> None:
        """Other messages are people's own; the subscription is there for files."""


async def _whole(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """The event with its message's files: Slack may send a mention without them, before the message that has them.

    Raises SlackApiError.
    """
    if event.get("files") or event.get("type") != "app_mention":
        return event
    ask: dict[str, Any] = {"channel": event["channel"], "oldest": event["ts"], "latest": event["ts"]}
    if event.get("thread_ts"):
        answer = await context.client.conversations_replies(
            ts=event["thread_ts"], inclusive=True, limit=2, **ask
        )
    else:
        answer = await context.client.conversations_history(inclusive=True, limit=1, **ask)
    found = [message for message in answer.get("messages") or [] if message.get("ts") == event["ts"]]
    return {**event, "files": found[0].get("files") or []} if found else event


async def _handle(event: dict[str, Any], context: Context) -> None:
    if event.get("bot_id") or not event.get("user"):
        return
    mention = Mention(channel=event["channel"], user=event["user"], thread_ts=event.get("thread_ts"))
    await context.explained(_answer(event, context), mention)


async def _draft(asked: DraftRequest, event: dict[str, Any], context: Context) -> None:
    """A new brief, from words and perhaps an attached picture. Raises UserError."""
    files = event.get("files") or []
    if len(files) > 1:
        raise UserError(say("mention-one-reference"))
    request = parse_brief(await _named(asked.text, context), has_picture=bool(files))
    person = await context.colleague_in(event["channel"], event["user"])
    channel = await context.directory.channel(event["channel"])
    request = await references(context).resolved(
        request, person=person, channel=channel, file=files[0] if files else None
    )
    await draft_actions.open_brief(
        context.services,
        request,
        person=person,
        channel=channel,
        source_key=f"mention:{channel.id}:{event['ts']}",
    )


async def _named(text: str, context: Context) -> str:
    """People by their names, as a prompt needs them."""
    for user in dict.fromkeys(re.findall(r"<@([UW][A-Z0-9]+)>", text)):
        text = text.replace(f"<@{user}>", (await context.directory.person(user)).name)
    return text


async def _command(request: CommandRequest, event: dict[str, Any], context: Context) -> None:
    """The same answer as after `/draft`, where it was asked."""
    command = Command(
        text=request.text,
        channel=event["channel"],
        user=event["user"],
        trigger_id=f"{event['channel']}:{event['ts']}",
    )
    if answer := await commands.answer(command, context):
        await context.whisper(event["channel"], event["user"], answer, event.get("thread_ts"))


async def _approve(
    asked: ApproveRequest, brief: str, person: Person, event: dict[str, Any], context: Context
) -> None:
    """Approve what was named; where it wasn't, the one picture, or ask which. Raises UserError."""
    cells = await context.services.database.read(lambda tx: briefs_table.cells(tx, brief))
    if not cells:
        raise UserError(say("grid-unfinished"))
    if not asked.numbers and len(cells) != 1:
        await _ask(AskRequest(text=""), brief, event, context)
        return
    for number in asked.numbers or (cells[0].number,):
        await approve_actions.approve(
            context.services,
            brief_id=brief,
            number=number,
            person=person,
            event_id=f"mention:{event['channel']}:{event['ts']}:{number}",
        )


async def _undo(brief: str, person: Person, context: Context) -> None:
    """Go back to the version before the newest fix; an approval is not undone here. Raises UserError."""
    version = await context.services.database.read(lambda tx: briefs_table.current_version(tx, brief))
    if version is None or version.parent is None or version.kind != "fix":
        raise UserError(say("mention-nothing-to-undo"))
    await context.the(Editor).editing.go_back(version.parent, brief=brief, person=person.id)


async def _offer_editor(
    refusal: UserError, asked: FixRequest, brief: str, event: dict[str, Any], context: Context
) -> None:
    """Say why, with a button to the editor, where the words wait to be used. Raises it where there is no picture."""

    def look(tx: Transaction) -> Version | None:
        cells = briefs_table.cells(tx, brief)
        return briefs_table.current_version(tx, brief) or (cells[0] if len(cells) == 1 else None)

    version = await context.services.database.read(look)
    if version is None or asked.cell is not None:
        raise refusal
    offer = fix_messages.paint_instead(refusal.sentence, version.id, asked.instruction)
    await context.whisper(event["channel"], event["user"], offer, event.get("thread_ts"))


async def _ask(asked: AskRequest, brief: str, event: dict[str, Any], context: Context) -> None:
    """Ask what was meant, with a button for each thing that it may be."""
    cells = await context.services.database.read(lambda tx: briefs_table.cells(tx, brief))
    question = draft_messages.what_was_meant(asked.text, brief, [cell.number for cell in cells])
    await context.whisper(event["channel"], event["user"], question, event.get("thread_ts"))


async def _answer(event: dict[str, Any], context: Context) -> None:
    channel, ts, thread_ts = event["channel"], event["ts"], event.get("thread_ts")
    checked_length(event.get("text") or "")
    event = await _whole(event, context)
    files = event.get("files") or []
    text = unformatted(unescape(re.sub(rf"<@{context.bot_user}(\|[^>]*)?>", " ", event.get("text") or "")))
    if batch_slack.is_batch(text):
        await batch_slack.mentioned(event, context)
        return
    if backdrops := parse_backdrops(text):
        await product_slack.mentioned(backdrops, event, context)
        return
    asked = parse_reply(text, has_mask=bool(files))
    if isinstance(asked, HelpRequest) and not files:
        raise UserError(guide.thread_help_text())
    if isinstance(asked, DraftRequest):
        await _draft(asked, event, context)
        return
    if isinstance(asked, CommandRequest):
        await _command(asked, event, context)
        return
    subject = thread_ts and await context.services.database.read(
        lambda tx: outbox_table.message_subject(tx, channel=channel, ts=thread_ts)
    )
    if isinstance(asked, TweakRequest) and (not subject or subject["brief"] is None):
        raise UserError(say("mention-no-grid", words=", ".join(asked.parts)[:200]))
    if isinstance(asked, AskRequest) and (not subject or subject["brief"] is None):
        raise UserError(say("mention-no-grid", words=asked.text[:200]))
    if isinstance(asked, ApproveRequest | UndoRequest) and (not subject or subject["brief"] is None):
        raise UserError(say("mention-not-here"))
    if not subject or subject["brief"] is None:
        raise UserError(say("mention-no-picture"))
    person = await context.colleague_in(event["channel"], event["user"])
    if isinstance(asked, AskRequest):
        await _ask(asked, subject["brief"], event, context)
        return
    if isinstance(asked, ApproveRequest):
        await _approve(asked, subject["brief"], person, event, context)
        return
    if isinstance(asked, UndoRequest):
        await _undo(subject["brief"], person, context)
        return
    if isinstance(asked, TweakRequest):
        place = await context.directory.channel(channel)
        await draft_again.tweak(
            context.services,
            asked,
            subject["brief"],
            person=person,
            channel=place,
            event_id=f"tweak:{channel}:{ts}",
        )
        return
    if len(files) > 1:
        raise UserError(say("mention-one-mask"))
    mask = await fetch(context.client, files[0], token=context.bot_token) if files else None
    if mask is not None and not await asyncio.to_thread(masks.is_mask, mask):
        await context.the(Markups).understand(
            mask,
            brief=subject["brief"],
            person=person.id,
            instruction=asked.instruction if isinstance(asked, FixRequest) else "",
            event_id=f"{channel}:{ts}",
        )
        return
    if isinstance(asked, HelpRequest):
        raise UserError(guide.thread_help_text())
    if mask is None and by_name.names_something(asked):
        try:
            asked, mask = await by_name.found(asked, brief=subject["brief"], context=context)
        except UserError as error:
            await _offer_editor(error, asked, subject["brief"], event, context)
            return
    if asked.each:
        await fix_each(
            context.services,
            asked,
            brief=subject["brief"],
            person=person.id,
            mask_upload=mask,
            event_id=f"{channel}:{ts}",
        )
        return
    await fix_actions.request_fix(
        context.services,
        asked,
        brief_id=subject["brief"],
        person=person,
        mask_upload=mask,
        event_id=f"{channel}:{ts}",
    )
