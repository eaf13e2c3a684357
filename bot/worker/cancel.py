"""A job is called off, and its money released; what the engine did until then is nobody's cost, and is kept as lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot import ledger
from bot.briefs.keys import job_key
from bot.briefs.model import Job, JobState
from bot.briefs.services import Services
from bot.ledger import Micro, Usage, format_money
from bot.slack import outbox_table
from bot.slack.blocks import Message, context
from bot.slack.outbox_table import Subject
from bot.store import Transaction
from bot.texts import say
from bot.worker import table as worker_table


def call_off(services: Services, tx: Transaction, job: Job, message: Message, at: datetime) -> None:
    """Cancel a job that waits or runs, release its money, and say so where its result was awaited."""
    lost_s, lost_micro = release(services, tx, job.id, at)
    if lost_micro:
        cost = format_money(lost_micro, services.settings.currency)
        line = say("stopped-lost", seconds=f"{lost_s:.0f}" if lost_s >= 1 else "1", cost=cost)
        message = replace(message, text=f"{message.text} {line}", blocks=[*message.blocks, context(line)])
    if job.is_staged:
        return
    outbox_table.queue_update(
        tx,
        key=f"{job_key(job)}:stopped",
        target=job_key(job),
        message=message,
        subject=Subject(role="notice", brief=job.brief),
        at=at,
    )


def release(services: Services, tx: Transaction, job_id: str, at: datetime) -> tuple[float, Micro]:
    """Cancel a job that waits or runs, and release its money.

    Returns, and keeps, the engine's time that is lost with it, in seconds and at its price: at most so much, since
    a job also waits its turn at the engine.
    """
    job, seconds = worker_table.job(tx, job_id), worker_table.ran_for(tx, job_id, at)
    lost_micro = services.prices.measured(job.tier, Usage(seconds=seconds))
    worker_table.move_job(tx, job_id, JobState.CANCELLED, at)
    ledger.void(tx, job=job_id, at=at)
    if seconds:
        worker_table.keep_lost_time(
            tx,
            job_id,
            seconds=seconds,
            cost_micro=lost_micro,
            currency=services.settings.currency,
            at=at,
        )
    return seconds, lost_micro
