"""Approving a cell and taking it back, each as one transaction. Only a person's approvals ever begin a Pro render."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError

from bot import clock
from bot.approve import messages as approve_messages
from bot.approve import table as approve_table
from bot.briefs import table as briefs_table
from bot.briefs.keys import brief_key, job_key
from bot.briefs.model import Brief, Channel, JobState, Person, ProTask, Tier, UserError, Version
from bot.briefs.services import Services
from bot.briefs.sizes import pro_size
from bot.briefs.table import cell_of
from bot.budget import holds
from bot.budget.refused import within_means
from bot.channel import table as channel_table
from bot.channel.settings import ApprovalRule, Tally, may_approve, tally
from bot.slack import outbox_table, seen_table
from bot.slack.outbox_table import Subject
from bot.slack.web_api import error_code
from bot.store import Transaction, pictures
from bot.texts import say
from bot.worker import failures
from bot.worker import table as worker_table
from bot.worker.cancel import call_off

log = logging.getLogger(__name__)


async def nobody(group: str) -> Collection[str]:
    """The members of any user group where Slack has none."""
    return frozenset()


async def approve(services: Services, *, brief_id: str, number: int, person: Person, event_id: str) -> bool:
    """Approve a cell; the last approval that it needs queues its Pro render.

    False when nothing new came of it. Raises UserError when there is no such cell, no money, or when this
    person's approval does not count here.
    """
    at = clock.now()
    who = await electorate(services, brief_id)

    def work(tx: Transaction) -> bool:
        if not seen_table.first_time(tx, event_id, at):
            return False
        brief = briefs_table.brief(tx, brief_id)
        cell, grid = cell_of(tx, brief, number), brief_key(brief_id)
        tally = cast(tx, who, brief, cell, person=person.id, at=at)
        if worker_table.live_pro_job(tx, cell.id):
            return False
        picture = pictures.find(tx, cell.picture)
        width, height = pro_size((picture.width, picture.height), services.settings.pro_size_px)
        task = ProTask(width=width, height=height, cell=number)
        job = worker_table.new_job(brief, task, person=person.id, parent=cell.id, at=at)
        if tally.missing:
            mark_grid(tx, who, brief, grid=grid, change=event_id, at=at)
            show(tx, who, brief, cell, thread=grid, new_job=job.id, change=event_id, at=at)
            return True
        counted = approve_table.open_ballot(tx, cell.id)
        if counted:
            job = replace(job, id=counted)
            approve_table.close_ballot(tx, counted)
        grace = timedelta(seconds=services.settings.approval_grace_s)
        worker_table.add_job(tx, job, idempotency_key=f"pro:{job.id}", not_before=at + grace)
        state = holds.reserve(services, tx, job, brief, 1, width, height, at)
        message = approve_messages.pro_waiting(
            brief,
            cell=number,
            people=list(tally.people),
            estimate_micro=services.prices.estimate(Tier.PRO, 1, width, height),
            state=state,
            grace_s=services.settings.approval_grace_s,
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
        # After its message, to which the mark leads.
        mark_grid(tx, who, brief, grid=grid, change=event_id, at=at)
        return True

    payload = {"kind": "approve", "brief": brief_id, "number": number}
    approved = await within_means(services, work, payload, person, brief_id)
    return approved


async def withdraw(
    services: Services, *, brief_id: str, number: int, person: Person, event_id: str
) -> str | None:
    """Take an approval back; when too few are left, a Pro render that has not started is cancelled.

    Returns a sentence for the person when that did not cancel a render. Raises UserError where they had approved nothing.
    """
    at = clock.now()
    who = await electorate(services, brief_id)

    def work(tx: Transaction) -> str | None:
        if not seen_table.first_time(tx, event_id, at):
            return None
        brief = briefs_table.brief(tx, brief_id)
        cell, grid = cell_of(tx, brief, number), brief_key(brief_id)
        withdrawn = approve_table.withdraw_approval(tx, version=cell.id, person=person.id, at=at)
        job = worker_table.live_pro_job(tx, cell.id)
        tally = who.count(tx, brief, cell)
        if not withdrawn:
            raise UserError(say("withdrawn-nothing", number=number))
        if job is None:
            mark_grid(tx, who, brief, grid=grid, change=event_id, at=at)
            if approve_table.open_ballot(tx, cell.id):
                show(tx, who, brief, cell, thread=grid, new_job="", change=event_id, at=at)
            return None
        if not tally.missing:
            return say("withdrawn-others", number=number)
        if job.state is JobState.RUNNING:
            return say("withdrawn-too-late", number=number)
        if job.state is not JobState.QUEUED:
            return None
        left = approve_messages.standing(who.rule, tally, cell=number) if tally.people else ""
        call_off(
            services, tx, job, approve_messages.pro_cancelled(cell=number, person=person.id, left=left), at
        )
        mark_grid(tx, who, brief, grid=grid, change=event_id, at=at)
        return None

    return await services.database.write(work)


async def electorate(services: Services, brief_id: str) -> Electorate:
    """Whose approvals count for a brief's pictures. Raises UserError when Slack does not tell."""
    rule = await services.database.read(
        lambda tx: channel_table.policy_of(tx, briefs_table.brief(tx, brief_id).channel).approval
    )
    members = await services.members(rule.group) if rule.who == "group" else ()
    return Electorate(rule=rule, members=members)


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
    """Record an approval. Raises UserError, and records nothing, when this person's does not count."""
    if not may_approve(who.rule, person=person, author=brief.author, members=who.members):
        raise UserError(approve_messages.refused(who.rule, author=person == brief.author))
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
    """Say under the grid how far its pictures are."""
    marks = [_mark(tx, who, brief, cell) for cell in briefs_table.cells(tx, brief.id)]
    outbox_table.queue_amended(
        tx,
        key=f"{grid}:approvals:{change}",
        target=grid,
        block_id=approve_messages.GRID_BLOCK,
        block=approve_messages.grid_block(who.rule, marks),
        before="approve",
        at=at,
    )


