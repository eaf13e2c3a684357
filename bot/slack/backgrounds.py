"""Backgrounds around a product as messages: what was cut out, what it would cost, how far it is, the sheet."""

from __future__ import annotations

from collections.abc import Sequence

from bot.ledger import BudgetState, format_money
from bot.slack import grids
from bot.slack.approvals import APPROVE_ACTION, asks
from bot.slack.message import Attachment, Block, Message, button, context, image, section
from bot.slack.text import escape, quoted, shorten
from bot.slack.views import left_of
from bot.studio.model import Brief
from bot.studio.policy import ApprovalRule
from bot.studio.products import Order, Product

START, DROP = "backgrounds_start", "backgrounds_drop"
#: Characters of a prompt in the list under a sheet.
LISTED = 90


def cut(product: Product) -> Message:
    """The product was cut out, and waits for prompts."""
    text = f"Cut out {escape(shorten(product.name, 80))} for <@{product.person}>"
    return Message(
        text=text,
        blocks=[
            section(f":scissors: *{text}*"),
            image(0, f"The product of {product.name}, cut out"),
            context(
                "Now say what stands behind it: `/draft backgrounds on a marble table; in a pine forest`."
                " The product's own pixels never change."
            ),
        ],
        attachments=[_cutout(product)],
    )


def question(order: Order, *, estimate_micro: int, state: BudgetState) -> Message:
    """What it would cost, before it runs."""
    cost = format_money(estimate_micro, state.currency)
    text = f"{len(order.prompts)} backgrounds for {escape(shorten(order.product.name, 80))}, about {cost}"
    return Message(
        text=text,
        blocks=[
            section(f":frame_with_picture: *{text}*"),
            image(0, f"The product of {order.product.name}, cut out"),
            section(_listed([shorten(prompt, LISTED) for prompt in order.prompts])),
            context(f"asked by <@{order.person}> · {left_of(state)} · nothing is charged before you start"),
            {
                "type": "actions",
                "block_id": "backgrounds",
                "elements": [
                    button(f"Start, about {cost}", START, str(order.id), style="primary"),
                    button("Cancel", DROP, str(order.id)),
                ],
            },
        ],
        attachments=[_cutout(order.product)],
    )


def answered(order: Order, *, person: str, started: bool) -> Message:
    """What became of the question."""
    count = f"{len(order.prompts)} backgrounds for {escape(shorten(order.product.name, 80))}"
    text = (
        f"<@{person}> started {count}." if started else f"<@{person}> cancelled {count}. Nothing was charged."
    )
    return Message(
        text=text, blocks=[section(f":{'arrow_forward' if started else 'octagonal_sign'}: {text}")]
    )


def drawing(brief: Brief, *, done: int, count: int, cost: str, state: BudgetState) -> Message:
    """They are being made: how far it is."""
    text = f"Drawing {quoted(brief.prompt)}… {done} of {count} done"
    return Message(
        text=text,
        blocks=[
            section(f":art: {text}"),
            context(f"for <@{brief.author}>{cost} · {left_of(state)}"),
            grids.stop_row(brief),
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
) -> Message:
    """The finished contact sheet: every picture's prompt by its number, and what to do next."""
    count = "1 picture" if len(prompts) == 1 else f"{len(prompts)} pictures"
    blocks: list[Block] = [
        section(f"*{quoted(brief.prompt)}*"),
        image(0, f"Contact sheet of {count}: {brief.prompt}. " + "; ".join(_numbered(prompts))),
        context(
            f"{count} for <@{brief.author}> · product pixels changed: {changed} · seed {brief.seed} · {seconds:.1f} s"
            f" · {format_money(cost_micro, state.currency)} · {left_of(state)}"
        ),
        section(_listed([shorten(prompt, LISTED) for prompt in prompts])),
        context(
            f"React with a number, or press one, and that background is rendered in *Pro* around the same product."
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
                for number in range(1, len(prompts) + 1)
            ][:25],
        },
    ]
    return Message(
        text=f"{count.capitalize()} of {quoted(brief.prompt)}. React with a number to render one in Pro.",
        blocks=blocks,
        attachments=[
            Attachment(
                sha256=shown,
                filename=f"backgrounds-{brief.id}.png",
                alt_text=shorten(f"Contact sheet of {count}: {brief.prompt}", 1_000),
            )
        ],
    )


def _numbered(prompts: Sequence[str]) -> list[str]:
    return [f"{number} {prompt}" for number, prompt in enumerate(prompts, 1)]


def _listed(prompts: Sequence[str]) -> str:
    return (
        "\n".join(f"*{number}*  {escape(prompt)}" for number, prompt in enumerate(prompts, 1)) or "no prompts"
    )


def _cutout(product: Product) -> Attachment:
    return Attachment(
        sha256=product.cutout,
        filename="cutout.png",
        alt_text=shorten(f"The product of {product.name}, cut out", 1_000),
    )
