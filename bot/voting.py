"""Approving a cell and taking it back, each as one transaction. Only a person's approvals ever begin a Pro render."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import ballots, clock
from bot.orders import brief_key, call_off, cell_of, job_key, new_id
from bot.purse import Purse
from bot.settings import Settings
from bot.slack import approvals, effects, views
from bot.slack.directory import Person
from bot.slack.effects import Subject
from bot.store import Database, PictureStore, Transaction, pictures
from bot.studio import channel_policy, records
from bot.studio.model import Brief, Job, JobState, Tier
from bot.studio.sizes import pro_size
from bot.texts import say
from bot.wanting import within_means


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
            if not records.first_time(tx, delivery, at):
                return False
            brief = records.brief(tx, brief_id)
            cell, grid = cell_of(tx, brief, number), brief_key(brief_id)
            tally = ballots.cast(tx, who, brief, cell, person=person.id, at=at)
            if records.live_pro_job(tx, cell.id):
                return False
            picture = pictures.find(tx, cell.picture)
            width, height = pro_size((picture.width, picture.height), self.settings.pro_size_px)
            job = self.new_job(
                brief, Tier.PRO, person.id, cell.id, {"width": width, "height": height, "cell": number}, at
            )
            ballots.mark_grid(tx, who, brief, grid=grid, change=delivery, at=at)
            if tally.missing:
                ballots.show(tx, who, brief, cell, thread=grid, new_job=job.id, change=delivery, at=at)
                return True
            counted = channel_policy.open_ballot(tx, cell.id)
            if counted:
                job = replace(job, id=counted)
                channel_policy.close_ballot(tx, counted)
            grace = timedelta(seconds=self.settings.approval_grace_s)
            records.add_job(tx, job, idempotency_key=f"pro:{job.id}", not_before=at + grace)
            state = self.purse.reserve(tx, job, brief, 1, width, height, at)
            message = views.pro_waiting(
                brief,
                cell=number,
                people=list(tally.people),
                estimate_micro=self.purse.prices.estimate(Tier.PRO, 1, width, height),
                state=state,
                grace_s=self.settings.approval_grace_s,
            )
            key, subject = job_key(job), Subject(role="pro", brief=brief.id)
            if counted:
                effects.queue_update(
                    tx, key=f"{key}:approved", target=key, message=message, subject=subject, at=at
                )
            else:
                effects.queue_post(
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
            if not records.first_time(tx, delivery, at):
                return None
            brief = records.brief(tx, brief_id)
            cell, grid = cell_of(tx, brief, number), brief_key(brief_id)
            withdrawn = records.withdraw_approval(tx, version=cell.id, person=person.id, at=at)
            job = records.live_pro_job(tx, cell.id)
            tally = who.count(tx, brief, cell)
            if not withdrawn:
                return None
            ballots.mark_grid(tx, who, brief, grid=grid, change=delivery, at=at)
            if job is None:
                if channel_policy.open_ballot(tx, cell.id):
                    ballots.show(tx, who, brief, cell, thread=grid, new_job="", change=delivery, at=at)
                return None
            if not tally.missing:
                return None
            if job.state is JobState.RUNNING:
                return say("withdrawn-too-late", number=number)
            if job.state is not JobState.QUEUED:
                return None
            left = approvals.standing(who.rule, tally, cell=number) if tally.people else ""
            call_off(tx, job, views.pro_cancelled(cell=number, person=person.id, left=left), at)
            return None

        too_late = await self.database.write(work)
        self.committed()
        return too_late

    async def electorate(self, brief_id: str) -> ballots.Electorate:
        """Whose approvals count for a brief's pictures. Raises Remedy when Slack does not tell."""
        rule = await self.database.read(
            lambda tx: channel_policy.policy_of(tx, records.brief(tx, brief_id).channel).approval
        )
        members = await self.members(rule.group) if rule.who == "group" else ()
        return ballots.Electorate(rule=rule, members=members)

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
