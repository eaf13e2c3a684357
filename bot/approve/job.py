"""One cell in full: the same composition at the Pro size, and the message that shows it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.approve import messages as approve_messages
from bot.approve import table as approve_table
from bot.approve.actions import electorate, mark_grid
from bot.brand import check as brand_check
from bot.briefs.keys import brief_key, job_key
from bot.briefs.model import Brief, ProTask
from bot.briefs.services import Services
from bot.channel import table as channel_table
from bot.draft import missing_words
from bot.images_api.types import EditRequest
from bot.slack import outbox_table
from bot.slack.outbox_table import Subject
from bot.store import Transaction
from bot.worker.render import Committed, NewVersion, Result, Run


async def draw(run: Run, restored: Callable[[Services, Brief, bytes], Awaitable[bytes]]) -> Result:
    """The render of a cell; `restored` puts back what may not have changed in it."""
    brief, job, task = run.brief, run.job, run.job.task
    assert isinstance(task, ProTask)
    cell = await run.parent()
    request = EditRequest(
        prompt=cell.prompt,
        negative_prompt=brief.negative_prompt or None,
        image=await run.read(cell.picture),
        size=(task.width, task.height),
        seeds=(cell.seed,),
        tier=task.tier,
        partial_images=0,
        fairness_key=brief.channel,
        idempotency_key=job.id,
    )
    answer = await run.draw(request)
    (drawn,) = answer.pictures
    png = await restored(run.services, brief, drawn.png)
    brand = await brand_check.look(run.services, brief, [png], product_kept=png is not drawn.png)
    who = await electorate(run.services, brief.id)

    def tell(tx: Transaction, made: Committed) -> None:
        brand.keep(tx, made.versions)
        (version,), (picture,) = made.versions, made.pictures
        outbox_table.queue_update(
            tx,
            key=f"{job_key(job)}:done",
            target=job_key(job),
            message=brand.under(approve_messages.pro_done)(
                brief,
                version,
                cell=cell.number,
                people=approve_table.approvers(tx, cell.id) or [job.person],
                size=(picture.width, picture.height),
                cost_micro=made.cost_micro,
                state=made.state,
                notes=[answer.note, missing_words.note([drawn.missing_words])],
            ),
            subject=Subject(role="pro", brief=brief.id, version=version.id),
            at=made.at,
            broadcast=channel_table.policy_of(tx, brief.channel).broadcast,
        )
        grid = brief_key(brief.id)
        mark_grid(tx, who, brief, grid=grid, change=f"done:{job.id}", at=made.at)

    new = NewVersion(kind="pro", drawn=replace(drawn, png=png), prompt=cell.prompt)
    return Result(versions=[new], tell=tell)
