"""`/draft settings` and its form: how a channel works, for those who may change it; others read it."""

from __future__ import annotations

from bot.briefs.model import Channel
from bot.briefs.typed import Alone
from bot.channel import actions as channel_actions
from bot.channel import messages as channel_messages
from bot.channel.form import PolicyForm
from bot.channel.settings import TakenEmoji
from bot.slack.context import Context
from bot.slack.incoming import Answer, Click, Command, Form
from bot.texts import say


async def form_sent(form: Form, context: Context) -> None:
    """Let the settings be in force. Raises UserError, whose `field` names the part."""
    person, channel = await context.who_and_where(form)
    await channel_actions.set_policy(
        context.services,
        _policy_form(form),
        channel=channel,
        person=person,
        event_id=form.event_id,
        directory=context.directory,
        taken_emoji=context.the(TakenEmoji),
    )


async def open_settings(click: Click, context: Context) -> None:
    """The button in App Home. Raises UserError for a right that went since it was shown."""
    person = await context.colleague_in(click.value, click.user)
    channel = await context.directory.channel(click.value)
    channel_actions.check_may_set(context.services, person)
    await _open(click.trigger_id, channel, context)


async def answer(_: Alone, command: Command, context: Context) -> Answer:
    """Open the form, or tell the settings to somebody who may not change them. Raises UserError."""
    person, channel = await context.who_and_where(command)
    if not channel_actions.may_decide(context.services, person):
        return channel_messages.summary(
            await channel_actions.policy(context.services, channel.id), say("rules-may-not")
        )
    await _open(command.trigger_id, channel, context)
    return None


async def _open(trigger_id: str, channel: Channel, context: Context) -> None:
    policy = await channel_actions.policy(context.services, channel.id)
    view = channel_messages.settings_modal(channel.id, policy, await context.directory.groups())
    await context.client.views_open(trigger_id=trigger_id, view=view)


def _policy_form(form: Form) -> PolicyForm:
    group = form.fields.get("group", {}).get("selected_option") or {}
    label = str(group.get("text", {}).get("text", ""))
    return PolicyForm(
        needed=form.chosen("needed"),
        who=form.chosen("who"),
        people=tuple(form.fields.get("people", {}).get("selected_users") or ()),
        group=form.chosen("group"),
        group_handle=label.removeprefix("@").partition(" ")[0],
        author_may=bool(form.ticked("author")),
        emoji=form.typed("emoji"),
        minutes=form.typed("minutes"),
        pictures=form.typed("pictures"),
        rerolls=form.typed("rerolls"),
        advice=bool(form.ticked("advice")),
        broadcast=bool(form.ticked("broadcast")),
        label=form.chosen("label") or "line",
        grid_form=form.chosen("grid_form").replace(channel_messages.AS_USUAL, ""),
        cells=form.chosen("cells"),
        aspect=form.typed("aspect"),
        timezone=form.typed("timezone"),
    )
