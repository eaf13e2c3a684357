"""What people could not have for want of money: refused now, remembered, and run when more is granted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol, TypeVar

from bot import clock
from bot.briefs import table as briefs_table
from bot.briefs.model import Channel, Person, UserError
from bot.briefs.services import Services
from bot.budget import holds
from bot.budget.holds import OutOfMoney
from bot.channel import actions as channel_actions
from bot.slack.people import Directory
from bot.store import Transaction
from bot.texts import say
from bot.worker import background_table
from bot.worker.background_table import BackgroundJob

T = TypeVar("T")

#: The kind of background job that runs what was granted.
GRANTED: Final = "granted"
#: A refused request runs with a grant only while it is younger than this.
WISH_LIFE: Final = timedelta(hours=24)
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


def is_young(refused_at: str, at: datetime) -> bool:
    """Whether something refused then may still run by itself: wishes die young."""
    return at - clock.from_text(refused_at) < WISH_LIFE


@dataclass(frozen=True, kw_only=True)
class GrantedRequests:
    """Runs what was granted: a background job, so that a crash in between loses nothing."""

    services: Services
    runners: Runners
    directory: Directory

    def is_due(self, tx: Transaction, background_job: BackgroundJob) -> bool:
        """At once."""
        return True

    async def run(self, background_job: BackgroundJob) -> None:
        """Do what was refused once. Raises UserError when it still does not fit, or is too old; SlackApiError."""
        request = background_job.payload["request"]
        if not is_young(background_job.payload["refused_at"], clock.now()):
            raise UserError(say("plea-too-old"))
        person = await self.directory.colleague(background_job.person, background_job.channel)
        channel = await self.directory.channel(background_job.channel)
        # Its own event: where it ran before a crash, it runs no second time.
        await self.runners.by_kind[request["kind"]](
            self.services, request, person=person, channel=channel, event_id=f"granted:{background_job.id}"
        )
        at = clock.now()
        await self.services.database.write(lambda tx: background_table.finish(tx, background_job, at))


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
