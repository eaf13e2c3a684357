"""Many pictures at once: what they cost is asked first, they are drawn in small portions, stopped with what is done.

Each portion is a job with a reservation of its own, so that others' drafts come between, and a crash loses nothing.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import clock, ledger
from bot.batch import messages
from bot.batch import table as batch_table
from bot.batch.csv_table import read_table
from bot.batch.sheet import show
from bot.batch.spread import Item, spread
from bot.batch.table import Series, StressRequest
from bot.brand import table as brand_table
from bot.brand.kit import check
from bot.briefs import table as briefs_table
from bot.briefs.keys import brief_key, new_id
from bot.briefs.model import BatchTask, Brief, BriefKind, Channel, Person, Tier, UserError
from bot.briefs.services import Services
from bot.briefs.sizes import draft_size
from bot.briefs.typed import CELLS_LIMIT, SEED_LIMIT
from bot.budget import holds
from bot.channel import actions as channel_actions
from bot.draft import vocabulary
from bot.slack import outbox_table
from bot.slack.outbox_table import Subject
from bot.slack.people import check_own
from bot.store import Transaction
from bot.texts import say
from bot.worker import table as worker_table
from bot.worker.cancel import release


@dataclass(frozen=True, kw_only=True)
class SeriesDesk:
    """The use cases around series."""

    services: Services

    async def stress(self, asked: StressRequest, *, channel: Channel, person: Person, event_id: str) -> None:
        """Show what a stress test would cost. Raises UserError."""
        seed = asked.brief.seed if asked.brief.seed is not None else secrets.randbelow(SEED_LIMIT - 10_000)
        items = spread(asked.brief.prompt, asked.count, seed=seed, aspect=asked.brief.aspect)
        await self._ask(
            items,
            kind="stress",
            title=asked.brief.prompt,
            negative_prompt=asked.brief.negative_prompt,
            channel=channel,
            person=person,
            event_id=event_id,
        )

    async def table(self, data: bytes, *, name: str, channel: Channel, person: Person, event_id: str) -> None:
        """Show what the pictures of a CSV file would cost. Raises UserError that names the lines to mend."""
        items = await asyncio.to_thread(
            read_table,
            data,
            most=self.services.settings.series_limit,
            seed=secrets.randbelow(SEED_LIMIT - 10_000),
        )
        await self._ask(
            items,
            kind="table",
            title=name,
            negative_prompt="",
            channel=channel,
            person=person,
            event_id=event_id,
        )

    async def _ask(
        self,
        items: Sequence[Item],
        *,
        kind: str,
        title: str,
        negative_prompt: str,
        channel: Channel,
        person: Person,
        event_id: str,
    ) -> None:
        at = clock.now()
        words = "; ".join(dict.fromkeys(item.prompt for item in items)) if kind == "table" else title
        note = vocabulary.before(words, self.services.known_words())

        def work(tx: Transaction) -> None:
            channel_actions.ensure_channel(self.services, tx, channel, person, at)
            kept = brand_table.in_force(tx, channel.id)
            if kept is not None:
                for item in items:
                    check(kept.kit, item.prompt)
            asked, new = batch_table.ask(
                tx,
                channel=channel.id,
                person=person.id,
                kind=kind,
                title=title,
                negative_prompt=negative_prompt,
                items=items,
                event_id=event_id,
                at=at,
            )
            if not new:
                return
            outbox_table.queue_post(
                tx,
                key=f"series:{asked.id}",
                channel=channel.id,
                message=messages.question(
                    asked,
                    estimate_micro=sum(self._estimate(item) for item in items),
                    state=ledger.budget_of(tx, channel.id, at, self.services.rule),
                    note=note,
                ),
                subject=Subject(role="notice"),
                at=at,
            )

        await self.services.database.write(work)

    def _estimate(self, item: Item) -> int:
        return self.services.prices.estimate(Tier.DRAFT, 1, *self._size(item))

    def _size(self, item: Item) -> tuple[int, int]:
        return draft_size(item.aspect, self.services.settings.draft_size_px)

    async def decide(self, number: int, *, start: bool, person: Person) -> None:
        """Start or drop what was asked. Raises UserError when it was decided already, or is somebody else's."""
        at = clock.now()

        def work(tx: Transaction) -> None:
            asked = batch_table.find(tx, number)
            if asked.state != "waiting":
                raise UserError(say("series-decided-already"))
            check_own(asked.person, person, "own-decide")
            if start:
                self._start(tx, asked, at)
            else:
                batch_table.move(tx, asked, "dropped")
            outbox_table.queue_update(
                tx,
                key=f"series:{asked.id}:answered",
                target=f"series:{asked.id}",
                message=messages.answered(asked, person=person.id, started=start),
                subject=Subject(role="notice"),
                at=at,
            )

        await self.services.database.write(work)

    def _start(self, tx: Transaction, asked: Series, at: datetime) -> None:
        """The brief, a job and a reservation for each portion, and the message that shows them. Raises OutOfMoney."""
        first = asked.items[0]
        brief = sheet_brief(
            tx,
            channel=asked.channel,
            author=asked.person,
            prompt=asked.title,
            negative_prompt=asked.negative_prompt,
            count=len(asked.items),
            aspect=first.aspect,
            seed=first.seed,
            source_key=f"series:{asked.id}",
            kind=BriefKind.SERIES,
            at=at,
        )
        batch_table.move(tx, asked, "running", brief.id)
        for number, positions in enumerate(batch_table.portions(asked.items)):
            width, height = self._size(asked.items[positions[0]])
            task = BatchTask(width=width, height=height, series=asked.id, positions=tuple(positions))
            job = worker_table.new_job(brief, task, person=asked.person, at=at)
            worker_table.add_job(tx, job, idempotency_key=f"series:{asked.id}:{number}", not_before=at)
            holds.reserve(self.services, tx, job, brief, len(positions), width, height, at)
        outbox_table.queue_post(
            tx,
            key=brief_key(brief.id),
            channel=brief.channel,
            message=messages.drawing(
                brief,
                asked,
                done=0,
                state=ledger.budget_of(tx, brief.channel, at, self.services.rule),
            ),
            subject=Subject(role="grid", brief=brief.id),
            at=at,
        )

    async def stop(self, number: int, *, person: Person) -> None:
        """Cancel what isn't drawn yet and release its money; what is done stays. Raises UserError."""
        at = clock.now()

        def work(tx: Transaction) -> str:
            asked = batch_table.find(tx, number)
            if asked.state != "running" or asked.brief is None:
                raise UserError(say("series-not-running"))
            check_own(asked.person, person, "own-stop-series")
            for job in worker_table.drafting(tx, asked.brief):
                release(self.services, tx, job, at)
            batch_table.move(tx, asked, "stopped")
            return asked.brief

        brief = await self.services.database.write(work)
        await self.finish(brief)

    async def show(self, brief_id: str, *, page: int) -> None:
        """Put a page of the contact sheet into the series' message."""
        await show(self.services, brief_id, page=page)

    async def finish(self, brief_id: str) -> None:
        """Show the series when the last of its portions has ended, however it did; a second time changes nothing."""

        def ended(tx: Transaction) -> bool:
            asked = batch_table.of_brief(tx, brief_id)
            return asked is not None and not asked.shown and not batch_table.unfinished(tx, brief_id)

        if await self.services.database.read(ended):
            await show(self.services, brief_id, page=0, first=True)

    async def gave_up(self, job_id: str) -> None:
        """A job could not be done; where it was a series' last portion, the series is shown."""
        job = await self.services.database.read(lambda tx: worker_table.job(tx, job_id))
        if isinstance(job.task, BatchTask):
            await self.finish(job.brief)

    async def recover(self) -> None:
        """At start: show series that ended, or were stopped, just before this program did."""
        for brief in await self.services.database.read(batch_table.unshown):
            await self.finish(brief)


