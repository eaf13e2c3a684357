"""A product on many backgrounds: it is cut out, what it costs is asked, and each picture is drawn around the same pixels."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import add
from typing import Any

from PIL import Image

from bot import clock, ledger
from bot.batch.actions import sheet_brief
from bot.brand import check as brand_check
from bot.brand import drift
from bot.brand import table as brand_table
from bot.brand.kit import check
from bot.briefs import emoji
from bot.briefs import table as briefs_table
from bot.briefs.keys import brief_key
from bot.briefs.model import Brief, BriefKind, Channel, Job, JobState, Person, Tier, UserError
from bot.briefs.services import Services
from bot.briefs.typed import SEED_LIMIT
from bot.budget import holds
from bot.budget.refused import within_means
from bot.channel import actions as channel_actions
from bot.channel import table as channel_table
from bot.draft import vocabulary
from bot.images_api.types import EditRequest, EngineFailed
from bot.ledger import Usage, format_money
from bot.pictures import cutouts, masks, opening, sheets
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
from bot.worker.runner import LeaseLost

#: Draws one request: PNG bytes, seed, what it took.
Draw = Callable[[EditRequest], Awaitable[tuple[bytes, int, Usage]]]


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
        delivery: str,
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
                delivery=delivery,
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
                product, prompts, channel=channel, person=person, delivery=delivery, unclear=unclear
            )

    def _whole(self, data: bytes) -> Picture:
        return self.services.picture_store.keep(masks.to_png(cutouts.whole(data)))

    def _cut(self, data: bytes, mask: bytes | None) -> Picture:
        return self.services.picture_store.keep(masks.to_png(cutouts.cut_out(data, mask)))

    async def order(
        self, prompts: tuple[str, ...], *, channel: Channel, person: Person, delivery: str
    ) -> None:
        """Backgrounds for the person's newest product in the channel. Raises UserError where there is none."""
        product = await self.services.database.read(
            lambda tx: product_table.newest(tx, channel.id, person.id)
        )
        if product is None:
            raise UserError(say("backdrops-no-product"))
        if not prompts:
            raise UserError(say("backdrops-no-prompts"))
        await self._ask(product, prompts, channel=channel, person=person, delivery=delivery)

    async def _ask(
        self,
        product: Product,
        prompts: tuple[str, ...],
        *,
        channel: Channel,
        person: Person,
        delivery: str,
        unclear: str = "",
    ) -> None:
        """Start at once where they are few; ask first where they are many, or where the product is not told yet."""
        at = clock.now()

        def work(tx: Transaction) -> None:
            kept = brand_table.in_force(tx, channel.id)
            for prompt in prompts if kept else ():
                assert kept is not None
                check(kept.kit, prompt)
            order, new = product_table.ask(tx, product, prompts, person=person.id, delivery=delivery, at=at)
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
        request: dict[str, object] = {
            "width": picture.width,
            "height": picture.height,
            "backgrounds": order.id,
        }
        job = worker_table.new_job(brief, Tier.DRAFT, person.id, None, request, at)
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


