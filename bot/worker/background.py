"""Background jobs: work of the bot's own that needs no engine, kept as rows so that a crash delays it and loses nothing."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Protocol

from slack_sdk.errors import SlackApiError

from bot import clock
from bot.briefs.model import UserError
from bot.slack.web_api import error_code, is_away
from bot.store import Database, Loop, Transaction
from bot.store.pictures import PictureGone
from bot.texts import say
from bot.worker.background_table import BackgroundJob, begin, finish, waiting

log = logging.getLogger(__name__)

#: Before one is tried again for which Slack was away, in seconds; the others go on.
PAUSE_S = 5.0
#: How often one is begun again after crashes, at most: it may be what they come from.
REPLAYS = 2


class Handler(Protocol):
    """Does background jobs of one kind."""

    def is_due(self, tx: Transaction, background_job: BackgroundJob) -> bool:
        """Whether it can be done now."""

    async def run(self, background_job: BackgroundJob) -> None:
        """Do it, and commit its result together with `finish`. Raises UserError where it can't be done.

        Where it raises a SlackApiError since Slack is away, it stays.
        """


class BackgroundJobs:
    """Does what waits, one after the other, until cancelled."""

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler],
        tell: Callable[[BackgroundJob, str], Awaitable[None]],
    ) -> None:
        """`tell(background_job, sentence)` tells the person why one could not be done."""
        self._database = database
        self._handlers = handlers
        self._tell = tell
        #: Monotonic moment from which one for which Slack was away is tried again, by its id.
        self._later: dict[int, float] = {}
        # Some wait for jobs to end.
        self._loop = Loop(
            "background work",
            database,
            watches={"background_jobs", "jobs"},
            take=self._next,
            do=self._do,
            due_s=self._due_s,
        )

    async def run(self) -> None:
        """Do background jobs until cancelled."""
        await self._loop.run()

    async def drain(self) -> None:
        """Begin nothing new; returns when what is in hand is done."""
        await self._loop.drain()

    async def _next(self, at_work: Collection[BackgroundJob]) -> BackgroundJob | None:
        return None if at_work else await self._database.read(self._first_due)

    def _first_due(self, tx: Transaction) -> BackgroundJob | None:
        now = time.monotonic()
        ready = (one for one in waiting(tx) if self._later.get(one.id, now) <= now)
        return next((one for one in ready if self._handlers[one.kind].is_due(tx, one)), None)

    async def _due_s(self) -> float | None:
        now = time.monotonic()
        return min((moment - now for moment in self._later.values() if moment > now), default=None)

    async def _do(self, background_job: BackgroundJob) -> None:
        self._later.pop(background_job.id, None)
        try:
            if background_job.tries > REPLAYS:
                raise UserError(say("background-given-up"))
            await self._begin(background_job, background_job.tries + 1)
            await self._handlers[background_job.kind].run(background_job)
            return
        except asyncio.CancelledError:
            # The bot is stopped, which says nothing against it.
            await self._begin(background_job, background_job.tries)
            raise
        except UserError as error:
            sentence = error.sentence
        except PictureGone:
            sentence = say("picture-gone")
        except SlackApiError as error:
            if is_away(error):
                log.warning("background job %d is done later: %s", background_job.id, error_code(error))
                self._later[background_job.id] = time.monotonic() + PAUSE_S
                await self._begin(background_job, 0)
                return
            sentence = say("slack-refused", code=error_code(error))
        except Exception:
            log.exception("a defect in background job %d", background_job.id)
            sentence = say("bot-broke")
        # First: where the process ends in between, it is told again rather than never.
        await self._tell(background_job, sentence)
        at = clock.now()
        await self._database.write(lambda tx: finish(tx, background_job, at, sentence))

    async def _begin(self, background_job: BackgroundJob, tries: int) -> None:
        await self._database.write(lambda tx: begin(tx, background_job, tries))
