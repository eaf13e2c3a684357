"""The studio's only door to its tables: briefs, jobs, versions, approvals, messages. Visible SQL, no decisions."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from datetime import datetime, timedelta

from bot import clock
from bot.store import Transaction
from bot.studio.model import Brief, Job, JobState, Reference, Tier, Use, Version
from bot.studio.states import check_move


def ensure_channel(
    tx: Transaction, *, channel: str, name: str, timezone: str, summary_hour: int, at: datetime
) -> None:
    """Remember a channel; its zone and hour are set once, its name follows Slack's."""
    tx.execute(
        "INSERT INTO channels (id, name, timezone, summary_hour, created_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE name <> excluded.name",
        [channel, name, timezone, summary_hour, clock.to_text(at)],
    )


def add_brief(tx: Transaction, brief: Brief, source_key: str) -> None:
    """Write a new brief. Raises sqlite3.IntegrityError when the delivery was already turned into one."""
    tx.execute(
        "INSERT INTO briefs (id, channel, author, prompt, negative_prompt, cells, aspect_width, aspect_height,"
        " seed, source_key, created_at, follows, change, told, style, style_words, reference, reference_name,"
        " reference_use, strength_percent) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            brief.id,
            brief.channel,
            brief.author,
            brief.prompt,
            brief.negative_prompt,
            brief.cells,
            brief.aspect_width,
            brief.aspect_height,
            brief.seed,
            source_key,
            clock.to_text(brief.created_at),
            brief.follows,
            brief.change,
            brief.told,
            brief.style,
            brief.style_words,
            *_reference_values(brief.reference),
        ],
    )


_BRIEF = (
    "SELECT id, channel, author, prompt, negative_prompt, cells, aspect_width, aspect_height, seed, created_at,"
    " follows, change, told, style, style_words, reference, reference_name, reference_use, strength_percent,"
    " coalesce((SELECT added FROM brief_brands WHERE brief = briefs.id), '') AS brand_words"
    " FROM briefs"
)


def brief(tx: Transaction, brief_id: str) -> Brief:
    """The brief with this id. Raises KeyError."""
    row = tx.execute(f"{_BRIEF} WHERE id = ?", [brief_id]).fetchone()
    if row is None:
        raise KeyError(brief_id)
    return _brief(row)


def brief_by_source(tx: Transaction, source_key: str) -> Brief | None:
    """The brief that a delivery was turned into, if it was."""
    row = tx.execute(f"{_BRIEF} WHERE source_key = ?", [source_key]).fetchone()
    return _brief(row) if row else None


def recent_briefs(tx: Transaction, author: str, limit: int) -> list[Brief]:
    """A person's newest briefs; without products' pictures in the editor, which no message shows."""
    rows = tx.execute(
        f"{_BRIEF} WHERE author = ? AND source_key NOT LIKE 'paint:%' ORDER BY created_at DESC LIMIT ?",
        [author, limit],
    )
    return [_brief(row) for row in rows]


def add_job(tx: Transaction, job: Job, *, idempotency_key: str, not_before: datetime) -> None:
    """Write a queued job. Raises sqlite3.IntegrityError when its key, or its Pro render, exists."""
    tx.execute(
        "INSERT INTO jobs (id, brief, tier, state, person, parent, request, idempotency_key, not_before,"
        " created_at) VALUES (?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?)",
        [
            job.id,
            job.brief,
            job.tier,
            job.person,
            job.parent,
            json.dumps(job.request),
            idempotency_key,
            clock.to_text(not_before),
            clock.to_text(job.created_at),
        ],
    )


_JOB = "SELECT id, brief, tier, state, person, parent, request, attempts, created_at, started_at, failure FROM jobs"


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


def lease_next(
    tx: Transaction, *, tiers: Collection[Tier], owner: str, lease: timedelta, at: datetime
) -> Job | None:
    """Take the next job of these tiers: drafts first, then fixes, then Pro renders; oldest first, series last.

    A running job whose lease ran out belongs to nobody and is taken up anew.
    """
    if not tiers:
        return None
    row = tx.execute(
        "SELECT id FROM jobs WHERE ((state = 'queued' AND not_before <= :now)"
        " OR (state = 'running' AND lease_until <= :now))"
        " AND tier IN (SELECT value FROM json_each(:tiers))"
        " ORDER BY CASE tier WHEN 'draft' THEN 0 WHEN 'fix' THEN 1 ELSE 2 END,"
        " json_extract(request, '$.series') IS NOT NULL, created_at, rowid LIMIT 1",
        {"now": clock.to_text(at), "tiers": json.dumps(list(tiers))},
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
        "SELECT min(CASE state WHEN 'queued' THEN not_before ELSE lease_until END) AS at FROM jobs"
        " WHERE state IN ('queued', 'running')"
    ).fetchone()
    return clock.from_text(row["at"]) if row["at"] else None


def release_leases(tx: Transaction, at: datetime) -> int:
    """At start: this process is the only runner, so whatever is 'running' was cut off. How many were."""
    return tx.execute(
        "UPDATE jobs SET state = 'queued', lease_owner = NULL, lease_until = NULL, not_before = ?"
        " WHERE state = 'running'",
        [clock.to_text(at)],
    ).rowcount


