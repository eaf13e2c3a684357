"""What is said and undone when something outside of us fails: Slack refuses a message, the engine is away."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from bot import clock, ledger
from bot.briefs import table as briefs_table
from bot.briefs.keys import job_key
from bot.briefs.model import BatchTask, Brief, FixTask, Job, JobState, ProductTask, ProTask, Tier
from bot.slack import outbox_table
from bot.slack.blocks import Message, section
from bot.slack.outbox_table import Subject
from bot.slack.people import Directory
from bot.slack.text import escape, shorten
from bot.store import Transaction
from bot.texts import say
from bot.web.metrics import JOBS
from bot.worker import table as worker_table

log = logging.getLogger(__name__)

if TYPE_CHECKING:
    from bot.briefs.services import Services


async def effect_refused(
    services: Services,
    directory: Directory,
    key: str,
    code: str,
    *,
    give_up: Callable[[str, str], Awaitable[None]],
) -> None:
    """A message that Slack refuses for good takes its jobs with it, by `give_up(job id, sentence)`.

    Nobody would see the result.
    """
    kind, _, name = key.partition(":")
    name, _, rest = name.partition(":")
    if rest:
        return

    def find(tx: Transaction) -> tuple[list[str], str]:
        jobs = worker_table.drafting(tx, name) if kind == "brief" else []
        if kind == "job" and worker_table.exists(tx, name):
            jobs = [name]
        return jobs, outbox_table.channel_of(tx, key)

    jobs, channel = await services.database.read(find)
    directory.forget_channel(channel)
    for job_id in jobs:
        await give_up(job_id, say("post-refused", code=code))


async def engine_away(services: Services, job: Job, sentence: str, seconds_left: float) -> None:
    """Tell the thread that the engine is away, once per attempt in a row; the editor sees the attempts itself."""
    if job.is_staged:
        return

    def work(tx: Transaction) -> None:
        brief = briefs_table.brief(tx, job.brief)
        outbox_table.queue_update(
            tx,
            key=f"{job_key(job)}:trouble:{job.attempts}",
            target=job_key(job),
            message=waiting_for_engine(what_is_made(brief, job), sentence, seconds_left),
            subject=Subject(role="grid" if job.tier is Tier.DRAFT else str(job.tier), brief=brief.id),
            at=clock.now(),
        )

    await services.database.write(work)


def failed(what: str, sentence: str) -> Message:
    """A job was given up; its money is released."""
    text = say("work-failed", what=what, sentence=sentence)
    return Message(text=text, blocks=[section(f":warning: {escape(text)}")])


def waiting_for_engine(what: str, sentence: str, seconds_left: float) -> Message:
    """The engine does not answer, and the bot keeps trying."""
    text = say("work-waiting", what=what, sentence=sentence, seconds=f"{seconds_left:.0f}")
    return Message(text=text, blocks=[section(f":hourglass_flowing_sand: {escape(text)}")])


def what_is_made(brief: Brief, job: Job) -> str:
    """How a job is called in a sentence about it."""
    match job.task:
        case ProTask(cell=cell):
            return say("made-pro", cell=str(cell))
        case FixTask(instruction=instruction):
            return say("made-fix", instruction=instruction)
        case _:
            return say("work-draft", prompt=shorten(brief.prompt, 80))


def nothing(tx: Transaction) -> None:
    """Nothing follows."""


async def give_up(
    services: Services, job_id: str, sentence: str, *, also: Callable[[Transaction], None] = nothing
) -> None:
    """End a job that cannot be done: release its money and say so where its result was awaited; `also` in the same go."""
    at = clock.now()

    def work(tx: Transaction) -> None:
        job = worker_table.job(tx, job_id)
        if job.state not in (JobState.QUEUED, JobState.RUNNING):
            return
        worker_table.move_job(tx, job.id, JobState.FAILED, at, failure=sentence)
        JOBS.labels(job.task.kind, "failed").inc()
        log.warning("%s is given up: %s", job.id, sentence, extra={"brief": job.brief, "job": job.id})
        ledger.void(tx, job=job.id, at=at)
        also(tx)
        if isinstance(job.task, BatchTask | ProductTask) or job.is_staged:
            # The others go on, and what is missing is told on the sheet; or the editor sees it.
            return
        brief = briefs_table.brief(tx, job.brief)
        outbox_table.queue_update(
            tx,
            key=f"{job_key(job)}:failed",
            target=job_key(job),
            message=failed(what_is_made(brief, job), sentence),
            subject=Subject(role="notice", brief=brief.id),
            at=at,
        )

    await services.database.write(work)
