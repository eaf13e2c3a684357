"""Backgrounds around a product as messages: what was cut out, what it would cost, how far it is, the sheet."""

from __future__ import annotations

from collections.abc import Sequence

from bot.briefs.model import Brief
from bot.channel.rule_wording import asks
from bot.channel.settings import ApprovalRule
from bot.draft import messages as draft_messages
from bot.ledger import BudgetState, format_money
from bot.ledger.wording import left_of
from bot.product.table import Order, Product, of_order, of_product
from bot.slack.blocks import Attachment, Block, Message, button, context, image, section
from bot.slack.buttons import APPROVE_ACTION
from bot.slack.text import escape, quoted, shorten
from bot.texts import say

START, DROP, PAINT = "backgrounds_start", "backgrounds_drop", "backgrounds_paint"
#: Characters of a prompt in the list under a sheet.
LISTED = 90


def cut(product: Product) -> Message:
    """The product was cut out, and waits for prompts."""
    text = say("backgrounds-cut", name=_name(product), person=product.person)
    return Message(
        text=text,
        blocks=[
            section(say("backgrounds-cut-head", name=_name(product), person=product.person)),
            image(0, say("backgrounds-cutout-alt", name=product.name)),
            context(say("backgrounds-cut-next")),
            _choices([_paint(of_product(product))]),
        ],
        attachments=[_cutout(product)],
    )


def unclear(product: Product, order: Order | None, *, why: str) -> Message:
    """Where the product is can't be told; it can be painted. `why` is a sentence that says what else can be done."""
    drop = [button(say("backgrounds-cancel"), DROP, str(order.id))] if order else []
    return Message(
        text=say("backgrounds-unclear", name=_name(product)),
        blocks=[
            section(say("backgrounds-unclear-head", name=_name(product), person=product.person)),
            section(why),
            context(say("backgrounds-unclear-next")),
            _choices([_paint(of_order(order) if order else of_product(product), style="primary"), *drop]),
        ],
    )


def question(order: Order, *, estimate_micro: int, state: BudgetState) -> Message:
    """What it would cost, before it runs."""
    cost, count = format_money(estimate_micro, state.currency), len(order.prompts)
    name = _name(order.product)
    return Message(
        text=say("backgrounds-question", count=count, name=name, money=cost),
        blocks=[
            section(say("backgrounds-question-head", count=count, name=name, money=cost)),
            image(0, say("backgrounds-cutout-alt", name=order.product.name)),
            section(_listed([shorten(prompt, LISTED) for prompt in order.prompts])),
            context(say("backgrounds-question-small", person=order.person, left=left_of(state))),
            _choices(
                [
                    button(say("backgrounds-start", money=cost), START, str(order.id), style="primary"),
                    _paint(of_order(order)),
                    button(say("backgrounds-cancel"), DROP, str(order.id)),
                ]
            ),
        ],
        attachments=[_cutout(order.product)],
    )


def answered(order: Order, *, person: str, started: bool) -> Message:
    """What became of the question."""
    values: dict[str, str | int] = {
        "person": person,
        "count": len(order.prompts),
        "name": _name(order.product),
    }
    text = say("backgrounds-started" if started else "backgrounds-cancelled", **values)
    return Message(
        text=text, blocks=[section(f":{'arrow_forward' if started else 'octagonal_sign'}: {text}")]
    )


def drawing(brief: Brief, *, done: int, count: int, cost: str, state: BudgetState) -> Message:
    """They are being made: how far it is. `cost` is about what they cost, where that is told."""
    values: dict[str, str | int] = {"prompt": quoted(brief.prompt), "done": done, "count": count}
    person, left = brief.author, left_of(state)
    small = (
        say("backgrounds-drawing-small-about", person=person, left=left, money=cost)
        if cost
        else say("backgrounds-drawing-small", person=person, left=left)
    )
    return Message(
        text=say("backgrounds-drawing", **values),
        blocks=[
            section(say("backgrounds-drawing-head", **values)),
            context(small),
            draft_messages.stop_row(brief),
        ],
    )


def sheet(
    brief: Brief,
    *,
    prompts: Sequence[str],
    shown: str,
    changed: int,
    seconds: float,
    cost_micro: int,
    state: BudgetState,
    rule: ApprovalRule,
    note: str = "",
) -> Message:
    """The finished contact sheet: every picture's prompt by its number, and what to do next.

    `note`: what the model did not understand.
    """
    count = len(prompts)
    listed = "; ".join(f"{number} {prompt}" for number, prompt in enumerate(prompts, 1))
    blocks: list[Block] = [
        section(f"*{quoted(brief.prompt)}*"),
        image(0, say("backgrounds-sheet-alt", count=count, prompt=brief.prompt, prompts=listed)),
        context(
            say(
                "backgrounds-sheet-small",
                count=count,
                person=brief.author,
                changed=changed,
                seed=str(brief.seed),
                seconds=f"{seconds:.1f}",
                money=format_money(cost_micro, state.currency),
                left=left_of(state),
            )
        ),
        *([context(f":information_source: {escape(note)}")] if note else []),
        section(_listed([shorten(prompt, LISTED) for prompt in prompts])),
        context(f"{say('backgrounds-sheet-next')} {asks(rule, brief)}".rstrip()),
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
                for number in range(1, count + 1)
            ][:25],
        },
    ]
    return Message(
        text=say("backgrounds-sheet", count=count, prompt=quoted(brief.prompt)),
        blocks=blocks,
        attachments=[
            Attachment(
                sha256=shown,
                filename=f"backgrounds-{brief.id}.png",
                alt_text=shorten(say("backgrounds-sheet-file-alt", count=count, prompt=brief.prompt), 1_000),
            )
        ],
    )


def _choices(elements: list[Block]) -> Block:
    return {"type": "actions", "block_id": "backgrounds", "elements": elements}


def _paint(what: str, **style: str) -> Block:
    return button(
        say("backgrounds-paint"), PAINT, what, accessibility_label=say("backgrounds-paint-label"), **style
    )


def _name(product: Product) -> str:
    return escape(shorten(product.name, 80))


def _listed(prompts: Sequence[str]) -> str:
    return "\n".join(f"*{number}*  {escape(prompt)}" for number, prompt in enumerate(prompts, 1)) or say(
        "backgrounds-no-prompts"
    )


def _cutout(product: Product) -> Attachment:
    return Attachment(
        sha256=product.cutout,
        filename="cutout.png",
        alt_text=shorten(say("backgrounds-cutout-alt", name=product.name), 1_000),
    )
