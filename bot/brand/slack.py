"""`/draft brand` and `/draft drift`: the form of the kit for those who may set it, the kit in words for the others."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.brand import messages as brand_messages
from bot.brand.actions import Branding
from bot.brand.kit import EditBrand, ShowDrift, read_kit
from bot.brand.swatches import alt_text
from bot.briefs.model import Channel, Person, UserError
from bot.slack.blocks import Message, section
from bot.slack.context import Context
from bot.slack.text import unescape

_PARTS = ("palette", "always", "style", "refused", "tolerance")


async def answer(
    asked: EditBrand | ShowDrift, channel: Channel, person: Person, body: dict[str, Any], context: Context
) -> Message | str | None:
    """What the person who typed it sees. Raises UserError."""
    branding = Branding(services=context.services)
    if isinstance(asked, ShowDrift):
        event_id = f"command:{body['trigger_id']}"
        return await branding.ask_drift(asked, channel=channel, person=person, event_id=event_id)
    kit, file = await branding.kit(channel.id)
    if branding.may_set(person):
        await context.client.views_open(
            trigger_id=body["trigger_id"], view=brand_messages.brand_form(channel.id, kit, file)
        )
        return None
    text = brand_messages.description(kit)
    if kit is None or file is None:
        return text
    return Message(text=text, blocks=[section(text), brand_messages.palette(file, alt_text(kit.palette))])


def register(app: AsyncApp, context: Context) -> None:
    """Listen to the form being sent."""

    @app.view(brand_messages.FORM)
    async def sent(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        values = {block: next(iter(actions.values())) for block, actions in view["state"]["values"].items()}
        typed = {part: unescape(str(values.get(part, {}).get("value") or "")) for part in _PARTS}
        shape = str(values["aspect"]["selected_option"]["value"])
        try:
            kit = read_kit(**typed, aspect="" if shape == "none" else shape)
            await Branding(services=context.services).set_kit(
                kit,
                channel=await context.directory.channel(view["private_metadata"]),
                person=await context.directory.actor(body["user"]["id"]),
                event_id=f"view:{view['id']}",
            )
        except UserError as error:
            part = error.field or "palette"
            await ack(response_action="errors", errors={part: error.sentence})
        else:
            await ack()
