"""A product on many backgrounds: it is cut out, what it costs is asked, and each picture is drawn around the same pixels."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from datetime import datetime

from bot import clock, ledger
from bot.batch.actions import sheet_brief
from bot.brand import table as brand_table
from bot.brand.kit import check
from bot.briefs.keys import brief_key
from bot.briefs.model import BriefKind, Channel, Person, ProductTask, Tier, UserError
from bot.briefs.services import Services
from bot.briefs.typed import SEED_LIMIT
from bot.budget import holds
from bot.budget.refused import within_means
from bot.channel import actions as channel_actions
from bot.ledger import format_money
from bot.pictures import cutouts, masks
from bot.product import messages as product_messages
from bot.product import table as product_table
from bot.product.request import UNASKED_LIMIT
from bot.product.table import Order, Product
from bot.slack import outbox_table
from bot.slack.blocks import Message
from bot.slack.outbox_table import Subject
from bot.slack.people import check_own
from bot.store import Picture, Transaction, pictures
from bot.texts import say
from bot.worker import table as worker_table


@dataclass(frozen=True, kw_only=True)
class Backgrounds:
    """The use cases around a product."""

    services: Services

    async def cut(
        self,
        data: bytes,
        *,
        name: str,
        mask: bytes | None,
        prompts: tuple[str, ...],
        channel: Channel,
        person: Person,
        event_id: str,
    ) -> None:
        """Cut a product out; with prompts go on, without them show it. What can't be told may be painted.

        Raises UserError that says what to upload.
        """
        unclear = ""
        try:
            kept = await asyncio.to_thread(self._cut, data, mask)
        except cutouts.Unclear as error:
            unclear = error.sentence
            kept = await asyncio.to_thread(self._whole, data)
        at = clock.now()

        def work(tx: Transaction) -> Product:
            channel_actions.ensure_channel(self.services, tx, channel, person, at)
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

        product = await self.services.database.write(work)
        if prompts:
            await self._ask(
                product, prompts, channel=channel, person=person, event_id=event_id, unclear=unclear
            )

    def _whole(self, data: bytes) -> Picture:
        return self.services.picture_store.keep(masks.to_png(cutouts.whole(data)))

    def _cut(self, data: bytes, mask: bytes | None) -> Picture:
        return self.services.picture_store.keep(masks.to_png(cutouts.cut_out(data, mask)))

    async def order(
        self, prompts: tuple[str, ...], *, channel: Channel, person: Person, event_id: str
    ) -> None:
        """Backgrounds for the person's newest product in the channel. Raises UserError where there is none."""
        product = await self.services.database.read(
            lambda tx: product_table.newest(tx, channel.id, person.id)
        )
        if product is None:
            raise UserError(say("backdrops-no-product"))
        if not prompts:
            raise UserError(say("backdrops-no-prompts"))
        await self._ask(product, prompts, channel=channel, person=person, event_id=event_id)

    async def _ask(
        self,
        product: Product,
        prompts: tuple[str, ...],
        *,
        channel: Channel,
        person: Person,
        event_id: str,
        unclear: str = "",
    ) -> None:
        """Start at once where they are few; ask first where they are many, or where the product is not told yet."""
        at = clock.now()

        def work(tx: Transaction) -> None:
            kept = brand_table.in_force(tx, channel.id)
            for prompt in prompts if kept else ():
                assert kept is not None
                check(kept.kit, prompt)
            order, new = product_table.ask(tx, product, prompts, person=person.id, event_id=event_id, at=at)
            if not new:
                return
            if len(prompts) <= UNASKED_LIMIT and not unclear:
                self._start(tx, order, person, at)
                return
            outbox_table.queue_post(
                tx,
                key=order_key(order),
                channel=channel.id,
                message=product_messages.unclear(product, order, why=unclear)
                if unclear
                else question(self.services, tx, order, at),
                subject=Subject(role="notice"),
                at=at,
            )

        await within_means(self.services, work, None, person, channel)

    async def decide(self, number: int, *, start: bool, person: Person) -> None:
        """Start or drop what was asked. Raises UserError when it was decided already, or is somebody else's."""
        at = clock.now()

        def work(tx: Transaction) -> None:
            order = product_table.order(tx, number)
            if order.state != "waiting":
                raise UserError(say("backgrounds-decided-already"))
            check_own(order.person, person, "own-decide")
            if start and order.product.whole:
                raise UserError(say("product-unpainted"))
            if start:
                self._start(tx, order, person, at)
            else:
                product_table.drop(tx, order.id)
            outbox_table.queue_update(
                tx,
                key=f"{order_key(order)}:answered",
                target=order_key(order),
                message=product_messages.answered(order, person=person.id, started=start),
                subject=Subject(role="notice"),
                at=at,
            )

        await self.services.database.write(work)

    def _start(self, tx: Transaction, order: Order, person: Person, at: datetime) -> None:
        """The brief, its job, its reservation and its placeholder. Raises OutOfMoney."""
        picture = pictures.find(tx, order.product.cutout)
        count = len(order.prompts)
        brief = sheet_brief(
            tx,
            channel=order.product.channel,
            author=order.person,
            prompt=say("backgrounds-brief", name=order.product.name, count=count),
            negative_prompt="",
            count=count,
            aspect=(picture.width, picture.height),
            seed=secrets.randbelow(SEED_LIMIT - 100),
            source_key=order_key(order),
            kind=BriefKind.BACKGROUNDS,
            at=at,
        )
        product_table.start(tx, order.id, brief.id)
        task = ProductTask(width=picture.width, height=picture.height, backgrounds=order.id)
        job = worker_table.new_job(brief, task, person=person.id, at=at)
        worker_table.add_job(tx, job, idempotency_key=f"draft:{brief.id}", not_before=at)
        state = holds.reserve(self.services, tx, job, brief, count, picture.width, picture.height, at)
        estimate = self.services.prices.estimate(Tier.DRAFT, count, picture.width, picture.height)
        outbox_table.queue_post(
            tx,
            key=brief_key(brief.id),
            channel=brief.channel,
            message=product_messages.drawing(
                brief,
                done=0,
                count=count,
                cost=format_money(estimate, state.currency),
                state=state,
            ),
            subject=Subject(role="grid", brief=brief.id),
            at=at,
        )


def product_key(product: Product) -> str:
    """The effect that shows a product that nothing was asked for yet."""
    return f"product:{product.id}"


def order_key(order: Order) -> str:
    """The effect that asks whether to start."""
    return f"backgrounds:{order.id}"


def question(services: Services, tx: Transaction, order: Order, at: datetime) -> Message:
    """What an order would cost, with the product as it is cut out now."""
    picture = pictures.find(tx, order.product.cutout)
    return product_messages.question(
        order,
        estimate_micro=services.prices.estimate(
            Tier.DRAFT, len(order.prompts), picture.width, picture.height
        ),
        state=ledger.budget_of(tx, order.product.channel, at, services.rule),
    )
