"""The commands about finished pictures and the brand: which one was typed, and who answers it."""

from __future__ import annotations

from typing import Any

from bot.backgrounds import Backgrounds
from bot.delivering import Deliveries
from bot.listeners import brand
from bot.listeners.context import Context
from bot.series import SeriesDesk
from bot.slack.message import Message
from bot.studio.backdrops import Backdrops, parse_backdrops
from bot.studio.brand import EditBrand, ShowDrift, parse_brand
from bot.studio.deliveries import Deliver, parse_deliver
from bot.studio.series import StressRequest, parse_stress

AssetCommand = Deliver | Backdrops | EditBrand | ShowDrift | StressRequest


def parse(text: str, *, series_limit: int) -> AssetCommand | None:
    """Understand the text of a `/draft`; None where it is none of these. Raises Remedy."""
    return (
        parse_deliver(text)
        or parse_brand(text)
        or parse_backdrops(text)
        or parse_stress(text, most=series_limit)
    )


async def answer(asked: AssetCommand, body: dict[str, Any], context: Context) -> Message | str | None:
    """What the person who typed it sees. Raises Remedy."""
    person = await context.directory.actor(body["user_id"])
    channel = await context.directory.channel(body["channel_id"])
    delivery = f"command:{body['trigger_id']}"
    match asked:
        case Backdrops():
            await Backgrounds(desk=context.desk).order(
                asked.prompts, channel=channel, person=person, delivery=delivery
            )
            return None
        case StressRequest():
            await SeriesDesk(desk=context.desk).stress(
                asked, channel=channel, person=person, delivery=delivery
            )
            return None
        case EditBrand() | ShowDrift():
            return await brand.answer(asked, channel, person, body, context)
        case Deliver():
            return await Deliveries(desk=context.desk).request(
                asked, channel=channel, person=person, delivery=delivery
            )
