"""The table of commands: the first word after `/draft` finds the step that reads the rest, and that answers it."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Generic, TypeVar

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.batch import slack as batch_slack
from bot.batch.spread import parse_stress
from bot.brand import slack as brand_slack
from bot.brand.kit import parse_brand
from bot.briefs.typed import alone, clean
from bot.budget import slack as budget_slack
from bot.budget.command import parse_budget_command
from bot.channel import slack as channel_slack
from bot.deliver import slack as deliver_slack
from bot.deliver.request import parse_deliver
from bot.draft import slack as draft_slack
from bot.draft.command import parse_style
from bot.editor import slack as editor_slack
from bot.editor.command import parse_sign_out
from bot.home import slack as home_slack
from bot.home.command import parse_show
from bot.inspect import slack as inspect_slack
from bot.listeners.near_commands import check_slip, meant
from bot.product import slack as product_slack
from bot.product.request import parse_backdrops
from bot.reports import slack as reports_slack
from bot.reports.command import parse_report_command
from bot.slack.acknowledge import in_time
from bot.slack.blocks import Message
from bot.slack.context import Context
from bot.slack.incoming import Answer, Command
from bot.slack.text import checked_length, unescape
from bot.summaries import slack as summaries_slack
from bot.summaries.command import parse_summary

T = TypeVar("T")


@dataclass(frozen=True)
class Word(Generic[T]):
    """What a step makes of a word."""

    #: Reads the whole text; None where it is a prompt that begins with that word. Raises UserError.
    parse: Callable[[str], T | None]
    #: Does it. Raises UserError.
    answer: Callable[[T, Command, Context], Coroutine[Any, Any, Answer]]


#: Which step a word belongs to. Whatever begins with none of them is a prompt.
COMMANDS: Final[Mapping[str, Word[Any]]] = {
    "": Word(alone, draft_slack.fill_in),
    "help": Word(alone, home_slack.show_help),
    "mine": Word(alone, home_slack.list_mine),
    "show": Word(parse_show, home_slack.show_brief),
    "style": Word(parse_style, draft_slack.answer_style),
    "styles": Word(parse_style, draft_slack.answer_style),
    "settings": Word(alone, channel_slack.answer),
    "signout": Word(parse_sign_out, editor_slack.sign_out),
    "budget": Word(parse_budget_command, budget_slack.answer),
    "summary": Word(parse_summary, summaries_slack.answer),
    "costs": Word(parse_report_command, reports_slack.answer),
    "client": Word(parse_report_command, reports_slack.answer),
    "margin": Word(parse_report_command, reports_slack.answer),
    "inspect": Word(alone, inspect_slack.answer),
    "deliver": Word(parse_deliver, deliver_slack.answer),
    "brand": Word(parse_brand, brand_slack.answer),
    "drift": Word(parse_brand, brand_slack.answer),
    "backgrounds": Word(parse_backdrops, product_slack.answer),
    "stress": Word(parse_stress, batch_slack.answer),
}
_WORD = re.compile(r"[a-z]*", re.I)


def find(text: str) -> tuple[Word[Any], Any] | None:
    """The word that a text begins with, and what its step reads in it; None for a prompt. Raises UserError."""
    said = clean(text)
    first = _WORD.match(said)
    word = COMMANDS.get(first[0].lower()) if first and (first[0] or not said) else None
    if word and (request := word.parse(text)) is not None:
        return word, request
    check_slip(said, COMMANDS)
    return None


async def answer(command: Command, context: Context) -> Answer:
    """Do what was typed; the answer is for that person alone. Raises UserError, SlackApiError."""
    text = meant(unescape(checked_length(command.text)))
    if found := find(text):
        word, request = found
        return await word.answer(request, command, context)
    return await draft_slack.draft(replace(command, text=text), context)


def register(app: AsyncApp, context: Context) -> None:
    """Listen to the command. What was typed is committed before Slack is acknowledged, or kept where it takes longer."""

    @app.command(context.services.settings.command)
    async def draft(ack: AsyncAck, body: dict[str, Any]) -> None:
        command = Command(
            text=body.get("text") or "",
            channel=body["channel_id"],
            user=body["user_id"],
            trigger_id=body["trigger_id"],
        )
        outcome = await in_time(answer(command, context), ack)
        said = outcome.refusal.sentence if outcome.refusal else outcome.answer
        if outcome.late:
            if said:
                await context.whisper(command.channel, command.user, said)
        elif isinstance(said, Message):
            await ack(response_type="ephemeral", text=said.text, blocks=list(said.blocks))
        elif said:
            await ack(response_type="ephemeral", text=Message(text=said, blocks=[]).text)
        else:
            await ack()
