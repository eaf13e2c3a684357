"""The row under a grid and its emoji twins: again, change, stop, remove."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.listeners.context import Context
from bot.listeners.modal import draft_modal
from bot.listeners.styles import of_channel
from bot.second_thoughts import SecondThoughts
from bot.slack import grids
from bot.studio.model import Remedy


def register(app: AsyncApp, context: Context) -> None:
    """Listen to the buttons; the reactions come through `reactions`."""

    @app.action(grids.AGAIN)
    async def again(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await act(grids.AGAIN, action["value"], *_where(body), f"button:{body['trigger_id']}", context)
        await ack()

    @app.action(grids.STOP)
    async def stop(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await act(grids.STOP, action["value"], *_where(body), f"button:{body['trigger_id']}", context)
        await ack()

    @app.action(grids.REMOVE)
    async def remove(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await act(grids.REMOVE, action["value"], *_where(body), f"button:{body['trigger_id']}", context)
        await ack()

    @app.action(grids.CHANGE)
    async def change(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        brief = await SecondThoughts(desk=context.desk).brief(action["value"])
        await context.client.views_open(
            trigger_id=body["trigger_id"],
            view=draft_modal(
                body["channel"]["id"],
                brief,
                styles=await of_channel(context, body["channel"]["id"]),
            ),
        )


async def act(wish: str, brief_id: str, channel: str, user: str, delivery: str, context: Context) -> None:
    """Do what a button or an emoji on a grid asks for; what cannot be done is told to that person."""
    thoughts = SecondThoughts(desk=context.desk)
    try:
        person = await context.directory.actor(user)
        match wish:
            case grids.AGAIN:
                place = await context.directory.channel(channel)
                await thoughts.again(brief_id, person=person, channel=place, delivery=delivery)
            case grids.STOP:
                await thoughts.stop(brief_id, person=person)
            case grids.REMOVE:
                await thoughts.remove(brief_id, person=person)
            case grids.CHANGE:
                offer = grids.change_offer(await thoughts.brief(brief_id))
                await context.client.chat_postEphemeral(
                    channel=channel, user=user, text=offer.text, blocks=list(offer.blocks)
                )
    except Remedy as error:
        await context.whisper(channel, user, str(error.args[0]))


def _where(body: dict[str, Any]) -> tuple[str, str]:
    return body["channel"]["id"], body["user"]["id"]
