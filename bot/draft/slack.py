"""The row under a grid and its emoji twins: again, change, stop, remove."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot import clock
from bot.briefs import emoji
from bot.briefs.model import Channel, Person, Use, UserError
from bot.channel import actions as channel_actions
from bot.draft import messages as draft_messages
from bot.draft import styles
from bot.draft.again import SecondThoughts, Stoppers
from bot.draft.command import DropStyle, ListStyles, SaveStyle
from bot.draft.form import draft_modal
from bot.draft.messages import list_text, saved_text
from bot.draft.styles import Style
from bot.draft.tweaks import TweakRequest, parts_of
from bot.draft.vary import Variations, use_of
from bot.slack import buttons
from bot.slack.context import Context, Reaction
from bot.store import Transaction
from bot.texts import say


def register(app: AsyncApp, context: Context) -> None:
    """Listen to the buttons; the reactions come through `reactions`."""
    _listen_for_variations(app, context)

    @app.action(emoji.AGAIN)
    async def again(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await act(emoji.AGAIN, action["value"], *_where(body), f"button:{body['trigger_id']}", context)
        await ack()

    @app.action(draft_messages.TWEAK)
    async def tweak(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        brief, _, words = str(action["value"]).partition(" ")
        channel, user = _where(body)
        try:
            await SecondThoughts(services=context.services).tweak(
                TweakRequest(parts=parts_of(words)),
                brief,
                person=await context.directory.actor(user),
                channel=await context.directory.channel(channel),
                event_id=f"button:{body['trigger_id']}",
            )
        except UserError as error:
            await context.whisper(channel, user, error.sentence)
        await ack()

    @app.action(emoji.STOP)
    async def stop(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await act(emoji.STOP, action["value"], *_where(body), f"button:{body['trigger_id']}", context)
        await ack()

    @app.action(emoji.REMOVE)
    async def remove(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await act(emoji.REMOVE, action["value"], *_where(body), f"button:{body['trigger_id']}", context)
        await ack()

    @app.action(emoji.CHANGE)
    async def change(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        brief = await SecondThoughts(services=context.services).brief(action["value"])
        await context.client.views_open(
            trigger_id=body["trigger_id"],
            view=draft_modal(
                body["channel"]["id"],
                brief,
                styles=await of_channel(context, body["channel"]["id"]),
            ),
        )


async def act(action: str, brief_id: str, channel: str, user: str, event_id: str, context: Context) -> None:
    """Do what a button or an emoji on a grid asks for; what cannot be done is told to that person."""
    thoughts = SecondThoughts(services=context.services)
    try:
        person = await context.directory.actor(user)
        match action:
            case emoji.AGAIN:
                place = await context.directory.channel(channel)
                await thoughts.again(brief_id, person=person, channel=place, event_id=event_id)
            case emoji.STOP:
                brief = await thoughts.brief(brief_id)
                if stop := context.the(Stoppers).by_kind.get(brief.kind):
                    await stop(context.services, brief_id, person)
                else:
                    await thoughts.stop(brief_id, person=person)
            case emoji.REMOVE:
                await thoughts.remove(brief_id, person=person)
            case emoji.CHANGE:
                offer = draft_messages.change_offer(await thoughts.brief(brief_id))
                await context.client.chat_postEphemeral(
                    channel=channel, user=user, text=offer.text, blocks=list(offer.blocks)
                )
    except UserError as error:
        await context.whisper(channel, user, error.sentence)


def _where(body: dict[str, Any]) -> tuple[str, str]:
    return body["channel"]["id"], body["user"]["id"]


def _listen_for_variations(app: AsyncApp, context: Context) -> None:
    """Listen to the choice and the buttons; the reaction comes through `reactions`."""

    @app.action(buttons.CHOOSE_ACTION)
    async def chosen(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        option = action.get("selected_option") or {}
        if option:
            await _vary_cell(context, body, str(option["value"]))
        await ack()

    @app.action(re.compile(rf"^{buttons.CELL_ACTION}_[a-z]+_[1-9]$"))
    async def pressed(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await _vary_cell(context, body, str(action["value"]))
        await ack()

    @app.action(re.compile(rf"^{buttons.VERSION_ACTION}_[a-z]+$"))
    async def pressed_under_picture(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await vary_version(
            context,
            int(action["value"]),
            use_of(str(action["action_id"]).rpartition("_")[2]),
            channel=body["channel"]["id"],
            user=body["user"]["id"],
            event_id=f"button:{body['trigger_id']}",
            thread_ts=(body.get("message") or {}).get("thread_ts"),
        )
        await ack()


async def again_by_emoji(reaction: Reaction, context: Context) -> None:
    """🔁 on a grid draws it once more from another seed."""
    await _on_a_grid(emoji.AGAIN, reaction, context)


async def change_by_emoji(reaction: Reaction, context: Context) -> None:
    """✏️ on a grid offers its form."""
    await _on_a_grid(emoji.CHANGE, reaction, context)


async def stop_by_emoji(reaction: Reaction, context: Context) -> None:
    """🛑 stops what is being drawn."""
    await _on_a_grid(emoji.STOP, reaction, context)


async def remove_by_emoji(reaction: Reaction, context: Context) -> None:
    """🗑️ takes a grid out of the channel."""
    await _on_a_grid(emoji.REMOVE, reaction, context)


async def _on_a_grid(action: str, reaction: Reaction, context: Context) -> None:
    if reaction.grid:
        event = f"event:{reaction.event_id}"
        await act(action, reaction.grid, reaction.channel, reaction.user, event, context)


async def vary_by_emoji(reaction: Reaction, context: Context) -> None:
    """🎨 on one of our messages: varies the picture that it shows, or asks which of several."""
    if reaction.subject is not None:
        event = f"event:{reaction.event_id}"
        await vary_shown(
            reaction.subject, channel=reaction.channel, user=reaction.user, event_id=event, context=context
        )


async def vary_shown(
    subject: sqlite3.Row, *, channel: str, user: str, event_id: str, context: Context
) -> None:
    """Vary the picture that one of our messages shows, or ask which of several."""
    if subject["role"] in ("pro", "fix") and subject["version"] is not None:
        await vary_version(
            context, subject["version"], Use.SUBTLE, channel=channel, user=user, event_id=event_id
        )
        return
    if subject["role"] != "grid" or subject["brief"] is None:
        return
    variations = Variations(services=context.services)
    cells = await variations.cells(subject["brief"])
    if cells > 1:
        brief = await SecondThoughts(services=context.services).brief(subject["brief"])
        question = draft_messages.which_one(brief, cells)
        await context.client.chat_postEphemeral(
            channel=channel, user=user, text=question.text, blocks=list(question.blocks)
        )
        return
    try:
        person, place = await context.directory.actor(user), await context.directory.channel(channel)
        await variations.of_cell(
            subject["brief"], 1, Use.SUBTLE, person=person, channel=place, event_id=event_id
        )
    except UserError as error:
        await context.whisper(channel, user, error.sentence)


async def vary_version(
    context: Context,
    version: int,
    use: Use,
    *,
    channel: str,
    user: str,
    event_id: str,
    thread_ts: str | None = None,
) -> None:
    """Vary a picture of ours; what cannot be done is told to that person."""
    try:
        person, place = await context.directory.actor(user), await context.directory.channel(channel)
        await Variations(services=context.services).of_version(
            version, use, person=person, channel=place, event_id=event_id
        )
    except UserError as error:
        await context.whisper(channel, user, error.sentence, thread_ts)


async def _vary_cell(context: Context, body: dict[str, Any], value: str) -> None:
    brief, number, use = value.split("/")
    channel, user = body["channel"]["id"], body["user"]["id"]
    try:
        person, place = await context.directory.actor(user), await context.directory.channel(channel)
        await Variations(services=context.services).of_cell(
            brief,
            int(number),
            use_of(use),
            person=person,
            channel=place,
            event_id=f"button:{body['trigger_id']}",
        )
    except UserError as error:
        await context.whisper(channel, user, error.sentence)


async def of_channel(context: Context, channel: str) -> Sequence[Style]:
    """The styles that a channel can draft in."""
    return await context.services.database.read(lambda tx: styles.known(tx, channel))


async def answer(
    asked: ListStyles | SaveStyle | DropStyle, channel: Channel, person: Person, context: Context
) -> str:
    """Do it; the answer is for that person. Raises UserError."""
    at = clock.now()
    match asked:
        case ListStyles():
            return list_text(await of_channel(context, channel.id))
        case SaveStyle():

            def save(tx: Transaction) -> Style:
                channel_actions.ensure_channel(context.services, tx, channel, person, at)
                return styles.save(
                    tx, channel=channel.id, name=asked.name, words=asked.words, person=person.id, at=at
                )

            return saved_text(await context.services.database.write(save))
        case DropStyle():
            dropped = await context.services.database.write(
                lambda tx: styles.drop(tx, channel=channel.id, name=asked.name)
            )
            return say("answer-style-gone", name=dropped.name)
