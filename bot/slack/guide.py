"""What the bot says of itself: help, budgets, App Home."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.ledger import BudgetState, format_money
from bot.slack.message import Block, context, section
from bot.slack.text import quoted
from bot.slack.views import left_of
from bot.studio.commands import CELLS_LIMIT, PROMPT_LIMIT
from bot.studio.model import Brief
from bot.studio.regions import EXAMPLES


def help_text() -> str:
    """The answer to `/draft help`."""
    return "\n".join(
        [
            "*Draft*: `/draft a red sneaker on a teal background` posts a grid of quick, cheap pictures.",
            f"• `--n 4` pictures, 1 to {CELLS_LIMIT} · `--ar 3:2` shape · `--seed 7` the same pictures again"
            " · `--no text` what to leave out",
            f"• a bare `/draft` opens a form; a prompt may have {PROMPT_LIMIT:,} characters",
            "*Approve*: react to a grid with :one: … :nine:, or press a button. That picture is rendered in Pro.",
            ":repeat: drafts it again, :pencil2: changes the prompt, :octagonal_sign: stops, :wastebasket: removes.",
            "*Fix*: in the thread, `@Draftroom fix left: make it blue`. Only that region changes.",
            f"• a region is {EXAMPLES}; or attach a mask picture (white is what may change)",
            "*Money*: `/draft budget` · `/draft budget set 50 monthly` · `/draft summary`",
        ]
    )


def thread_help_text() -> str:
    """The answer to a mention that asks for nothing that the bot knows."""
    return (
        "In a picture's thread I can fix a region: `@Draftroom fix left: make it blue`."
        f" A region is {EXAMPLES}; or attach a mask picture. New pictures start with `/draft`;"
        " `/draft help` tells everything."
    )


def budget_text(state: BudgetState) -> str:
    """A channel's budget in a sentence."""
    periods = {"daily": "a day", "weekly": "a week", "monthly": "a month", "pot": "in all"}
    sentence = (
        f"This channel's budget is {format_money(state.limit_micro, state.currency)} {periods[state.period]}:"
        f" {format_money(state.spent_micro, state.currency)} spent, "
    )
    if state.held_micro:
        sentence += f"{format_money(state.held_micro, state.currency)} held for running work, "
    return f"{sentence}{left_of(state)}."


def home_view(briefs: Sequence[Brief], states: Sequence[BudgetState]) -> dict[str, Any]:
    """The App Home page of one person."""
    blocks: list[Block] = [
        {"type": "header", "text": {"type": "plain_text", "text": "Draftroom"}},
        section(help_text()),
        {"type": "divider"},
        section(
            "*Your newest briefs*" if briefs else "*No briefs yet.* Type `/draft` in a channel to start one."
        ),
    ]
    for brief in briefs:
        made = int(brief.created_at.timestamp())
        blocks.append(
            context(
                f"{quoted(brief.prompt)} in <#{brief.channel}>,"
                f" <!date^{made}^{{date_short_pretty}} {{time}}|{brief.created_at:%Y-%m-%d %H:%M} UTC>"
            )
        )
    if states:
        blocks += [{"type": "divider"}, section("*Budgets*")]
        blocks += [context(f"<#{state.channel}>: {left_of(state)}") for state in states]
    return {"type": "home", "blocks": blocks}
