"""Many pictures at once: what they cost is asked first, they are drawn in portions, stopped with what is done.

Each portion is a job with a reservation of its own, so that others' drafts come between, and a crash loses nothing.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot import clock, ledger
from bot.batch import messages
from bot.batch import table as batch_table
from bot.batch.csv_table import read_table
from bot.batch.spread import Item, StressRequest, portions, spread
from bot.batch.table import Product, Series
from bot.brand import table as brand_table
from bot.brand.kit import check
from bot.briefs import table as briefs_table
from bot.briefs.keys import brief_key
from bot.briefs.model import BatchTask, Brief, BriefKind, Channel, Person, ProductTask, Tier, UserError
from bot.briefs.services import Services
from bot.briefs.sizes import draft_size
from bot.briefs.typed import CELLS_LIMIT, SEED_LIMIT
from bot.budget import holds
from bot.channel import actions as channel_actions
from bot.draft import vocabulary
from bot.marking import refused
from bot.slack import outbox_table
from bot.slack.blocks import Message
from bot.slack.outbox_table import Subject
from bot.slack.people import check_own
from bot.store import Transaction
from bot.texts import say
from bot.worker import table as worker_table
from bot.worker.cancel import release


async def stress(
    services: Services, request: StressRequest, *, channel: Channel, person: Person, event_id: str
) -> None:
    """Show what a stress test would cost. Raises UserError."""
    brief = request.brief
    seed = brief.seed if brief.seed is not None else secrets.randbelow(SEED_LIMIT - 10_000)
    await ask(
        services,
        spread(brief.prompt, request.count, seed=seed, aspect=brief.aspect),
        kind="stress",
        title=brief.prompt,
        negative_prompt=brief.negative_prompt,
        channel=channel,
        person=person,
        event_id=event_id,
    )


async def table(
    services: Services, data: bytes, *, name: str, channel: Channel, person: Person, event_id: str
) -> None:
    """Show what the pictures of a CSV file would cost. Raises UserError that names the lines to mend."""
    seed = secrets.randbelow(SEED_LIMIT - 10_000)
    items = await asyncio.to_thread(read_table, data, most=services.settings.series_limit, seed=seed)
    await ask(services, items, kind="table", title=name, channel=channel, person=person, event_id=event_id)


async def ask(
    services: Services,
    items: Sequence[Item],
    *,
    kind: str,
    title: str,
    negative_prompt: str = "",
    product: Product | None = None,
    at_once: bool = False,
    instead: Callable[[Series], Message] | None = None,
    channel: Channel,
    person: Person,
    event_id: str,
) -> None:
    """Ask whether to start, or start `at_once`; `instead` is what is shown in the question's place. Raises UserError."""
    brand = await services.database.read(lambda tx: brand_table.in_force(tx, channel.id))
    words = [title, *(item.prompt for item in items), brand.kit.added if brand else ""]
    await refused.check(services, words, channel=channel.id, person=person.id)
    at = clock.now()

    def work(tx: Transaction) -> None:
        channel_actions.ensure_channel(services, tx, channel, person, at)
        kept = brand_table.in_force(tx, channel.id)
        for item in items if kept else ():
            assert kept is not None
            check(kept.kit, item.prompt)
        series, new = batch_table.add(
            tx,
            channel=channel.id,
            person=person.id,
            kind=kind,
            title=title,
            negative_prompt=negative_prompt,
            items=items,
            product=product.id if product else None,
            event_id=event_id,
            at=at,
        )
        if new and at_once:
            _start(services, tx, series, at, unasked=True)
        elif new:
            outbox_table.queue_post(
                tx,
                key=series.key,
                channel=channel.id,
                message=instead(series) if instead else question(services, tx, series, at),
                subject=Subject(role="notice"),
                at=at,
            )

    await services.database.write(work)


def question(services: Services, tx: Transaction, series: Series, at: datetime) -> Message:
    """What a series would cost, and which of its words the model does not know."""
    return messages.question(
        series,
        estimate_micro=_estimate(services, series),
        state=ledger.budget_of(tx, series.channel, at, services.rule),
        note=vocabulary.before(series.words, services.known_words()),
    )


def _estimate(services: Services, series: Series) -> int:
    masked = series.product is not None
    return sum(
        services.prices.estimate(Tier.DRAFT, 1, *_size(services, series, item), masked=masked)
        for item in series.items
    )


