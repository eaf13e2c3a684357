"""Background jobs: work of the bot's own that needs no engine, kept as rows so that a crash delays it and loses nothing."""

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
class BackgroundJob:
    """One piece of work that was asked for."""

    id: int
    #: deliver or drift.
    kind: str
    channel: str
    person: str
    payload: dict[str, Any]


class Handler(Protocol):
    """Does background jobs of one kind."""

    def is_due(self, tx: Transaction, background_job: BackgroundJob) -> bool:
        """Whether it can be done now."""

    async def run(self, background_job: BackgroundJob) -> None:
        """Do it, and commit its result together with `finish`. Raises UserError where it can't be done."""


def send(
    tx: Transaction,
    *,
    kind: str,
    channel: str,
    person: str,
    payload: Mapping[str, Any],
    event_id: str,
    at: datetime,
) -> None:
    """Write one; the same event again changes nothing."""
    tx.execute(
        "INSERT INTO background_jobs (kind, channel, person, payload, state, event_id, created_at)"
        " VALUES (?, ?, ?, ?, 'waiting', ?, ?) ON CONFLICT (event_id) DO NOTHING",
        [kind, channel, person, json.dumps(payload), event_id, clock.to_text(at)],
    )


def finish(tx: Transaction, background_job: BackgroundJob, at: datetime, failure: str | None = None) -> None:
    """Within the transaction that holds its result: the background job is over."""
    tx.execute(
        "UPDATE background_jobs SET state = ?, failure = ?, finished_at = ? WHERE id = ? AND state = 'waiting'",
        ["failed" if failure else "done", failure, clock.to_text(at), background_job.id],
    )


class BackgroundJobs:
    """Does what waits, one after the other, until cancelled."""

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler],
        tell: Callable[[BackgroundJob, str], Awaitable[None]],
    ) -> None:
        """`tell(errand, sentence)` tells the person why one could not be done."""
        self._database = database
        self._handlers = handlers
        self._tell = tell
        # Some wait for jobs to end.
        self._loop = Loop(
            "background work", database, watches={"background_jobs", "jobs"}, take=self._next, do=self._do
        )

    async def run(self) -> None:
        """Do background jobs until cancelled."""
        await self._loop.run()

    async def _next(self, at_work: Collection[BackgroundJob]) -> BackgroundJob | None:
        return None if at_work else await self._database.read(self._first_due)

    def _first_due(self, tx: Transaction) -> BackgroundJob | None:
        rows = tx.execute(
            "SELECT id, kind, channel, person, payload FROM background_jobs WHERE state = 'waiting' ORDER BY id"
        ).fetchall()
        for row in rows:
            background_job = BackgroundJob(**{**dict(row), "payload": json.loads(row["payload"])})
            if self._handlers[background_job.kind].is_due(tx, background_job):
                return background_job
        return None

    async def _do(self, background_job: BackgroundJob) -> None:
        try:
            await self._handlers[background_job.kind].run(background_job)
            return
        except UserError as error:
            sentence = error.sentence
        except Exception:
            log.exception("a defect in background job %d", background_job.id)
            sentence = say("bot-broke")
        at = clock.now()
        await self._database.write(lambda tx: finish(tx, background_job, at, sentence))
        await self._tell(background_job, sentence)
