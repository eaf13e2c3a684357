"""Series as messages: what they would cost, how far they are, the contact sheet with its pages and picks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.batch.spread import Item
from bot.batch.table import PAGE, Product, Series
from bot.briefs.model import Brief
from bot.channel.rule_wording import asks
from bot.channel.settings import ApprovalRule
from bot.ledger import BudgetState, about, format_money
from bot.ledger.wording import left_of
from bot.slack.blocks import Attachment, Block, Message, button, context, image, section
from bot.slack.buttons import APPROVE_ACTION
from bot.slack.text import escape, quoted, shorten
from bot.texts import say

#: The ids of a series' buttons, by its family.
START = {"series": "series_start", "backgrounds": "backgrounds_start"}
DROP = {"series": "series_drop", "backgrounds": "backgrounds_drop"}
STOP = {"series": "series_stop", "backgrounds": "backgrounds_stop"}
#: A page's button; its number follows.
TURN = "series_page"
PICK, APPROVE, ZIP = "series_pick", "series_approve", "series_zip"
#: The block of the picks.
PICKS = "series_picks"
#: A product is painted; the value is its order's name, or its own.
PAINT = "backgrounds_paint"
#: Rows of a table that are listed before it runs.
LISTED = 6


def question(series: Series, *, estimate_micro: int, state: BudgetState, note: str = "") -> Message:
    """What it would cost, before it runs. `note`: what the model will not understand."""
    cost, what, count = about(estimate_micro, state.currency), _what(series), len(series.items)
    product = series.product
    listed_most = PAGE if product else LISTED
    listed = [f"*{n}*  {_row(series, item)}" for n, item in enumerate(series.items[:listed_most], 1)]
    if count > listed_most:
        listed.append(say("series-question-more", count=count - listed_most))
    small = [
        say("series-question-by", person=series.person),
        *[say("series-question-size", size=shape(one)) for one in series.items[:1] if series.kind != "table"],
        left_of(state),
        *([say("series-question-over")] if state.left_micro < estimate_micro else []),
        say("series-question-free"),
    ]
    return Message(
        text=say("series-question", what=what, money=cost),
        blocks=[
            section(f"{_icon(series)} *{what}*"),
            *([cutout(product)] if product else []),
            section("\n".join(listed) or say("series-question-nothing")),
            *([context(f":warning: {escape(note)}")] if note else []),
            context(" · ".join(small)),
            _actions(
                series.family,
                _button(series, say("series-start", money=cost), START, style="primary"),
                *([paint(f"o{series.number}")] if product else []),
                drop(series),
            ),
        ],
        attachments=[attached(product)] if product else [],
    )


def drop(series: Series) -> Block:
    """The button under a question that nobody wants to answer with yes."""
    return _button(series, say("series-cancel"), DROP)


def paint(what: str, **style: str) -> Block:
    """The button that leads to the editor, where a product is painted."""
    label = say("backgrounds-paint-label")
    return button(say("backgrounds-paint"), PAINT, what, accessibility_label=label, **style)


def cutout(product: Product) -> Block:
    """A product as it is cut out, which is the message's first attachment."""
    return image(0, say("backgrounds-cutout-alt", name=product.name))


def attached(product: Product) -> Attachment:
    """The cut-out as a file."""
    alt = shorten(say("backgrounds-cutout-alt", name=product.name), 1_000)
    return Attachment(sha256=product.cutout, filename="cutout.png", alt_text=alt)


def _row(series: Series, item: Item) -> str:
    """What is drawn: of a table the prompt and the shape, too, as far as a line goes."""
    if series.kind != "table":
        return escape(shorten(item.caption, 90))
    return f"{escape(shorten(item.caption, 60))} · {escape(shorten(item.prompt, 90))} · {shape(item)}"


def shape(item: Item, mark: str = "×") -> str:
    """16:9, or 1080×1350 in pixels."""
    return f"{mark if item.in_pixels else ':'}".join(map(str, item.aspect))


def answered(series: Series, *, person: str, started: bool) -> Message:
    """What became of the question."""
    text = say("series-started" if started else "series-cancelled", person=person, what=_what(series))
    return Message(
        text=text, blocks=[section(f":{'arrow_forward' if started else 'octagonal_sign'}: {text}")]
    )


def drawing(
    brief: Brief,
    series: Series,
    *,
    done: int,
    state: BudgetState,
    estimate_micro: int = 0,
    note: str = "",
) -> Message:
    """How far it is; at first what it will cost about, and what the model will not understand."""
    title, count = _title(series), len(series.items)
    filled = min(20, round(20 * done / max(1, count)))
    bar = "█" * filled + "░" * (20 - filled)
    small = [
        say("series-for", person=brief.author),
        *([say("series-about", money=about(estimate_micro, state.currency))] if estimate_micro else []),
        left_of(state),
        say("series-between"),
    ]
    return Message(
        text=say("series-drawing", title=title, done=done, count=count),
        blocks=[
            section(
                say("series-drawing-head", icon=_icon(series), title=title, bar=bar, done=done, count=count)
            ),
            *([context(f":warning: {escape(note)}")] if note else []),
            context(" · ".join(small)),
            # Around a product all are one portion: what is stopped is gone.
            _actions(
                series.family, _button(series, say("grid-stop" if series.product else "series-stop"), STOP)
            ),
        ],
    )


