"""The messages of a brief's thread, as pure functions from what happened to Block Kit."""

from __future__ import annotations

from collections.abc import Sequence

from bot.ledger import BudgetState, format_left, format_money
from bot.slack import grids
from bot.slack.approvals import APPROVE_ACTION, asks, people_named
from bot.slack.approvals import NUMBER_EMOJI as NUMBER_EMOJI
from bot.slack.editing import edit_row
from bot.slack.message import Attachment, Block, Message, button, context, image, section
from bot.slack.text import escape, quoted, shorten
from bot.studio.model import Brief, Version
from bot.studio.policy import ApprovalRule
from bot.texts import numbers, say

#: One approval of anybody.
ANYBODY = ApprovalRule()


def left_of(state: BudgetState) -> str:
    """What a channel may still spend, in words."""
    return say(
        "channel-left",
        left=format_left(state.left_micro, state.currency),
        limit=format_money(state.limit_micro, state.currency),
        period=state.period,
    )


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
                    follows=grids.follows(brief),
                    cost=format_money(estimate_micro, state.currency),
                    left=left_of(state),
                )
            ),
            grids.stop_row(brief),
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
            grids.stop_row(brief),
        ],
    )


def grid_small(brief: Brief, *, cells: int, seconds: float, cost_micro: int, state: BudgetState) -> str:
    """The small print under a grid: its name, how it was made, what it cost and what is left."""
    return say(
        "grid-small",
        brief=brief.id,
        count=cells,
        person=brief.author,
        follows=grids.follows(brief),
        seed=str(brief.seed),
        seconds=numbers.told(f"{seconds:.1f}"),
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
        grids.again_row(brief, cells),
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


def pro_waiting(
    brief: Brief, *, cell: int, people: list[str], estimate_micro: int, state: BudgetState, grace_s: float
) -> Message:
    """A cell was approved and its Pro render is about to start."""
    text = say("pro-waiting", number=cell, people=people_named(people))
    return Message(
        text=text,
        blocks=[
            section(f":sparkles: {text}"),
            context(
                say(
                    "pro-waiting-small",
                    cost=format_money(estimate_micro, state.currency),
                    left=left_of(state),
                    seconds=numbers.told(f"{grace_s:g}"),
                )
            ),
        ],
    )


def pro_done(
    brief: Brief,
    version: Version,
    *,
    cell: int,
    people: list[str],
    size: tuple[int, int],
    cost_micro: int,
    state: BudgetState,
) -> Message:
    """The Pro render of an approved cell."""
    return Message(
        text=say("pro-done-text", number=cell, prompt=quoted(brief.prompt)),
        blocks=[
            section(say("pro-done-title", number=cell, people=people_named(people))),
            image(
                0,
                say("pro-done-alt", number=cell, width=size[0], height=size[1], prompt=brief.prompt),
            ),
            context(
                say(
                    "pro-done-small",
                    width=size[0],
                    height=size[1],
                    seed=str(version.seed),
                    seconds=numbers.told(f"{version.seconds:.1f}"),
                    cost=format_money(cost_micro, state.currency),
                    left=left_of(state),
                )
            ),
            context(say("pro-done-next")),
            edit_row(version.id),
        ],
        attachments=[
            Attachment(
                sha256=version.picture,
                filename=f"pro-{brief.id}-{cell}.png",
                alt_text=say("pro-done-file-alt", number=cell, prompt=brief.prompt),
            )
        ],
    )


def pro_cancelled(*, cell: int, person: str, left: str = "") -> Message:
    """An approval was withdrawn in time; `left` tells of those that stand."""
    text = say("pro-cancelled", number=cell, person=person)
    text += f" {say('approval-sentence', standing=left)}" if left else ""
    return Message(text=text, blocks=[section(f":leftwards_arrow_with_hook: {text}")])


def fix_waiting(
    *, region: str, instruction: str, person: str, estimate_micro: int, state: BudgetState
) -> Message:
    """A fix was asked for and is about to start."""
    text = say("fix-waiting", region=region, instruction=quoted(instruction))
    return Message(
        text=text,
        blocks=[
            section(f":pencil2: {text}"),
            context(
                say(
                    "fix-waiting-small",
                    person=person,
                    cost=format_money(estimate_micro, state.currency),
                    left=left_of(state),
                )
            ),
        ],
    )


def fix_done(
    brief: Brief,
    version: Version,
    *,
    region: str,
    person: str,
    comparison: str,
    outside: int,
    cost_micro: int,
    state: BudgetState,
) -> Message:
    """Before and after, then the fixed picture itself."""
    instruction = version.instruction or ""
    return Message(
        text=say("fix-done-text", region=region, instruction=quoted(instruction)),
        blocks=[
            section(say("fix-done-title", region=region, instruction=quoted(instruction), person=person)),
            image(0, say("fix-done-before-alt", instruction=instruction, region=region, prompt=brief.prompt)),
            image(1, say("fix-done-alt", prompt=brief.prompt, instruction=instruction)),
            context(
                say(
                    "fix-done-small",
                    outside=outside,
                    seed=str(version.seed),
                    seconds=numbers.told(f"{version.seconds:.1f}"),
                    cost=format_money(cost_micro, state.currency),
                    left=left_of(state),
                )
            ),
            context(say("fix-done-next")),
            edit_row(version.id),
        ],
        attachments=[
            Attachment(
                sha256=comparison,
                filename=f"before-after-{brief.id}-{version.number}.png",
                alt_text=say("fix-done-before-file-alt", instruction=instruction),
            ),
            Attachment(
                sha256=version.picture,
                filename=f"fix-{brief.id}-{version.number}.png",
                alt_text=say("fix-done-file-alt", instruction=instruction),
            ),
        ],
    )


def failed(what: str, sentence: str) -> Message:
    """A job was given up; its money is released."""
    text = say("work-failed", what=what, sentence=sentence)
    return Message(text=text, blocks=[section(f":warning: {escape(text)}")])


def waiting_for_engine(what: str, sentence: str, seconds_left: float) -> Message:
    """The engine does not answer, and the bot keeps trying."""
    text = say("work-waiting", what=what, sentence=sentence, seconds=f"{seconds_left:.0f}")
    return Message(text=text, blocks=[section(f":hourglass_flowing_sand: {escape(text)}")])


def what_is_drawn(brief: Brief) -> str:
    """How a failing draft is called in a sentence."""
    return say("work-draft", prompt=shorten(brief.prompt, 80))
