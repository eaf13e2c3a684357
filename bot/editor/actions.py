"""What people do on the page, each as one transaction: fix, adjust, extend, go back, sign out."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PIL import Image

from bot import clock, ledger
from bot.briefs import table as briefs_table
from bot.briefs.keys import brief_key, job_key
from bot.briefs.model import AdjustTask, FixTask, Job, JobState, Tier, UserError, Version
from bot.briefs.services import Services
from bot.budget import holds
from bot.draft import colours
from bot.editor import request as editor_request
from bot.editor import table as editor_table
from bot.editor import tree
from bot.fix import actions as fix_actions
from bot.fix import messages as fix_messages
from bot.fix import staged
from bot.fix import table as fix_table
from bot.fix.order import FixOrder, FixPart, painted_part
from bot.marking import refused
from bot.pictures import adjust, extend, masks, opening, sheets
from bot.pictures.turns import in_turn
from bot.slack import outbox_table
from bot.slack.outbox_table import Subject
from bot.store import Picture, Transaction, pictures
from bot.texts import say
from bot.web import table as web_table
from bot.worker import table as worker_table
from bot.worker.cancel import call_off

#: First looks asked of the engine for each fix that somebody watches.
PREVIEWS = 3


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What a request would cost, and whether the channel can afford it now."""

    micro: int
    currency: str
    left: ledger.BudgetState
    fits: bool