def finished(
    brief: Brief,
    series: Series,
    *,
    labels: Mapping[int, str],
    in_pro: frozenset[int],
    all_cells: int,
    page: int,
    sheet: str | None,
    cost_micro: int,
    failure: str,
    state: BudgetState,
    rule: ApprovalRule,
    lost: Sequence[int] = (),
    note: str = "",
) -> Message:
    """A page of the contact sheet; what is under each number, picks, other pages and the files.

    `lost`: pictures that it leaves out; `note`: what the model did not understand.
    """
    title, stopped = _title(series), "yes" if series.state == "stopped" else "no"
    summary = (
        say("series-sheet-some", done=all_cells, count=len(series.items))
        if all_cells < len(series.items)
        else say("series-sheet-all", done=all_cells)
    )
    named = say("series-sheet-named", title=title, summary=summary, stopped=stopped)
    bold = say("series-sheet-named", title=f"*{title}*", summary=summary, stopped=stopped)
    blocks: list[Block] = [section(f"{_icon(series)} {bold}")]
    if failure:
        blocks.append(section(say("series-sheet-failed", why=escape(failure))))
    small = [say("series-for", person=brief.author), format_money(cost_micro, state.currency), left_of(state)]
    if sheet is None or not labels:
        blocks.append(context(" · ".join(small)))
        return Message(text=f"{named} {say('series-sheet-nothing')}", blocks=blocks)
    if series.product:
        small.insert(1, say("marks-product-kept"))
    numbered = [f"{number} {label}" for number, label in labels.items()]
    alt = say("series-sheet-alt", title=title, labels="; ".join(numbered))
    next_step = say("series-sheet-react" if series.product else "series-sheet-pick")
    blocks += [
        image(0, alt),
        context(" · ".join(small)),
        *([context(left_out(lost))] if lost else []),
        *([context(f":information_source: {escape(note)}")] if note else []),
        section(_listed(series, labels)),
        context(f"{next_step} {asks(rule, brief)}".rstrip()),
        *_numbers(brief, labels, series),
        picks(brief, labels, in_pro, series),
        *_pages(brief, all_cells, page),
    ]
    return Message(
        text=f"{named} {say('series-sheet-next-react' if series.product else 'series-sheet-next')}",
        blocks=blocks,
        attachments=[
            Attachment(
                sha256=sheet, filename=f"series-{brief.id}-{page + 1}.png", alt_text=shorten(alt, 1_000)
            )
        ],
    )


def left_out(numbers: Sequence[int]) -> str:
    """Which pictures are missing, since their files are lost."""
    named = ", ".join(map(str, sorted(numbers)))
    return f":warning: {say('series-left-out', count=len(numbers), numbers=named)}"


def _listed(series: Series, labels: Mapping[int, str]) -> str:
    """What is under each number: a prompt a line around a product, else a few labels."""
    across, longest = (1, 90) if series.product else (3, 40)
    parts = [f"*{number}*  {escape(shorten(label, longest))}" for number, label in labels.items()]
    return "\n".join(" · ".join(parts[at : at + across]) for at in range(0, len(parts), across))


def _numbers(brief: Brief, labels: Mapping[int, str], series: Series) -> list[Block]:
    """Around a product a button for each picture."""
    if not series.product:
        return []
    buttons = [
        button(
            say("grid-pro", number=number),
            f"{APPROVE_ACTION}_{number}",
            brief.id,
            accessibility_label=say("grid-pro-label", number=number),
        )
        for number in labels
    ]
    return [{"type": "actions", "block_id": "approve", "elements": buttons}]


def picks(brief: Brief, labels: Mapping[int, str], in_pro: frozenset[int], series: Series) -> Block:
    """What can still be picked, and the files."""
    options = [
        {
            "text": {"type": "plain_text", "text": shorten(f"{number} {label}", 75)},
            "value": str(number),
        }
        for number, label in labels.items()
        if number not in in_pro
    ]
    choice: list[Block] = [
        {
            "type": "multi_static_select",
            "action_id": PICK,
            "placeholder": {"type": "plain_text", "text": say("series-pick")},
            "options": options,
        },
        button(say("series-approve"), APPROVE, brief.id, style="primary"),
    ]
    return _actions(
        PICKS,
        *(choice if options and not series.product else []),
        button(say("series-zip"), ZIP, brief.id),
    )


def _pages(brief: Brief, all_cells: int, page: int) -> list[Block]:
    pages = -(-all_cells // PAGE)
    buttons = [
        button(
            say("series-page-shown" if index == page else "series-page", page=index + 1),
            f"{TURN}_{index}",
            brief.id,
        )
        for index in range(min(pages, 25))
    ]
    return [_actions("series_pages", *buttons)] if pages > 1 else []


def brief_prompt(series: Series) -> str:
    """How the brief is called that holds a series' pictures."""
    if series.product:
        return say("backgrounds-brief", name=series.title, count=len(series.items))
    return series.title


def _icon(series: Series) -> str:
    return ":frame_with_picture:" if series.product else ":test_tube:"


def _what(series: Series) -> str:
    """A series and how many pictures it has, in a few words."""
    title = quoted(shorten(series.title, 120)) if not series.product else escape(shorten(series.title, 80))
    return say("series-what", kind=series.kind, title=title, count=len(series.items))


def _title(series: Series) -> str:
    return say("series-title", kind=series.kind, title=quoted(shorten(brief_prompt(series), 120)))


def _actions(block_id: str, *elements: Block) -> Block:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def _button(series: Series, text: str, ids: Mapping[str, str], **style: str) -> Block:
    return button(text, ids[series.family], str(series.number), **style)
