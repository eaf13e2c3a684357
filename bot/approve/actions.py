"""Approving a cell and taking it back, each as one transaction. Only a person's approvals ever begin a Pro render."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import clock
from bot.approve import messages as approve_messages
from bot.approve import table as approve_table
from bot.briefs import table as briefs_table
from bot.briefs.keys import brief_key, job_key, new_id
from bot.briefs.model import Brief, Job, JobState, Person, Remedy, Tier, Version
from bot.briefs.sizes import pro_size
from bot.briefs.table import cell_of
from bot.budget.holds import Purse
from bot.budget.refused import within_means
from bot.channel import table as channel_table
from bot.channel.settings import ApprovalRule, Tally, may_approve, tally
from bot.settings import Settings
from bot.slack import outbox_table, seen
from bot.slack.outbox_table import Subject
from bot.store import Database, PictureStore, Transaction, pictures
from bot.texts import say
from bot.worker import table as worker_table
from bot.worker.cancel import call_off


async def nobody(group: str) -> Collection[str]:
    """The members of any user group where Slack has none."""
    return frozenset()


@dataclass(frozen=True, kw_only=True)
class Voting:
    """The part of the desk where pictures are approved. Every method commits before it returns."""

    database: Database
    picture_store: PictureStore
    settings: Settings
    purse: Purse
    committed: Callable[[], None]
    #: Who belongs to a user group. Raises Remedy when Slack does not tell.
    members: Callable[[str], Awaitable[Collection[str]]] = nobody

    async def approve(self, *, brief_id: str, number: int, person: Person, delivery: str) -> bool:
        """Approve a cell; the last approval that it needs queues its Pro render.

        False when nothing new came of it. Raises Remedy when there is no such cell, no money, or when this
        person's approval does not count here.
        """
        at = clock.now()
        who = await self.electorate(brief_id)

        def work(tx: Transaction) -> bool:
            if not seen.first_time(tx, delivery, at):
                return False
            brief = briefs_table.brief(tx, brief_id)
            cell, grid = cell_of(tx, brief, number), brief_key(brief_id)
            tally = cast(tx, who, brief, cell, person=person.id, at=at)
            if worker_table.live_pro_job(tx, cell.id):
                return False
            picture = pictures.find(tx, cell.picture)
            width, height = pro_size((picture.width, picture.height), self.settings.pro_size_px)
            job = self.new_job(
                brief, Tier.PRO, person.id, cell.id, {"width": width, "height": height, "cell": number}, at
            )
            mark_grid(tx, who, brief, grid=grid, change=delivery, at=at)
            if tally.missing:
                show(tx, who, brief, cell, thread=grid, new_job=job.id, change=delivery, at=at)
                return True
            counted = approve_table.open_ballot(tx, cell.id)
            if counted:
                job = replace(job, id=counted)
                approve_table.close_ballot(tx, counted)
            grace = timedelta(seconds=self.settings.approval_grace_s)
            worker_table.add_job(tx, job, idempotency_key=f"pro:{job.id}", not_before=at + grace)
            state = self.purse.reserve(tx, job, brief, 1, width, height, at)
            message = approve_messages.pro_waiting(
                brief,
                cell=number,
                people=list(tally.people),
                estimate_micro=self.purse.prices.estimate(Tier.PRO, 1, width, height),
                state=state,
                grace_s=self.settings.approval_grace_s,
            )
            key, subject = job_key(job), Subject(role="pro", brief=brief.id)
            if counted:
                outbox_table.queue_update(
                    tx, key=f"{key}:approved", target=key, message=message, subject=subject, at=at
                )
            else:
                outbox_table.queue_post(
                    tx,
                    key=key,
                    channel=brief.channel,
                    thread=grid,
                    message=message,
                    subject=subject,
                    at=at,
                )
            return True

        wish = {"kind": "approve", "brief": brief_id, "number": number}
        approved = await within_means(self.purse, work, wish, person, brief_id)
        self.committed()
        return approved

    async def withdraw(self, *, brief_id: str, number: int, person: Person, delivery: str) -> str | None:
        """Take an approval back; when too few are left, a Pro render that has not started is cancelled.

        Returns a sentence for the person when it was too late to cancel.
        """
        at = clock.now()
        who = await self.electorate(brief_id)

        def work(tx: Transaction) -> str | None:
            if not seen.first_time(tx, delivery, at):
                return None
            brief = briefs_table.brief(tx, brief_id)
            cell, grid = cell_of(tx, brief, number), brief_key(brief_id)
            withdrawn = approve_table.withdraw_approval(tx, version=cell.id, person=person.id, at=at)
            job = worker_table.live_pro_job(tx, cell.id)
            tally = who.count(tx, brief, cell)
            if not withdrawn:
                return None
            mark_grid(tx, who, brief, grid=grid, change=delivery, at=at)
            if job is None:
                if approve_table.open_ballot(tx, cell.id):
                    show(tx, who, brief, cell, thread=grid, new_job="", change=delivery, at=at)
                return None
            if not tally.missing:
                return None
            if job.state is JobState.RUNNING:
                return say("withdrawn-too-late", number=number)
            if job.state is not JobState.QUEUED:
                return None
            left = approve_messages.standing(who.rule, tally, cell=number) if tally.people else ""
            call_off(tx, job, approve_messages.pro_cancelled(cell=number, person=person.id, left=left), at)
            return None

        too_late = await self.database.write(work)
        self.committed()
        return too_late

    async def electorate(self, brief_id: str) -> Electorate:
        """Whose approvals count for a brief's pictures. Raises Remedy when Slack does not tell."""
        rule = await self.database.read(
            lambda tx: channel_table.policy_of(tx, briefs_table.brief(tx, brief_id).channel).approval
        )
        members = await self.members(rule.group) if rule.who == "group" else ()
        return Electorate(rule=rule, members=members)

    def new_job(
        self,
        brief: Brief,
        tier: Tier,
        person: str,
        parent: int | None,
        request: dict[str, object],
        at: datetime,
    ) -> Job:
        """A job of this moment, not written yet."""
        return Job(
            id=f"{brief.id}-{tier}-{new_id()}".lower(),
            brief=brief.id,
            tier=tier,
            state=JobState.QUEUED,
            person=person,
            parent=parent,
            request=request,
            attempts=0,
            created_at=at,
            started_at=None,
            failure=None,
        )


