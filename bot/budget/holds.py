"""A channel's money as use cases and people see it: hold for a job, show, set. Sentences for what does not fit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from bot import clock, ledger
from bot.briefs.model import Brief, Channel, Job, Person, ProductTask, Tier, UserError
from bot.briefs.services import Services
from bot.budget import messages as budget_messages
from bot.budget import table as budget_table
from bot.budget.standing import Standing, standing_of
from bot.channel.actions import check_may, ensure_channel
from bot.ledger import BudgetState, Micro, OverBudget, Period, format_money, wording
from bot.slack import outbox_table
from bot.slack.outbox_table import Subject
from bot.store import Transaction
from bot.texts import say


class OutOfMoney(UserError):
    """What was asked does not fit the budget, or a cap."""

    def __init__(self, sentence: str, error: OverBudget) -> None:
        super().__init__(sentence)
        #: What is lacking, in micro-units: a grant of so much would let it fit; 0 where a cap stands in the way.
        self.needed_micro = 0 if error.cap else max(1, error.asked_micro - max(0, error.state.left_micro))


async def budget(services: Services, channel: Channel, person: Person) -> BudgetState:
    """The channel's budget at this moment."""
    at = clock.now()

    def work(tx: Transaction) -> BudgetState:
        ensure_channel(services, tx, channel, person, at)
        return ledger.budget_of(tx, channel.id, at, services.rule)

    return await services.database.write(work)


async def budget_of(services: Services, channel: str) -> BudgetState:
    """The budget of a channel that is known already."""
    return await services.database.read(lambda tx: ledger.budget_of(tx, channel, clock.now(), services.rule))


async def standing(services: Services, channel: str) -> Standing:
    """How a known channel stands with its budget now."""
    return await services.database.read(lambda tx: standing_of(tx, channel, clock.now(), services.rule))


async def set_budget(services: Services, text: str, *, channel: Channel, person: Person) -> BudgetState:
    """Set a channel's budget. Raises UserError for a bad amount or a person who may not."""
    check_may(services, person)
    amount_micro, period = read_amount(services, text)
    at = clock.now()

    def work(tx: Transaction) -> BudgetState:
        ensure_channel(services, tx, channel, person, at)
        ledger.set_budget(
            tx,
            channel=channel.id,
            amount_micro=amount_micro,
            period=period,
            currency=services.settings.currency,
            person=person.id,
            at=at,
        )
        return ledger.budget_of(tx, channel.id, at, services.rule)

    return await services.database.write(work)


def read_amount(services: Services, text: str) -> tuple[Micro, Period]:
    """An amount with its period, as somebody typed it. Raises UserError."""
    try:
        return ledger.parse_budget(text, services.settings.currency)
    except ledger.MoneyTextError as error:
        raise UserError(str(error)) from error


def tell_alert(services: Services, tx: Transaction, channel: str, at: datetime) -> None:
    """After a settle: post that a share of the budget is spent, once per period, limit and share."""
    state = ledger.budget_of(tx, channel, at, services.rule)
    percent = ledger.newly_reached(tx, state, at)
    if percent is not None:
        outbox_table.queue_post(
            tx,
            key=f"alert:{channel}:{clock.to_text(state.changed_at or state.start)}:{percent}",
            channel=channel,
            message=budget_messages.alert(state, percent),
            subject=Subject(role="notice"),
            at=at,
        )


def remember(
    services: Services,
    tx: Transaction,
    payload: Mapping[str, object],
    error: OutOfMoney,
    *,
    person: str,
    channel: str,
    at: datetime,
) -> None:
    """Keep what a person could not have, so that it can run when more is granted."""
    budget_table.keep_want(
        tx,
        person=person,
        channel=channel,
        payload=json.dumps(payload),
        needed_micro=error.needed_micro,
        at=at,
    )


def reserve(
    services: Services,
    tx: Transaction,
    job: Job,
    brief: Brief,
    count: int,
    width: int,
    height: int,
    at: datetime,
) -> BudgetState:
    """Hold the job's money for so many pictures; the UserError says what would fit instead."""
    try:
        ledger.reserve(
            tx,
            channel=brief.channel,
            brief=brief.id,
            job=job.id,
            tier=job.tier,
            person=job.person,
            amount_micro=services.prices.hold(
                job.tier, count, width, height, masked=isinstance(job.task, ProductTask)
            ),
            currency=services.settings.currency,
            at=at,
            rule_default=services.rule,
        )
    except OverBudget as error:
        raise OutOfMoney(_over_budget(services, error, job.tier, width, height), error) from error
    return ledger.budget_of(tx, brief.channel, at, services.rule)


def charge_nothing(services: Services, tx: Transaction, job: Job, brief: Brief, at: datetime) -> None:
    """Enter a job that is free, so that the ledger knows every job; it passes where nothing is left, too."""
    ledger.reserve(
        tx,
        channel=brief.channel,
        brief=brief.id,
        job=job.id,
        tier=job.tier,
        person=job.person,
        amount_micro=0,
        currency=services.settings.currency,
        at=at,
        rule_default=services.rule,
    )
    ledger.settle(tx, job=job.id, amount_micro=0, at=at)


def _over_budget(services: Services, error: OverBudget, tier: Tier, width: int, height: int) -> str:
    state = error.state
    if error.cap is not None:
        return say("purse-cap-reached", reached=budget_messages.cap_reached(error.cap, error.asked_micro))
    fits = ledger.fits(state, services.prices, tier, width, height)
    asked, left = (
        format_money(error.asked_micro, state.currency, exact=True),
        wording.left_of(state, exact=True),
    )
    if tier is Tier.DRAFT and fits:
        return say("purse-too-much-fits", asked=asked, left=left, fits=min(fits, 9))
    return say("purse-too-much", asked=asked, left=left)
