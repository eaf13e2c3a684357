"""A product as a message: what was cut out, or that nobody can tell yet where it is."""

from __future__ import annotations

from bot.batch import messages as batch_messages
from bot.batch.table import Product, Series
from bot.product.table import name_of
from bot.slack.blocks import Block, Message, context, section
from bot.slack.text import escape, shorten
from bot.texts import say


def cut(product: Product) -> Message:
    """The product was cut out, and waits for prompts."""
    return Message(
        text=say("backgrounds-cut", name=_name(product), person=product.person),
        blocks=[
            section(say("backgrounds-cut-head", name=_name(product), person=product.person)),
            batch_messages.cutout(product),
            context(say("backgrounds-cut-next")),
            _choices(batch_messages.paint(name_of(product, None))),
        ],
        attachments=[batch_messages.attached(product)],
    )


def unclear(product: Product, series: Series | None, *, why: str) -> Message:
    """Where the product is can't be told; it can be painted. `why` is a sentence that says what else can be done."""
    return Message(
        text=say("backgrounds-unclear", name=_name(product)),
        blocks=[
            section(say("backgrounds-unclear-head", name=_name(product), person=product.person)),
            section(why),
            context(say("backgrounds-unclear-next")),
            _choices(
                batch_messages.paint(name_of(product, series), style="primary"),
                *([batch_messages.drop(series)] if series else []),
            ),
        ],
    )


def _choices(*elements: Block) -> Block:
    return {"type": "actions", "block_id": "backgrounds", "elements": list(elements)}


def _name(product: Product) -> str:
    return escape(shorten(product.name, 80))