def _size(services: Services, series: Series, item: Item) -> tuple[int, int]:
    """Of a picture, in pixels: around a product its picture's own."""
    return item.aspect if series.product else draft_size(item.aspect, services.settings.draft_size_px)


async def decide(services: Services, key: str, *, start: bool, person: Person) -> None:
    """Start or drop what was asked for. Raises UserError when it was decided already, or is somebody else's."""
    at = clock.now()

    def work(tx: Transaction) -> None:
        series = batch_table.find(tx, key)
        if series.state != "waiting":
            raise UserError(say("series-decided-already"))
        check_own(series.person, person, "own-decide")
        if start and series.product and series.product.whole:
            raise UserError(say("product-unpainted"))
        if start:
            _start(services, tx, series, at)
        else:
            batch_table.move(tx, series, "dropped")
        outbox_table.queue_update(
            tx,
            key=f"{key}:answered",
            target=key,
            message=messages.answered(series, person=person.id, started=start),
            subject=Subject(role="notice"),
            at=at,
        )

    await services.database.write(work)


def _start(
    services: Services, tx: Transaction, series: Series, at: datetime, *, unasked: bool = False
) -> None:
    """The brief, a job and a reservation for each portion, and the message that shows them. Raises OutOfMoney.

    `unasked`: there was no question, so there is time to read what the model leaves out before it costs anything.
    """
    brief = _brief(tx, series, at)
    note = vocabulary.before(series.words, services.known_words())
    pause = timedelta(seconds=services.settings.advice_pause_s if unasked and note else 0)
    batch_table.move(tx, series, "running", brief.id)
    for number, positions in enumerate(
        [range(len(series.items))] if series.product else portions(series.items)
    ):
        width, height = _size(services, series, series.items[positions[0]])
        task = (
            ProductTask(width=width, height=height, backgrounds=series.number)
            if series.product
            else BatchTask(width=width, height=height, series=series.number, positions=tuple(positions))
        )
        job = worker_table.new_job(brief, task, person=series.person, at=at)
        worker_table.add_job(tx, job, idempotency_key=f"{series.key}:{number}", not_before=at + pause)
        holds.reserve(services, tx, job, brief, len(positions), width, height, at)
    outbox_table.queue_post(
        tx,
        key=brief_key(brief.id),
        channel=brief.channel,
        message=messages.drawing(
            brief,
            series,
            done=0,
            state=ledger.budget_of(tx, brief.channel, at, services.rule),
            estimate_micro=_estimate(services, series),
            note=note,
        ),
        subject=Subject(role="grid", brief=brief.id),
        at=at,
    )


def _brief(tx: Transaction, series: Series, at: datetime) -> Brief:
    """Write the brief whose pictures stand on the contact sheet, each with a prompt of its own; with the brand."""
    kept, first = brand_table.in_force(tx, series.channel), series.items[0]
    brief = Brief(
        id=briefs_table.new_name(tx, messages.brief_prompt(series)),
        channel=series.channel,
        author=series.person,
        prompt=messages.brief_prompt(series),
        negative_prompt=series.negative_prompt,
        # A grid has nine cells at most; a sheet has as many as were asked for.
        cells=min(len(series.items), CELLS_LIMIT),
        aspect_width=first.aspect[0],
        aspect_height=first.aspect[1],
        seed=first.seed,
        created_at=at,
        kind=BriefKind.BACKGROUNDS if series.product else BriefKind.SERIES,
        brand_words=kept.kit.added if kept else "",
    )
    briefs_table.add_brief(tx, brief, series.key)
    brand_table.use(tx, brief.id, kept)
    return brief


async def stop(services: Services, key: str, *, person: Person) -> None:
    """Cancel what isn't drawn yet and release its money; what is done stays, and is shown. Raises UserError."""
    at = clock.now()

    def work(tx: Transaction) -> None:
        series = batch_table.find(tx, key)
        if series.state != "running" or series.brief is None:
            raise UserError(say("series-not-running"))
        check_own(series.person, person, "own-stop-series")
        for job in worker_table.drafting(tx, series.brief):
            release(services, tx, job, at)
        batch_table.move(tx, series, "stopped")

    await services.database.write(work)


async def stop_brief(services: Services, brief_id: str, person: Person) -> None:
    """Stop the series that a brief's pictures belong to. Raises UserError."""
    series = await services.database.read(lambda tx: batch_table.of_brief(tx, brief_id))
    if series is not None:
        await stop(services, series.key, person=person)
