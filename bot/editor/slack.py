"""“Edit picture”: gives whoever presses it a link of their own. And ↩️, which goes back to the version before."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError

from bot.briefs import table as briefs_table
from bot.briefs.model import Person, UserError, Version
from bot.editor.access import LINK_LIFE_S, Editor
from bot.fix import messages as fix_messages
from bot.slack.buttons import EDIT_ACTION
from bot.slack.context import Context, Reaction
from bot.texts import say


def register(app: AsyncApp, context: Context) -> None:
    """Listen to the button."""

    @app.action(EDIT_ACTION)
    async def pressed(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        channel, user = body["channel"]["id"], body["user"]["id"]
        message = body.get("message") or {}
        thread = message.get("thread_ts") or message.get("ts")
        try:
            person = await context.directory.actor(user)
            version = await context.services.database.read(
                lambda tx: briefs_table.version(tx, int(action["value"]))
            )
            url = await context.the(Editor).link(person=person.id, version=version)
        except UserError as error:
            await context.whisper(channel, user, error.sentence, thread)
            return
        await _tell(context, url, channel=channel, user=user, thread=thread)

    @app.action(fix_messages.OPEN_ACTION)
    async def opened(ack: AsyncAck) -> None:
        """The browser opens the link by itself; Slack only wants to be told that we heard."""
        await ack()


async def give_link(
    context: Context,
    version: Version,
    *,
    person: Person,
    channel: str,
    thread: str | None,
    product: str = "",
) -> None:
    """Tell a person their own way into the editor for that picture, or for a product on it. Raises UserError."""
    url = await context.the(Editor).link(person=person.id, version=version, product=product)
    await _tell(context, url, channel=channel, user=person.id, thread=thread)


async def _tell(context: Context, url: str, *, channel: str, user: str, thread: str | None) -> None:
    try:
        await context.client.chat_postEphemeral(
            channel=channel,
            user=user,
            thread_ts=thread,
            text=say("answer-open-editor", url=url),
            blocks=fix_messages.link(url, hours=LINK_LIFE_S / 3600),
        )
    except SlackApiError:
        await context.whisper(channel, user, say("answer-open-editor", url=url), thread)


async def back_by_emoji(reaction: Reaction, context: Context) -> None:
    """↩️ on a fix: the version that the message shows gives way to the one it was made from."""
    channel, user, subject = reaction.channel, reaction.user, reaction.subject
    if subject is None or subject["version"] is None or subject["role"] != "fix":
        return
    number = subject["version"]
    version = await context.services.database.read(lambda tx: briefs_table.version(tx, number))
    if version.parent is None:
        return
    try:
        person = await context.directory.actor(user)
        changed = await context.the(Editor).editing.go_back(
            version.parent, brief=version.brief, person=person.id
        )
    except UserError as error:
        await context.whisper(channel, user, error.sentence)
        return
    if not changed:
        await context.whisper(channel, user, say("answer-went-back-already"))
