"""Counts approvals of a picture within the desk's transactions: who may, who did, and the messages that say so."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.slack import approvals, effects
from bot.slack.effects import Subject
from bot.store import Transaction
from bot.studio import channel_policy, records
from bot.studio.model import Brief, Remedy, Version
from bot.studio.policy import ApprovalRule, Tally, may_approve, tally


@dataclass(frozen=True, kw_only=True)
class Electorate:
    """A channel's rule with the people that it means at this moment."""

    rule: ApprovalRule
    #: Members of the rule's user group.
    members: Collection[str] = frozenset()

    def count(self, tx: Transaction, brief: Brief, cell: Version) -> Tally:
        """The approvals of a cell that count."""
        people = records.approvers(tx, cell.id)
        return tally(self.rule, people, author=brief.author, members=self.members)


def cast(
    tx: Transaction, who: Electorate, brief: Brief, cell: Version, *, person: str, at: datetime
) -> Tally:
    """Record an approval. Raises Remedy, and records nothing, when this person's does not count."""
    if not may_approve(who.rule, person=person, author=brief.author, members=who.members):
        raise Remedy(approvals.refused(who.rule, author=person == brief.author))
    records.add_approval(tx, version=cell.id, person=person, at=at)
    return who.count(tx, brief, cell)


def show(
    tx: Transaction,
    who: Electorate,
    brief: Brief,
    cell: Version,
    *,
    thread: str,
    new_job: str,
    change: str,
    at: datetime,
) -> None:
    """Say in the thread how far a picture is: a new message, named after `new_job`, or the one that counts.

    `change` names this change of the approvals; `thread` is the effect that started the thread.
    """
    message = approvals.counting(brief, who.rule, who.count(tx, brief, cell), cell=cell.number)
    subject = Subject(role="notice", brief=brief.id, version=cell.id)
    job = channel_policy.open_ballot(tx, cell.id)
    if job is not None:
        effects.queue_update(
            tx, key=f"job:{job}:count:{change}", target=f"job:{job}", message=message, subject=subject, at=at
        )
        return
    channel_policy.add_ballot(tx, job=new_job, version=cell.id, at=at)
    effects.queue_post(
        tx,
        key=f"job:{new_job}",
        channel=brief.channel,
        thread=thread,
        message=message,
        subject=subject,
        at=at,
    )


def mark_grid(
    tx: Transaction, who: Electorate, brief: Brief, *, grid: str, change: str, at: datetime
) -> None:
    """Say under the grid how far its pictures are. One approval needs no count: its render says it."""
    if who.rule.needed == 1:
        return
    tallies = [(cell.number, who.count(tx, brief, cell)) for cell in records.cells(tx, brief.id)]
    effects.queue_amended(
        tx,
        key=f"{grid}:approvals:{change}",
        target=grid,
        block=approvals.grid_block(who.rule, tallies),
        before="approve",
        at=at,
    )
