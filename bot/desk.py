"""What people can do, each as one transaction over studio, ledger and outbox: draft, approve, withdraw, fix.

Knows neither how Slack delivered the wish nor how the engine will fulfil it.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from PIL import Image

from bot import clock, ledger
from bot.purse import Purse
from bot.settings import Settings
from bot.slack import effects, views
from bot.slack.directory import Channel, Person
from bot.slack.effects import Subject
from bot.store import Database, Picture, PictureStore, Transaction, pictures
from bot.studio import heads, masks, records
from bot.studio.commands import SEED_LIMIT
from bot.studio.fixes import FixOrder, FixPart
from bot.studio.model import Brief, BriefRequest, Job, JobState, Remedy, Tier, Version
from bot.studio.replies import FixRequest
from bot.studio.sizes import draft_size, pro_size
from bot.wanting import draft_wish, fix_wish, within_means

#: Letters and digits that cannot be taken for each other.
_ID_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def brief_key(brief: str) -> str:
    """The effect that posts a brief's first message, which starts its thread."""
    return f"brief:{brief}"


def job_key(job: Job) -> str:
    """The effect that posts the message in which a job's progress and result are shown."""
    return brief_key(job.brief) if job.tier is Tier.DRAFT else f"job:{job.id}"


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The use cases. Every method commits before it returns; `committed` is told so that work goes on."""

    database: Database
    picture_store: PictureStore
    settings: Settings
    purse: Purse
    committed: Callable[[], None]

    async def open_brief(
        self,
        request: BriefRequest,
        *,
        person: Person,
        channel: Channel,
        source_key: str,
        follows: Brief | None = None,
        change: str = "",
    ) -> Brief:
        """Write the brief, its job, its reservation and its placeholder, all or nothing.

        A delivery that was seen before returns the brief that it made. Raises Remedy when the
        channel cannot afford it.
        """
        at = clock.now()

        def work(tx: Transaction) -> Brief:
            if known := records.brief_by_source(tx, source_key):
                return known
            self.purse.ensure_channel(tx, channel, person, at)
            brief = Brief(
                id=_new_id(),
                channel=channel.id,
                author=person.id,
                prompt=request.prompt,
                negative_prompt=request.negative_prompt,
                cells=request.cells,
                aspect_width=request.aspect[0],
                aspect_height=request.aspect[1],
                seed=request.seed if request.seed is not None else secrets.randbelow(SEED_LIMIT - 100),
                created_at=at,
                follows=follows.id if follows else None,
                change=change,
            )
            records.add_brief(tx, brief, source_key)
            width, height = draft_size(brief.aspect, self.settings.draft_size_px)
            job = self.new_job(brief, Tier.DRAFT, person.id, None, {"width": width, "height": height}, at)
            records.add_job(tx, job, idempotency_key=f"draft:{brief.id}", not_before=at)
            state = self.purse.reserve(tx, job, brief, brief.cells, width, height, at)
            effects.queue_post(
                tx,
                key=brief_key(brief.id),
                channel=brief.channel,
                message=views.drafting(
                    brief,
                    estimate_micro=self.purse.prices.estimate(Tier.DRAFT, brief.cells, width, height),
                    state=state,
                ),
                subject=Subject(role="grid", brief=brief.id),
                at=at,
            )
            return brief

        brief = await within_means(self.purse, work, draft_wish(request), person, channel)
        self.committed()
        return brief

    async def approve(self, *, brief_id: str, number: int, person: Person, delivery: str) -> bool:
        """Approve a cell; the first approval queues its Pro render. False when nothing new came of it.

        Raises Remedy when there is no such cell or no money.
        """
        at = clock.now()

        def work(tx: Transaction) -> bool:
            if not records.first_time(tx, delivery, at):
                return False
            brief = records.brief(tx, brief_id)
            cell = _cell(tx, brief, number)
            records.add_approval(tx, version=cell.id, person=person.id, at=at)
            if records.live_pro_job(tx, cell.id):
                return False
            picture = pictures.find(tx, cell.picture)
            width, height = pro_size((picture.width, picture.height), self.settings.pro_size_px)
            job = self.new_job(
                brief, Tier.PRO, person.id, cell.id, {"width": width, "height": height, "cell": number}, at
            )
            grace = timedelta(seconds=self.settings.approval_grace_s)
            records.add_job(tx, job, idempotency_key=f"pro:{job.id}", not_before=at + grace)
            state = self.purse.reserve(tx, job, brief, 1, width, height, at)
            effects.queue_post(
                tx,
                key=job_key(job),
                channel=brief.channel,
                thread=brief_key(brief.id),
                message=views.pro_waiting(
                    brief,
                    cell=number,
                    people=records.approvers(tx, cell.id),
                    estimate_micro=self.purse.prices.estimate(Tier.PRO, 1, width, height),
                    state=state,
                    grace_s=self.settings.approval_grace_s,
                ),
                subject=Subject(role="pro", brief=brief.id),
                at=at,
            )
            return True

        wish = {"kind": "approve", "brief": brief_id, "number": number}
        approved = await within_means(self.purse, work, wish, person, brief_id)
        self.committed()
        return approved

    async def withdraw(self, *, brief_id: str, number: int, person: Person, delivery: str) -> str | None:
        """Take an approval back; the last one to go cancels a Pro render that has not started.

        Returns a sentence for the person when it was too late to cancel.
        """
        at = clock.now()

        def work(tx: Transaction) -> str | None:
            if not records.first_time(tx, delivery, at):
                return None
            cell = _cell(tx, records.brief(tx, brief_id), number)
            withdrawn = records.withdraw_approval(tx, version=cell.id, person=person.id, at=at)
            job = records.live_pro_job(tx, cell.id)
            if not withdrawn or job is None or records.approvers(tx, cell.id):
                return None
            if job.state is JobState.RUNNING:
                return f"Picture {number} is already being rendered, so taking the reaction back doesn't stop it."
            if job.state is not JobState.QUEUED:
                return None
            records.move_job(tx, job.id, JobState.CANCELLED, at)
            ledger.void(tx, job=job.id, at=at)
            effects.queue_update(
                tx,
                key=f"{job_key(job)}:cancelled",
                target=job_key(job),
                message=views.pro_cancelled(cell=number, person=person.id),
                subject=Subject(role="notice", brief=brief_id),
                at=at,
            )
            return None

        too_late = await self.database.write(work)
        self.committed()
        return too_late

    async def request_fix(
        self, request: FixRequest, *, brief_id: str, person: Person, mask_upload: bytes | None, delivery: str
    ) -> Job:
        """Queue a masked edit of a version. Raises Remedy when the mask or the target does not fit."""
        target, picture = await self.database.read(lambda tx: self._fix_target(tx, brief_id, request))
        order, kept = await asyncio.to_thread(self.order_fix, request, target, picture, mask_upload)
        at = clock.now()

        def work(tx: Transaction) -> Job:
            for mask in kept:
                pictures.record(tx, mask, at)
            return self.queue_fix(tx, order, person=person.id, key=f"fix:{delivery}", at=at)

        job = await within_means(self.purse, work, fix_wish(request, brief_id), person, brief_id)
        self.committed()
        return job

    def order_fix(
        self, request: FixRequest, target: Version, picture: Picture, mask_upload: bytes | None
    ) -> tuple[FixOrder, list[Picture]]:
        """What a request means for one version, and its masks, stored. Raises Remedy when one does not fit."""
        wanted = (request, *request.more)
        kept = [self._keep_mask(one, picture, mask_upload) for one in wanted]
        whole = kept[0] if len(kept) == 1 else self._joined(kept)
        parts = tuple(
            FixPart(
                instruction=one.instruction,
                region=one.region_text or "the painted region",
                mask=mask.sha256,
            )
            for one, mask in zip(wanted, kept, strict=True)
        )
        order = FixOrder(
            target=target, parts=parts, mask=whole.sha256, width=picture.width, height=picture.height
        )
        return order, [*kept, whole]

    def queue_fix(self, tx: Transaction, order: FixOrder, *, person: str, key: str, at: datetime) -> Job:
        """Within a transaction: the job, its reservation and its message. The same key again is the same job.

        The order's masks must be recorded. Raises Remedy when the channel cannot afford it.
        """
        if known := records.job_by_key(tx, key):
            return known
        brief = records.brief(tx, order.target.brief)
        earlier = records.count_jobs(tx, brief.id, Tier.FIX)
        request = order.request(seed=(order.target.seed + 1 + earlier) % SEED_LIMIT)
        job = self.new_job(brief, Tier.FIX, person, order.target.id, request, at)
        records.add_job(tx, job, idempotency_key=key, not_before=at)
        state = self.purse.reserve(tx, job, brief, len(order.parts), order.width, order.height, at)
        effects.queue_post(
            tx,
            key=job_key(job),
            channel=brief.channel,
            thread=brief_key(brief.id),
            message=views.fix_waiting(
                region=str(job.request["region"]),
                instruction=str(job.request["instruction"]),
                person=person,
                estimate_micro=self.purse.prices.estimate(
                    Tier.FIX, len(order.parts), order.width, order.height
                ),
                state=state,
            ),
            subject=Subject(role="fix", brief=brief.id),
            at=at,
        )
        return job

    async def give_up(self, job_id: str, sentence: str) -> None:
        """End a job that cannot be done: release its money and say so where its result was awaited."""
        at = clock.now()

        def work(tx: Transaction) -> None:
            job = records.job(tx, job_id)
            if job.state not in (JobState.QUEUED, JobState.RUNNING):
                return
            records.move_job(tx, job.id, JobState.FAILED, at, failure=sentence)
            ledger.void(tx, job=job.id, at=at)
            brief = records.brief(tx, job.brief)
            effects.queue_update(
                tx,
                key=f"{job_key(job)}:failed",
                target=job_key(job),
                message=views.failed(what_is_made(brief, job), sentence),
                subject=Subject(role="notice", brief=brief.id),
                at=at,
            )

        await self.database.write(work)
        self.committed()

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
            id=f"{brief.id}-{tier}-{_new_id()}".lower(),
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

    def _fix_target(self, tx: Transaction, brief_id: str, request: FixRequest) -> tuple[Version, Picture]:
        brief = records.brief(tx, brief_id)
        if request.cell is not None:
            target = _cell(tx, brief, request.cell)
        else:
            cells = records.cells(tx, brief_id)
            newest = heads.current_version(tx, brief_id) or (cells[0] if len(cells) == 1 else None)
            if newest is None:
                raise Remedy(
                    "Which picture? Approve one with a number first, or name it:"
                    " `@Draftroom fix cell 2 left: make it blue`."
                )
            target = newest
        return target, pictures.find(tx, target.picture)

    def _joined(self, kept: list[Picture]) -> Picture:
        """Everything that any of the masks lets change."""
        opened = [masks.open_picture(self.picture_store.read(mask)).convert("L") for mask in kept]
        return self.picture_store.keep(masks.to_png(masks.union(opened)))

    def _keep_mask(self, request: FixRequest, picture: Picture, upload: bytes | None) -> Picture:
        size = picture.width, picture.height
        mask: Image.Image
        if upload is not None:
            mask = masks.from_upload(upload, *size)
        else:
            assert request.region is not None
            mask = masks.from_box(request.region, *size)
        return self.picture_store.keep(masks.to_png(mask))


def what_is_made(brief: Brief, job: Job) -> str:
    """How a job is called in a sentence about it."""
    match job.tier:
        case Tier.DRAFT:
            return views.what_is_drawn(brief)
        case Tier.PRO:
            return f"The Pro render of picture {job.request['cell']}"
        case Tier.FIX:
            return f"The fix “{job.request['instruction']}”"


def _cell(tx: Transaction, brief: Brief, number: int) -> Version:
    cells = records.cells(tx, brief.id)
    if not cells:
        raise Remedy("That grid isn't finished yet. Pick a number when its pictures are there.")
    if not 1 <= number <= len(cells):
        raise Remedy(
            f"This grid has {len(cells)} pictures, so there is no number {number}. Pick 1 to {len(cells)}."
        )
    return cells[number - 1]


def _new_id() -> str:
    return "".join(secrets.choice(_ID_ALPHABET) for _ in range(7))
