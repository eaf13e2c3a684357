"""“Deliver…” under a picture: the form with the usual sizes, and what becomes of it. The command comes through `command`."""

from __future__ import annotations

from bot.briefs import table as briefs_table
from bot.briefs.table import named
from bot.briefs.typed import clean
from bot.deliver import actions as deliver_actions
from bot.deliver import messages as deliver_messages
from bot.deliver.request import Deliver, deliver, parse_deliver, read_size
from bot.slack.context import Context
from bot.slack.incoming import Answer, Click, Command, Form


async def fill_in(click: Click, context: Context) -> None:
    """“Deliver…”: the form with the usual sizes."""
    version = await context.services.database.read(lambda tx: briefs_table.version(tx, int(click.value)))
    view = deliver_messages.deliver_form(version.id, click.channel, str(named(version)))
    await context.client.views_open(trigger_id=click.trigger_id, view=view)


async def form_sent(form: Form, context: Context) -> str:
    """Deliver what the form says; a sentence for the person. Raises UserError, whose `field` names the part."""
    (version_id,) = form.remembered
    version = await context.services.database.read(lambda tx: briefs_table.version(tx, int(version_id)))
    typed = clean(form.typed("sizes")).replace(",", " ").split()
    request = deliver(
        names=[named(version)],
        sizes=[read_size(size) for size in [*form.ticked("usual"), *typed]],
        format=form.chosen("format"),
        cap=clean(form.typed("cap")),
        extend=form.chosen("extend") == "extend",
    )
    person, channel = await context.who_and_where(form)
    return await deliver_actions.hand_over(
        context.services, request, channel=channel, person=person, event_id=form.event_id
    )


async def extend(click: Click, context: Context) -> None:
    """The same sizes once more, with more painted around the picture: once, by whomever the button is pressed.

    Raises UserError where it can't be paid.
    """
    request = parse_deliver(click.value)
    assert request is not None
    person, channel = await context.who_and_where(click)
    promise = await deliver_actions.hand_over(
        context.services,
        request,
        channel=channel,
        person=person,
        event_id=f"{click.channel}:{click.ts}:{click.action}",
    )
    await context.whisper(channel.id, person.id, promise, click.thread_ts)


async def answer(request: Deliver, command: Command, context: Context) -> Answer:
    """`/draft deliver`. Raises UserError for what isn't there or can't be paid."""
    person, channel = await context.who_and_where(command)
    return await deliver_actions.hand_over(
        context.services, request, channel=channel, person=person, event_id=command.event_id
    )
