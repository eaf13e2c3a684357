"""`/draft costs`, `/draft client`, `/draft margin`, and the buttons under a report of costs."""

from __future__ import annotations

import logging
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.briefs.model import UserError
from bot.editor.access import Editor
from bot.reports import messages as reports_messages
from bot.reports.actions import Reports
from bot.reports.command import Client, Margin, ReportCommand, ShowCosts
from bot.reports.export import filename
from bot.reports.spans import read_span
from bot.slack import files
from bot.slack.blocks import Message
from bot.slack.context import Context
from bot.slack.files import FileNotReady
from bot.slack.incoming import Click
from bot.slack.web_api import error_code
from bot.texts import say

log = logging.getLogger(__name__)


async def csv(click: Click, context: Context) -> None:
    """Upload the report as a file, where it was asked for. Raises UserError."""
    person, channel = await context.who_and_where(click)
    report = await context.the(Reports).report(channel.id, read_span(click.value))
    try:
        await files.share(
            context.client,
            await context.the(Reports).csv(report),
            filename=filename(report),
            channel=channel.id,
            comment=say("costs-file-comment", channel=channel.id, when=report.span.title, person=person.id),
            thread_ts=click.thread_ts,
        )
    except (SlackApiError, FileNotReady) as error:
        code = error_code(error)
        log.warning("could not post the costs of %s: %s", channel.id, code)
        raise UserError(say("costs-file-refused")) from error


async def answer(asked: ReportCommand, body: dict[str, Any], context: Context) -> Message | str:
    """What a person who typed one of these commands sees. Raises UserError."""
    person = await context.directory.actor(body["user_id"])
    channel = await context.directory.channel(body["channel_id"])
    reports = context.the(Reports)
    match asked:
        case ShowCosts():
            span = await reports.span(asked.period, channel=channel, person=person)
            report = await reports.report(channel.id, span)
            path = await reports.link(person=person.id, channel=channel.id, span=span)
            return reports_messages.costs(report, asked.grouping, context.the(Editor).base_url + path)
        case Client(code=None) | Margin(text=None):
            return reports_messages.terms_text(await reports.terms(channel, person))
        case Client():
            terms = await reports.set_terms(channel=channel, person=person, client=asked.code)
        case Margin():
            terms = await reports.set_terms(channel=channel, person=person, margin=asked.text)
    return say("answer-done-with", state=reports_messages.terms_text(terms))
