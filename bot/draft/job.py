"""A brief's grid: pictures from words alone, or from a reference picture that gives the start; then the finished sheet."""

from __future__ import annotations

import asyncio

from PIL import Image, ImageOps

from bot.brand import check as brand_check
from bot.briefs import emoji
from bot.briefs.keys import brief_key
from bot.briefs.model import DraftTask
from bot.channel import table as channel_table
from bot.draft import grid_messages, missing_words, vocabulary, warnings
from bot.draft.advice import uncounted
from bot.draft.cards import wanted
from bot.images_api.types import EditRequest, GenerateRequest
from bot.pictures import cropping, masks, opening, sheets
from bot.slack import outbox_table
from bot.slack.outbox_table import Subject
from bot.slack.text import escape
from bot.store import Transaction
from bot.worker.render import Committed, NewVersion, Result, Run

#: Previews asked of the engine for one grid.
DRAFT_PREVIEWS = 2


async def draw(run: Run) -> Result:
    """The whole grid, and the message that shows it."""
    brief = run.brief
    answer = await run.draw(await _request(run))
    words = await run.engine.vocabulary()
    advice = [
        vocabulary.advice(uncounted(brief.prompt), words),
        vocabulary.style_advice(brief.style, brief.style_words, words),
    ]
    pngs = [picture.png for picture in answer.pictures]
    misread = missing_words.note([picture.missing_words for picture in answer.pictures])
    brand = await brand_check.look(run.services, brief, pngs)

    def tell(tx: Transaction, made: Committed) -> None:
        brand.keep(tx, made.versions)
        policy, key = channel_table.policy_of(tx, brief.channel), brief_key(brief.id)
        rule, form = policy.approval, policy.grid_form or run.services.settings.grid_form
        warned, straight = warnings.after(tx, brief, run.services)
        noted = [f":information_source: {escape(note)}" for note in (answer.note, misread, *advice) if note]
        grid = grid_messages.grid(
            brief,
            sheet=made.sheet,
            cells=len(pngs),
            state=made.state,
            notes=[*noted, *brand.under_a_grid(), *warned],
            rule=rule,
            straight_micro=straight,
            versions=[(one.id, one.picture) for one in made.versions] if wanted(tx, form, made.at) else (),
        )
        outbox_table.queue_update(
            tx,
            key=f"{key}:grid",
            target=key,
            message=grid,
            subject=Subject(role="grid", brief=brief.id),
            at=made.at,
        )
        numbers = emoji.NUMBER_EMOJI[: len(pngs)] if run.services.settings.number_reactions else ()
        extra = (rule.emoji,) if rule.emoji and len(pngs) == 1 else ()
        for name in (*numbers, *extra):
            outbox_table.queue_reaction(tx, key=f"{key}:{name}", target=key, name=name, at=made.at)

    return Result(
        versions=[
            NewVersion(
                kind="cell",
                number=number,
                drawn=picture,
                prompt=brief.whole_prompt,
                reference=brief.reference.sha256 if brief.reference else None,
            )
            for number, picture in enumerate(answer.pictures, 1)
        ],
        sheet=await asyncio.to_thread(sheets.contact_sheet, pngs),
        tell=tell,
    )


async def _request(run: Run) -> GenerateRequest | EditRequest:
    brief, task = run.brief, run.job.task
    assert isinstance(task, DraftTask)
    size = task.width, task.height
    seeds = tuple(brief.seed + index for index in range(brief.cells))
    if brief.reference is None:
        return GenerateRequest(
            prompt=brief.whole_prompt,
            negative_prompt=brief.negative_prompt or None,
            size=size,
            seeds=seeds,
            tier=task.tier,
            partial_images=DRAFT_PREVIEWS,
            fairness_key=brief.channel,
            idempotency_key=run.job.id,
        )
    start = await asyncio.to_thread(fitted, await run.read(brief.reference.sha256), size)
    return EditRequest(
        prompt=brief.whole_prompt,
        negative_prompt=brief.negative_prompt or None,
        image=start,
        strength=brief.reference.strength_percent / 100,
        size=size,
        seeds=seeds,
        tier=task.tier,
        partial_images=DRAFT_PREVIEWS,
        fairness_key=brief.channel,
        idempotency_key=run.job.id,
    )


def fitted(data: bytes, size: tuple[int, int]) -> bytes:
    """A picture cut to that size around its middle, as PNG; nothing is stretched. Raises UserError."""
    cut = ImageOps.fit(upright(data), size, Image.Resampling.LANCZOS)
    return masks.to_png(cut, made_of=data, step="cut")


def upright(data: bytes) -> Image.Image:
    """A picture as people see it: turned as the camera says, in sRGB, on white where it is transparent."""
    return cropping.flat(opening.seen(data, "picture", side=opening.LOOKED_AT_SIDE))
