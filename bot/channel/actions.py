"""How a channel works, read and set by people. One transaction each; Slack is asked for groups and people before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from bot import clock
from bot.briefs.model import Channel, Person, UserError
from bot.briefs.services import Services
from bot.channel import messages as channel_messages
from bot.channel import table as channel_table
from bot.channel.form import PolicyForm, policy_from
from bot.channel.settings import Policy
from bot.slack import outbox_table, seen_table
from bot.slack.outbox_table import Subject
from bot.slack.people import Directory
from bot.store import Transaction
from bot.texts import say


async def policy(services: Services, channel: str) -> Policy:
    """What is in force in a channel."""
    return await services.database.read(lambda tx: channel_table.policy_of(tx, channel))


def check_may_set(services: Services, person: Person) -> None:
    """Raise UserError unless this person may change settings: the same who decide about money."""
    if not may_decide(services, person):
        raise UserError(say("rules-may-not"), "needed")


async def set_policy(
    services: Services,
    form: PolicyForm,
    *,
    channel: Channel,
    person: Person,
    event_id: str,
    directory: Directory,
    taken_emoji: Collection[str] = (),
) -> None:
    """Let a form be in force and say in the channel what changed. Raises UserError that names a field.

    `taken_emoji` mean something on the bot's messages already.
    """
    check_may_set(services, person)
    if form.who == "people":
        for one in form.people:
            named = await directory.person(one)
            if named.is_bot or named.is_guest or named.is_stranger or named.is_deactivated:
                kind = "app" if named.is_bot else "guest"
                raise UserError(say("rules-cannot-approve", person=named.name or one, kind=kind), "people")
    group_size = 0
    if form.who == "group" and form.group:
        try:
            group_size = len(await directory.members(form.group))
        except UserError as error:
            raise UserError(error.sentence, "group") from error
    policy = policy_from(form, taken_emoji=taken_emoji, group_size=group_size)
    at = clock.now()

    def work(tx: Transaction) -> None:
        if not seen_table.first_time(tx, event_id, at):
            return
        ensure_channel(services, tx, channel, person, at)
        old = channel_table.policy_of(tx, channel.id)
        new = replace(policy, timezone=policy.timezone or old.timezone)
        if new == old:
            return
        channel_table.set_policy(tx, new, channel=channel.id, person=person.id, at=at)
        outbox_table.queue_post(
            tx,
            key=f"settings:{event_id}",
            channel=channel.id,
            message=channel_messages.changed(old, new, person=person.id),
            subject=Subject(role="notice"),
            at=at,
        )

    await services.database.write(work)


def setters(services: Services) -> list[str]:
    """User ids whom the operator named to decide about money, beside the workspace's admins."""
    return [user.strip() for user in services.settings.budget_setters.split(",") if user.strip()]


def may_decide(services: Services, person: Person) -> bool:
    """Whether this person decides about money, and about how a channel works."""
    return person.is_admin or person.id in setters(services)


def check_may(services: Services, person: Person) -> None:
    """Raise UserError unless this person may change budgets."""
    if not may_decide(services, person):
        raise UserError(say("purse-may-not"))


def ensure_channel(
    services: Services, tx: Transaction, channel: Channel, person: Person, at: datetime
) -> None:
    """Remember a channel that somebody uses for the first time."""
    channel_table.ensure_channel(
        tx,
        channel=channel.id,
        name=channel.name,
        timezone=services.settings.timezone or person.timezone,
        summary_hour=services.settings.summary_hour,
        at=at,
    )
