"""What the bot says of itself: help, budgets, App Home."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.briefs.model import Found, JobState
from bot.briefs.typed import CELLS_LIMIT, PROMPT_LIMIT
from bot.slack.text import quoted, shorten
from bot.texts import say


def help_text() -> str:
    """The answer to `/draft help`."""
    return "\n".join(
        [
            say("help-draft"),
            say("help-draft-flags", most=CELLS_LIMIT),
            say("help-draft-mine", characters=f"{PROMPT_LIMIT:,}"),
            say("help-draft-style"),
            say("help-approve"),
            say("help-approve-settings"),
            say("help-emoji"),
            say("help-fix"),
            say("help-fix-region"),
            say("help-fix-editor"),
            say("help-deliver"),
            say("help-backgrounds"),
            say("help-many"),
            say("help-brand"),
            say("help-tweak"),
            say("help-costs"),
            say("help-limits"),
            say("help-money"),
            say("help-summaries"),
        ]
    )


def mine_text(found: Sequence[Found]) -> str:
    """The answer to `/draft mine`."""
    if not found:
        return say("mine-none")
    lines = [say("mine-title")]
    for item in found:
        brief = item.brief
        prompt = quoted(shorten(brief.prompt, 80))
        line = say("mine-line", brief=brief.id, prompt=prompt, channel=brief.channel)
        lines.append(f"{line} · {became(item)} · {when(brief.created_at)}")
    return "\n".join(lines)


#: Ids of a draft's state, as people call it.
_STATES = {
    JobState.QUEUED: "draft-state-waiting",
    JobState.RUNNING: "draft-state-running",
    JobState.DONE: "draft-state-done",
    JobState.FAILED: "draft-state-failed",
    JobState.CANCELLED: "draft-state-stopped",
}


def became(found: Found) -> str:
    """What became of a brief."""
    state = say(_STATES[found.state])
    return f"{state} · {say('mine-made', count=found.renders)}" if found.renders else state


def when(moment: datetime) -> str:
    """A moment as each reader's own clock shows it."""
    return f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} {{time}}|{moment:%Y-%m-%d %H:%M} UTC>"


def thread_help_text() -> str:
    """The answer to a mention that asks for nothing that the bot knows."""
    return say("help-thread")
