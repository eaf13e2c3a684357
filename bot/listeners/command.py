"""`/draft …`: the slash command. What was typed is committed before Slack is acknowledged."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.finding import Finder
from bot.house_rules import HouseRules
from bot.listeners import assets, costs, limits, settings, styles
from bot.listeners.context import Context
from bot.listeners.modal import draft_modal
from bot.listeners.patience import in_time
from bot.listeners.wishes import summary_wish
from bot.reports.commands import parse_report_command
from bot.slack import guide, money
from bot.slack.directory import Channel, Person
from bot.slack.message import Message
from bot.slack.text import unescape
from bot.studio.budget_commands import AskForMore, SetBudget, SetCap, SetTerms, ShowBudget
from bot.studio.commands import (
    DropStyle,
    ListMine,
    ListStyles,
    OpenModal,
    OpenSettings,
    SaveStyle,
    ShowBrief,
    ShowHelp,
    ShowSummary,
    SignOut,
    SummaryHour,
    WishSummary,
    parse_command,
)
from bot.studio.model import BriefRequest, Remedy
from bot.texts import say
from bot.treasury import Treasury


def register(app: AsyncApp, context: Context) -> None:
    """Listen to `/draft`."""

    @app.command("/draft")
    async def draft(ack: AsyncAck, body: dict[str, Any]) -> None:
        answer: str | Message | None
        late: list[bool] = []

        async def acknowledge() -> None:
            # From here on Slack will not send the command again.
            await context.inbox.keep(body)
            late.append(True)
            await ack()

        try:
            answer = await _answer(body, context, acknowledge)
        except Remedy as error:
            answer = str(error.args[0])
        if late:
            await context.inbox.done(body)
            if isinstance(answer, str):
                await context.whisper(body["channel_id"], body["user_id"], answer)
        elif isinstance(answer, Message):
            await ack(response_type="ephemeral", text=answer.text, blocks=list(answer.blocks))
        elif answer:
            await ack(response_type="ephemeral", text=answer)
        else:
            await ack()


async def _answer(
    body: dict[str, Any], context: Context, acknowledge: Callable[[], Awaitable[None]]
) -> str | Message | None:
    """Do what was asked; the text is for that person alone. Raises Remedy. Long work calls `acknowledge`."""
    text = unescape(body.get("text") or "")
    if report_asked := parse_report_command(text):
        return await costs.answer(report_asked, body, context)
    if asset_asked := assets.parse(text, series_limit=context.desk.settings.series_limit):
        return await assets.answer(asset_asked, body, context)
    rules = HouseRules(desk=context.desk, directory=context.directory)
    defaults = (await rules.policy(body["channel_id"])).defaults
    asked = parse_command(text, defaults)
    if isinstance(asked, ShowHelp):
        return guide.help_text()
    if isinstance(asked, SignOut):
        await context.editor.editing.sign_out(body["user_id"])
        return say("answer-signed-out")
    person = await context.directory.actor(body["user_id"])
    channel = await context.directory.channel(body["channel_id"])
    match asked:
        case BriefRequest():
            return await in_time(_draft(asked, person, channel, body, context), acknowledge)
        case ListStyles() | SaveStyle() | DropStyle():
            return await styles.answer(asked, channel, person, context)
        case OpenModal():
            form = draft_modal(
                channel.id, defaults=defaults, styles=await styles.of_channel(context, channel.id)
            )
            await context.client.views_open(trigger_id=body["trigger_id"], view=form)
        case OpenSettings():
            return await settings.answer(channel, person, body["trigger_id"], context)
        case ListMine():
            return guide.mine_text(await Finder(desk=context.desk).mine(person.id))
        case ShowBrief():
            work = Finder(desk=context.desk).show(
                asked.brief,
                channel=channel,
                delivery=f"command:{body['trigger_id']}",
                permalink=context.directory.permalink,
            )
            return await in_time(work, acknowledge)
        case ShowBudget():
            await context.purse.budget(channel, person)
            standing = guide.standing_text(await context.reporter.standing(channel.id))
            caps = await Treasury(purse=context.purse, desk=context.desk).caps(channel=channel, person=person)
            return "\n".join([standing, *map(money.cap_text, caps)])
        case SetBudget():
            state = await context.purse.set_budget(asked.amount, channel=channel, person=person)
            return say("answer-done-told", told=guide.budget_text(state))
        case SetCap() | SetTerms() | AskForMore():
            return await limits.answer(asked, channel, person, f"command:{body['trigger_id']}", context)
        case ShowSummary():
            await context.purse.budget(channel, person)
            context.reporter.begin(channel.id, "this week" if asked.week else "today")
        case WishSummary() | SummaryHour():
            await context.purse.budget(channel, person)
            return await summary_wish(asked, context.reporter, channel.id, person.id)
    return None


async def _draft(
    asked: BriefRequest, person: Person, channel: Channel, body: dict[str, Any], context: Context
) -> None:
    request = await context.references.resolved(asked, person=person, channel=channel)
    await context.desk.open_brief(
        request, person=person, channel=channel, source_key=f"command:{body['trigger_id']}"
    )
