"""What every step works with: where things are kept, what they cost, and who people are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bot.ledger import BudgetRule, Prices
from bot.settings import Settings
from bot.store import Database, PictureStore


async def nobody(group: str) -> Collection[str]:
    """The members of any user group where Slack has none."""
    return frozenset()


@dataclass(frozen=True, kw_only=True)
class Services:
    """Given to each use case. What a step does commits before it returns."""

    database: Database
    picture_store: PictureStore
    settings: Settings
    prices: Prices
    #: The budget of channels that have none of their own.
    rule: BudgetRule
    #: Who belongs to a user group. Raises UserError when Slack does not tell.
    members: Callable[[str], Awaitable[Collection[str]]] = nobody
    #: The words of the engine's model as far as it told them; nothing where it did not, or lists none.
    known_words: Callable[[], Mapping[str, Any]] = dict
    #: The LoRAs that drafts may name; None where the engine did not tell.
    known_loras: Callable[[], Collection[str] | None] = lambda: None
