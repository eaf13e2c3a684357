"""When the advice about a prompt is shown, and how it stays with a draft's message while that is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.briefs.keys import brief_key
from bot.briefs.model import Brief, Tier
from bot.briefs.services import Services
from bot.briefs.sizes import draft_size, pro_size
from bot.channel import table as channel_table
from bot.draft import advice, vocabulary
from bot.ledger import Prices, about
from bot.settings import Settings
from bot.slack import outbox_table
from bot.slack.blocks import Block, Message, button, context, section
from bot.slack.text import escape, quoted
from bot.store import Transaction
from bot.texts import say


def straight_micro(brief: Brief, prices: Prices, settings: Settings) -> int:
    """What one draft and its Pro render will probably cost."""
    small = draft_size(brief.aspect, settings.draft_size_px)
    large = pro_size(small, settings.pro_size_px)
    return prices.estimate(Tier.DRAFT, 1, *small) + prices.estimate(Tier.PRO, 1, *large)


def advised(
    tx: Transaction, brief: Brief, prices: Prices, settings: Settings, known_words: Mapping[str, Any]
) -> list[Block]:
    """The warning that a new brief gets, if any. Who draws the same again has read it.

    `known_words`: those of the model, where it lists them.
    """
    if brief.change == "again" or not channel_table.policy_of(tx, brief.channel).advice:
        return []
    if known_words:
        # Such a model has no more words in Pro, so Pro is not offered as a cure.
        # A reference picture gives a draft something to follow, whatever the words.
        unheard = "" if brief.reference else vocabulary.before(advice.uncounted(brief.prompt), known_words)
        told = [advice.warning(brief.prompt, small=True), unheard]
        sentence = " ".join(filter(None, told))
        return unknown(brief, sentence) if sentence else []
    sentence = advice.warning(brief.prompt)
    if not sentence:
        return []
    cost = straight_micro(brief, prices, settings)
    return blocks(brief, sentence, straight_micro=cost, currency=settings.currency)


def carried(tx: Transaction, key: str) -> list[Block]:
    """The warning that the message of this effect was posted with."""
    return [block for block in outbox_table.blocks_of(tx, key) if block.get("block_id") in (BLOCK, ROW)]


def after(tx: Transaction, brief: Brief, services: Services) -> tuple[list[str], int | None]:
    """The same under the finished grid, where the drafts are paid: what to expect of them, and what Pro costs."""
    if not carried(tx, brief_key(brief.id)):
        return [], None
    told = f":warning: {escape(advice.warning(brief.prompt))}"
    return [told], straight_micro(brief, services.prices, services.settings)


def with_advice(message: Message, warning: Sequence[Block], *, before: str) -> Message:
    """The message with the warning above its block of that id, or at its end."""
    blocks = list(message.blocks)
    ids = [block.get("block_id") for block in blocks]
    place = ids.index(before) if before in ids else len(blocks)
    return replace(message, blocks=[*blocks[:place], *warning, *blocks[place:]])


STRAIGHT, CHANGE = "straight_to_pro", "advice_change"


BLOCK, ROW = "advice", "advice_row"


#: Of a warning that does not stay with the finished grid, which has a note of its own about it.
UNKNOWN, UNKNOWN_ROW = "unknown_words", "unknown_words_row"


def straight_button(brief: str, micro: int, currency: str) -> Block:
    """The button that drafts one picture and renders it in Pro; it says what both cost."""
    return button(
        say("advice-straight", cost=about(micro, currency)),
        STRAIGHT,
        brief,
        accessibility_label=say("advice-straight-label"),
    )


def blocks(brief: Brief, sentence: str, *, straight_micro: int, currency: str) -> list[Block]:
    """What stands above the draft's own buttons."""
    return [
        {**section(say("advice-warning", sentence=escape(sentence))), "block_id": BLOCK},
        {
            "type": "actions",
            "block_id": ROW,
            "elements": [straight_button(brief.id, straight_micro, currency), _change_button(brief)],
        },
    ]


def unknown(brief: Brief, sentence: str) -> list[Block]:
    """What stands above a draft's own buttons where a small model leaves out what was asked; so would Pro."""
    return [
        {**section(say("advice-warning", sentence=escape(sentence))), "block_id": UNKNOWN},
        {"type": "actions", "block_id": UNKNOWN_ROW, "elements": [_change_button(brief)]},
    ]


def _change_button(brief: Brief) -> Block:
    return button(say("grid-change-prompt"), CHANGE, brief.id, accessibility_label=say("advice-change-label"))


def gone_straight(brief: Brief, person: str) -> Message:
    """A draft was given up for Pro."""
    text = say("advice-gone", person=person, prompt=quoted(brief.prompt))
    return Message(text=text, blocks=[section(f":fast_forward: {text}")])


def not_straight(brief: Brief, sentence: str) -> Message:
    """One picture was drafted, and its render could not begin."""
    text = say("advice-stuck", sentence=sentence)
    return Message(
        text=text,
        blocks=[
            section(f":warning: {text}"),
            context(say("advice-stuck-small", prompt=quoted(brief.prompt))),
        ],
    )
