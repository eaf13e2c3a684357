"""`/draft stress …`, `@Draftroom batch` with a CSV file, and the buttons under a series."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError

from bot.approve import actions as approve_actions
from bot.batch import messages as batch_messages
from bot.batch.actions import SeriesDesk
from bot.batch.zip import rows_of, zipped
from bot.briefs.model import UserError
from bot.slack.context import Context
from bot.slack.files import FileNotReady, fetch, share
from bot.slack.web_api import error_code
from bot.texts import say

log = logging.getLogger(__name__)
_BATCH = re.compile(r"\s*batch\b", re.I)


def is_batch(text: str) -> bool:
    """Whether a mention asks for a batch."""
    return _BATCH.match(text) is not None


async def mentioned(event: dict[str, Any], context: Context) -> None:
    """A mention with a CSV file. Raises UserError."""
    files = event.get("files") or []
    if len(files) != 1:
        raise UserError(say("series-one-file"))
    name = str(files[0].get("name") or "table.csv")
    if not name.lower().endswith((".csv", ".tsv", ".txt")):
        raise UserError(say("series-no-csv", name=name[:80]))
    await SeriesDesk(services=context.services).table(
        await fetch(context.client, files[0], token=context.bot_token),
        name=name[:120],
        channel=await context.directory.channel(event["channel"]),
        person=await context.directory.actor(event["user"]),
        event_id=f"batch:{event['channel']}:{event['ts']}",
    )


def register(app: AsyncApp, context: Context) -> None:
    """Listen to the buttons."""
    use = SeriesDesk(services=context.services)
    #: Series whose files are being uploaded at this moment.
    zipping: set[str] = set()

    @app.action(batch_messages.START)
    async def start(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await _try(context, body, lambda who: use.decide(int(action["value"]), start=True, person=who))
        await ack()

    @app.action(batch_messages.DROP)
    async def drop(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await _try(context, body, lambda who: use.decide(int(action["value"]), start=False, person=who))
        await ack()

    @app.action(batch_messages.STOP)
    async def stop(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        await _try(context, body, lambda who: use.stop(int(action["value"]), person=who))

    @app.action(re.compile(rf"^{batch_messages.TURN}_[0-9]{{1,2}}$"))
    async def turn(ack: AsyncAck, action: dict[str, Any]) -> None:
        await ack()
        await use.show(action["value"], page=int(action["action_id"].rpartition("_")[2]))

    @app.action(batch_messages.PICK)
    async def picked(ack: AsyncAck) -> None:
        """What is picked counts when the button beside it is pressed."""
        await ack()

    @app.action(batch_messages.APPROVE)
    async def approve(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        await _try(context, body, lambda who: _approve(context, body, action["value"], who))

    @app.action(batch_messages.ZIP)
    async def download(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        brief = action["value"]
        if brief in zipping:
            return await context.whisper(body["channel"]["id"], body["user"]["id"], say("series-zip-coming"))
        zipping.add(brief)
        try:
            await _try(context, body, lambda who: _share(context, body, brief, who.id))
        finally:
            zipping.discard(brief)


async def _try(context: Context, body: dict[str, Any], act: Any) -> None:
    channel, user = body["channel"]["id"], body["user"]["id"]
    try:
        await act(await context.directory.actor(user))
    except UserError as error:
        await context.whisper(channel, user, error.sentence)


async def _approve(context: Context, body: dict[str, Any], brief: str, person: Any) -> None:
    """Approve each picked picture as its number would be; what cannot be is told once, the others go on."""
    picked = sorted(int(option["value"]) for option in _chosen(body))
    if not picked:
        raise UserError(say("series-nothing-picked"))
    problems: dict[str, list[int]] = {}
    for number in picked:
        try:
            new = await approve_actions.approve(
                context.services,
                brief_id=brief,
                number=number,
                person=person,
                event_id=f"button:{body['trigger_id']}:{number}",
            )
            if not new:
                problems.setdefault(say("series-problem-already"), []).append(number)
        except UserError as error:
            problems.setdefault(error.sentence, []).append(number)
    if problems:
        raise UserError(
            "\n".join(
                say("series-problem", numbers=", ".join(map(str, numbers)), problem=problem)
                for problem, numbers in problems.items()
            )
        )


def _chosen(body: dict[str, Any]) -> list[dict[str, Any]]:
    """What is picked in the message, or in what the button's own state says."""
    for block in ((body.get("state") or {}).get("values") or {}).values():
        if batch_messages.PICK in block:
            return list(block[batch_messages.PICK].get("selected_options") or [])
    return []


async def _share(context: Context, body: dict[str, Any], brief: str, user: str) -> None:
    """Upload the zip file into the series' thread."""
    rows = await context.services.database.read(lambda tx: rows_of(tx, brief))
    people = sorted({person for row in rows for person in row.approvers})
    names = dict(zip(people, await asyncio.gather(*(_name(context, one) for one in people)), strict=True))
    data = await asyncio.to_thread(zipped, context.services, rows, names)
    try:
        await share(
            context.client,
            data,
            filename=f"series-{brief}.zip",
            channel=body["channel"]["id"],
            comment=say(
                "series-zip-comment",
                count=len(rows),
                person=user,
                longest=max(max(row.picture.width, row.picture.height) for row in rows),
            ),
            thread_ts=(body.get("message") or {}).get("ts")
            or (body.get("container") or {}).get("message_ts"),
        )
    except (SlackApiError, FileNotReady) as error:
        code = error_code(error)
        log.warning("could not post the files of %s: %s", brief, code)
        raise UserError(say("series-zip-refused")) from error


async def _name(context: Context, person: str) -> str:
    try:
        return (await context.directory.person(person)).name or person
    except UserError:
        return person
