"""`/draft costs`, `/draft client`, `/draft margin`, and the buttons under a report of costs."""

from __future__ import annotations

import logging

from slack_sdk.errors import SlackApiError

from bot.briefs.model import UserError
from bot.editor.access import Editor
from bot.reports import messages as reports_messages
from bot.reports.actions import Reports
from bot.reports.command import Client, Margin, ReportCommand, ShowCosts
from bot.reports.export import filename
from bot.reports.spans import read_span
from bot.slack import files
from bot.slack.context import Context
from bot.slack.files import FileNotReady
from bot.slack.incoming import Answer, Click, Command
from bot.slack.web_api import error_code, unless_away
from bot.texts import say

log = logging.getLogger(__name__)


async def csv(click: Click, context: Context) -> None:
    """Upload the report as a file, where it was asked for. Raises UserError; SlackApiError while Slack is away."""
    person, channel = await context.who_and_where(click)
    report = await context.the(Reports).report(channel.id, read_span(click.value))
    try:
        await files.share_once(
            context.client,
            context.services.database,
            await context.the(Reports).csv(report),
            event_id=click.event_id,
            filename=filename(report),
            channel=channel.id,
            comment=say("costs-file-comment", channel=channel.id, when=report.span.title, person=person.id),
            thread_ts=click.thread_ts,
        )
    except (SlackApiError, FileNotReady) as error:
        unless_away(error)
        code = error_code(error)
        log.warning("could not post the costs of %s: %s", channel.id, code)
        raise UserError(say("costs-file-refused")) from error


async def answer(request: ReportCommand, command: Command, context: Context) -> Answer:
    """Tell costs, or how they are billed, which this may change. Raises UserError."""
    person, channel = await context.who_and_where(command)
    reports = context.the(Reports)
    match request:
        case ShowCosts():
            span = await reports.span(request.period, channel=channel, person=person)
            report = await reports.report(channel.id, span)
            path = await reports.link(person=person.id, channel=channel.id, span=span)
            return reports_messages.costs(report, request.grouping, context.the(Editor).base_url + path)
        case Client(code=None) | Margin(text=None):
            return reports_messages.terms_text(await reports.terms(channel, person))
        case Client():
            terms = await reports.set_terms(channel=channel, person=person, client=request.code)
        case Margin():
            terms = await reports.set_terms(channel=channel, person=person, margin=request.text)
    return say("answer-done-with", state=reports_messages.terms_text(terms))