def _mark(tx: Transaction, who: Electorate, brief: Brief, cell: Version) -> approve_messages.Mark:
    job = worker_table.live_pro_job(tx, cell.id)
    return approve_messages.Mark(
        cell=cell.number,
        tally=who.count(tx, brief, cell),
        state=str(job.state) if job else "",
        effect=job_key(job) if job else "",
        person=job.person if job else "",
    )


async def unmarked(services: Services, job_id: str) -> Callable[[Transaction], None]:
    """What to write with the end of a job that can't be done: the grid of a Pro render says that it comes no longer."""
    job = await services.database.read(lambda tx: worker_table.job(tx, job_id))
    if not isinstance(job.task, ProTask):
        return failures.nothing
    try:
        who: Electorate | None = await electorate(services, job.brief)
    except (UserError, SlackApiError) as error:
        log.info("who approves %s is taken from what counted before: %s", job.brief, error_code(error))
        who = None
    at = clock.now()

    def work(tx: Transaction) -> None:
        brief = briefs_table.brief(tx, job.brief)
        voters = who or _counted(tx, brief)
        mark_grid(tx, voters, brief, grid=brief_key(brief.id), change=f"gave_up:{job.id}", at=at)

    return work


def _counted(tx: Transaction, brief: Brief) -> Electorate:
    """Whose approvals counted when they were given: the best that is known while Slack does not tell."""
    cells = briefs_table.cells(tx, brief.id)
    members = {person for cell in cells for person in approve_table.approvers(tx, cell.id)}
    return Electorate(rule=channel_table.policy_of(tx, brief.channel).approval, members=members)


async def run_refused(
    services: Services, payload: Mapping[str, Any], *, person: Person, channel: Channel, event_id: str
) -> None:
    """Approve what waited for money. Raises UserError."""
    await approve(
        services, brief_id=payload["brief"], number=payload["number"], person=person, event_id=event_id
    )
