"""What people could not have for want of money: refused now, remembered, and run when more is granted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from bot import clock
from bot.briefs import table as briefs_table
from bot.briefs.model import Channel, Person
from bot.briefs.services import Services
from bot.budget import holds
from bot.budget.holds import OutOfMoney
from bot.channel import actions as channel_actions
from bot.store import Transaction

T = TypeVar("T")
Payload = Mapping[str, object]


class Runner(Protocol):
    """A use case that can do what once had to wait for money."""

    async def __call__(
        self,
        services: Services,
        payload: Mapping[str, Any],
        *,
        person: Person,
        channel: Channel,
        event_id: str,
    ) -> None:
        """Do it. Raises UserError when it still does not fit, or fits no longer."""


@dataclass(frozen=True)
class Runners:
    """Who runs a request, by its kind."""

    by_kind: Mapping[str, Runner]


async def within_means(
    services: Services,
    work: Callable[[Transaction], T],
    payload: Payload | None,
    person: Person,
    place: Channel | str,
) -> T:
    """Write; what does not fit the budget is remembered. `place` is the channel, or a brief in it.

    Raises OutOfMoney, which is a UserError.
    """
    try:
        return await services.database.write(work)
    except OutOfMoney as error:
        if payload is not None and error.needed_micro:
            lacking, at = error, clock.now()

            def remember(tx: Transaction) -> None:
                if isinstance(place, Channel):
                    channel_actions.ensure_channel(services, tx, place, person, at)
                channel = place.id if isinstance(place, Channel) else briefs_table.brief(tx, place).channel
                holds.remember(services, tx, payload, lacking, person=person.id, channel=channel, at=at)

            await services.database.write(remember)
        raise
