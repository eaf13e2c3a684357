"""A job is called off, and its money released."""

from __future__ import annotations

from datetime import datetime

from bot import ledger
from bot.briefs.keys import job_key
from bot.briefs.model import Job, JobState
from bot.slack import outbox_table
from bot.slack.blocks import Message
from bot.slack.outbox_table import Subject
from bot.store import Transaction
from bot.worker import table as worker_table


def call_off(tx: Transaction, job: Job, message: Message, at: datetime) -> None:
    """Cancel a job that waits or runs, release its money, and say so where its result was awaited."""
    release(tx, job.id, at)
    outbox_table.queue_update(
        tx,
        key=f"{job_key(job)}:stopped",
        target=job_key(job),
        message=message,
        subject=Subject(role="notice", brief=job.brief),
        at=at,
    )


def release(tx: Transaction, job: str, at: datetime) -> None:
    """Cancel a job that waits or runs, and release its money."""
    worker_table.move_job(tx, job, JobState.CANCELLED, at)
    ledger.void(tx, job=job, at=at)
