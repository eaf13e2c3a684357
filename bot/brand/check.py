"""What a channel's brand says of new pictures: measured before they are shown, kept with them, told under them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ParamSpec

from bot.brand import drift
from bot.brand import messages as brand_messages
from bot.brand import table as brand_table
from bot.brand.drift import Drift
from bot.brand.table import KeptKit
from bot.briefs.model import Brief, Version
from bot.briefs.services import Services
from bot.slack.blocks import Block, Message, context
from bot.store import Transaction
from bot.texts import say

P = ParamSpec("P")


@dataclass(frozen=True, kw_only=True)
class Marks:
    """Pictures that are about to be shown, held against the palette that is in force."""

    #: The kit that the brief was drafted with.
    used: KeptKit | None
    #: The kit whose palette the pictures were held against.
    held: KeptKit | None
    #: One for each picture; empty where there is no palette.
    drifts: tuple[Drift, ...]
    #: Whether they show a product whose pixels were put back and counted.
    product_kept: bool = False

    def keep(self, tx: Transaction, versions: Sequence[Version]) -> None:
        """Write how far each picture is off, by the version that it became."""
        if self.held and self.drifts:
            for version, found in zip(versions, self.drifts, strict=True):
                brand_table.keep_drift(tx, version=version.id, kit=self.held.id, drift=found)

    def ordered(self, ranks: Sequence[int]) -> Marks:
        """The same for the pictures in another order."""
        return replace(self, drifts=tuple(self.drifts[index] for index in ranks) if self.drifts else ())

    def under(self, build: Callable[P, Message], *, with_words: bool = False) -> Callable[P, Message]:
        """A message's builder that adds what the brand says; `told`: also which words the kit added."""

        def built(*values: P.args, **named: P.kwargs) -> Message:
            return self._on(build(*values, **named), with_words)

        return built

    def under_a_grid(self) -> list[str]:
        """What stands between a grid's picture and its row, in one line: the rest is in its details."""
        found = [(number, drift) for number, drift in enumerate(self.drifts, 1) if self._is_off(drift)]
        return [brand_messages.flags_of_a_grid(found)] if found else []

    def _is_off(self, found: Drift) -> bool:
        return self.held is not None and found.distance > self.held.kit.tolerance

    def _on(self, message: Message, with_words: bool) -> Message:
        blocks: list[Block] = [brand_messages.used(self.used.kit.added)] if with_words and self.used else []
        if self.product_kept:
            blocks.append(context(say("marks-product-kept")))
        if flagged := self._flagged():
            blocks.append(brand_messages.flags(flagged))
        # Under the last picture and its own line of small print.
        shown = list(message.blocks)
        place = max((index for index, block in enumerate(shown) if block["type"] == "image"), default=-1) + 1
        place += place < len(shown) and shown[place]["type"] == "context"
        return replace(message, blocks=[*shown[:place], *blocks, *shown[place:]])

    def _flagged(self) -> list[tuple[str, Drift]]:
        alone = len(self.drifts) == 1
        return [
            (say("marks-this-picture") if alone else say("marks-picture", number=number), found)
            for number, found in enumerate(self.drifts, 1)
            if self._is_off(found)
        ]


async def look(
    services: Services, brief: Brief, pictures: Sequence[bytes], *, product_kept: bool = False
) -> Marks:
    """Measure pictures that were just made for a brief; `product_kept`: a product's pixels were put back."""

    def find(tx: Transaction) -> tuple[KeptKit | None, KeptKit | None]:
        return brand_table.of_brief(tx, brief.id), brand_table.in_force(tx, brief.channel)

    used, held = await services.database.read(find)
    found: tuple[Drift, ...] = ()
    if held and held.kit.palette:
        palette = held.kit.palette
        found = tuple([await asyncio.to_thread(drift.measure, data, palette) for data in pictures])
    return Marks(used=used, held=held, drifts=found, product_kept=product_kept)
