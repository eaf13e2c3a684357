"""`/draft settings` and its form: how a channel works, for those who may change it; others read it."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.briefs.model import Channel, Person, UserError
from bot.channel import messages as channel_messages
from bot.channel.actions import HouseRules
from bot.channel.form import PolicyForm
from bot.channel.settings import TakenEmoji
from bot.slack.context import Context


def register(app: AsyncApp, context: Context) -> None:
    """Listen to the form, and to the button in App Home that opens it."""

    @app.view(channel_messages.CALLBACK)
    async def sent(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        values = {block: next(iter(actions.values())) for block, actions in view["state"]["values"].items()}
        try:
            person = await context.directory.actor(body["user"]["id"])
            channel = await context.directory.channel(view["private_metadata"])
            await _rules(context).set_policy(
                _form(values),
                channel=channel,
                person=person,
                event_id=f"view:{view['id']}",
                taken_emoji=context.the(TakenEmoji),
            )
        except UserError as error:
            part = error.field or "needed"
            await ack(response_action="errors", errors={part: error.sentence})
        else:
            await ack()

    @app.action(channel_messages.OPEN_ACTION)
    async def opened(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        try:
            person = await context.directory.actor(body["user"]["id"])
            channel = await context.directory.channel(action["value"])
            _rules(context).check_may(person)
        except UserError:
            return  # the button is shown to those who may only; a right that went takes it away next time
        await _open(body["trigger_id"], channel, context)


async def answer(channel: Channel, person: Person, trigger_id: str, context: Context) -> str | None:
    """Open the form, or tell the settings to somebody who may not change them."""
    rules = _rules(context)
    try:
        rules.check_may(person)
    except UserError as error:
        return channel_messages.summary(await rules.policy(channel.id), error.sentence)
    await _open(trigger_id, channel, context)
    return None


async def _open(trigger_id: str, channel: Channel, context: Context) -> None:
    policy = await _rules(context).policy(channel.id)
    view = channel_messages.settings_modal(channel.id, policy, await context.directory.groups())
    await context.client.views_open(trigger_id=trigger_id, view=view)


def _rules(context: Context) -> HouseRules:
    return HouseRules(services=context.services, directory=context.directory)


def _form(values: dict[str, dict[str, Any]]) -> PolicyForm:
    def typed(name: str) -> str:
        return str(values.get(name, {}).get("value") or "")

    def option(name: str) -> dict[str, Any]:
        return values.get(name, {}).get("selected_option") or {}

    def ticked(name: str) -> bool:
        return bool(values.get(name, {}).get("selected_options"))

    label = str(option("group").get("text", {}).get("text", ""))
    return PolicyForm(
        needed=str(option("needed").get("value", "")),
        who=str(option("who").get("value", "")),
        people=tuple(values.get("people", {}).get("selected_users") or ()),
        group=str(option("group").get("value", "")),
        group_handle=label.removeprefix("@").partition(" ")[0],
        author_may=ticked("author"),
        emoji=typed("emoji"),
        minutes=typed("minutes"),
        pictures=typed("pictures"),
        rerolls=typed("rerolls"),
        advice=ticked("advice"),
        cells=str(option("cells").get("value", "")),
        aspect=typed("aspect"),
    )
