"""The messages of a brief's thread, as pure functions from what happened to Block Kit."""

from __future__ import annotations

from collections.abc import Sequence

from bot.briefs.model import Brief
from bot.channel.rule_wording import asks
from bot.channel.settings import ApprovalRule
from bot.draft import messages as draft_messages
from bot.draft.cards import cards
from bot.draft.warnings import straight_button
from bot.ledger import BudgetState, about
from bot.ledger.wording import left_of
from bot.slack.blocks import Attachment, Block, Message, context, image, section
from bot.slack.text import quoted, shorten
from bot.texts import say

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
                    cost=about(estimate_micro, state.currency),
                ),
                *low(state),
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


def grid(
    brief: Brief,
    *,
    sheet: str,
    cells: int,
    state: BudgetState,
    notes: Sequence[str] = (),
    rule: ApprovalRule = ANYBODY,
    straight_micro: int | None = None,
    versions: Sequence[tuple[int, str]] = (),
) -> Message:
    """The finished grid: a picture with one row. How it was made and what it cost stand in its details.

    `notes` are lines in mrkdwn. `straight_micro`: what the way straight to Pro costs, where it is offered.
    `versions`: each picture's version and hash, where they are to be shown as cards.
    """
    by_emoji = say("approval-emoji", emoji=rule.emoji) if rule.emoji and cells == 1 else ""
    changed = draft_messages.follows(brief).removeprefix(" · ")
    small = [line for line in (changed, asks(rule, brief), by_emoji) if line] + [*notes, *low(state)]
    straight = [] if straight_micro is None else [straight_button(brief.id, straight_micro, state.currency)]
    blocks: list[Block] = [
        section(draft_messages.grid_title(brief)),
        image(0, say("grid-alt", count=cells, prompt=brief.prompt)),
        *([context("\n".join(small))] if small else []),
        draft_messages.grid_row(brief, cells, straight),
    ]
    classic = Message(
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
    if not versions:
        return classic
    return cards(brief, pictures=versions, small=small, also=straight, classic=classic)


def low(state: BudgetState) -> list[str]:
    """What is left of the budget, where that is little."""
    return [f":hourglass_flowing_sand: {left_of(state)}"] if state.runs_low else []
