"""A product painted by hand: its picture goes to the editor, and what was painted there becomes the cut-out. Free."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from PIL import Image

from bot import clock
from bot.briefs.model import Channel, Person, UserError, Version
from bot.briefs.services import Services
from bot.draft.take_in import Importing
from bot.pictures import cutouts, masks, opening
from bot.product import messages as product_messages
from bot.product import table as product_table
from bot.product.actions import order_key, product_key, question
from bot.product.table import Order, Product
from bot.slack import outbox_table
from bot.slack.outbox_table import Subject
from bot.slack.people import check_own
from bot.store import Picture, Transaction, pictures
from bot.texts import say


@dataclass(frozen=True, kw_only=True)
class Painting:
    """The use cases around a painted product. `what` names it, as `product_table.of_order` and `of_product` do."""

    services: Services

    async def begin(self, what: str, *, person: Person, channel: Channel) -> Version:
        """The product's picture as a version that the editor can open, and that no message shows.

        Raises UserError for who may not paint it.
        """
        product, cutout = await self._open(what, person)
        picture = await asyncio.to_thread(self._uncut, cutout)
        return await Importing(services=self.services).take_in(
            picture,
            name=product.name,
            words="",
            person=person,
            channel=channel,
            source_key=f"paint:{channel.id}:{picture.sha256}",
            announced=False,
        )

    async def name(self, what: str) -> str:
        """What is to be painted, as people call it."""
        product, _ = await self.services.database.read(lambda tx: product_table.named(tx, what))
        return product.name

    async def so_far(self, what: str, *, person: Person) -> bytes | None:
        """Where the product is as a mask (PNG, white), to go on from; None while nobody has said. Raises UserError."""
        product, cutout = await self._open(what, person)
        if product.whole:
            return None
        return await asyncio.to_thread(masks.to_png, cutout.getchannel("A"))

    async def use(self, what: str, mask: Image.Image, *, person: Person, key: str) -> None:
        """Take a painted mask (mode L, 255) for the product, and show it in its message.

        `key` is the press's own, so that one that comes twice counts once. Raises UserError.
        """
        _, cutout = await self._open(what, person)
        if mask.size != cutout.size:
            raise UserError(say("product-other-size"))
        kept = await asyncio.to_thread(self._keep, cutout, mask)
        at = clock.now()

        def work(tx: Transaction) -> None:
            now, order = _checked(tx, what, person)
            target = order_key(order) if order else product_key(now)
            if outbox_table.is_known(tx, f"{target}:painted:{key}"):
                return
            pictures.record(tx, kept, at)
            product = product_table.recut(tx, now, order, cutout=kept.sha256, key=key, at=at)
            if order is None:
                target, message = product_key(product), product_messages.cut(product)
            else:
                target = order_key(order)
                message = question(self.services, tx, product_table.order(tx, order.id), at)
            outbox_table.queue_update(
                tx,
                key=f"{target}:painted:{key}",
                target=target,
                message=message,
                subject=Subject(role="notice"),
                at=at,
            )

        await self.services.database.write(work)

    def _uncut(self, cutout: Image.Image) -> Picture:
        # A cut-out keeps the colours of what is transparent in it: opaque, it is the picture that was uploaded.
        return self.services.picture_store.keep(masks.to_png(cutout.convert("RGB")))

    def _keep(self, cutout: Image.Image, mask: Image.Image) -> Picture:
        return self.services.picture_store.keep(masks.to_png(cutouts.painted(cutout, mask)))

    async def _open(self, what: str, person: Person) -> tuple[Product, Image.Image]:
        def find(tx: Transaction) -> tuple[Product, Picture]:
            product, _ = _checked(tx, what, person)
            return product, pictures.find(tx, product.cutout)

        product, picture = await self.services.database.read(find)
        return product, await asyncio.to_thread(self._read, picture)

    def _read(self, picture: Picture) -> Image.Image:
        return opening.open_picture(self.services.picture_store.read(picture))


def _checked(tx: Transaction, what: str, person: Person) -> tuple[Product, Order | None]:
    """The product and its order, while it may still be painted, by this person. Raises UserError."""
    product, order = product_table.named(tx, what)
    check_own(order.person if order else product.person, person, "product-own-paint")
    if order is not None and order.state != "waiting":
        raise UserError(say("backgrounds-decided-already"))
    if order is None and product_table.asked_for(tx, product):
        raise UserError(say("product-in-use"))
    return product, order
