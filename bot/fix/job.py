"""How a fix is made: region after region at the engine, stitched into the original, counted before anyone sees it."""

from __future__ import annotations

from functools import reduce
from operator import add

from PIL import Image

from bot.brand import check as brand_check
from bot.briefs.keys import job_key
from bot.briefs.model import FixTask, TaskPart
from bot.fix import messages as fix_messages
from bot.fix import table as fix_table
from bot.images_api.types import EditRequest, EngineFailed
from bot.ledger import Usage
from bot.pictures import adjust, masks, opening, recolour, sheets, things
from bot.pictures.turns import in_turn
from bot.slack import outbox_table
from bot.slack.outbox_table import Subject
from bot.store import Transaction
from bot.texts import say
from bot.worker.render import Committed, Drawn, NewVersion, Result, Run, Watch, unwatched

#: What a fix uses that the bot makes itself.
_NOTHING = Usage(pictures=0, joules=0.0)


async def draw(run: Run, watch: Watch = unwatched) -> Result:
    """All parts of a fix, each on what the one before made, and the message that compares before and after.

    `watch` hears how it gets on. Raises EngineFailed for an answer that cannot be a fix of this picture.
    """
    brief, job, task = run.brief, run.job, run.job.task
    assert isinstance(task, FixTask)
    original = await run.read(task.canvas or (await run.parent()).picture)
    whole = await run.read(task.mask)
    picture, seed = original, task.seed
    spent: list[Usage] = []
    alone = TaskPart(prompt=task.prompt, instruction=task.instruction, mask=task.mask)
    for number, part in enumerate(task.parts or (alone,)):
        mask = await run.read(part.mask)
        if part.colour is not None:
            picture = await in_turn(coloured, picture, mask, part)
            continue
        request = EditRequest(
            prompt=part.prompt,
            instruction=part.instruction,
            negative_prompt=brief.negative_prompt or None,
            image=picture,
            mask=await in_turn(_engine_mask, mask),
            size=(task.width, task.height),
            seeds=(task.seed,),
            tier=task.tier,
            partial_images=task.previews,
            fairness_key=brief.channel,
            idempotency_key=job.id if number == 0 else f"{job.id}:{number}",
        )
        edited = await run.draw_one(request, watch=watch)
        stitched, seed = await in_turn(stitch, picture, edited.png, mask), edited.seed
        if part.on_ground:
            stitched = await in_turn(levelled, picture, stitched, mask)
        picture = stitched
        spent.append(edited.usage)
    outside = await in_turn(count_outside, original, picture, whole)
    brand = await brand_check.look(run.services, brief, [picture])

    def tell(tx: Transaction, made: Committed) -> None:
        brand.keep(tx, made.versions)
        (version,) = made.versions
        if task.staged:
            fix_table.stage(tx, version.id, person=job.person, at=made.at)
            return
        outbox_table.queue_update(
            tx,
            key=f"{job_key(job)}:done",
            target=job_key(job),
            message=brand.under(fix_messages.fix_done)(
                brief,
                version,
                region=task.region,
                person=job.person,
                comparison=made.sheet,
                outside=outside,
                cost_micro=made.cost_micro,
                state=made.state,
            ),
            subject=Subject(role="fix", brief=brief.id, version=version.id),
            at=made.at,
        )

    new = NewVersion(
        kind="fix",
        drawn=Drawn(png=picture, seed=seed, usage=reduce(add, spent, _NOTHING)),
        prompt=task.prompt,
        mask=task.mask,
        instruction=task.instruction,
    )
    if task.staged:
        return Result(versions=[new], tell=tell)
    comparison = await in_turn(sheets.before_after, original, picture, whole)
    return Result(versions=[new], sheet=comparison, tell=tell)


def stitch(original_png: bytes, edited_png: bytes, mask_png: bytes) -> bytes:
    """The edit inside the mask, the original everywhere else. Raises EngineFailed."""
    original = opening.open_picture(original_png)
    edited = opening.open_picture(edited_png)
    mask = opening.open_picture(mask_png).convert("L")
    if edited.size != original.size:
        raise EngineFailed(say("engine-wrong-size", edited=_size(edited), original=_size(original)))
    kept = edited.mode == original.mode and masks.changed_outside(original, edited, mask) == 0
    if kept and not masks.is_soft(mask) and "icc_profile" not in original.info:
        # The server kept the promise itself: its file stays as it is, with the provenance it carries.
        return edited_png
    blended = masks.composite(original, edited, mask)
    return masks.to_png(blended, made_of=edited_png, step="blended")


def levelled(original_png: bytes, drawn_png: bytes, mask_png: bytes) -> bytes:
    """The drawn picture with the ground around what is new made the original's."""
    before, after = opening.open_picture(original_png), adjust.workable(opening.open_picture(drawn_png))
    made = things.levelled(before, after, opening.open_picture(mask_png).convert("L"))
    made.info = {key: value for key, value in before.info.items() if key == "icc_profile"}
    return masks.to_png(made, made_of=drawn_png, step="ground matched")


def coloured(original_png: bytes, mask_png: bytes, part: TaskPart) -> bytes:
    """The picture with what the mask marks in the part's colour; no engine is asked."""
    assert part.colour is not None
    original = adjust.workable(opening.open_picture(original_png))
    mask = opening.open_picture(mask_png).convert("L")
    made = recolour.recoloured(original, mask, part.colour)
    made.info = {key: value for key, value in original.info.items() if key == "icc_profile"}
    code = "#{:02x}{:02x}{:02x}".format(*part.colour)
    return masks.to_png(made, made_of=original_png, step=f"recoloured to {code}: {part.instruction}")


def count_outside(original_png: bytes, result_png: bytes, mask_png: bytes) -> int:
    """How many pixels outside the mask changed: 0. Raises EngineFailed for more."""
    original, result = opening.open_picture(original_png), opening.open_picture(result_png)
    if original.mode != result.mode:
        original = original.convert(result.mode)
    outside = masks.changed_outside(original, result, opening.open_picture(mask_png).convert("L"))
    if outside:
        raise EngineFailed(say("engine-outside-mask", pixels=outside))
    return outside


def _engine_mask(mask_png: bytes) -> bytes:
    return masks.for_engine(opening.open_picture(mask_png).convert("L"))


def _size(picture: Image.Image) -> str:
    return f"{picture.width}×{picture.height}"
