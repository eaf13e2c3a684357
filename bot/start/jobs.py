"""The kinds of jobs and who does them, and how one that can't be done ends."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from bot.approve import actions as approve_actions
from bot.approve import job as approve_job
from bot.batch import job as batch_job
from bot.briefs.model import (
    BatchTask,
    Brief,
    DraftTask,
    FixTask,
    ProductTask,
    ProTask,
)
from bot.briefs.services import Services
from bot.budget import holds
from bot.draft import job as draft_job
from bot.fix import job as fix_job
from bot.images_api.client import EngineClient
from bot.product import job as product_job
from bot.worker import failures
from bot.worker.render import Renderer, Watch, unwatched


def renderer_of(
    services: Services,
    engine: EngineClient,
    *,
    preview: Callable[[Brief, bytes], Awaitable[None]],
    watch: Watch = unwatched,
) -> Renderer:
    """What does jobs: the table of kinds and their handlers."""
    return Renderer(
        services=services,
        engine=engine,
        preview=preview,
        handlers={
            DraftTask: draft_job.draw,
            ProTask: partial(approve_job.draw, restored=product_job.restored),
            FixTask: partial(fix_job.draw, watch=watch),
            BatchTask: batch_job.draw,
            ProductTask: product_job.draw,
        },
        settled=partial(holds.tell_alert, services),
    )


async def give_up(services: Services, job_id: str, sentence: str) -> None:
    """End a job that can't be done, and say so wherever it was waited for: in its message, and under its grid."""
    await failures.give_up(services, job_id, sentence, also=await approve_actions.unmarked(services, job_id))
