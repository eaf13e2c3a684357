"""Straight to Pro: one picture is drafted and rendered, since somebody pressed a button that said what both cost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot import clock, ledger
from bot.approve import actions as approve_actions
from bot.approve import messages as approve_messages
from bot.approve import table as approve_table
from bot.briefs import table as briefs_table
from bot.briefs.keys import brief_key
from bot.briefs.model import Brief, BriefRequest, Channel, JobState, Person, Tier, UserError
from bot.briefs.services import Services
from bot.briefs.sizes import draft_size, pro_size
from bot.channel.settings import may_approve
from bot.draft import actions as draft_actions
from bot.draft import again as draft_again
from bot.draft import warnings
from bot.slack import outbox_table
from bot.slack.outbox_table import Subject
from bot.store import Transaction
from bot.texts import say
from bot.worker import table as worker_table
from bot.worker.cancel import call_off


async def go(services: Services, brief_id: str, *, person: Person, channel: Channel) -> Brief:
    """Draft one picture of a brief's prompt, approved beforehand by this person; once per brief.

    A draft of theirs that is still drawn stops for free. Raises UserError when this person's approval does not
    count, or without money for both.
    """
    earlier = await draft_again.find_brief(services, brief_id)
    who = await approve_actions.electorate(services, brief_id)
    # The new brief is theirs, so they are its author.
    if not may_approve(who.rule, person=person.id, author=person.id, members=who.members):
        raise UserError(approve_messages.refused(who.rule, author=not who.rule.author_may))
    at = clock.now()

    def order(tx: Transaction, brief: Brief) -> None:
        _check_money(services, tx, brief)
        approve_table.add_straight(tx, brief.id, person.id, at)
        _stop(services, tx, earlier, person)

    return await draft_actions.open_brief(
        services,
        BriefRequest(
            prompt=earlier.prompt,
            negative_prompt=earlier.negative_prompt,
            cells=1,
            aspect=earlier.aspect,
            seed=earlier.seed,
        ),
        person=person,
        channel=channel,
        source_key=f"straight:{earlier.id}",
        follows=earlier,
        also=order,
    )


async def follow(services: Services, actor: Callable[[str], Awaitable[Person]]) -> None:
    """Approve every picture that came, in the name of who pressed the button. Each exactly once."""

    def find(tx: Transaction) -> list[tuple[str, str, str]]:
        return approve_table.drawn_straights(tx)

    for brief, person, state in await services.database.read(find):
        sentence = ""
        if state == JobState.DONE:
            try:
                await approve_actions.approve(
                    services,
                    brief_id=brief,
                    number=1,
                    person=await actor(person),
                    event_id=f"straight:{brief}",
                )
            except UserError as error:
                sentence = error.sentence
        await _done(services, brief, sentence)


async def _done(services: Services, brief_id: str, sentence: str) -> None:
    at = clock.now()

    def work(tx: Transaction) -> None:
        approve_table.end_straight(tx, brief_id)
        if sentence:
            outbox_table.queue_post(
                tx,
                key=f"straight:{brief_id}",
                channel=briefs_table.brief(tx, brief_id).channel,
                thread=brief_key(brief_id),
                message=warnings.not_straight(briefs_table.brief(tx, brief_id), sentence),
                subject=Subject(role="notice", brief=brief_id),
                at=at,
            )

    await services.database.write(work)


def _check_money(services: Services, tx: Transaction, brief: Brief) -> None:
    """The draft's money is held by now; the render's must fit, too."""
    settings = services.settings
    if ledger.terms_of(tx, brief.channel).soft:
        return
    width, height = pro_size(draft_size(brief.aspect, settings.draft_size_px), settings.pro_size_px)
    state = ledger.budget_of(tx, brief.channel, clock.now(), services.rule)
    held = services.prices.hold(Tier.PRO, 1, width, height)
    if held > state.left_micro:
        raise UserError(say("straight-too-much", held=ledger.format_money(held, state.currency, exact=True)))


def _stop(services: Services, tx: Transaction, earlier: Brief, person: Person) -> None:
    """Give up the draft that this takes the place of, if it is theirs and not finished."""
    job = worker_table.job_by_key(tx, f"draft:{earlier.id}")
    ours = person.id == earlier.author or person.is_admin
    if job is None or not ours or job.state not in (JobState.QUEUED, JobState.RUNNING):
        return
    call_off(services, tx, job, warnings.gone_straight(earlier, person.id), clock.now())
