"""`/draft …`: the slash command. What was typed is committed before Slack is acknowledged."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.batch.actions import SeriesDesk
from bot.batch.table import StressRequest, parse_stress
from bot.brand import slack as brand_slack
from bot.brand.kit import EditBrand, ShowDrift, parse_brand
from bot.briefs.model import BriefRequest, Channel, Person
from bot.budget import holds
from bot.budget import messages as budget_messages
from bot.budget import slack as budget_slack
from bot.budget.actions import Treasury
from bot.budget.command import AskForMore, SetBudget, SetCap, SetTerms, ShowBudget
from bot.channel import slack as channel_slack
from bot.channel.actions import HouseRules
from bot.deliver.actions import Deliveries
from bot.deliver.request import Deliver, parse_deliver
from bot.draft import actions as draft_actions
from bot.draft import slack as draft_slack
from bot.draft.command import (
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
    Subscribe,
    SummaryHour,
    parse_command,
)
from bot.draft.form import draft_modal
from bot.draft.references import references
from bot.editor.access import Editor
from bot.home import guide
from bot.home.find import Finder
from bot.listeners.near_commands import meant
from bot.product.actions import Backgrounds
from bot.product.request import Backdrops, parse_backdrops
from bot.reports import slack as reports_slack
from bot.reports.command import parse_report_command
from bot.slack.acknowledge import in_time
from bot.slack.blocks import Message
from bot.slack.context import Context
from bot.slack.text import checked_length, unescape
from bot.summaries import messages as summaries_messages
from bot.summaries.actions import Reporter
from bot.summaries.slack import set_subscription
from bot.texts import say


def register(app: AsyncApp, context: Context) -> None:
    """Listen to `/draft`."""

    @app.command("/draft")
    async def draft(ack: AsyncAck, body: dict[str, Any]) -> None:
        outcome = await in_time(command_answer(body, context), ack)
        answer = outcome.refusal.sentence if outcome.refusal else outcome.answer
        if outcome.late:
            if answer:
                await context.tell(body, answer if isinstance(answer, str) else answer.text)
        elif isinstance(answer, Message):
            await ack(response_type="ephemeral", text=answer.text, blocks=list(answer.blocks))
        elif answer:
            await ack(response_type="ephemeral", text=answer)
        else:
            await ack()


async def command_answer(body: dict[str, Any], context: Context) -> str | Message | None:
    """Do what was asked; the text is for that person alone. Raises UserError, SlackApiError."""
    text = meant(unescape(checked_length(body.get("text") or "")))
    if report_asked := parse_report_command(text):
        return await reports_slack.answer(report_asked, body, context)
    if asset_asked := parse(text, series_limit=context.services.settings.series_limit):
        return await answer(asset_asked, body, context)
    rules = HouseRules(services=context.services, directory=context.directory)
    defaults = (await rules.policy(body["channel_id"])).defaults
    asked = parse_command(text, defaults)
    if isinstance(asked, ShowHelp):
        return guide.help_text()
    if isinstance(asked, SignOut):
        await context.the(Editor).editing.sign_out(body["user_id"])
        return say("answer-signed-out")
    person = await context.directory.actor(body["user_id"])
    channel = await context.directory.channel(body["channel_id"])
    match asked:
        case BriefRequest():
            await _draft(asked, person, channel, body, context)
        case ListStyles() | SaveStyle() | DropStyle():
            return await draft_slack.answer(asked, channel, person, context)
        case OpenModal():
            form = draft_modal(
                channel.id, defaults=defaults, styles=await draft_slack.of_channel(context, channel.id)
            )
            await context.client.views_open(trigger_id=body["trigger_id"], view=form)
        case OpenSettings():
            return await channel_slack.answer(channel, person, body["trigger_id"], context)
        case ListMine():
            return guide.mine_text(await Finder(services=context.services).mine(person.id))
        case ShowBrief():
            work = Finder(services=context.services).show(
                asked.brief,
                channel=channel,
                event_id=f"command:{body['trigger_id']}",
                permalink=context.directory.permalink,
            )
            await work
        case ShowBudget():
            await holds.budget(context.services, channel, person)
            standing = summaries_messages.standing_text(await context.the(Reporter).standing(channel.id))
            caps = await Treasury(services=context.services).caps(channel=channel, person=person)
            return "\n".join([standing, *map(budget_messages.cap_text, caps)])
        case SetBudget():
            state = await holds.set_budget(context.services, asked.amount, channel=channel, person=person)
            return say("answer-done-with", state=budget_messages.budget_text(state))
        case SetCap() | SetTerms() | AskForMore():
            return await budget_slack.answer(asked, channel, person, f"command:{body['trigger_id']}", context)
        case ShowSummary():
            await holds.budget(context.services, channel, person)
            await context.the(Reporter).post_now(
                channel.id, "this week" if asked.week else "today", key=f"command:{body['trigger_id']}"
            )
        case Subscribe() | SummaryHour():
            rules.check_may(person)
            await holds.budget(context.services, channel, person)
            return await set_subscription(asked, context.the(Reporter), channel.id, person.id)
    return None


async def _draft(
    asked: BriefRequest, person: Person, channel: Channel, body: dict[str, Any], context: Context
) -> None:
    request = await references(context).resolved(asked, person=person, channel=channel)
    await draft_actions.open_brief(
        context.services, request, person=person, channel=channel, source_key=f"command:{body['trigger_id']}"
    )


AssetCommand = Deliver | Backdrops | EditBrand | ShowDrift | StressRequest


def parse(text: str, *, series_limit: int) -> AssetCommand | None:
    """Understand the text of a `/draft`; None where it is none of these. Raises UserError."""
    return (
        parse_deliver(text)
        or parse_brand(text)
        or parse_backdrops(text)
        or parse_stress(text, most=series_limit)
    )


async def answer(asked: AssetCommand, body: dict[str, Any], context: Context) -> Message | str | None:
    """What the person who typed it sees. Raises UserError."""
    person = await context.directory.actor(body["user_id"])
    channel = await context.directory.channel(body["channel_id"])
    event_id = f"command:{body['trigger_id']}"
    match asked:
        case Backdrops():
            await Backgrounds(services=context.services).order(
                asked.prompts, channel=channel, person=person, event_id=event_id
            )
            return None
        case StressRequest():
            await SeriesDesk(services=context.services).stress(
                asked, channel=channel, person=person, event_id=event_id
            )
            return None
        case EditBrand() | ShowDrift():
            return await brand_slack.answer(asked, channel, person, body, context)
        case Deliver():
            return await Deliveries(services=context.services).request(
                asked, channel=channel, person=person, event_id=event_id
            )
