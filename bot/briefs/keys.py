"""The names of briefs, jobs and messages."""

from __future__ import annotations

import secrets

from bot.briefs.model import Job, Tier

#: Letters and digits that cannot be taken for each other.
_ID_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def brief_key(brief: str) -> str:
    """The effect that posts a brief's first message, which starts its thread."""
    return f"brief:{brief}"


def job_key(job: Job) -> str:
    """The effect that posts the message in which a job's progress and result are shown."""
    return brief_key(job.brief) if job.tier is Tier.DRAFT else f"job:{job.id}"


def new_id() -> str:
    """A name for a brief, or the end of a job's."""
    return "".join(secrets.choice(_ID_ALPHABET) for _ in range(7))
