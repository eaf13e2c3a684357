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

#: One approval of anybody.
ANYBODY = ApprovalRule()

_PERIODS = {"daily": "today", "weekly": "this week", "monthly": "this month", "pot": "in the pot"}


def left_of(state: BudgetState) -> str:
    """What a channel may still spend, in words."""
    return (
        f"{format_left(state.left_micro, state.currency)} of {format_money(state.limit_micro, state.currency)}"
        f" left {_PERIODS[state.period]}"
    )


def drafting(brief: Brief, *, estimate_micro: int, state: BudgetState) -> Message:
    """The placeholder that answers a `/draft` at once."""
    return Message(
        text=f"Drafting {quoted(brief.prompt)}…",
        blocks=[
            section(f":art: Drafting *{quoted(brief.prompt)}*…"),
            context(
                f"{_pictures(brief.cells)} for <@{brief.author}>{grids.follows(brief)}"
                f" · about {format_money(estimate_micro, state.currency)} · {left_of(state)}"
            ),
            grids.stop_row(brief),
        ],
    )


def previewing(brief: Brief, file_id: str) -> Message:
    """The first glimpse, while the grid is still being drawn."""
    return Message(
        text=f"Drafting {quoted(brief.prompt)}… here is a first look",
        blocks=[
            section(f":art: Drafting *{quoted(brief.prompt)}*…"),
            {
                "type": "image",
                "slack_file": {"id": file_id},
                "alt_text": shorten(f"First look at {brief.cells} drafts of: {brief.prompt}", 2_000),
            },
            context("A first look; the finished grid takes its place in a moment."),
            grids.stop_row(brief),
        ],
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
    last = NUMBER_EMOJI[cells - 1]
    choose = f":one: to :{last}:" if cells > 1 else f":one: or :{rule.emoji}:" if rule.emoji else ":one:"
    blocks: list[Block] = [
        section(f"*{quoted(brief.prompt)}*"),
        image(
            0, f"Grid of {_pictures(cells)}, numbered 1 to {cells}, drafted from the prompt: {brief.prompt}"
        ),
        context(
            f"{_pictures(cells)} for <@{brief.author}>{grids.follows(brief)} · seed {brief.seed} · {seconds:.1f} s"
            f" · {format_money(cost_micro, state.currency)} · {left_of(state)}"
        ),
    ]
    blocks += [context(f":information_source: {escape(note)}") for note in notes]
    blocks += [
        context(
            f"React with {choose}, or press a number, and that picture is rendered in *Pro* in the thread."
            f" {asks(rule, brief)}".rstrip()
        ),
        {
            "type": "actions",
            "block_id": "approve",
            "elements": [
                button(
                    f"Pro {number}",
                    f"{APPROVE_ACTION}_{number}",
                    brief.id,
                    accessibility_label=f"Render picture {number} in Pro",
                )
                for number in range(1, cells + 1)
            ],
        },
        grids.again_row(brief, cells),
    ]
    return Message(
        text=f"{_pictures(cells).capitalize()} of {quoted(brief.prompt)}. React with a number to render one in Pro.",
        blocks=blocks,
        attachments=[
            Attachment(
                sha256=sheet,
                filename=f"draft-{brief.id}.png",
                alt_text=f"Grid of {cells} drafts of: {brief.prompt}",
            )
        ],
    )


def pro_waiting(
    brief: Brief, *, cell: int, people: list[str], estimate_micro: int, state: BudgetState, grace_s: float
) -> Message:
    """A cell was approved and its Pro render is about to start."""
    text = f"Rendering picture {cell} in Pro, approved by {people_named(people)}…"
    return Message(
        text=text,
        blocks=[
            section(f":sparkles: {text}"),
            context(
                f"About {format_money(estimate_micro, state.currency)} · {left_of(state)}"
                f" · take the reaction back within {grace_s:g} s to cancel it for free"
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
        text=f"Picture {cell} of {quoted(brief.prompt)} in Pro",
        blocks=[
            section(f":sparkles: *Picture {cell} in Pro*, approved by {people_named(people)}"),
            image(
                0,
                f"Pro render of picture {cell}, {size[0]} by {size[1]} pixels, of the prompt: {brief.prompt}",
            ),
            context(
                f"{size[0]}×{size[1]} · seed {version.seed} · {version.seconds:.1f} s"
                f" · {format_money(cost_micro, state.currency)} · {left_of(state)}"
            ),
            context(
                ":art: Something off? Reply `@Draftroom fix left: make it blue`, or attach a mask picture."
                " Only that region changes."
            ),
            edit_row(version.id),
        ],
        attachments=[
            Attachment(
                sha256=version.picture,
                filename=f"pro-{brief.id}-{cell}.png",
                alt_text=f"Pro render of picture {cell} of: {brief.prompt}",
            )
        ],
    )


def pro_cancelled(*, cell: int, person: str, left: str = "") -> Message:
    """An approval was withdrawn in time; `left` tells of those that stand."""
    text = f"Picture {cell} won't be rendered: <@{person}> took the approval back. Nothing was charged."
    text += f" {left}." if left else ""
    return Message(text=text, blocks=[section(f":leftwards_arrow_with_hook: {text}")])


def fix_waiting(
    *, region: str, instruction: str, person: str, estimate_micro: int, state: BudgetState
) -> Message:
    """A fix was asked for and is about to start."""
    text = f"Fixing {region}: {quoted(instruction)}…"
    return Message(
        text=text,
        blocks=[
            section(f":pencil2: {text}"),
            context(
                f"for <@{person}> · about {format_money(estimate_micro, state.currency)} · {left_of(state)}"
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
        text=f"Fixed {region}: {quoted(instruction)}",
        blocks=[
            section(f":white_check_mark: *Fixed {region}:* {quoted(instruction)} for <@{person}>"),
            image(0, f"Before and after the fix “{instruction}” in the region {region} of: {brief.prompt}"),
            image(1, f"The fixed picture: {brief.prompt}; {instruction}"),
            context(
                f"pixels changed outside the mask: {outside} · seed {version.seed} · {version.seconds:.1f} s"
                f" · {format_money(cost_micro, state.currency)} · {left_of(state)}"
            ),
            context(
                "The version before is kept. Reply with another fix and it goes on from this picture;"
                " :leftwards_arrow_with_hook: goes back."
            ),
            edit_row(version.id),
        ],
        attachments=[
            Attachment(
                sha256=comparison,
                filename=f"before-after-{brief.id}-{version.number}.png",
                alt_text=f"Before and after: {instruction}",
            ),
            Attachment(
                sha256=version.picture,
                filename=f"fix-{brief.id}-{version.number}.png",
                alt_text=f"Fixed: {instruction}",
            ),
        ],
    )


def failed(what: str, sentence: str) -> Message:
    """A job was given up; its money is released."""
    text = f"{what} didn't work out. {sentence} Nothing was charged."
    return Message(text=text, blocks=[section(f":warning: {escape(text)}")])


def waiting_for_engine(what: str, sentence: str, seconds_left: float) -> Message:
    """The engine does not answer, and the bot keeps trying."""
    text = f"{what} has to wait. {sentence} I keep trying for {seconds_left:.0f} s; nothing is charged meanwhile."
    return Message(text=text, blocks=[section(f":hourglass_flowing_sand: {escape(text)}")])


def what_is_drawn(brief: Brief) -> str:
    """How a failing draft is called in a sentence."""
    return f"The draft of “{shorten(brief.prompt, 80)}”"


def _pictures(count: int) -> str:
    return "1 picture" if count == 1 else f"{count} pictures"
