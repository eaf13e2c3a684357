"""Series as messages: what they would cost, how far they are, the contact sheet with its pages and picks."""

from __future__ import annotations

from collections.abc import Mapping

from bot.batch.spread import Item
from bot.batch.table import PAGE, Series
from bot.briefs.model import Brief
from bot.channel.rule_wording import asks
from bot.channel.settings import ApprovalRule
from bot.ledger import BudgetState, format_money
from bot.ledger.wording import left_of
from bot.slack.blocks import Attachment, Block, Message, button, context, image, section
from bot.slack.text import escape, quoted, shorten
from bot.texts import say

START, DROP, STOP = "series_start", "series_drop", "series_stop"
#: A page's button; its number follows.
TURN = "series_page"
PICK, APPROVE, ZIP = "series_pick", "series_approve", "series_zip"
#: Rows of a table that are listed before it runs.
LISTED = 6


def question(asked: Series, *, estimate_micro: int, state: BudgetState, note: str = "") -> Message:
    """What it would cost, before it runs. `note`: what the model will not understand."""
    cost = format_money(estimate_micro, state.currency)
    title, count = _title(asked), len(asked.items)
    fits = state.left_micro >= estimate_micro
    warning = [] if fits else [say("series-question-over")]
    listed = [f"*{n}*  {_row(asked, item)}" for n, item in enumerate(asked.items[:LISTED], 1)]
    if count > LISTED:
        listed.append(say("series-question-more", count=count - LISTED))
    return Message(
        text=say("series-question", title=title, count=count, money=cost),
        blocks=[
            section(say("series-question-head", title=title, count=count)),
            section("\n".join(listed) or say("series-question-nothing")),
            *([context(f":warning: {note}")] if note else []),
            context(
                " · ".join(
                    [
                        say("series-question-by", person=asked.person),
                        left_of(state),
                        *warning,
                        say("series-question-free"),
                    ]
                )
            ),
            {
                "type": "actions",
                "block_id": "series",
                "elements": [
                    button(say("series-start", money=cost), START, str(asked.id), style="primary"),
                    button(say("series-cancel"), DROP, str(asked.id)),
                ],
            },
        ],
    )


def _row(asked: Series, item: Item) -> str:
    """What is drawn: of a table the prompt and the shape, too, as far as a line goes."""
    if asked.kind == "stress":
        return escape(shorten(item.caption, 90))
    width, height = item.aspect
    shape = f"{width}×{height}" if max(width, height) >= 100 else f"{width}:{height}"
    return f"{escape(shorten(item.caption, 60))} · {escape(shorten(item.prompt, 90))} · {shape}"


def answered(asked: Series, *, person: str, started: bool) -> Message:
    """What became of the question."""
    title, count = _title(asked), len(asked.items)
    text = (
        say("series-started", person=person, title=title, count=count)
        if started
        else say("series-cancelled", person=person, title=title, count=count)
    )
    return Message(
        text=text, blocks=[section(f":{'arrow_forward' if started else 'octagonal_sign'}: {text}")]
    )


def drawing(brief: Brief, asked: Series, *, done: int, state: BudgetState) -> Message:
    """How far it is."""
    title, count = _title(asked), len(asked.items)
    filled = min(20, round(20 * done / max(1, count)))
    bar = "█" * filled + "░" * (20 - filled)
    small = [say("series-for", person=brief.author), left_of(state), say("series-between")]
    return Message(
        text=say("series-drawing", title=title, done=done, count=count),
        blocks=[
            section(say("series-drawing-head", title=title, bar=bar, done=done, count=count)),
            context(" · ".join(small)),
            {
                "type": "actions",
                "block_id": "series",
                "elements": [button(say("series-stop"), STOP, str(asked.id))],
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
    title, stopped = _title(asked), "yes" if asked.state == "stopped" else "no"
    summary = (
        say("series-sheet-some", done=all_cells, count=len(asked.items))
        if all_cells < len(asked.items)
        else say("series-sheet-all", done=all_cells)
    )
    blocks: list[Block] = [section(say("series-sheet-head", title=title, summary=summary, stopped=stopped))]
    if failure:
        blocks.append(section(say("series-sheet-failed", why=escape(failure))))
    cost = format_money(cost_micro, state.currency)
    small = context(" · ".join([say("series-for", person=brief.author), cost, left_of(state)]))
    if sheet is None or not labels:
        text = say("series-sheet-nothing", title=title, summary=summary, stopped=stopped)
        return Message(text=text, blocks=[*blocks, small])
    numbered = [f"{number} {label}" for number, label in labels.items()]
    alt = say("series-sheet-alt", title=title, labels="; ".join(numbered))
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
            or say("series-sheet-no-labels")
        )
    )
    blocks.append(context(f"{say('series-sheet-pick')} {asks(rule, brief)}".rstrip()))
    blocks.append(
        {
            "type": "actions",
            "block_id": "series_picks",
            "elements": [
                {
                    "type": "multi_static_select",
                    "action_id": PICK,
                    "placeholder": {"type": "plain_text", "text": say("series-pick")},
                    "options": [
                        {
                            "text": {"type": "plain_text", "text": shorten(f"{number} {label}", 75)},
                            "value": str(number),
                        }
                        for number, label in labels.items()
                    ],
                },
                button(say("series-approve"), APPROVE, brief.id, style="primary"),
                button(say("series-zip"), ZIP, brief.id),
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
                    button(
                        say("series-page-shown", page=index + 1)
                        if index == page
                        else say("series-page", page=index + 1),
                        f"{TURN}_{index}",
                        brief.id,
                    )
                    for index in range(min(pages, 25))
                ],
            }
        )
    return Message(
        text=say("series-sheet-text", title=title, summary=summary, stopped=stopped),
        blocks=blocks,
        attachments=[
            Attachment(
                sha256=sheet, filename=f"series-{brief.id}-{page + 1}.png", alt_text=shorten(alt, 1_000)
            )
        ],
    )


def _title(asked: Series) -> str:
    title = quoted(shorten(asked.title, 120))
    if asked.kind == "stress":
        return say("series-title-stress", title=title)
    return say("series-title-table", title=title)
