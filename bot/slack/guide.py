"""What the bot says of itself: help, budgets, App Home."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.ledger import BudgetState, format_money
from bot.slack.text import quoted, shorten
from bot.slack.views import left_of
from bot.studio.commands import CELLS_LIMIT, PROMPT_LIMIT
from bot.studio.model import Found, JobState
from bot.studio.regions import EXAMPLES
from bot.summaries import Standing


def help_text() -> str:
    """The answer to `/draft help`."""
    return "\n".join(
        [
            "*Draft*: `/draft a red sneaker on a teal background` posts a grid of quick, cheap pictures.",
            f"• `--n 4` pictures, 1 to {CELLS_LIMIT} · `--ar 3:2` shape · `--seed 7` the same pictures again"
            " · `--no text` what to leave out",
            f"• `/draft mine` lists your briefs, `/draft show NAME` posts one again; a bare `/draft` opens a form; a prompt may have {PROMPT_LIMIT:,} characters",
            "• `--style studio` adds a style's words (`/draft style list`, `save NAME WORDS…`, `drop NAME`) ·"
            " `--like K7M2QRS/2` or a link to a picture drafts from it, `--strength 0.6` says how freely;"
            " or attach a picture: `@Draftroom draft a sneaker like this`",
            "*Approve*: react to a grid with :one: … :nine:, or press a button. That picture is rendered in Pro.",
            "• `/draft settings`: how many approvals that needs and whose, and the other rules of the channel",
            ":repeat: drafts it again, :art: varies a picture (subtle or strong), :pencil2: changes the prompt, :octagonal_sign: stops, :wastebasket: removes.",
            "*Fix*: in the thread, `@Draftroom fix left: make it blue`. Only that region changes.",
            f"• a region is {EXAMPLES}; or attach a mask picture (white is what may change)",
            "• or press *Edit picture* and paint; or upload a copy of the picture that you have drawn on."
            " :leftwards_arrow_with_hook: on a fix goes back. `/draft signout` makes your links to the editor void.",
            "*Deliver*: `/draft deliver NAME 1080x1080 story --max 500kb` posts files at exact sizes; also by button.",
            "*Backgrounds*: upload a product's picture with `@Draftroom backgrounds` and one prompt a line; its pixels stay.",
            "*Many at once*: `/draft stress 50 PROMPT` varies light, lens, palette and composition; `@Draftroom batch` with a CSV.",
            "*Brand*: `/draft brand` palette, words always added or refused; `/draft drift` how near the pictures are to it.",
            "*Tweak*: in the thread, `@Draftroom warmer light, less clutter` drafts the changed prompt.",
            "*Costs*: `/draft costs last month by person`, as CSV and as a page; `/draft client ACME`, `/draft margin 20%`.",
            "*Limits*: `/draft budget pro 20 weekly` · `person 5 daily` · `workspace 500 monthly` · `soft` · `rollover on` · `more 5`",
            "*Money*: `/draft budget` · `/draft budget set 50 monthly` · `/draft summary` · `/draft summary week`",
            "• summaries come daily and on Mondays: `/draft summary at 9`, `/draft summary weekly off`",
        ]
    )


def mine_text(found: Sequence[Found]) -> str:
    """The answer to `/draft mine`."""
    if not found:
        return "You have no briefs yet. Start one: `/draft a red sneaker on a teal background`."
    lines = ["*Your newest briefs.* `/draft show NAME`, in its channel, posts a grid again."]
    for item in found:
        brief = item.brief
        made = "" if not item.renders else f" · {item.renders} in Pro or fixed"
        lines.append(
            f"• `{brief.id}` {quoted(shorten(brief.prompt, 80))} in <#{brief.channel}> · {STATES[item.state]}{made}"
            f" · {when(brief.created_at)}"
        )
    return "\n".join(lines)


#: A draft's state, as people call it.
STATES = {
    JobState.QUEUED: "waiting",
    JobState.RUNNING: "being drafted",
    JobState.DONE: "drafted",
    JobState.FAILED: "didn't work out",
    JobState.CANCELLED: "stopped",
}


def when(moment: datetime) -> str:
    """A moment as each reader's own clock shows it."""
    return f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} {{time}}|{moment:%Y-%m-%d %H:%M} UTC>"


def thread_help_text() -> str:
    """The answer to a mention that asks for nothing that the bot knows."""
    return (
        "In a picture's thread I can fix a region: `@Draftroom fix left: make it blue`."
        f" A region is {EXAMPLES}; or attach a mask picture. `@Draftroom tweak: warmer light` drafts the prompt"
        " with that change. New pictures start with `/draft`;"
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


_TIERS = {"draft": "drafts", "pro": "Pro", "fix": "fixes"}


def standing_text(standing: Standing) -> str:
    """How a channel stands with its budget: what each tier took, exactly, and where it will end."""
    state = standing.budget
    text = budget_text(state)
    if state.spent_micro:
        parts = [
            f"{_TIERS[tier]} {format_money(micro, state.currency, exact=True)}"
            for tier, micro in standing.tiers
            if micro
        ]
        total = format_money(state.spent_micro, state.currency, exact=True)
        text += f" Spent {total}: {', '.join(parts)}."
    if standing.forecast is not None and state.spent_micro:
        expected = standing.forecast.total_micro
        text += f" At this pace it will be {format_money(expected, state.currency)} by the end of the period"
        over = expected - state.limit_micro
        text += f", {format_money(over, state.currency)} over the budget." if over > 0 else "."
    return text
