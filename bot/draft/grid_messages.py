"""The messages of a brief's thread, as pure functions from what happened to Block Kit."""

from __future__ import annotations

from collections.abc import Sequence

from bot.briefs.emoji import NUMBER_EMOJI
from bot.briefs.model import Brief
from bot.channel.rule_wording import asks
from bot.channel.settings import ApprovalRule
from bot.draft import messages as draft_messages
from bot.ledger import BudgetState, format_money
from bot.ledger.wording import left_of
from bot.slack.blocks import Attachment, Block, Message, button, context, image, section
from bot.slack.buttons import APPROVE_ACTION
from bot.slack.text import escape, quoted, shorten
from bot.texts import numbers, say

#: One approval of anybody.
ANYBODY = ApprovalRule()


def drafting(brief: Brief, *, estimate_micro: int, state: BudgetState) -> Message:
    """The placeholder that answers a `/draft` at once."""
    return Message(
        text=say("drafting-text", prompt=quoted(brief.prompt)),
        blocks=[
            section(say("drafting-title", prompt=quoted(brief.prompt))),
            context(
                say(
                    "drafting-small",
                    count=brief.cells,
                    person=brief.author,
                    follows=draft_messages.follows(brief),
                    cost=format_money(estimate_micro, state.currency),
                    left=left_of(state),
                )
            ),
            draft_messages.stop_row(brief),
        ],
    )


def previewing(brief: Brief, file_id: str) -> Message:
    """The first glimpse, while the grid is still being drawn."""
    return Message(
        text=say("preview-text", prompt=quoted(brief.prompt)),
        blocks=[
            section(say("drafting-title", prompt=quoted(brief.prompt))),
            {
                "type": "image",
                "slack_file": {"id": file_id},
                "alt_text": shorten(say("preview-alt", count=brief.cells, prompt=brief.prompt), 2_000),
            },
            context(say("preview-small")),
            draft_messages.stop_row(brief),
        ],
    )


def grid_small(brief: Brief, *, cells: int, seconds: float, cost_micro: int, state: BudgetState) -> str:
    """The small print under a grid: its name, how it was made, what it cost and what is left."""
    return say(
        "grid-small",
        brief=brief.id,
        count=cells,
        person=brief.author,
        follows=draft_messages.follows(brief),
        seed=str(brief.seed),
        seconds=numbers.localised(f"{seconds:.1f}"),
        cost=format_money(cost_micro, state.currency),
        left=left_of(state),
    )


def grid(
    brief: Brief,
    *,
    sheet: str,
    cells: int,
    seconds: float,
    cost_micro: int,
    state: BudgetState,
    notes: Sequence[str] = (),
    rule: ApprovalRule = ANYBODY,
) -> Message:
    """The finished grid, with what it cost and what to do next."""
    if cells > 1:
        react = say("grid-react-many", last=NUMBER_EMOJI[cells - 1])
    else:
        react = say("grid-react-emoji", emoji=rule.emoji) if rule.emoji else say("grid-react-one")
    blocks: list[Block] = [
        section(f"*{quoted(brief.prompt)}*"),
        image(0, say("grid-alt", count=cells, prompt=brief.prompt)),
        context(grid_small(brief, cells=cells, seconds=seconds, cost_micro=cost_micro, state=state)),
    ]
    blocks += [context(f":information_source: {escape(note)}") for note in notes]
    blocks += [
        context(f"{react} {asks(rule, brief)}".rstrip()),
        {
            "type": "actions",
            "block_id": "approve",
            "elements": [
                button(
                    say("grid-pro", number=number),
                    f"{APPROVE_ACTION}_{number}",
                    brief.id,
                    accessibility_label=say("grid-pro-label", number=number),
                )
                for number in range(1, cells + 1)
            ],
        },
        draft_messages.again_row(brief, cells),
    ]
    return Message(
        text=say("grid-text", count=cells, prompt=quoted(brief.prompt)),
        blocks=blocks,
        attachments=[
            Attachment(
                sha256=sheet,
                filename=f"draft-{brief.id}.png",
                alt_text=say("grid-file-alt", count=cells, prompt=brief.prompt),
            )
        ],
    )
