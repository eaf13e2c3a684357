"""Errands: work of the bot's own that needs no engine, kept as rows so that a crash delays it and loses nothing."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot import clock
from bot.briefs.model import UserError
from bot.store import Database, Loop, Transaction
from bot.texts import say

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Errand:
    """One piece of work that was asked for."""

    id: int
    #: deliver or drift.
    kind: str
    channel: str
    person: str
    wish: dict[str, Any]


class Doer(Protocol):
    """Does errands of one kind."""

    def is_due(self, tx: Transaction, errand: Errand) -> bool:
        """Whether it can be done now."""

    async def run(self, errand: Errand) -> None:
        """Do it, and commit its result together with `finish`. Raises UserError where it can't be done."""


def send(
    tx: Transaction,
    *,
    kind: str,
    channel: str,
    person: str,
    wish: Mapping[str, Any],
    delivery: str,
    at: datetime,
) -> None:
    """Write an errand; the same delivery again changes nothing."""
    tx.execute(
        "INSERT INTO errands (kind, channel, person, wish, state, delivery, created_at)"
        " VALUES (?, ?, ?, ?, 'waiting', ?, ?) ON CONFLICT (delivery) DO NOTHING",
        [kind, channel, person, json.dumps(wish), delivery, clock.to_text(at)],
    )


def finish(tx: Transaction, errand: Errand, at: datetime, failure: str | None = None) -> None:
    """Within the transaction that holds its result: the errand is over."""
    tx.execute(
        "UPDATE errands SET state = ?, failure = ?, finished_at = ? WHERE id = ? AND state = 'waiting'",
        ["failed" if failure else "done", failure, clock.to_text(at), errand.id],
    )


class Errands:
    """Does what waits, one after the other, until cancelled."""

    def __init__(
        self,
        database: Database,
        doers: Mapping[str, Doer],
        tell: Callable[[Errand, str], Awaitable[None]],
    ) -> None:
        """`tell(errand, sentence)` tells the person why one could not be done."""
        self._database = database
        self._doers = doers
        self._tell = tell
        # Some wait for jobs to end.
        self._loop = Loop(
            "background work", database, watches={"errands", "jobs"}, take=self._next, do=self._do
        )

    async def run(self) -> None:
        """Do errands until cancelled."""
        await self._loop.run()

    async def _next(self, at_work: Collection[Errand]) -> Errand | None:
        return None if at_work else await self._database.read(self._first_due)

    def _first_due(self, tx: Transaction) -> Errand | None:
        rows = tx.execute(
            "SELECT id, kind, channel, person, wish FROM errands WHERE state = 'waiting' ORDER BY id"
        ).fetchall()
        for row in rows:
            errand = Errand(**{**dict(row), "wish": json.loads(row["wish"])})
            if self._doers[errand.kind].is_due(tx, errand):
                return errand
        return None

    async def _do(self, errand: Errand) -> None:
        try:
            await self._doers[errand.kind].run(errand)
            return
        except UserError as error:
            sentence = error.sentence
        except Exception:
            log.exception("a defect in errand %d", errand.id)
            sentence = say("bot-broke")
        at = clock.now()
        await self._database.write(lambda tx: finish(tx, errand, at, sentence))
        await self._tell(errand, sentence)
