"""Once a day, lets go of what the operator said need not be kept. Off for pictures people may want, until it is set."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import clock
from bot.store import Database, PictureStore, Transaction
from bot.store.pictures import Picture
from bot.worker import retention_table

log = logging.getLogger(__name__)

#: Rows against second deliveries, and what messages showed once, are kept so long: Slack repeats within the hour.
ROWS_KEPT = timedelta(days=30)
#: A crash between a commit and the deletion of its files is made good within this time.
LOOK_BACK = timedelta(days=3)


@dataclass(frozen=True, kw_only=True)
class Retention:
    """What is kept how long; None: for ever."""

    database: Database
    picture_store: PictureStore
    #: Contact sheets and other pictures that can be made again.
    sheets: timedelta | None
    #: Pictures that nobody approved.
    unapproved: timedelta | None

    async def tidy(self) -> int:
        """Let go of everything that is due; how many pictures that were."""
        at, count = clock.now(), 0
        for kept, due in (
            (self.sheets, retention_table.loose),
            (self.unapproved, retention_table.unapproved),
        ):
            while kept is not None and (gone := await self._let_go(due, at - kept, at)):
                count += gone
        await self._delete(at - LOOK_BACK)
        rows = await self.database.write(lambda tx: retention_table.forget(tx, at - ROWS_KEPT))
        if count or rows:
            log.info("let go of %d pictures and %d rows that served their time", count, rows)
        return count

    async def _let_go(
        self, due: Callable[[Transaction, datetime], list[Picture]], before: datetime, at: datetime
    ) -> int:
        def work(tx: Transaction) -> int:
            gone = due(tx, before)
            retention_table.let_go(tx, gone, at)
            return len(gone)

        return await self.database.write(work)

    async def _delete(self, since: datetime) -> None:
        """The files of what was let go since then; what somebody wants meanwhile is brought back."""
        after: tuple[str, str] | None = clock.to_text(since), ""

        def work(tx: Transaction) -> tuple[str, str] | None:
            # Within the transaction, so that nobody can come to want one between the look and the deletion.
            found = retention_table.gone(tx, after or ("", ""))
            for one in found:
                if not one.wanted:
                    self.picture_store.delete(one.picture)
                elif self.picture_store.path(one.picture).exists():
                    retention_table.bring_back(tx, one.picture)
            return (found[-1].at, found[-1].picture.sha256) if found else None

        while after is not None:
            after = await self.database.write(work)
