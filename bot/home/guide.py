"""What the bot says of itself: help, budgets, App Home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from bot.briefs.model import Found, JobState
from bot.briefs.typed import CELLS_LIMIT, PROMPT_LIMIT
from bot.slack.blocks import Block, Message, button, plain, section
from bot.slack.text import quoted, shorten
from bot.texts import numbers, say

#: Slack's longest title of a form, in characters; a bot may have a long name.
_TITLE_LIMIT = 24
#: Opens one of the topics; the action ends in its name.
MORE = "help_more"
SHORT = ("help-short-draft", "help-short-approve", "help-short-change", "help-short-fix", "help-short-money")
#: Each topic's button, and what is told of it.
TOPICS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "draft": ("help-more-draft", ("help-draft", "help-draft-flags", "help-draft-mine", "help-draft-style")),
    "approve": ("help-more-approve", ("help-approve", "help-approve-settings", "help-emoji", "help-tweak")),
    "fix": ("help-more-fix", ("help-fix", "help-fix-region", "help-fix-editor")),
    "many": ("help-more-many", ("help-many", "help-backgrounds", "help-deliver", "help-brand")),
    "money": ("help-more-money", ("help-money", "help-limits", "help-costs", "help-summaries")),
}


def help_blocks() -> list[Block]:
    """Five lines for people in a hurry, and a button for each topic."""
    return [
        section("\n".join(say(line) for line in SHORT)),
        {
            "type": "actions",
            "block_id": "help",
            "elements": [button(say(label), f"{MORE}_{name}", name) for name, (label, _) in TOPICS.items()],
        },
    ]


def help_message() -> Message:
    """The answer to `/draft help`."""
    return Message(text="\n".join(say(line) for line in SHORT), blocks=help_blocks())


def topic_modal(name: str) -> dict[str, Any]:
    """All there is to say about one topic."""
    label, lines = TOPICS.get(name, TOPICS["draft"])
    values: dict[str, str | int] = {"most": CELLS_LIMIT, "characters": numbers.localised(f"{PROMPT_LIMIT:,}")}
    takes = {"help-draft-flags": ("most",), "help-draft-mine": ("characters",)}
    return {
        "type": "modal",
        "callback_id": MORE,
        "title": plain(shorten(say("help-more-title"), _TITLE_LIMIT)),
        "close": plain(say("details-close")),
        "blocks": [
            {"type": "header", "text": plain(say(label))},
            *(section(say(line, **{key: values[key] for key in takes.get(line, ())})) for line in lines),
        ],
    }


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
