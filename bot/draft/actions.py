"""What people can do, each as one transaction over studio, ledger and outbox: draft, approve, withdraw, fix.

Knows neither how Slack delivered the wish nor how the engine will fulfil it.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from PIL import Image

from bot import clock, ledger
from bot.approve.actions import Voting
from bot.batch import table as batch_table
from bot.brand import table as brand_table
from bot.briefs import current as briefs_current
from bot.briefs import table as briefs_table
from bot.briefs.keys import brief_key, job_key, new_id
from bot.briefs.model import Brief, BriefRequest, Channel, Job, JobState, Person, Remedy, Tier, Version
from bot.briefs.sizes import draft_size
from bot.briefs.table import cell_of
from bot.briefs.typed import SEED_LIMIT
from bot.budget.refused import draft_wish, fix_wish, within_means
from bot.draft import grid_messages, styles, warnings
from bot.fix import messages as fix_messages
from bot.fix.order import FixOrder, FixPart
from bot.fix.request import FixRequest
from bot.pictures import masks
from bot.product import table as product_table
from bot.slack import outbox_table
from bot.slack.outbox_table import Subject
from bot.store import Picture, Transaction, pictures
from bot.texts import say
from bot.worker import failures
from bot.worker import table as worker_table
from bot.worker.failures import what_is_made


@dataclass(frozen=True, kw_only=True)
class Desk(Voting):
    """The use cases. Every method commits before it returns; `committed` is told so that work goes on."""

    #: The words of the engine's model as far as it told them; nothing where it did not, or lists none.
    known_words: Callable[[], Mapping[str, Any]] = dict

    async def open_brief(
        self,
        request: BriefRequest,
        *,
        person: Person,
        channel: Channel,
        source_key: str,
        follows: Brief | None = None,
        change: str = "",
        also: Callable[[Transaction, Brief], None] | None = None,
        told: str = "",
    ) -> Brief:
        """Write the brief, its job, its reservation and its placeholder, all or nothing; `also` in the same go.

        A delivery that was seen before returns the brief that it made. `told` says what was changed against
        `follows`. Raises Remedy when the channel cannot afford it, or has no such style.
        """
        at = clock.now()

        def work(tx: Transaction) -> Brief:
            if known := briefs_table.brief_by_source(tx, source_key):
                return known
            self.purse.ensure_channel(tx, channel, person, at)
            product_table.refuse(tx, follows)
            batch_table.refuse(tx, follows)
            brand, shape = brand_table.obeyed(tx, channel.id, request, follows=follows is not None)
            style = styles.named(tx, channel.id, request.style) if request.style else None
            brief = Brief(
                id=new_id(),
                channel=channel.id,
                author=person.id,
                prompt=request.prompt,
                negative_prompt=request.negative_prompt,
                cells=request.cells,
                aspect_width=shape[0],
                aspect_height=shape[1],
                seed=request.seed if request.seed is not None else secrets.randbelow(SEED_LIMIT - 100),
                created_at=at,
                follows=follows.id if follows else None,
                change=change,
                brand_words=brand.kit.added if brand else "",
                told=told,
                style=style.name if style else "",
                style_words=style.words if style else "",
                reference=request.reference,
            )
            briefs_table.add_brief(tx, brief, source_key)
            brand_table.use(tx, brief.id, brand)
            width, height = draft_size(brief.aspect, self.settings.draft_size_px)
            job = self.new_job(brief, Tier.DRAFT, person.id, None, {"width": width, "height": height}, at)
            # What `also` is for was asked for knowing what drafts are like.
            words = self.known_words()
            warning = [] if also else warnings.advised(tx, brief, self.purse.prices, self.settings, words)
            pause = timedelta(seconds=self.settings.advice_pause_s if warning else 0)
            worker_table.add_job(tx, job, idempotency_key=f"draft:{brief.id}", not_before=at + pause)
            state = self.purse.reserve(tx, job, brief, brief.cells, width, height, at)
            outbox_table.queue_post(
                tx,
                key=brief_key(brief.id),
                channel=brief.channel,
                message=warnings.with_advice(
                    grid_messages.drafting(
                        brief,
                        estimate_micro=self.purse.prices.estimate(Tier.DRAFT, brief.cells, width, height),
                        state=state,
                    ),
                    warning,
                    before="drafting",
                ),
                subject=Subject(role="grid", brief=brief.id),
                at=at,
            )
            if also:
                also(tx, brief)
            return brief

        brief = await within_means(self.purse, work, draft_wish(request), person, channel)
        self.committed()
        return brief

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

    async def picture_to_fix(self, request: FixRequest, *, brief_id: str) -> bytes:
        """The picture that a request is about. Raises Remedy when it doesn't say which."""
        _, picture = await self.database.read(lambda tx: self._fix_target(tx, brief_id, request))
        return await asyncio.to_thread(self.picture_store.read, picture)

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
                region=one.region_text or say("fix-painted-region"),
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
        if known := worker_table.job_by_key(tx, key):
            return known
        brief = briefs_table.brief(tx, order.target.brief)
        earlier = worker_table.count_jobs(tx, brief.id, Tier.FIX)
        request = order.request(seed=(order.target.seed + 1 + earlier) % SEED_LIMIT)
        job = self.new_job(brief, Tier.FIX, person, order.target.id, request, at)
        worker_table.add_job(tx, job, idempotency_key=key, not_before=at)
        state = self.purse.reserve(tx, job, brief, len(order.parts), order.width, order.height, at)
        outbox_table.queue_post(
            tx,
            key=job_key(job),
            channel=brief.channel,
            thread=brief_key(brief.id),
            message=fix_messages.fix_waiting(
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
            job = worker_table.job(tx, job_id)
            if job.state not in (JobState.QUEUED, JobState.RUNNING):
                return
            worker_table.move_job(tx, job.id, JobState.FAILED, at, failure=sentence)
            ledger.void(tx, job=job.id, at=at)
            if "series" in job.request:
                # The others go on; what is missing is told at the end.
                return
            brief = briefs_table.brief(tx, job.brief)
            outbox_table.queue_update(
                tx,
                key=f"{job_key(job)}:failed",
                target=job_key(job),
                message=failures.failed(what_is_made(brief, job), sentence),
                subject=Subject(role="notice", brief=brief.id),
                at=at,
            )

        await self.database.write(work)
        self.committed()

    def _fix_target(self, tx: Transaction, brief_id: str, request: FixRequest) -> tuple[Version, Picture]:
        if request.cell is not None:
            target = cell_of(tx, briefs_table.brief(tx, brief_id), request.cell)
        else:
            drawn = briefs_table.cells(tx, brief_id)
            newest = briefs_current.current_version(tx, brief_id) or (drawn[0] if len(drawn) == 1 else None)
            if newest is None:
                raise Remedy(say("fix-which-picture"))
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
