"""Series as messages: what they would cost, how far they are, the contact sheet with its pages and picks."""

from __future__ import annotations

from collections.abc import Mapping

from bot.ledger import BudgetState, format_money
from bot.slack.approvals import asks
from bot.slack.message import Attachment, Block, Message, button, context, image, section
from bot.slack.text import escape, quoted, shorten
from bot.slack.views import left_of
from bot.studio.model import Brief
from bot.studio.policy import ApprovalRule
from bot.studio.series import PAGE, Series

START, DROP, STOP = "series_start", "series_drop", "series_stop"
#: A page's button; its number follows.
TURN = "series_page"
PICK, APPROVE, ZIP = "series_pick", "series_approve", "series_zip"
#: Rows of a table that are listed before it runs.
LISTED = 6


def question(asked: Series, *, estimate_micro: int, state: BudgetState) -> Message:
    """What it would cost, before it runs."""
    cost = format_money(estimate_micro, state.currency)
    text = f"{_title(asked)}: {len(asked.items)} pictures, about {cost}"
    fits = state.left_micro >= estimate_micro
    warning = [] if fits else [":warning: that is more than what is left"]
    listed = [f"*{n}*  {escape(shorten(item.label, 90))}" for n, item in enumerate(asked.items[:LISTED], 1)]
    if len(asked.items) > LISTED:
        listed.append(f"…and {len(asked.items) - LISTED} more")
    return Message(
        text=text,
        blocks=[
            section(f":test_tube: *{_title(asked)}*: {len(asked.items)} pictures"),
            section("\n".join(listed) or "nothing"),
            context(
                " · ".join(
                    [
                        f"asked by <@{asked.person}>",
                        left_of(state),
                        *warning,
                        "nothing is charged before you start",
                    ]
                )
            ),
            {
                "type": "actions",
                "block_id": "series",
                "elements": [
                    button(f"Start, about {cost}", START, str(asked.id), style="primary"),
                    button("Cancel", DROP, str(asked.id)),
                ],
            },
        ],
    )


def answered(asked: Series, *, person: str, started: bool) -> Message:
    """What became of the question."""
    what = f"{_title(asked)}, {len(asked.items)} pictures"
    text = (
        f"<@{person}> started {what}." if started else f"<@{person}> cancelled {what}. Nothing was charged."
    )
    return Message(
        text=text, blocks=[section(f":{'arrow_forward' if started else 'octagonal_sign'}: {text}")]
    )


def drawing(brief: Brief, asked: Series, *, done: int, state: BudgetState) -> Message:
    """How far it is."""
    count = len(asked.items)
    filled = min(20, round(20 * done / max(1, count)))
    text = f"{_title(asked)}: {done} of {count} pictures drawn"
    return Message(
        text=text,
        blocks=[
            section(
                f":test_tube: *{_title(asked)}*\n`{'█' * filled}{'░' * (20 - filled)}` {done} of {count}"
            ),
            context(f"for <@{brief.author}> · {left_of(state)} · others' drafts come between"),
            {
                "type": "actions",
                "block_id": "series",
                "elements": [button("🛑 Stop and keep what is done", STOP, str(asked.id))],
            },
        ],
    )


def finished(
    brief: Brief,
    asked: Series,
    *,
    labels: Mapping[int, str],
    all_cells: int,
    page: int,
    sheet: str | None,
    cost_micro: int,
    failure: str,
    state: BudgetState,
    rule: ApprovalRule,
) -> Message:
    """A page of the contact sheet; what is under each number, picks, other pages and the files."""
    told = (
        f"{all_cells} of {len(asked.items)} pictures"
        if all_cells < len(asked.items)
        else f"{all_cells} pictures"
    )
    stopped = " Stopped." if asked.state == "stopped" else ""
    blocks: list[Block] = [section(f":test_tube: *{_title(asked)}*: {told}.{stopped}")]
    if failure:
        blocks.append(section(f":warning: Some could not be drawn, and cost nothing: {escape(failure)}"))
    cost = format_money(cost_micro, state.currency)
    small = context(f"for <@{brief.author}> · {cost} · {left_of(state)}")
    if sheet is None or not labels:
        return Message(
            text=f"{_title(asked)}: {told}.{stopped} Nothing was charged.", blocks=[*blocks, small]
        )
    numbered = [f"{number} {label}" for number, label in labels.items()]
    alt = f"Contact sheet of {_title(asked)}: " + "; ".join(numbered)
    blocks += [image(0, alt), small]
    blocks.append(
        section(
            "\n".join(
                " · ".join(
                    f"*{number}* {escape(shorten(label, 40))}"
                    for number, label in list(labels.items())[at : at + 3]
                )
                for at in range(0, len(labels), 3)
            )
            or "no labels"
        )
    )
    blocks.append(
        context(
            f"Pick pictures and approve them: each is rendered in *Pro*, in this thread. {asks(rule, brief)}".rstrip()
        )
    )
    blocks.append(
        {
            "type": "actions",
            "block_id": "series_picks",
            "elements": [
                {
                    "type": "multi_static_select",
                    "action_id": PICK,
                    "placeholder": {"type": "plain_text", "text": "Pick pictures"},
                    "options": [
                        {
                            "text": {"type": "plain_text", "text": shorten(f"{number} {label}", 75)},
                            "value": str(number),
                        }
                        for number, label in labels.items()
                    ],
                },
                button("Approve picked", APPROVE, brief.id, style="primary"),
                button("Download as zip", ZIP, brief.id),
            ],
        }
    )
    pages = -(-all_cells // PAGE)
    if pages > 1:
        blocks.append(
            {
                "type": "actions",
                "block_id": "series_pages",
                "elements": [
                    button(f"{'● ' if index == page else ''}Page {index + 1}", f"{TURN}_{index}", brief.id)
                    for index in range(min(pages, 25))
                ],
            }
        )
    return Message(
        text=f"{_title(asked)}: {told}.{stopped} Pick some and approve them.",
        blocks=blocks,
        attachments=[
            Attachment(
                sha256=sheet, filename=f"series-{brief.id}-{page + 1}.png", alt_text=shorten(alt, 1_000)
            )
        ],
    )


def _title(asked: Series) -> str:
    if asked.kind == "stress":
        return f"Stress test of {quoted(shorten(asked.title, 120))}"
    return f"Batch {quoted(shorten(asked.title, 120))}"
