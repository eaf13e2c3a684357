"""One portion of a series: its pictures drawn together, and how far the whole is."""

from __future__ import annotations

import asyncio
from functools import partial

from bot.batch import messages
from bot.batch import table as store
from bot.batch.actions import SeriesDesk
from bot.batch.spread import Item
from bot.batch.table import Series
from bot.brand import check as brand_check
from bot.briefs import table as briefs_table
from bot.briefs.keys import brief_key
from bot.briefs.model import BatchTask, Brief
from bot.images_api.types import GenerateRequest
from bot.slack import outbox_table
from bot.slack.outbox_table import Subject
from bot.store import Transaction
from bot.worker.render import Committed, NewVersion, Result, Run

#: Where series stand among drafts: behind what somebody waits for.
PRIORITY = -5


async def draw(run: Run) -> Result:
    """A portion; after the last one the sheet is shown."""
    brief, task = run.brief, run.job.task
    assert isinstance(task, BatchTask)
    asked = await run.services.database.read(lambda tx: store.find(tx, task.series))
    made = await asyncio.gather(
        *(run.draw_one(_request(run, asked, task, position)) for position in task.positions)
    )
    brand = await brand_check.look(run.services, brief, [picture.png for picture in made])

    def tell(tx: Transaction, committed: Committed) -> None:
        brand.keep(tx, committed.versions)
        done = len(briefs_table.cells(tx, brief.id))
        if done < len(asked.items) and store.find(tx, asked.id).state == "running":
            outbox_table.queue_update(
                tx,
                key=f"{brief_key(brief.id)}:progress:{done}",
                target=brief_key(brief.id),
                message=messages.drawing(brief, asked, done=done, state=committed.state),
                subject=Subject(role="grid", brief=brief.id),
                at=committed.at,
            )

    return Result(
        versions=[
            NewVersion(
                kind="cell",
                number=position + 1,
                drawn=picture,
                prompt=_prompt(asked.items[position], brief),
            )
            for position, picture in zip(task.positions, made, strict=True)
        ],
        tell=tell,
        then=partial(SeriesDesk(services=run.services).finish, brief.id),
    )


def _request(run: Run, asked: Series, task: BatchTask, position: int) -> GenerateRequest:
    item = asked.items[position]
    return GenerateRequest(
        prompt=_prompt(item, run.brief),
        negative_prompt=", ".join(filter(None, [asked.negative_prompt, item.negative_prompt])) or None,
        size=(task.width, task.height),
        seeds=(item.seed,),
        tier=task.tier,
        partial_images=0,
        fairness_key=run.brief.channel,
        priority=PRIORITY,
        idempotency_key=f"{run.job.id}:{position}",
    )


def _prompt(item: Item, brief: Brief) -> str:
    return ", ".join(filter(None, [item.prompt, brief.brand_words]))
