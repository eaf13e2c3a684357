"""Jobs and their leases, as rows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import get_args

from pydantic import TypeAdapter

from bot import clock
from bot.briefs.keys import new_id
from bot.briefs.model import Brief, Job, JobState, Task, Tier
from bot.store import Transaction
from bot.worker.states import check_move

#: How each kind of job is kept as JSON: what has its default is left out.
_TASKS: dict[str, TypeAdapter[Task]] = {task.kind: TypeAdapter(task) for task in get_args(Task)}


def add_job(tx: Transaction, job: Job, *, idempotency_key: str, not_before: datetime) -> None:
    """Write a queued job. Raises sqlite3.IntegrityError when its key, or its Pro render, exists."""
    tx.execute(
        "INSERT INTO jobs (id, brief, tier, kind, state, person, parent, request, idempotency_key, not_before,"
        " created_at) VALUES (?, ?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?)",
        [
            job.id,
            job.brief,
            job.tier,
            job.task.kind,
            job.person,
            job.parent,
            _TASKS[job.task.kind].dump_json(job.task, exclude_defaults=True).decode(),
            idempotency_key,
            clock.to_text(not_before),
            clock.to_text(job.created_at),
        ],
    )


_JOB = "SELECT id, brief, kind, state, person, parent, request, attempts, created_at, failure FROM jobs"


def job(tx: Transaction, job_id: str) -> Job:
    """The job with this id. Raises KeyError."""
    row = tx.execute(f"{_JOB} WHERE id = ?", [job_id]).fetchone()
    if row is None:
        raise KeyError(job_id)
    return _job(row)


def job_by_key(tx: Transaction, idempotency_key: str) -> Job | None:
    """The job that a request was turned into, if it was."""
    row = tx.execute(f"{_JOB} WHERE idempotency_key = ?", [idempotency_key]).fetchone()
    return _job(row) if row else None


def live_pro_job(tx: Transaction, version: int) -> Job | None:
    """The cell's Pro render that waits, runs or is done."""
    row = tx.execute(
        f"{_JOB} WHERE parent = ? AND tier = 'pro' AND state IN ('queued', 'running', 'done')", [version]
    ).fetchone()
    return _job(row) if row else None


#: A moment so far ahead is none of ours: the clock was set back, and what waits for it waits no longer.
FAR_AHEAD = timedelta(days=1)

_WAITING = """
SELECT waiting.id FROM (
  SELECT id, brief, tier, kind, created_at FROM jobs
   WHERE state = 'queued' AND (not_before <= :now OR not_before > :far)
  UNION ALL
  SELECT id, brief, tier, kind, created_at FROM jobs
   WHERE state = 'running' AND (lease_until <= :now OR lease_until > :far)
) AS waiting JOIN briefs ON briefs.id = waiting.brief
 WHERE waiting.tier IN (SELECT value FROM json_each(:tiers))
 ORDER BY CASE waiting.tier WHEN 'draft' THEN 0 WHEN 'fix' THEN 1 ELSE 2 END,
          waiting.kind = 'batch',
          coalesce((SELECT key FROM json_each(:served) WHERE value = briefs.channel), -1),
          waiting.created_at, waiting.id
 LIMIT 1
"""


def lease_next(
    tx: Transaction,
    *,
    tiers: Collection[Tier],
    owner: str,
    lease: timedelta,
    at: datetime,
    served: Sequence[str] = (),
) -> Job | None:
    """Take the next job of these tiers: drafts first, then fixes, then Pro renders; series last.

    Among equals the channels take turns (`served`: channels in the order in which they were served last), and in a
    channel the oldest comes first. A running job whose lease ran out belongs to nobody and is taken up anew.
    """
    if not tiers:
        return None
    row = tx.execute(
        _WAITING,
        {
            "now": clock.to_text(at),
            "far": clock.to_text(at + FAR_AHEAD),
            "tiers": json.dumps(list(tiers)),
            "served": json.dumps(list(served)),
        },
    ).fetchone()
    if row is None:
        return None
    tx.execute(
        "UPDATE jobs SET state = 'running', lease_owner = ?, lease_until = ?, attempts = attempts + 1,"
        " started_at = coalesce(started_at, ?) WHERE id = ?",
        [owner, clock.to_text(at + lease), clock.to_text(at), row["id"]],
    )
    return job(tx, row["id"])


def renew_lease(tx: Transaction, *, job_id: str, owner: str, until: datetime) -> bool:
    """Keep a lease alive. False when the job is no longer this owner's."""
    return (
        tx.execute(
            "UPDATE jobs SET lease_until = ? WHERE id = ? AND lease_owner = ?",
            [clock.to_text(until), job_id, owner],
        ).rowcount
        == 1
    )


def holds_lease(tx: Transaction, *, job_id: str, owner: str) -> bool:
    """Whether a result of this owner still counts: a job taken over by another drops it."""
    return (
        tx.execute("SELECT 1 FROM jobs WHERE id = ? AND lease_owner = ?", [job_id, owner]).fetchone()
        is not None
    )


