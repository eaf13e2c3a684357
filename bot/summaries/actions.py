"""Posts summaries: at each channel's local hour, once, and whenever somebody asks for one."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import datetime

from bot import clock, summaries
from bot.ledger import BudgetRule, Prices
from bot.slack import outbox_table
from bot.slack.blocks import Message
from bot.slack.outbox_table import Subject
from bot.store import Database, Picture, PictureStore, Transaction, pictures
from bot.summaries import DueSummary, Kind, Subscription, SummaryFigures
from bot.summaries import messages as summaries_messages

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Reporter:
    """Figures, chart and message of a channel's day."""

    database: Database
    picture_store: PictureStore
    rule: BudgetRule
    prices: Prices

    async def post_due(self) -> None:
        """Post every daily and weekly summary whose hour has come, oldest first, each exactly once."""
        at = clock.now()
        for one in await self.database.read(
            lambda tx: [*summaries.due(tx, at), *summaries.due_weekly(tx, at)]
        ):
            try:
                await self._post_one(one)
            except Exception:  # whatever ails one channel, the others get theirs
                log.exception("the %s summary of %s could not be made", one.kind, one.channel)

    async def _post_one(self, one: DueSummary) -> None:
        entries = (one.after, one.upto) if one.kind == "daily" else None
        message, chart = await self._message(
            await self._figures(one.channel, one.start, one.end, one.kind, entries)
        )
        at = clock.now()
        key = f"summary:{one.channel}:{one.local_date.isoformat()}" + (
            ":week" if one.kind == "weekly" else ""
        )

        def work(tx: Transaction) -> None:
            if summaries.claim(tx, one, at):
                self._queue(tx, key, one.channel, message, chart, at)

        await self.database.write(work)

    async def post_now(self, channel: str, kind: Kind, *, key: str) -> None:
        """Post the summary of a known channel's day or week so far; once per key."""
        start, end = await self.database.read(lambda tx: summaries.so_far(tx, channel, clock.now(), kind))
        message, chart = await self._message(await self._figures(channel, start, end, kind))
        await self.database.write(
            lambda tx: self._queue(tx, f"summary:{channel}:{key}", channel, message, chart, clock.now())
        )

    async def subscribe(self, channel: str, person: str, **changes: bool) -> Subscription:
        """Change which summaries a known channel gets: `daily`, `weekly`, `quiet_days`."""

        def work(tx: Transaction) -> Subscription:
            subscription = replace(summaries.subscription_of(tx, channel), **changes)
            summaries.subscribe(tx, channel, subscription, person=person, at=clock.now())
            return subscription

        return await self.database.write(work)

    async def post_at(self, channel: str, hour: int) -> None:
        """Post a known channel's summaries at that hour of its clock from now on."""
        await self.database.write(lambda tx: summaries.set_hour(tx, channel, hour))

    async def _figures(
        self,
        channel: str,
        start: datetime,
        end: datetime,
        kind: Kind,
        entries: tuple[int, int] | None = None,
    ) -> SummaryFigures:
        return await self.database.read(
            lambda tx: summaries.figures_of(
                tx,
                channel,
                start,
                end,
                default=self.rule,
                hold_factor=self.prices.hold_factor,
                kind=kind,
                entries=entries,
            )
        )

    async def _message(self, figures: SummaryFigures) -> tuple[Message, Picture]:
        chart_png, alt_text = await asyncio.to_thread(_draw, figures)
        chart = await asyncio.to_thread(self.picture_store.keep, chart_png)
        return summaries_messages.summary(figures, chart=chart.sha256, alt_text=alt_text), chart

    def _queue(
        self, tx: Transaction, key: str, channel: str, message: Message, chart: Picture, at: datetime
    ) -> None:
        pictures.record(tx, chart, at)
        outbox_table.queue_post(
            tx, key=key, channel=channel, message=message, subject=Subject(role="summary"), at=at
        )


def _draw(figures: SummaryFigures) -> tuple[bytes, str]:
    """(PNG bytes, alt text). Loads matplotlib at the first call, not at the bot's start."""
    from bot.summaries import chart

    return chart.chart(figures), chart.alt_text(figures)
