"""“Edit picture”: gives whoever presses it a link of their own. And ↩️, which goes back to the version before."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError

from bot.briefs import table as briefs_table
from bot.briefs.model import Person, UserError, Version
from bot.editor.access import LINK_LIFE_S, Editor
from bot.fix import messages as fix_messages
from bot.slack import outbox_table
from bot.slack.buttons import EDIT_ACTION
from bot.slack.context import Context
from bot.texts import say

BACK_EMOJI = "leftwards_arrow_with_hook"


def register(app: AsyncApp, context: Context) -> None:
    """Listen to the button, and to the emoji that goes back."""

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

    @app.event("reaction_added", matchers=[_is_back])
    async def back(event: dict[str, Any]) -> None:
        await _go_back(event, context)


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


async def _is_back(event: dict[str, Any]) -> bool:
    return event.get("reaction") == BACK_EMOJI and event.get("item", {}).get("type") == "message"


async def _go_back(event: dict[str, Any], context: Context) -> None:
    """The version that the message shows gives way to the one it was made from."""
    channel, ts, user = event["item"]["channel"], event["item"]["ts"], event["user"]

    def find(tx: Any) -> Version | None:
        subject = outbox_table.message_subject(tx, channel=channel, ts=ts)
        if subject is None or subject["version"] is None or subject["role"] != "fix":
            return None
        return briefs_table.version(tx, subject["version"])

    version = await context.services.database.read(find)
    if version is None or version.parent is None:
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