@dataclass(frozen=True, kw_only=True)
class Electorate:
    """A channel's rule with the people that it means at this moment."""

    rule: ApprovalRule
    #: Members of the rule's user group.
    members: Collection[str] = frozenset()

    def count(self, tx: Transaction, brief: Brief, cell: Version) -> Tally:
        """The approvals of a cell that count."""
        people = approve_table.approvers(tx, cell.id)
        return tally(self.rule, people, author=brief.author, members=self.members)


def cast(
    tx: Transaction, who: Electorate, brief: Brief, cell: Version, *, person: str, at: datetime
) -> Tally:
    """Record an approval. Raises Remedy, and records nothing, when this person's does not count."""
    if not may_approve(who.rule, person=person, author=brief.author, members=who.members):
        raise Remedy(approve_messages.refused(who.rule, author=person == brief.author))
    approve_table.add_approval(tx, version=cell.id, person=person, at=at)
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
    message = approve_messages.counting(brief, who.rule, who.count(tx, brief, cell), cell=cell.number)
    subject = Subject(role="notice", brief=brief.id, version=cell.id)
    job = approve_table.open_ballot(tx, cell.id)
    if job is not None:
        outbox_table.queue_update(
            tx, key=f"job:{job}:count:{change}", target=f"job:{job}", message=message, subject=subject, at=at
        )
        return
    approve_table.add_ballot(tx, job=new_job, version=cell.id, at=at)
    outbox_table.queue_post(
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
    tallies = [(cell.number, who.count(tx, brief, cell)) for cell in briefs_table.cells(tx, brief.id)]
    outbox_table.queue_amended(
        tx,
        key=f"{grid}:approvals:{change}",
        target=grid,
        block=approve_messages.grid_block(who.rule, tallies),
        before="approve",
        at=at,
    )
