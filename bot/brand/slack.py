"""`/draft brand` and `/draft drift`: the form of the kit for those who may set it, the kit in words for the others."""

from __future__ import annotations

from bot.brand import actions as brand_actions
from bot.brand import messages as brand_messages
from bot.brand.kit import EditBrand, ShowDrift, read_kit
from bot.brand.swatches import alt_text
from bot.slack.blocks import Message, section
from bot.slack.context import Context
from bot.slack.incoming import Answer, Command, Form

_PARTS = ("palette", "always", "style", "refused", "tolerance")


async def answer(request: EditBrand | ShowDrift, command: Command, context: Context) -> Answer:
    """Open the form of the kit, tell it, or draw how near the pictures are to it. Raises UserError."""
    person, channel = await context.who_and_where(command)
    if isinstance(request, ShowDrift):
        return await brand_actions.ask_drift(
            context.services, request, channel=channel, person=person, event_id=command.event_id
        )
    kit, file = await brand_actions.kit_of(context.services, channel.id)
    if brand_actions.may_set(context.services, person):
        await context.client.views_open(
            trigger_id=command.trigger_id, view=brand_messages.brand_form(channel.id, kit, file)
        )
        return None
    text = brand_messages.description(kit)
    if kit is None or file is None:
        return text
    return Message(text=text, blocks=[section(text), brand_messages.palette(file, alt_text(kit.palette))])


async def form_sent(form: Form, context: Context) -> None:
    """Let the kit be in force. Raises UserError, whose `field` names the part."""
    typed = {part: form.typed(part) for part in _PARTS}
    shape = form.chosen("aspect")
    kit = read_kit(**typed, aspect="" if shape == "none" else shape)
    person, channel = await context.who_and_where(form)
    await brand_actions.set_kit(context.services, kit, channel=channel, person=person, event_id=form.event_id)
