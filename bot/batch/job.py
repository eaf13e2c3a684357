"""One portion of a series: its pictures drawn together, and how far the whole is."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from bot import ledger
from bot.batch import messages
from bot.batch import table as batch_table
from bot.batch.spread import Item
from bot.batch.table import Series
from bot.brand import check as brand_check
from bot.brand import drift
from bot.briefs import table as briefs_table
from bot.briefs.keys import brief_key
from bot.briefs.model import BatchTask, Brief
from bot.images_api.types import GenerateRequest
from bot.slack import outbox_table
from bot.slack.outbox_table import Subject
from bot.store import Transaction
from bot.worker.render import Committed, Drawn, NewVersion, Result, Run

#: Where series stand among drafts: behind what somebody waits for.
PRIORITY = -5


async def draw(run: Run) -> Result:
    """A portion."""
    task = run.job.task
    assert isinstance(task, BatchTask)
    series = await run.services.database.read(lambda tx: batch_table.find(tx, task.key))
    requests = [_request(run, series, task, position) for position in task.positions]
    drawn = await asyncio.gather(*map(run.draw_one, requests))
    return await result(run, series, task.positions, drawn)


async def result(run: Run, series: Series, positions: Sequence[int], drawn: Sequence[Drawn]) -> Result:
    """What comes of a portion, which are the items at these positions."""
    brief = run.brief
    brand = await brand_check.look(run.services, brief, [one.png for one in drawn])
    ranks = list(range(len(drawn)))
    if series.product and brand.held and brand.drifts:
        # Its numbers follow the sheet: what is off the brand's palette comes last.
        ranks = drift.outliers_last([one.distance for one in brand.drifts], brand.held.kit.tolerance)
        brand = brand.ordered(ranks)

    def tell(tx: Transaction, made: Committed) -> None:
        brand.keep(tx, made.versions)
        if series.product:
            batch_table.keep_items(tx, series, [series.items[rank] for rank in ranks])
        done = len(briefs_table.cells(tx, brief.id))
        if done < len(series.items):
            tell_progress(run, series, done, tx, made.at)

    return Result(
        versions=[
            NewVersion(
                kind="cell",
                number=position + 1,
                drawn=drawn[rank],
                prompt=prompt_of(series.items[positions[rank]], brief),
            )
            for position, rank in zip(positions, ranks, strict=True)
        ],
        tell=tell,
    )


def tell_progress(run: Run, series: Series, done: int, tx: Transaction, at: datetime) -> None:
    """Show how far it is, while it runs."""
    key = brief_key(run.brief.id)
    if batch_table.find(tx, series.key).state == "running":
        outbox_table.queue_update(
            tx,
            key=f"{key}:progress:{run.job.attempts}:{done}",
            target=key,
            message=messages.drawing(
                run.brief,
                series,
                done=done,
                state=ledger.budget_of(tx, series.channel, at, run.services.rule),
            ),
            subject=Subject(role="grid", brief=run.brief.id),
            at=at,
        )


def prompt_of(item: Item, brief: Brief) -> str:
    """What the engine is asked for: what was typed, and the brand's words."""
    return ", ".join(filter(None, [item.prompt, brief.brand_words]))


def _request(run: Run, series: Series, task: BatchTask, position: int) -> GenerateRequest:
    item = series.items[position]
    return GenerateRequest(
        prompt=prompt_of(item, run.brief),
        negative_prompt=", ".join(filter(None, [series.negative_prompt, item.negative_prompt])) or None,
        size=(task.width, task.height),
        seeds=(item.seed,),
        tier=task.tier,
        partial_images=0,
        fairness_key=run.brief.channel,
        priority=PRIORITY,
        idempotency_key=f"{run.job.id}:{position}",
    )
