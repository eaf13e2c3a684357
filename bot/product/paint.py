"""A product painted by hand: its picture goes to the editor, and what was painted there becomes the cut-out. Free.

`what` names the product, as `product_table.name_of` does.
"""

from __future__ import annotations

import asyncio

from PIL import Image

from bot import clock
from bot.batch import actions as batch_actions
from bot.batch import table as batch_table
from bot.batch.table import Product, Series
from bot.briefs.model import Channel, Person, UserError, Version
from bot.briefs.services import Services
from bot.draft.take_in import take_in
from bot.pictures import cutouts, masks, opening
from bot.product import messages as product_messages
from bot.product import table as product_table
from bot.product.actions import product_key
from bot.slack import outbox_table
from bot.slack.outbox_table import Subject
from bot.slack.people import check_own
from bot.store import Picture, Transaction, pictures
from bot.texts import say


async def begin(services: Services, what: str, *, person: Person, channel: Channel) -> Version:
    """The product's picture as a version that the editor can open, and that no message shows.

    Raises UserError for who may not paint it.
    """
    product, cutout = await _open(services, what, person)
    # A cut-out keeps the colours of what is transparent in it: opaque, it is the picture that was uploaded.
    picture = await asyncio.to_thread(
        lambda: services.picture_store.keep(masks.to_png(cutout.convert("RGB")))
    )
    return await take_in(
        services,
        picture,
        name=product.name,
        words="",
        person=person,
        channel=channel,
        source_key=f"paint:{channel.id}:{picture.sha256}",
        announced=False,
    )


async def name(services: Services, what: str) -> str:
    """What is to be painted, as people call it."""
    product, _ = await services.database.read(lambda tx: product_table.named(tx, what))
    return product.name


async def so_far(services: Services, what: str, *, person: Person) -> bytes | None:
    """Where the product is as a mask (PNG, white), to go on from; None while nobody has said. Raises UserError."""
    product, cutout = await _open(services, what, person)
    if product.whole:
        return None
    return await asyncio.to_thread(masks.to_png, cutout.getchannel("A"))


async def use(services: Services, what: str, mask: Image.Image, *, person: Person, key: str) -> None:
    """Take a painted mask (mode L, 255) for the product, and show it in its message.

    `key` is the press's own, so that one that comes twice counts once. Raises UserError.
    """
    _, cutout = await _open(services, what, person)
    if mask.size != cutout.size:
        raise UserError(say("product-other-size"))
    kept = await asyncio.to_thread(
        lambda: services.picture_store.keep(masks.to_png(cutouts.painted(cutout, mask)))
    )
    at = clock.now()

    def work(tx: Transaction) -> None:
        product, series = _checked(tx, what, person)
        target = series.key if series else product_key(product)
        if outbox_table.is_known(tx, f"{target}:painted:{key}"):
            return
        pictures.record(tx, kept, at)
        product_table.recut(tx, product, series, cutout=kept.sha256, key=key, at=at)
        if series:
            message = batch_actions.question(services, tx, batch_table.find(tx, series.key), at)
        else:
            message = product_messages.cut(product_table.named(tx, what)[0])
        outbox_table.queue_update(
            tx,
            key=f"{target}:painted:{key}",
            target=target,
            message=message,
            subject=Subject(role="notice"),
            at=at,
        )

    await services.database.write(work)


async def _open(services: Services, what: str, person: Person) -> tuple[Product, Image.Image]:
    def find(tx: Transaction) -> tuple[Product, Picture]:
        product, _ = _checked(tx, what, person)
        return product, pictures.find(tx, product.cutout)

    product, picture = await services.database.read(find)
    return product, await asyncio.to_thread(
        lambda: opening.open_picture(services.picture_store.read(picture))
    )


def _checked(tx: Transaction, what: str, person: Person) -> tuple[Product, Series | None]:
    """The product and its series, while it may still be painted, by this person. Raises UserError."""
    product, series = product_table.named(tx, what)
    check_own(series.person if series else product.person, person, "product-own-paint")
    if series is not None and series.state != "waiting":
        raise UserError(say("series-decided-already"))
    if series is None and product_table.count_series(tx, product):
        raise UserError(say("product-in-use"))
    return product, series
