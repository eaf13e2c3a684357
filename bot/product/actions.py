"""A product on many backgrounds: it is cut out, and a series asked for in which each picture keeps its pixels."""

from __future__ import annotations

import asyncio
import secrets

from bot import clock
from bot.batch import actions as batch_actions
from bot.batch.csv_table import slug
from bot.batch.spread import Item
from bot.batch.table import Product
from bot.briefs.model import Channel, Person, UserError
from bot.briefs.services import Services
from bot.briefs.typed import SEED_LIMIT
from bot.channel import actions as channel_actions
from bot.marking import refused
from bot.pictures import cutouts, masks
from bot.product import messages as product_messages
from bot.product import table as product_table
from bot.product.request import UNASKED_LIMIT
from bot.slack import outbox_table
from bot.slack.outbox_table import Subject
from bot.store import Picture, Transaction, pictures
from bot.texts import say


async def cut(
    services: Services,
    data: bytes,
    *,
    name: str,
    mask: bytes | None,
    prompts: tuple[str, ...],
    channel: Channel,
    person: Person,
    event_id: str,
    shadow: bool = False,
) -> None:
    """Cut a product out; with prompts go on, without them show it. What can't be told may be painted.

    Raises UserError that says what to upload.
    """
    await refused.check(services, [name, *prompts], channel=channel.id, person=person.id)
    unclear = ""
    try:
        kept = await asyncio.to_thread(_cut, services, data, mask)
    except cutouts.Unclear as error:
        unclear = error.sentence
        kept = await asyncio.to_thread(_whole, services, data)
    at = clock.now()

    def work(tx: Transaction) -> Product:
        channel_actions.ensure_channel(services, tx, channel, person, at)
        pictures.record(tx, kept, at)
        product = product_table.add(
            tx,
            channel=channel.id,
            person=person.id,
            name=name,
            cutout=kept.sha256,
            event_id=event_id,
            at=at,
            whole=bool(unclear),
            shadow=shadow,
        )
        if not prompts:
            outbox_table.queue_post(
                tx,
                key=product_key(product),
                channel=channel.id,
                message=product_messages.unclear(product, None, why=unclear)
                if unclear
                else product_messages.cut(product),
                subject=Subject(role="notice"),
                at=at,
            )
        return product

    product = await services.database.write(work)
    if prompts:
        await _ask(services, product, prompts, channel, person, event_id, unclear)


def _whole(services: Services, data: bytes) -> Picture:
    return services.picture_store.keep(masks.to_png(cutouts.whole(data)))


def _cut(services: Services, data: bytes, mask: bytes | None) -> Picture:
    return services.picture_store.keep(masks.to_png(cutouts.cut_out(data, mask)))


async def order(
    services: Services,
    prompts: tuple[str, ...],
    *,
    channel: Channel,
    person: Person,
    event_id: str,
    shadow: bool | None = None,
) -> None:
    """Backgrounds for the person's newest product in the channel. Raises UserError where there is none.

    With a shadow, or without one, where `shadow` says so; from then on, too.
    """
    product = await services.database.read(lambda tx: product_table.newest(tx, channel.id, person.id))
    if product is None:
        raise UserError(say("backdrops-no-product"))
    if not prompts:
        raise UserError(say("backdrops-no-prompts"))
    if shadow is not None and shadow != product.shadow:
        # Other orders keep the product as they have it.
        other, at = product, clock.now()
        product = await services.database.write(
            lambda tx: product_table.add(
                tx,
                channel=other.channel,
                person=other.person,
                name=other.name,
                cutout=other.cutout,
                event_id=f"shadow:{event_id}",
                at=at,
                shadow=shadow,
            )
        )
    await _ask(services, product, prompts, channel, person, event_id)


async def _ask(
    services: Services,
    product: Product,
    prompts: tuple[str, ...],
    channel: Channel,
    person: Person,
    event_id: str,
    unclear: str = "",
) -> None:
    """Start at once where they are few; ask first where they are many, or where the product is not told yet."""
    picture = await services.database.read(lambda tx: pictures.find(tx, product.cutout))
    seed = secrets.randbelow(SEED_LIMIT - 100)
    items = [
        Item(
            name=f"{number:02}-{slug(prompt)}",
            prompt=prompt,
            label="",
            variant="",
            seed=seed + number - 1,
            aspect=(picture.width, picture.height),
        )
        for number, prompt in enumerate(prompts, 1)
    ]
    await batch_actions.ask(
        services,
        items,
        kind="product",
        title=product.name,
        product=product,
        at_once=len(prompts) <= UNASKED_LIMIT and not unclear,
        instead=(lambda series: product_messages.unclear(product, series, why=unclear)) if unclear else None,
        channel=channel,
        person=person,
        event_id=event_id,
    )


def product_key(product: Product) -> str:
    """The effect that shows a product that nothing was asked for yet."""
    return f"product:{product.id}"