@dataclass(frozen=True, kw_only=True)
class Editing:
    """The use cases of the page. A visitor's brief bounds what they can reach."""

    services: Services

    async def channel(self, brief: str) -> str:
        """The channel of a brief. Raises KeyError for an unknown one."""
        return (await self.services.database.read(lambda tx: briefs_table.brief(tx, brief))).channel

    async def version(self, version_id: int, *, brief: str) -> tuple[Version, Picture]:
        """A version of that brief, with its picture. Raises UserError for any other."""

        def find(tx: Transaction) -> tuple[Version, Picture]:
            if not editor_table.belongs(tx, "versions", version_id, brief):
                raise UserError(say("editor-version-foreign"))
            version = briefs_table.version(tx, version_id)
            return version, pictures.find(tx, version.picture)

        return await self.services.database.read(find)

    async def part_of_thread(self, version_id: int) -> None:
        """Raise UserError for a version that waits for a word or was discarded: nothing is made of it."""
        found = await self.services.database.read(lambda tx: fix_table.staged(tx, version_id))
        if found and found.state != "used":
            raise UserError(say("editor-version-foreign"))

    async def read(self, picture: Picture) -> bytes:
        """A stored picture's bytes."""
        return await asyncio.to_thread(self.services.picture_store.read, picture)

    async def cost(
        self,
        version_id: int,
        *,
        brief: str,
        candidates: int,
        parts: int,
        sides: object | None,
        said: Sequence[str] = (),
    ) -> Cost:
        """What fixes would cost, and what is left. What is `said` in the parts tells which are free. Raises UserError."""
        version, picture = await self.version(version_id, brief=brief)
        width, height = picture.width, picture.height
        if sides:
            left, right, top, bottom = extend.margins(sides, width, height)
            width, height = width + left + right, height + top + bottom
        channel = (
            await self.services.database.read(lambda tx: briefs_table.brief(tx, version.brief))
        ).channel
        state = await holds.budget_of(self.services, channel)
        drawn = parts if sides else parts - sum(colours.read(one) is not None for one in said[:parts])
        prices, count = self.services.prices, candidates * drawn
        return Cost(
            micro=prices.estimate(Tier.FIX, count, width, height),
            currency=prices.currency,
            left=state,
            fits=not count or prices.hold(Tier.FIX, drawn, width, height) * candidates <= state.left_micro,
        )

    async def fix(
        self, page_request: editor_request.PaintedFix, painted: Sequence[bytes], *, brief: str, person: str
    ) -> list[str]:
        """Queue the wished fixes, all or none, each the same job as a fix in the thread. The jobs' ids."""
        version, picture = await self.version(page_request.version, brief=brief)
        place = await self.channel(brief)
        await refused.check(self.services, page_request.instructions, channel=place, person=person)
        await self.part_of_thread(version.id)
        if page_request.extend:
            order, kept = await in_turn(self._extension, page_request, version, picture)
        else:
            order, kept = await in_turn(self._painting, page_request, version, picture, painted)
        at = clock.now()

        def work(tx: Transaction) -> list[str]:
            for one in kept:
                pictures.record(tx, one, at)
            return [
                fix_actions.queue_fix(
                    self.services,
                    tx,
                    order,
                    person=person,
                    key=f"page:{person}:{page_request.key}:{number}",
                    at=at,
                ).id
                # A colour comes out the same each time.
                for number in range(page_request.candidates if order.drawn else 1)
            ]

        jobs = await self.services.database.write(work)
        return jobs

    def _painting(
        self,
        page_request: editor_request.PaintedFix,
        version: Version,
        picture: Picture,
        painted: Sequence[bytes],
    ) -> tuple[FixOrder, list[Picture]]:
        if len(painted) != len(page_request.instructions):
            raise UserError(say("editor-selection-missing"))
        kept: list[Picture] = []

        def read() -> Iterator[Image.Image]:
            for data in painted:
                mask = editor_request.read_mask(data, picture.width, picture.height)
                kept.append(self._keep(mask))
                yield mask

        whole = self._keep(masks.union(read()))
        many = len(kept) > 1
        parts = tuple(
            painted_part(
                instruction,
                region=say("editor-region-numbered", number=number) if many else say("editor-region-painted"),
                mask=mask.sha256,
            )
            for number, (instruction, mask) in enumerate(zip(page_request.instructions, kept, strict=True), 1)
        )
        order = FixOrder(
            target=version,
            parts=parts,
            mask=whole.sha256,
            width=picture.width,
            height=picture.height,
            previews=PREVIEWS,
            staged=True,
        )
        return order, [*kept, whole]

    def _extension(
        self, page_request: editor_request.PaintedFix, version: Version, picture: Picture
    ) -> tuple[FixOrder, list[Picture]]:
        data = self.services.picture_store.read(picture)
        original = opening.open_picture(data)
        larger = extend.extend(original, *extend.margins(page_request.extend, picture.width, picture.height))
        # With its marks, or the engine would take it for a person's own picture.
        wide = masks.to_png(larger.picture, made_of=data, step="canvas extended")
        canvas, mask = self.services.picture_store.keep(wide), self._keep(larger.mask)
        order = FixOrder(
            target=version,
            parts=(
                FixPart(
                    instruction=page_request.instructions[0],
                    region=say("editor-region-extended"),
                    mask=mask.sha256,
                ),
            ),
            mask=mask.sha256,
            width=canvas.width,
            height=canvas.height,
            previews=PREVIEWS,
            canvas=canvas.sha256,
            offset=larger.offset,
            staged=True,
        )
        return order, [canvas, mask]

    async def adjust(
        self,
        page_request: editor_request.PaintedAdjustment,
        painted: bytes | None,
        *,
        brief: str,
        person: str,
    ) -> int:
        """Save an adjustment as a version, for free. Its id; the same request again is the same version."""
        version, picture = await self.version(page_request.version, brief=brief)
        await self.part_of_thread(version.id)
        result, comparison, mask = await in_turn(self._adjusted, page_request, picture, painted)
        at, key = clock.now(), f"adjust:{person}:{page_request.key}"

        def work(tx: Transaction) -> int:
            known = worker_table.job_by_key(tx, key)
            if known and (earlier := worker_table.version_of_job(tx, known.id)):
                return earlier
            for one in (result, comparison, mask):
                pictures.record(tx, one, at)
            parent = briefs_table.brief(tx, brief)
            task = AdjustTask(instruction=page_request.by.words(), region=_region(painted))
            job = worker_table.new_job(parent, task, person=person, parent=version.id, at=at)
            worker_table.do_at_once(tx, job, key=key)
            made = briefs_table.add_version(
                tx,
                job=job,
                kind="fix",
                number=briefs_table.count_versions(tx, brief, "fix") + 1,
                prompt=version.prompt,
                seed=version.seed,
                picture=result.sha256,
                mask=mask.sha256,
                instruction=page_request.by.words(),
                seconds=0,
                at=at,
            )
            holds.charge_nothing(self.services, tx, job, parent, at)
            worker_table.move_job(tx, job.id, JobState.DONE, at)
            outbox_table.queue_post(
                tx,
                key=job_key(job),
                channel=parent.channel,
                thread=brief_key(brief),
                message=fix_messages.adjusted(
                    parent,
                    made,
                    region=_region(painted),
                    person=person,
                    comparison=comparison.sha256,
                    state=ledger.budget_of(tx, parent.channel, at, self.services.rule),
                ),
                subject=Subject(role="fix", brief=brief, version=made.id),
                at=at,
            )
            return made.id

        made = await self.services.database.write(work)
        return made

    def _adjusted(
        self, page_request: editor_request.PaintedAdjustment, picture: Picture, painted: bytes | None
    ) -> tuple[Picture, Picture, Picture]:
        data = self.services.picture_store.read(picture)
        # One whole picture at a time: a large one takes tens of megabytes.
        working = adjust.workable(opening.open_picture(data))
        mask = None if painted is None else editor_request.read_mask(painted, *working.size)
        before = opening.small(working, sheets.LONGEST_SHEET_SIDE // 2)
        adjust.adjust(working, mask, page_request.by)
        seen = before, opening.small(working, sheets.LONGEST_SHEET_SIDE // 2)
        made = masks.to_png(working, made_of=data, step=f"adjusted: {page_request.by.words()}")
        mask_png = masks.to_png(mask or Image.new("L", working.size, 255))
        del working
        comparison = sheets.before_after(data, made, mask, seen=seen)
        keep = self.services.picture_store.keep
        return keep(made), keep(comparison), keep(mask_png)

    async def go_back(self, version_id: int, *, brief: str, person: str) -> bool:
        """Let the thread go on from a version. False when it does already."""
        version, _ = await self.version(version_id, brief=brief)
        await self.part_of_thread(version.id)
        at = clock.now()

        def work(tx: Transaction) -> bool:
            current = briefs_table.current_version(tx, brief)
            if current is not None and current.id == version.id:
                return False
            briefs_table.go_back(tx, version=version, person=person, at=at)
            outbox_table.queue_post(
                tx,
                key=f"back:{brief}:{briefs_table.times_gone_back(tx, brief)}",
                channel=briefs_table.brief(tx, brief).channel,
                thread=brief_key(brief),
                message=fix_messages.went_back(tree.title(version), person=person),
                subject=Subject(role="notice", brief=brief, version=version.id),
                at=at,
            )
            return True

        changed = await self.services.database.write(work)
        return changed

    async def use(self, version_id: int, *, brief: str, person: str) -> bool:
        """Show a result that waits in the thread, which goes on from it. False when that was done. Raises UserError."""
        return await staged.use(self.services, version_id, brief=brief, person=person)

    async def discard(self, versions: Sequence[int], *, brief: str, person: str) -> None:
        """Leave results that wait out of the thread. Raises UserError."""
        await staged.discard(self.services, versions, brief=brief, person=person)

    async def another(self, version_id: int, *, brief: str, person: str, key: str) -> str:
        """Draw a fix whose result waits once more. The job's id. Raises UserError."""
        key = f"page:{person}:{key}:0"
        return await staged.another(self.services, version_id, brief=brief, person=person, key=key)

    async def sign_out(self, person: str) -> None:
        """Make every link of a person void."""
        await self.services.database.write(lambda tx: web_table.sign_out(tx, person, clock.now()))

    async def outcome(self, job_id: str, *, brief: str) -> tuple[Job, int | None]:
        """How a job of that brief stands, and the version it made. Raises UserError for any other."""

        def find(tx: Transaction) -> tuple[Job, int | None]:
            if not editor_table.belongs(tx, "jobs", job_id, brief):
                raise UserError(say("editor-job-foreign"))
            return worker_table.job(tx, job_id), worker_table.version_of_job(tx, job_id)

        return await self.services.database.read(find)

    async def stop(self, job_id: str, *, brief: str, person: str) -> bool:
        """Cancel a fix that waits or is being made, and release its money. False when it has ended already.

        Raises UserError for a job of another thread or of somebody else.
        """
        at = clock.now()

        def work(tx: Transaction) -> bool:
            if not editor_table.belongs(tx, "jobs", job_id, brief):
                raise UserError(say("editor-job-foreign"))
            job = worker_table.job(tx, job_id)
            if job.person != person:
                raise UserError(say("editor-stop-not-yours", person=job.person))
            if not isinstance(job.task, FixTask) or job.state not in (JobState.QUEUED, JobState.RUNNING):
                return False
            call_off(self.services, tx, job, fix_messages.stopped(job.task.instruction, person=person), at)
            return True

        stopped = await self.services.database.write(work)
        return stopped

    def _keep(self, image: Image.Image) -> Picture:
        return self.services.picture_store.keep(masks.to_png(image))


def _region(painted: bytes | None) -> str:
    return say("editor-region-whole") if painted is None else say("editor-region-selection")
