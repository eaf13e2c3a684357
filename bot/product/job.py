"""Backgrounds around a product: each drawn, and the product's own pixels put back and counted."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial

from PIL import Image

from bot.batch import job as batch_job
from bot.batch import table as batch_table
from bot.batch.table import Product
from bot.briefs.model import Brief, ProductTask
from bot.briefs.services import Services
from bot.images_api.types import EditRequest, EngineFailed
from bot.pictures import cutouts, masks, opening
from bot.store import pictures
from bot.texts import say
from bot.worker.render import Drawn, Result, Run


async def draw(run: Run) -> Result:
    """Every background of a series; then the sheet is shown."""
    brief, task = run.brief, run.job.task
    assert isinstance(task, ProductTask)
    series = await run.services.database.read(lambda tx: batch_table.find(tx, task.key))
    assert series.product is not None
    cutout = await asyncio.to_thread(_standing, series.product, await run.read(series.product.cutout))
    shown, mask = await asyncio.to_thread(cutouts.for_model, cutout)
    image, may_change = masks.to_png(shown), masks.for_engine(mask)
    drawn: list[Drawn] = []
    for index, item in enumerate(series.items):
        prompt = batch_job.prompt_of(item, brief)
        request = EditRequest(
            prompt=prompt,
            instruction=prompt,
            image=image,
            mask=may_change,
            size=cutout.size,
            seeds=(item.seed,),
            tier=task.tier,
            partial_images=0,
            fairness_key=brief.channel,
            idempotency_key=f"{run.job.id}:{index}",
        )
        one = await run.draw_one(request)
        drawn.append(replace(one, png=await asyncio.to_thread(_exact, cutout, one.png)))
        if index + 1 < len(series.items):
            await run.say(partial(batch_job.tell_progress, run, series, index + 1))
    return await batch_job.result(run, series, range(len(drawn)), drawn)


async def restored(services: Services, brief: Brief, png: bytes) -> bytes:
    """A Pro render of a background with the product's own pixels put back; other briefs' renders as they are."""
    series = await services.database.read(lambda tx: batch_table.of_brief(tx, brief.id))
    if series is None or series.product is None:
        return png
    product = series.product
    picture = await services.database.read(lambda tx: pictures.find(tx, product.cutout))
    data = await asyncio.to_thread(services.picture_store.read, picture)
    return await asyncio.to_thread(lambda: _exact(_standing(product, data), png))


def _standing(product: Product, cutout_png: bytes) -> Image.Image:
    """The product's cut-out, with its shadow where one was asked for."""
    cutout = opening.open_picture(cutout_png)
    return cutouts.with_shadow(cutout) if product.shadow else cutout


def _exact(cutout: Image.Image, png: bytes) -> bytes:
    """The product put on what was drawn, as a file whose pixels were counted. Raises EngineFailed."""
    whole = cutouts.put_back(cutout, opening.open_picture(png))
    result = masks.to_png(whole, made_of=png, step="put back")
    differing = cutouts.changed(cutout, opening.open_picture(result))
    if differing:
        raise EngineFailed(say("backgrounds-pixels-changed", pixels=differing))
    return result
