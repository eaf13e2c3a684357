"""chat.*: the bot's messages, posted, updated, deleted, for one person only, and their permalinks."""

from sandbox import rendering
from sandbox.content import MAX_TEXT, MAX_UPDATE_TEXT, checked_metadata
from sandbox.model import Json, SlackError
from sandbox.web_api.registry import Call, method


def _content(call: Call) -> tuple[str, list[Json], list[Json]]:
    text = call.text("text")
    if len(text) > MAX_TEXT:
        raise SlackError("msg_too_long")
    blocks = call.workspace.checked_blocks(call.args.get("blocks"))
    attachments = call.args.get("attachments") or []
    if not isinstance(attachments, list):
        raise SlackError("invalid_attachments")
    if len(attachments) > 100:
        raise SlackError("too_many_attachments")
    if not (text.strip() or blocks or attachments):
        raise SlackError("no_text")
    return text, blocks, attachments


@method("chat.postMessage", tier=5, scope="chat:write")
async def chat_post_message(call: Call) -> Json:
    """Post a message."""
    channel = call.room(call.need("channel", "channel_not_found"))
    text, blocks, attachments = _content(call)
    state = call.workspace.state
    broadcast = call.flag("reply_broadcast") and bool(call.text("thread_ts"))
    message = state.post(
        channel,
        call.team.bot_user,
        text=text,
        blocks=blocks,
        attachments=attachments,
        thread_ts=call.text("thread_ts") or None,
        broadcast=broadcast,
        subtype="thread_broadcast" if broadcast else None,
        metadata=checked_metadata(call.args.get("metadata")) or None,
        by_bot=True,
    )
    return {"channel": channel.id, "ts": message.ts, "message": rendering.message(state, message)}


@method("chat.update", tier=3, scope="chat:write")
async def chat_update(call: Call) -> Json:
    """Change a message of the bot: what is given replaces, what is absent stays; text alone drops the blocks.

    `reply_broadcast` shows a reply in its channel, too.
    """
    channel = call.seen_channel()
    state = call.workspace.state
    message = state.message(channel, call.need("ts", "message_not_found"))
    if not message.by_bot:
        raise SlackError("cant_update_message")
    args = call.args
    text = call.text("text")
    if len(text) > MAX_UPDATE_TEXT:
        raise SlackError("msg_too_long")
    blocks = call.workspace.checked_blocks(args.get("blocks"))
    if not (
        text.strip() or blocks or args.get("attachments") or args.get("file_ids") or args.get("metadata")
    ):
        raise SlackError("no_text")
    metadata = checked_metadata(args.get("metadata"))
    file_ids = args.get("file_ids")
    if file_ids is not None:
        file_ids = _files(call, file_ids)
    if call.flag("reply_broadcast") and (call.workspace.faults.plan.no_broadcasts or not message.thread_ts):
        raise SlackError("cant_broadcast_message")
    before = message.copy()
    if call.flag("reply_broadcast"):
        message.broadcast, message.subtype = True, "thread_broadcast"
    if args.get("text") is not None:
        message.text = text
    # Slack: blocks left out while text is given removes the old blocks; [] removes them too.
    if args.get("blocks") is not None or args.get("text") is not None:
        message.blocks = blocks
    if args.get("attachments") is not None:
        message.attachments = list(args["attachments"])
    if file_ids is not None:
        message.file_ids = file_ids
    if metadata is not None:
        message.metadata = metadata or None
    # Slack marks a message as edited when its text was, not when its blocks were.
    if not message.blocks:
        message.edited = {"user": call.team.bot_user, "ts": state.next_ts()}
    state.changed(channel, message, before, call.team.bot_user)
    return {
        "channel": channel.id,
        "ts": message.ts,
        "text": message.text,
        "message": rendering.message(state, message),
    }


def _files(call: Call, given: object) -> list[str]:
    if isinstance(given, str):
        given = [part.strip() for part in given.strip("[]").replace('"', "").split(",") if part.strip()]
    if not isinstance(given, list):
        raise SlackError("invalid_arguments")
    state = call.workspace.state
    found = [state.file(str(file_id)) for file_id in given]
    if not all(state.may_see(file, call.team.bot_user) for file in found):
        raise SlackError("file_not_found")
    return [file.id for file in found]


@method("chat.delete", tier=3, scope="chat:write")
async def chat_delete(call: Call) -> Json:
    """Delete a message of the bot."""
    channel = call.seen_channel()
    message = call.workspace.state.message(channel, call.need("ts", "message_not_found"))
    if not message.by_bot:
        raise SlackError("cant_delete_message")
    call.workspace.state.delete(channel, message)
    return {"channel": channel.id, "ts": message.ts}


@method("chat.postEphemeral", tier=4, scope="chat:write")
async def chat_post_ephemeral(call: Call) -> Json:
    """Show something to one person of a channel."""
    channel = call.room(call.need("channel", "channel_not_found"))
    user = call.need("user", "user_not_found")
    if user not in call.workspace.state.users:
        raise SlackError("user_not_found")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    text, blocks, attachments = _content(call)
    message = call.workspace.state.post(
        channel,
        call.team.bot_user,
        text=text,
        blocks=blocks,
        attachments=attachments,
        thread_ts=call.text("thread_ts") or None,
        by_bot=True,
        ephemeral_for=user,
    )
    return {"message_ts": message.ts}


@method("chat.getPermalink", tier=5)
async def chat_get_permalink(call: Call) -> Json:
    """The address of a message."""
    channel = call.seen_channel()
    state = call.workspace.state
    message = state.message(channel, call.need("message_ts", "message_not_found"))
    link = f"{state.base_url}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts and message.thread_ts != message.ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}