def add_version(
    tx: Transaction,
    *,
    job: Job,
    kind: str,
    number: int,
    prompt: str,
    seed: int,
    picture: str,
    seconds: float,
    at: datetime,
    mask: str | None = None,
    instruction: str | None = None,
    reference: str | None = None,
) -> Version:
    """Write a finished picture into its brief's tree."""
    cursor = tx.execute(
        "INSERT INTO versions (brief, job, parent, kind, number, prompt, seed, picture, mask, instruction,"
        " seconds, created_at, reference) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            job.brief,
            job.id,
            job.parent,
            kind,
            number,
            prompt,
            seed,
            picture,
            mask,
            instruction,
            seconds,
            clock.to_text(at),
            reference,
        ],
    )
    assert cursor.lastrowid is not None
    return version(tx, cursor.lastrowid)


_VERSION = (
    "SELECT id, brief, job, parent, kind, number, prompt, seed, picture, mask, instruction, seconds, created_at,"
    " reference FROM versions"
)


def version(tx: Transaction, version_id: int) -> Version:
    """The version with this id. Raises KeyError."""
    row = tx.execute(f"{_VERSION} WHERE id = ?", [version_id]).fetchone()
    if row is None:
        raise KeyError(version_id)
    return _version(row)


def cells(tx: Transaction, brief_id: str) -> list[Version]:
    """The finished cells of a brief's grid, in order."""
    rows = tx.execute(f"{_VERSION} WHERE brief = ? AND kind = 'cell' ORDER BY number", [brief_id])
    return [_version(row) for row in rows]


def newest_render(tx: Transaction, brief_id: str) -> Version | None:
    """The newest Pro render or fix of a brief."""
    row = tx.execute(
        f"{_VERSION} WHERE brief = ? AND kind <> 'cell' ORDER BY id DESC LIMIT 1", [brief_id]
    ).fetchone()
    return _version(row) if row else None


def count_jobs(tx: Transaction, brief_id: str, tier: Tier) -> int:
    """How many jobs of a tier the brief has had, whatever became of them."""
    row = tx.execute("SELECT count(*) FROM jobs WHERE brief = ? AND tier = ?", [brief_id, tier]).fetchone()
    return int(row[0])


def count_versions(tx: Transaction, brief_id: str, kind: str) -> int:
    """How many finished versions of a kind the brief has."""
    row = tx.execute(
        "SELECT count(*) FROM versions WHERE brief = ? AND kind = ?", [brief_id, kind]
    ).fetchone()
    return int(row[0])


def add_approval(tx: Transaction, *, version: int, person: str, at: datetime) -> bool:
    """Remember an approval. False when this person's stands already."""
    return (
        tx.execute(
            "INSERT INTO approvals (version, person, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            [version, person, clock.to_text(at)],
        ).rowcount
        == 1
    )


def withdraw_approval(tx: Transaction, *, version: int, person: str, at: datetime) -> bool:
    """Take a person's approval back. False when there was none."""
    return (
        tx.execute(
            "UPDATE approvals SET withdrawn_at = ? WHERE version = ? AND person = ? AND withdrawn_at IS NULL",
            [clock.to_text(at), version, person],
        ).rowcount
        == 1
    )


def approvers(tx: Transaction, version: int) -> list[str]:
    """Who approves a cell at present, first come first."""
    rows = tx.execute(
        "SELECT person FROM approvals WHERE version = ? AND withdrawn_at IS NULL ORDER BY id", [version]
    )
    return [row["person"] for row in rows]


def message_subject(tx: Transaction, *, channel: str, ts: str) -> sqlite3.Row | None:
    """What one of our messages shows: role, brief, version. None for anybody else's message."""
    row: sqlite3.Row | None = tx.execute(
        "SELECT role, brief, version FROM messages WHERE channel = ? AND ts = ?", [channel, ts]
    ).fetchone()
    return row


def first_time(tx: Transaction, key: str, at: datetime) -> bool:
    """Whether this delivery is seen for the first time; remembers it."""
    return (
        tx.execute(
            "INSERT INTO deliveries (key, at) VALUES (?, ?) ON CONFLICT DO NOTHING", [key, clock.to_text(at)]
        ).rowcount
        == 1
    )


def _brief(row: sqlite3.Row) -> Brief:
    values = dict(row)
    values["created_at"] = clock.from_text(row["created_at"])
    sha256, name, use, percent = (values.pop(column) for column in _REFERENCE)
    if sha256:
        values["reference"] = Reference(sha256=sha256, name=name, use=Use(use), strength_percent=percent)
    else:
        values["reference"] = None
    return Brief(**values)


_REFERENCE = ("reference", "reference_name", "reference_use", "strength_percent")


def _reference_values(reference: Reference | None) -> list[object]:
    if reference is None:
        return [None, "", "", 0]
    return [reference.sha256, reference.name, reference.use, reference.strength_percent]


def _job(row: sqlite3.Row) -> Job:
    values = dict(row)
    values["tier"], values["state"] = Tier(row["tier"]), JobState(row["state"])
    values["request"] = json.loads(row["request"])
    values["created_at"] = clock.from_text(row["created_at"])
    values["started_at"] = clock.from_text(row["started_at"]) if row["started_at"] else None
    return Job(**values)


def _version(row: sqlite3.Row) -> Version:
    return Version(**{**dict(row), "created_at": clock.from_text(row["created_at"])})
