"""“Edit picture”: gives whoever presses it a link of their own. And ↩️, which goes back to the version before."""

from __future__ import annotations

from urllib.parse import quote

from bot.briefs import table as briefs_table
from bot.briefs.model import Person, UserError, Version
from bot.channel.actions import may_decide
from bot.editor.access import LINK_LIFE_S, Editor
from bot.editor.command import SignOut
from bot.fix import messages as fix_messages
from bot.slack.blocks import Message
from bot.slack.context import Context
from bot.slack.incoming import Answer, Click, Command, Reaction
from bot.texts import say


async def edit(click: Click, context: Context) -> None:
    """“Edit picture”. Raises UserError."""
    person = await context.colleague(click)
    version = await context.services.database.read(lambda tx: briefs_table.version(tx, int(click.value)))
    thread = click.thread_ts or click.ts or None
    await give_link(context, version, person=person, channel=click.channel, thread=thread)


async def paint_it(click: Click, context: Context) -> None:
    """The editor, with the words of a fix whose region was not understood. Raises UserError."""
    number, _, words = click.value.partition(" ")
    person = await context.colleague(click)
    version = await context.services.database.read(lambda tx: briefs_table.version(tx, int(number)))
    thread = click.thread_ts or click.ts or None
    await give_link(context, version, person=person, channel=click.channel, thread=thread, words=words)


async def sign_out(asked: SignOut, command: Command, context: Context) -> Answer:
    """Make the person's links void; an admin those of somebody else. Raises UserError."""
    editing = context.the(Editor).editing
    if not asked.person:
        await editing.sign_out(command.user)
        return say("answer-signed-out")
    if not may_decide(context.services, await context.colleague(command)):
        raise UserError(say("rules-may-not-sign-out"))
    other = await context.directory.named(asked.person)
    await editing.sign_out(other.id)
    return say("answer-signed-out-other", person=other.id)


async def give_link(
    context: Context,
    version: Version,
    *,
    person: Person,
    channel: str,
    thread: str | None,
    product: str = "",
    words: str = "",
) -> None:
    """Tell a person their own way into the editor for that picture, or for a product on it. Raises UserError.

    `words` wait there as the instruction.
    """
    url = await context.the(Editor).link(person=person.id, version=version, product=product)
    url += f"#say={quote(words)}" if words else ""
    text, blocks = say("answer-open-editor", url=url), fix_messages.link(url, hours=LINK_LIFE_S / 3600)
    await context.whisper(channel, person.id, Message(text=text, blocks=blocks), thread)


async def back_by_emoji(reaction: Reaction, context: Context) -> None:
    """↩️ on a fix: the version that the message shows gives way to the one it was made from. Raises UserError."""
    subject = reaction.subject
    if subject is None or subject["version"] is None or subject["role"] != "fix":
        return
    number = subject["version"]
    version = await context.services.database.read(lambda tx: briefs_table.version(tx, number))
    if version.parent is None:
        return
    person = await context.colleague(reaction)
    changed = await context.the(Editor).editing.go_back(version.parent, brief=version.brief, person=person.id)
    if not changed:
        raise UserError(say("answer-went-back-already"))