async def render(
    services: Services, job: Job, brief: Brief, owner: str, *, draw: Draw, known_words: Mapping[str, Any]
) -> None:
    """Draw every background, check the product's pixels, and commit them with the settle and the sheet.

    `known_words`: those of the model, where it lists them.
    """
    order, cutout_picture = await services.database.read(
        lambda tx: _order(tx, int(str(job.request["backgrounds"])))
    )
    cutout = opening.open_picture(await asyncio.to_thread(services.picture_store.read, cutout_picture))
    shown, mask = await asyncio.to_thread(cutouts.for_model, cutout)
    image, may_change = masks.to_png(shown), masks.for_engine(mask)
    prompts = [", ".join(filter(None, [prompt, brief.brand_words])) for prompt in order.prompts]
    made: list[tuple[bytes, int, Usage]] = []
    for index, prompt in enumerate(prompts):
        request = EditRequest(
            prompt=prompt,
            instruction=prompt,
            image=image,
            mask=may_change,
            size=cutout.size,
            seeds=((brief.seed + index) % SEED_LIMIT,),
            tier=job.tier,
            partial_images=0,
            fairness_key=brief.channel,
            idempotency_key=f"{job.id}:{index}",
        )
        drawn, seed, usage = await draw(request)
        made.append((await asyncio.to_thread(_exact, cutout, drawn), seed, usage))
        if index + 1 < len(prompts):
            await _tell(services, job, brief, owner, index + 1, len(prompts))
    found = await brand_check.look(services, brief, [png for png, _, _ in made])
    # Numbers follow the sheet: what is off the brand's palette comes last.
    distances: list[float | None] = [one.distance for one in found.drifts]
    distances = distances or [None] * len(made)
    ranks = drift.outliers_last(distances, found.held.kit.tolerance if found.held else 0)
    found = found.ordered(ranks)
    pngs = [made[index][0] for index in ranks]
    kept = [await asyncio.to_thread(services.picture_store.keep, png) for png in pngs]
    sheet = await asyncio.to_thread(
        services.picture_store.keep, await asyncio.to_thread(sheets.contact_sheet, pngs)
    )
    at = clock.now()

    def work(tx: Transaction) -> None:
        if not worker_table.holds_lease(tx, job_id=job.id, owner=owner):
            raise LeaseLost(job.id)
        pictures.record(tx, sheet, at)
        for number, (index, stored) in enumerate(zip(ranks, kept, strict=True), 1):
            pictures.record(tx, stored, at)
            version = briefs_table.add_version(
                tx,
                job=job,
                kind="cell",
                number=number,
                prompt=prompts[index],
                seed=made[index][1],
                picture=stored.sha256,
                seconds=made[index][2].seconds,
                at=at,
            )
            found.keep(tx, number - 1, version.id)
        used = reduce(add, (usage for _, _, usage in made))
        cost = services.prices.measured(job.tier, used)
        ledger.settle(tx, job=job.id, amount_micro=cost, at=at)
        worker_table.move_job(tx, job.id, JobState.DONE, at)
        holds.tell_alert(services, tx, brief.channel, at)
        outbox_table.queue_update(
            tx,
            key=f"{brief_key(brief.id)}:grid",
            target=brief_key(brief.id),
            message=found.under(product_messages.sheet, told=True)(
                brief,
                prompts=[order.prompts[index] for index in ranks],
                shown=sheet.sha256,
                changed=0,
                seconds=used.seconds,
                cost_micro=cost,
                state=ledger.budget_of(tx, brief.channel, at, services.rule),
                rule=channel_table.policy_of(tx, brief.channel).approval,
                note=vocabulary.advice("; ".join(order.prompts), known_words),
            ),
            subject=Subject(role="grid", brief=brief.id),
            at=at,
        )
        for name in emoji.NUMBER_EMOJI[: len(made)]:
            outbox_table.queue_reaction(
                tx, key=f"{brief_key(brief.id)}:{name}", target=brief_key(brief.id), name=name, at=at
            )

    await services.database.write(work)


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
    result = masks.to_png(cutouts.put_back(cutout, opening.open_picture(png)))
    differing = cutouts.changed(cutout, opening.open_picture(result))
    if differing:
        raise EngineFailed(say("backgrounds-pixels-changed", pixels=differing))
    return result


def _order(tx: Transaction, number: int) -> tuple[Order, Picture]:
    order = product_table.order(tx, number)
    return order, pictures.find(tx, order.product.cutout)


async def _tell(services: Services, job: Job, brief: Brief, owner: str, done: int, count: int) -> None:
    """Show how far it is, unless the job was stopped meanwhile."""
    at = clock.now()

    def work(tx: Transaction) -> None:
        if not worker_table.holds_lease(tx, job_id=job.id, owner=owner):
            raise LeaseLost(job.id)
        outbox_table.queue_update(
            tx,
            key=f"{brief_key(brief.id)}:progress:{job.attempts}:{done}",
            target=brief_key(brief.id),
            message=product_messages.drawing(
                brief,
                done=done,
                count=count,
                cost="",
                state=ledger.budget_of(tx, brief.channel, at, services.rule),
            ),
            subject=Subject(role="grid", brief=brief.id),
            at=at,
        )

    await services.database.write(work)
