"""How briefs, jobs and their messages are named, and how a numbered cell is found. Decides nothing."""

from __future__ import annotations

import secrets

from bot.store import Transaction
from bot.studio import records
from bot.studio.model import Brief, Job, Remedy, Tier, Version

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
        raise Remedy("That grid isn't finished yet. Pick a number when its pictures are there.")
    # A series that was stopped has gaps in its numbers.
    found = next((cell for cell in cells if cell.number == number), None)
    if found is None:
        raise Remedy(
            f"This grid has {len(cells)} pictures, so there is no number {number}. Pick 1 to {len(cells)}."
        )
    return found


def new_id() -> str:
    """A name for a brief, or the end of a job's."""
    return "".join(secrets.choice(_ID_ALPHABET) for _ in range(7))
