"""`/draft stress …`, `@Draftroom batch` with a CSV file, and the buttons under a series."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import Any

from slack_sdk.errors import SlackApiError

from bot import clock
from bot.approve import actions as approve_actions
from bot.batch import actions, sheet
from bot.batch import messages as batch_messages
from bot.batch.spread import StressRequest, check_count
from bot.batch.zip import is_there, rows_of, zipped
from bot.briefs.model import Person, UserError
from bot.marking import table as marking_table
from bot.marking.actions import Marking
from bot.slack.context import Context
from bot.slack.files import FileNotReady, fetch, share_once
from bot.slack.incoming import Answer, Click, Command
from bot.slack.web_api import error_code, unless_away
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
    await actions.table(
        context.services,
        await fetch(context.client, files[0], token=context.bot_token),
        name=name[:120],
        channel=await context.directory.channel(event["channel"]),
        person=await context.colleague_in(event["channel"], event["user"]),
        event_id=f"batch:{event['channel']}:{event['ts']}",
    )


async def answer(request: StressRequest, command: Command, context: Context) -> Answer:
    """`/draft stress`: one prompt under many lights and lenses. Raises UserError."""
    check_count(request, most=context.services.settings.series_limit)
    person, channel = await context.who_and_where(command)
    await actions.stress(context.services, request, channel=channel, person=person, event_id=command.event_id)
    return None


#: Series whose files are being uploaded at this moment.
_zipping: set[str] = set()


async def start(click: Click, context: Context) -> None:
    """Draw what was asked for. Raises UserError."""
    await _decide(click, context, start=True)


async def drop(click: Click, context: Context) -> None:
    """Draw nothing of it. Raises UserError."""
    await _decide(click, context, start=False)


async def _decide(click: Click, context: Context, *, start: bool) -> None:
    person = await context.colleague(click)
    await actions.decide(context.services, _key(click), start=start, person=person)


def _key(click: Click) -> str:
    """The series that a button is about."""
    return f"{click.action.partition('_')[0]}:{click.value}"


async def stop(click: Click, context: Context) -> None:
    """Draw nothing more of it. Raises UserError."""
    person = await context.colleague(click)
    await actions.stop(context.services, _key(click), person=person)


async def turn(click: Click, context: Context) -> None:
    """Show another page of the sheet, to all. Raises UserError."""
    await context.colleague(click)
    await sheet.show(context.services, click.value, page=int(click.ending))


async def approve(click: Click, context: Context) -> None:
    """Approve each picked picture as its number would be; what cannot be is told once, the others go on.

    Raises UserError.
    """
    person = await context.colleague(click)
    picked = sorted(int(option["value"]) for option in _chosen(click))
    if not picked:
        raise UserError(say("series-nothing-picked"))
    problems: dict[str, list[int]] = {}
    for number in picked:
        try:
            new = await approve_actions.approve(
                context.services,
                brief_id=click.value,
                number=number,
                person=person,
                event_id=f"{click.event_id}:{number}",
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


def _chosen(click: Click) -> list[dict[str, Any]]:
    """What is picked in the message."""
    for block in click.state.values():
        if batch_messages.PICK in block:
            return list(block[batch_messages.PICK].get("selected_options") or [])
    return []


async def download(click: Click, context: Context) -> None:
    """Upload the files into the series' thread. Raises UserError."""
    if click.value in _zipping:
        raise UserError(say("series-zip-coming"))
    _zipping.add(click.value)
    try:
        await _share(click, await context.colleague(click), context)
    finally:
        _zipping.discard(click.value)


async def _share(click: Click, person: Person, context: Context) -> None:
    """Upload the zip file into the series' thread. Raises UserError; SlackApiError while Slack is away."""
    brief = click.value
    found = await context.services.database.read(lambda tx: rows_of(tx, brief))
    # Where all are lost, reading them says so.
    rows = [row for row in found if is_there(context.services, row)] or found
    people = sorted({person for row in rows for person in row.approvers})
    names = dict(zip(people, await asyncio.gather(*(_name(context, one) for one in people)), strict=True))
    marking = Marking(services=context.services)
    journeys = await context.services.database.read(
        lambda tx: {
            version.id: marking.journey(tx, version)
            for row in rows
            for version in (row.version, *([row.finished[0]] if row.finished else []))
        }
    )
    data, gone = await asyncio.to_thread(zipped, context.services, rows, names, journeys)
    at, lost = clock.now(), [row.version.number for row in found if row not in rows]
    try:
        await share_once(
            context.client,
            context.services.database,
            data,
            event_id=click.event_id,
            filename=f"series-{brief}.zip",
            channel=click.channel,
            comment=say(
                "series-zip-comment",
                count=len(rows),
                person=person.id,
                longest=max(max(row.picture.width, row.picture.height) for row in rows),
                finished=sum(row.finished is not None for row in rows),
                inexact=sum(not row.exact for row in rows),
            )
            + (f"\n{batch_messages.left_out(lost)}" if lost else "")
            + (f"\n{say('marking-line')}" if {one.label for one in journeys.values()} - {"none"} else ""),
            thread_ts=click.ts,
            # What goes and is not remembered could not be found again.
            also=lambda tx: marking_table.add_outgoing(tx, gone, person=person.id, at=at),
        )
    except (SlackApiError, FileNotReady) as error:
        unless_away(error)
        code = error_code(error)
        log.warning("could not post the files of %s: %s", brief, code)
        raise UserError(say("series-zip-refused")) from error


async def _name(context: Context, person: str) -> str:
    try:
        return (await context.directory.person(person)).name or person
    except UserError:
        return person
