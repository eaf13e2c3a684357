"""Limits and requests for more: who may change what, and what runs once money is there. One transaction each."""

from __future__ import annotations

import json
from typing import Any

from bot import clock, ledger
from bot.briefs.model import Channel, Person, UserError
from bot.briefs.services import Services
from bot.budget import holds
from bot.budget import messages as budget_messages
from bot.budget import table as budget_table
from bot.budget.command import AskForMore, SetCap, SetTerms
from bot.budget.refused import GRANTED, WISH_LIFE, is_young
from bot.channel import actions as channel_actions
from bot.ledger import BudgetTerms, CapState
from bot.slack import outbox_table, seen_table
from bot.slack.outbox_table import Subject
from bot.slack.text import escape, shorten
from bot.store import Transaction
from bot.texts import say
from bot.worker import background_table


async def set_cap(services: Services, request: SetCap, *, channel: Channel, person: Person) -> list[CapState]:
    """Set or lift a cap; returns all that are in force for this person. Raises UserError."""
    channel_actions.check_may(services, person)
    amount_micro, period = (
        (None, "monthly") if request.amount.lower() == "off" else holds.read_amount(services, request.amount)
    )
    at = clock.now()

    def work(tx: Transaction) -> list[CapState]:
        channel_actions.ensure_channel(services, tx, channel, person, at)
        ledger.set_cap(
            tx,
            request.kind,
            channel=channel.id,
            amount_micro=amount_micro,
            period=period,  # type: ignore[arg-type]
            currency=services.settings.currency,
            person=person.id,
            at=at,
        )
        return ledger.caps_of(tx, channel=channel.id, person=person.id, tier=None, at=at)

    return await services.database.write(work)


async def caps(services: Services, *, channel: Channel, person: Person) -> list[CapState]:
    """The caps that this person's work in this channel comes under."""
    return await services.database.read(
        lambda tx: ledger.caps_of(tx, channel=channel.id, person=person.id, tier=None, at=clock.now())
    )


async def set_terms(
    services: Services, request: SetTerms, *, channel: Channel, person: Person
) -> BudgetTerms:
    """Let the limit be soft or hard, or roll over. Raises UserError."""
    channel_actions.check_may(services, person)
    at = clock.now()

    def work(tx: Transaction) -> BudgetTerms:
        channel_actions.ensure_channel(services, tx, channel, person, at)
        old = ledger.terms_of(tx, channel.id)
        terms = BudgetTerms(
            soft=old.soft if request.soft is None else request.soft,
            roll_over=old.roll_over if request.roll_over is None else request.roll_over,
        )
        ledger.set_terms(tx, channel=channel.id, terms=terms, person=person.id, at=at)
        return terms

    return await services.database.write(work)


async def ask_for_more(
    services: Services, request: AskForMore, *, channel: Channel, person: Person, event_id: str
) -> None:
    """Post a request for more. Raises UserError for a bad amount."""
    typed = holds.read_amount(services, f"{request.amount} pot")[0] if request.amount else None
    at = clock.now()

    def work(tx: Transaction) -> None:
        if not seen_table.first_time(tx, event_id, at):
            return
        channel_actions.ensure_channel(services, tx, channel, person, at)
        wanted = budget_table.want(tx, person=person.id, channel=channel.id, since=at - WISH_LIFE)
        amount_micro = typed if typed is not None else wanted["needed_micro"] if wanted else None
        if not amount_micro:
            raise UserError(say("plea-how-much"))
        payload = wanted["payload"] if wanted else None
        request_id = budget_table.add_request(
            tx, channel=channel.id, person=person.id, amount_micro=amount_micro, refused=wanted, at=at
        )
        budget_table.drop_want(tx, person=person.id, channel=channel.id)
        outbox_table.queue_post(
            tx,
            key=f"plea:{request_id}",
            channel=channel.id,
            message=budget_messages.budget_request(
                request_id,
                person=person.id,
                amount_micro=amount_micro,
                reason=request.reason,
                waiting=in_few_words(json.loads(payload)) if payload else "",
                grantors=channel_actions.setters(services),
                state=ledger.budget_of(tx, channel.id, at, services.rule),
            ),
            subject=Subject(role="notice"),
            at=at,
        )

    await services.database.write(work)


async def decide(services: Services, request_id: int, *, granted: bool, person: Person) -> None:
    """Grant or refuse; what waited runs in the background. Raises UserError for who may not, or too late."""
    channel_actions.check_may(services, person)
    at = clock.now()

    def work(tx: Transaction) -> None:
        row = budget_table.budget_request(tx, request_id)
        if row is None or row["state"] != "open":
            if row is None:
                raise UserError(say("plea-decided-already"))
            raise UserError(say("plea-decided-already-by", person=row["decided_by"]))
        currency = services.settings.currency
        budget_table.decide_request(tx, request_id, granted=granted, person=person.id, at=at)
        if granted:
            ledger.grant(
                tx,
                channel=row["channel"],
                amount_micro=row["amount_micro"],
                currency=currency,
                person=person.id,
                at=at,
            )
        payload = json.loads(row["payload"]) if row["payload"] else None
        runs = bool(payload) and is_young(row["refused_at"], at)
        if granted and payload and runs:
            background_table.send(
                tx,
                kind=GRANTED,
                channel=row["channel"],
                person=row["person"],
                payload={"request": payload, "refused_at": row["refused_at"]},
                event_id=f"plea:{request_id}:run",
                at=at,
            )
        outbox_table.queue_update(
            tx,
            key=f"plea:{request_id}:decided",
            target=f"plea:{request_id}",
            message=budget_messages.decided(
                person=row["person"],
                by=person.id,
                amount_micro=row["amount_micro"],
                granted=granted,
                waiting=in_few_words(payload) if payload else "",
                runs=runs,
                currency=currency,
            ),
            subject=Subject(role="notice"),
            at=at,
        )

    await services.database.write(work)


def in_few_words(payload: dict[str, Any]) -> str:
    """A request in a few words."""
    match payload["kind"]:
        case "draft":
            return say("plea-draft", prompt=escape(shorten(payload["request"]["prompt"], 80)))
        case "approve":
            return say("plea-pro", number=payload["number"])
    return say("plea-fix", instruction=escape(shorten(payload["instruction"], 80)))


def terms_text(terms: BudgetTerms) -> str:
    """How a budget behaves, in a sentence."""
    return say(
        "terms-told",
        limit="soft" if terms.soft else "hard",
        rolls="yes" if terms.roll_over else "no",
    )
