"""When the advice about a prompt is shown, and how it stays with a draft's message while that is drawn."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.ledger import Prices
from bot.settings import Settings
from bot.slack import advice as words
from bot.slack.message import Block, Message
from bot.store import Transaction
from bot.studio import advice, channel_policy, vocabulary
from bot.studio.model import Brief, Tier
from bot.studio.sizes import draft_size, pro_size


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
    if brief.change == "again" or not channel_policy.policy_of(tx, brief.channel).advice:
        return []
    # A reference picture gives a draft something to follow, whatever the words.
    if not brief.reference and (unknown := vocabulary.warning(brief.prompt, known_words)):
        return words.unknown(brief, unknown)
    sentence = advice.warning(brief.prompt)
    if not sentence:
        return []
    cost = straight_micro(brief, prices, settings)
    return words.blocks(brief, sentence, straight_micro=cost, currency=settings.currency)


def carried(tx: Transaction, key: str) -> list[Block]:
    """The warning that the message of this effect was posted with."""
    row = tx.execute("SELECT payload FROM effects WHERE key = ?", [key]).fetchone()
    posted = json.loads(row["payload"])["blocks"] if row else []
    return [block for block in posted if block.get("block_id") in (words.BLOCK, words.ROW)]


def with_advice(message: Message, warning: Sequence[Block], *, before: str) -> Message:
    """The message with the warning above its block of that id, or at its end."""
    blocks = list(message.blocks)
    ids = [block.get("block_id") for block in blocks]
    place = ids.index(before) if before in ids else len(blocks)
    return replace(message, blocks=[*blocks[:place], *warning, *blocks[place:]])
