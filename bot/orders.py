"""What the desk's use cases share: names of briefs, jobs and messages, a numbered cell, how a job is called off."""

from __future__ import annotations

import secrets
from datetime import datetime

from bot import ledger
from bot.slack import effects
from bot.slack.directory import Person
from bot.slack.effects import Subject
from bot.slack.message import Message
from bot.store import Transaction
from bot.studio import kits, records
from bot.studio.commands import CELLS_LIMIT
from bot.studio.model import Brief, Job, JobState, Remedy, Tier, Version
from bot.texts import say

#: Letters and digits that cannot be taken for each other.
_ID_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def brief_key(brief: str) -> str:
    """The effect that posts a brief's first message, which starts its thread."""
    return f"brief:{brief}"


def job_key(job: Job) -> str:
    """The effect that posts the message in which a job's progress and result are shown."""
    return brief_key(job.brief) if job.tier is Tier.DRAFT else f"job:{job.id}"


def cell_of(tx: Transaction, brief: Brief, number: int) -> Version:
    """The cell of a finished grid with that number. Raises Remedy when there is none."""
    cells = records.cells(tx, brief.id)
    if not cells:
        raise Remedy(say("grid-unfinished"))
    # A series that was stopped has gaps in its numbers.
    found = next((cell for cell in cells if cell.number == number), None)
    if found is None:
        raise Remedy(say("grid-no-such-number", pictures=len(cells), number=number))
    return found


def sheet_brief(
    tx: Transaction,
    *,
    channel: str,
    author: str,
    prompt: str,
    negative_prompt: str,
    count: int,
    aspect: tuple[int, int],
    seed: int,
    source_key: str,
    at: datetime,
) -> Brief:
    """Write a brief whose pictures stand on a contact sheet, each with a prompt of its own; with the channel's brand."""
    kept = kits.in_force(tx, channel)
    brief = Brief(
        id=new_id(),
        channel=channel,
        author=author,
        prompt=prompt,
        negative_prompt=negative_prompt,
        # A grid has nine cells at most; a sheet has as many as were asked for.
        cells=min(count, CELLS_LIMIT),
        aspect_width=aspect[0],
        aspect_height=aspect[1],
        seed=seed,
        created_at=at,
        brand_words=kept.kit.added if kept else "",
    )
    records.add_brief(tx, brief, source_key)
    kits.use(tx, brief.id, kept)
    return brief


def call_off(tx: Transaction, job: Job, message: Message, at: datetime) -> None:
    """Cancel a job that waits or runs, release its money, and say so where its result was awaited."""
    release(tx, job.id, at)
    effects.queue_update(
        tx,
        key=f"{job_key(job)}:stopped",
        target=job_key(job),
        message=message,
        subject=Subject(role="notice", brief=job.brief),
        at=at,
    )


def release(tx: Transaction, job: str, at: datetime) -> None:
    """Cancel a job that waits or runs, and release its money."""
    records.move_job(tx, job, JobState.CANCELLED, at)
    ledger.void(tx, job=job, at=at)


def check_own(author: str, person: Person, refusal: str) -> None:
    """Raise Remedy unless this person asked for it, or is a workspace admin. `refusal` names the text."""
    if person.id != author and not person.is_admin:
        raise Remedy(say(refusal, author=author))


def new_id() -> str:
    """A name for a brief, or the end of a job's."""
    return "".join(secrets.choice(_ID_ALPHABET) for _ in range(7))