def sheet_brief(
    tx: Transaction,
    *,
    channel: str,
    author: str,
    prompt: str,
    negative_prompt: str,
    count: int,
    aspect: tuple[int, int],
    seed: int,
    source_key: str,
    kind: BriefKind,
    at: datetime,
) -> Brief:
    """Write a brief whose pictures stand on a contact sheet, each with a prompt of its own; with the channel's brand."""
    kept = brand_table.in_force(tx, channel)
    brief = Brief(
        id=new_id(),
        channel=channel,
        author=author,
        prompt=prompt,
        negative_prompt=negative_prompt,
        # A grid has nine cells at most; a sheet has as many as were asked for.
        cells=min(count, CELLS_LIMIT),
        aspect_width=aspect[0],
        aspect_height=aspect[1],
        seed=seed,
        created_at=at,
        kind=kind,
        brand_words=kept.kit.added if kept else "",
    )
    briefs_table.add_brief(tx, brief, source_key)
    brand_table.use(tx, brief.id, kept)
    return brief


async def stop_brief(services: Services, brief_id: str, person: Person) -> None:
    """Stop the series that a brief's pictures belong to. Raises UserError."""
    asked = await services.database.read(lambda tx: batch_table.of_brief(tx, brief_id))
    if asked is not None:
        await SeriesDesk(services=services).stop(asked.id, person=person)
