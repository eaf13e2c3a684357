"""Backgrounds around a product: each drawn, the product's own pixels put back and counted, then one sheet of them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

from PIL import Image

from bot import ledger
from bot.brand import check as brand_check
from bot.brand import drift
from bot.briefs import emoji
from bot.briefs.keys import brief_key
from bot.briefs.model import Brief, ProductTask
from bot.briefs.services import Services
from bot.briefs.typed import SEED_LIMIT
from bot.channel import table as channel_table
from bot.draft import vocabulary
from bot.images_api.types import EditRequest, EngineFailed
from bot.pictures import cutouts, masks, opening, sheets
from bot.product import messages as product_messages
from bot.product import table as product_table
from bot.slack import outbox_table
from bot.slack.outbox_table import Subject
from bot.store import Transaction, pictures
from bot.texts import say
from bot.worker.render import Committed, Drawn, NewVersion, Result, Run


async def draw(run: Run) -> Result:
    """Every background of an order, and the sheet."""
    brief, task = run.brief, run.job.task
    assert isinstance(task, ProductTask)
    order = await run.services.database.read(lambda tx: product_table.order(tx, task.backgrounds))
    cutout = opening.open_picture(await run.read(order.product.cutout))
    shown, mask = await asyncio.to_thread(cutouts.for_model, cutout)
    image, may_change = masks.to_png(shown), masks.for_engine(mask)
    prompts = [", ".join(filter(None, [prompt, brief.brand_words])) for prompt in order.prompts]
    drawn: list[Drawn] = []
    for index, prompt in enumerate(prompts):
        request = EditRequest(
            prompt=prompt,
            instruction=prompt,
            image=image,
            mask=may_change,
            size=cutout.size,
            seeds=((brief.seed + index) % SEED_LIMIT,),
            tier=task.tier,
            partial_images=0,
            fairness_key=brief.channel,
            idempotency_key=f"{run.job.id}:{index}",
        )
        one = await run.draw_one(request)
        drawn.append(replace(one, png=await asyncio.to_thread(_exact, cutout, one.png)))
        if index + 1 < len(prompts):
            await _tell(run, index + 1, len(prompts))
    words = await run.engine.vocabulary()
    found = await brand_check.look(run.services, brief, [one.png for one in drawn])
    # Numbers follow the sheet: what is off the brand's palette comes last.
    distances: list[float | None] = [one.distance for one in found.drifts]
    distances = distances or [None] * len(drawn)
    ranks = drift.outliers_last(distances, found.held.kit.tolerance if found.held else 0)
    found = found.ordered(ranks)

    def tell(tx: Transaction, made: Committed) -> None:
        found.keep(tx, made.versions)
        key = brief_key(brief.id)
        outbox_table.queue_update(
            tx,
            key=f"{key}:grid",
            target=key,
            message=found.under(product_messages.sheet, with_words=True)(
                brief,
                prompts=[order.prompts[index] for index in ranks],
                shown=made.sheet,
                changed=0,
                seconds=made.seconds,
                cost_micro=made.cost_micro,
                state=made.state,
                rule=channel_table.policy_of(tx, brief.channel).approval,
                note=vocabulary.advice("; ".join(order.prompts), words),
            ),
            subject=Subject(role="grid", brief=brief.id),
            at=made.at,
        )
        for name in emoji.NUMBER_EMOJI[: len(ranks)]:
            outbox_table.queue_reaction(tx, key=f"{key}:{name}", target=key, name=name, at=made.at)

    return Result(
        versions=[
            NewVersion(kind="cell", number=number, drawn=drawn[index], prompt=prompts[index])
            for number, index in enumerate(ranks, 1)
        ],
        sheet=await asyncio.to_thread(sheets.contact_sheet, [drawn[index].png for index in ranks]),
        tell=tell,
    )


async def restored(services: Services, brief: Brief, png: bytes) -> bytes:
    """A Pro render of a background with the product's own pixels put back; other briefs' renders as they are."""
    order = await services.database.read(lambda tx: product_table.of_brief(tx, brief.id))
    if order is None:
        return png
    picture = await services.database.read(lambda tx: pictures.find(tx, order.product.cutout))
    cutout = opening.open_picture(await asyncio.to_thread(services.picture_store.read, picture))
    return await asyncio.to_thread(_exact, cutout, png)


def _exact(cutout: Image.Image, png: bytes) -> bytes:
    """The product put on what was drawn, as a file whose pixels were counted. Raises EngineFailed."""
    whole = cutouts.put_back(cutout, opening.open_picture(png))
    result = masks.to_png(whole, made_of=png, step="the product's own pixels put back")
    differing = cutouts.changed(cutout, opening.open_picture(result))
    if differing:
        raise EngineFailed(say("backgrounds-pixels-changed", pixels=differing))
    return result


async def _tell(run: Run, done: int, count: int) -> None:
    """Show how far it is, unless the job was stopped meanwhile."""
    brief = run.brief

    def work(tx: Transaction, at: datetime) -> None:
        outbox_table.queue_update(
            tx,
            key=f"{brief_key(brief.id)}:progress:{run.job.attempts}:{done}",
            target=brief_key(brief.id),
            message=product_messages.drawing(
                brief,
                done=done,
                count=count,
                cost="",
                state=ledger.budget_of(tx, brief.channel, at, run.services.rule),
            ),
            subject=Subject(role="grid", brief=brief.id),
            at=at,
        )

    await run.say(work)