def move_job(
    tx: Transaction,
    job_id: str,
    state: JobState,
    at: datetime,
    *,
    failure: str | None = None,
    not_before: datetime | None = None,
) -> None:
    """Move a job along the table of states. Raises IllegalMove for a move that is not in it."""
    check_move(job(tx, job_id).state, state)
    ended = state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
    tx.execute(
        "UPDATE jobs SET state = ?, lease_owner = NULL, lease_until = NULL, finished_at = ?, failure = ?,"
        " not_before = coalesce(?, not_before) WHERE id = ?",
        [
            state,
            clock.to_text(at) if ended else None,
            failure,
            clock.to_text(not_before) if not_before else None,
            job_id,
        ],
    )


def ran_for(tx: Transaction, job_id: str, at: datetime) -> float:
    """Seconds since the engine was given a job that runs; 0 for one that waits."""
    row = tx.execute("SELECT started_at FROM jobs WHERE id = ? AND state = 'running'", [job_id]).fetchone()
    return max(0.0, (at - clock.from_text(row["started_at"])).total_seconds()) if row else 0.0


def keep_lost_time(
    tx: Transaction, job_id: str, *, seconds: float, cost_micro: int, currency: str, at: datetime
) -> None:
    """Device time that no budget pays for, since its job was stopped."""
    tx.execute(
        "INSERT INTO lost_time (job, seconds, cost_micro, currency, at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        [job_id, seconds, cost_micro, currency, clock.to_text(at)],
    )


def cancelled(tx: Transaction, job_ids: Collection[str]) -> set[str]:
    """Which of these jobs were cancelled."""
    rows = tx.execute(
        "SELECT id FROM jobs WHERE state = 'cancelled' AND id IN (SELECT value FROM json_each(?))",
        [json.dumps(list(job_ids))],
    )
    return {row["id"] for row in rows}


def next_wakeup(tx: Transaction) -> datetime | None:
    """When the earliest waiting job may start or the earliest lease runs out."""
    row = tx.execute(
        "SELECT min(at) AS at FROM (SELECT min(not_before) AS at FROM jobs WHERE state = 'queued'"
        " UNION ALL SELECT min(lease_until) FROM jobs WHERE state = 'running')"
    ).fetchone()
    return clock.from_text(row["at"]) if row["at"] else None


def release_leases(tx: Transaction, at: datetime) -> int:
    """At start: this process is the only runner, so whatever is 'running' was cut off. How many were."""
    return tx.execute(
        "UPDATE jobs SET state = 'queued', lease_owner = NULL, lease_until = NULL, not_before = ?"
        " WHERE state = 'running'",
        [clock.to_text(at)],
    ).rowcount


def count_jobs(tx: Transaction, brief_id: str, tier: Tier) -> int:
    """How many jobs of a tier the brief has had, whatever became of them."""
    row = tx.execute("SELECT count(*) FROM jobs WHERE brief = ? AND tier = ?", [brief_id, tier]).fetchone()
    return int(row[0])


def count_in(tx: Transaction, state: str) -> int:
    """How many jobs are in a state."""
    return int(tx.execute("SELECT count(*) FROM jobs WHERE state = ?", [state]).fetchone()[0])


def _job(row: sqlite3.Row) -> Job:
    values = dict(row)
    values["task"] = _TASKS[values.pop("kind")].validate_json(values.pop("request"))
    values["state"] = JobState(row["state"])
    values["created_at"] = clock.from_text(row["created_at"])
    return Job(**values)


def version_of_job(tx: Transaction, job: str) -> int | None:
    """The version that a finished job made."""
    row = tx.execute("SELECT id FROM versions WHERE job = ? ORDER BY id LIMIT 1", [job]).fetchone()
    return int(row["id"]) if row else None


def do_at_once(tx: Transaction, job: Job, *, key: str) -> None:
    """Write a job that this very transaction does, so that no runner takes it up."""
    add_job(tx, job, idempotency_key=key, not_before=job.created_at)
    tx.execute(
        "UPDATE jobs SET state = ?, lease_owner = 'services', lease_until = ?, started_at = ?, attempts = 1"
        " WHERE id = ?",
        [JobState.RUNNING, clock.to_text(job.created_at), clock.to_text(job.created_at), job.id],
    )


def new_job(brief: Brief, task: Task, *, person: str, at: datetime, parent: int | None = None) -> Job:
    """A job of this moment, not written yet."""
    return Job(
        id=f"{brief.id}-{task.tier}-{new_id()}".lower(),
        brief=brief.id,
        state=JobState.QUEUED,
        person=person,
        parent=parent,
        task=task,
        attempts=0,
        created_at=at,
        failure=None,
    )


def drafting(tx: Transaction, brief: str) -> list[str]:
    """The jobs by which pictures of a brief are still to be drafted."""
    rows = tx.execute(
        "SELECT id FROM jobs WHERE brief = ? AND tier = 'draft' AND state IN ('queued', 'running')", [brief]
    ).fetchall()
    return [row["id"] for row in rows]


def failure_of(tx: Transaction, brief: str) -> str:
    """Why a draft of a brief failed; empty where none did."""
    row = tx.execute(
        "SELECT failure FROM jobs WHERE brief = ? AND tier = 'draft' AND state = 'failed' LIMIT 1", [brief]
    ).fetchone()
    return str(row["failure"]) if row else ""


def exists(tx: Transaction, job: str) -> bool:
    """Whether there is a job of that id."""
    return tx.execute("SELECT 1 FROM jobs WHERE id = ?", [job]).fetchone() is not None
