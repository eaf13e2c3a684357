"""The job's state machine as a table: a move that is not in it raises."""

from __future__ import annotations

from bot.briefs.model import JobState

MOVES: dict[JobState, frozenset[JobState]] = {
    JobState.QUEUED: frozenset({JobState.RUNNING, JobState.FAILED, JobState.CANCELLED}),
    # Back to the queue when the engine is busy or unreachable, or when a lease ran out.
    JobState.RUNNING: frozenset({JobState.DONE, JobState.FAILED, JobState.QUEUED, JobState.CANCELLED}),
    JobState.DONE: frozenset(),
    JobState.FAILED: frozenset(),
    JobState.CANCELLED: frozenset(),
}


class IllegalMove(RuntimeError):
    """A bug: somebody asked for a move that the table does not have."""


def check_move(old: JobState, new: JobState) -> None:
    """Raise IllegalMove unless a job may go from `old` to `new`."""
    if new not in MOVES[old]:
        raise IllegalMove(f"a job cannot go from {old} to {new}")
