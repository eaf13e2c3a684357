"""conversations.*: channels, their members and what was said in them."""

from sandbox import rendering
from sandbox.model import Channel, Json, Message, SlackError
from sandbox.web_api.registry import Call, method, page

_FAMILY = {"channel": "channels", "group": "groups", "im": "im"}
_TYPES = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}


def _scoped(call: Call, what: str) -> Channel:
    """The channel, once the scope of its kind (channels:read, groups:history…) is there."""
    channel = call.seen_channel()
    call.require(f"{_FAMILY[channel.kind]}:{what}")
    return channel


@method("conversations.info", tier=3)
async def conversations_info(call: Call) -> Json:
    """One channel, with is_member."""
    channel = _scoped(call, "read")
    body = rendering.channel(call.workspace.state, channel)
    if not call.flag("include_num_members"):
        body.pop("num_members", None)
    return {"channel": body}


def _kinds(call: Call) -> list[str]:
    kinds = []
    for name in call.text("types", "public_channel").split(","):
        kind = _TYPES.get(name.strip())
        if kind is None:
            raise SlackError("invalid_types")
        call.require(f"{_FAMILY.get(kind, kind)}:read")
        kinds.append(kind)
    return kinds


@method("users.conversations", tier=3)
async def users_conversations(call: Call) -> Json:
    """The conversations somebody is in, the bot when nobody is named; private ones only where the bot is too."""
    kinds, state = _kinds(call), call.workspace.state
    user = call.text("user", call.team.bot_user)
    if user not in state.users:
        raise SlackError("user_not_found")
    theirs = [
        channel
        for channel in state.channels.values()
        if channel.kind in kinds
        and user in channel.members
        and (channel.kind == "channel" or call.team.bot_user in channel.members)
    ]
    some, metadata = page(theirs, call)
    return {"channels": [rendering.channel(state, c) for c in some], "response_metadata": metadata}


@method("conversations.list", tier=2)
async def conversations_list(call: Call) -> Json:
    """The channels the bot can see, of the types asked for."""
    kinds = _kinds(call)
    state = call.workspace.state
    seen = [
        channel
        for channel in state.channels.values()
        if channel.kind in kinds and (channel.kind == "channel" or call.team.bot_user in channel.members)
    ]
    some, metadata = page(seen, call)
    return {"channels": [rendering.channel(state, c) for c in some], "response_metadata": metadata}


@method("conversations.members", tier=4)
async def conversations_members(call: Call) -> Json:
    """Who is in a channel."""
    some, metadata = page(list(_scoped(call, "read").members), call)
    return {"members": some, "response_metadata": metadata}


@method("conversations.join", tier=3, scope="channels:join")
async def conversations_join(call: Call) -> Json:
    """Join a public channel."""
    channel = call.seen_channel()
    if channel.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    call.workspace.state.join(channel, call.team.bot_user)
    return {"channel": rendering.channel(call.workspace.state, channel)}


@method("conversations.leave", tier=3)
async def conversations_leave(call: Call) -> Json:
    """Leave a channel."""
    channel = call.seen_channel()
    call.require("channels:manage" if channel.kind == "channel" else f"{_FAMILY[channel.kind]}:write")
    if channel.is_im:
        raise SlackError("method_not_supported_for_channel_type")
    if call.team.bot_user not in channel.members:
        return {"not_in_channel": True}
    call.workspace.state.leave(channel, call.team.bot_user)
    return {}


@method("conversations.open", tier=3, scope="im:write")
async def conversations_open(call: Call) -> Json:
    """Open the direct conversation with one person."""
    users = [user for user in call.text("users").split(",") if user]
    if not users:
        raise SlackError("users_list_not_supplied")
    state = call.workspace.state
    if len(users) > 1:
        raise SlackError("method_not_supported_for_channel_type")
    if users[0] not in state.users or users[0] == call.team.bot_user:
        raise SlackError("user_not_found")
    channel = state.direct(users[0], call.team.bot_user)
    return {"channel": rendering.channel(state, channel) if call.flag("return_im") else {"id": channel.id}}


def _between(call: Call, messages: list[Message]) -> list[Message]:
    oldest, latest, inclusive = call.text("oldest", "0"), call.text("latest"), call.flag("inclusive")
    try:
        low, high = float(oldest), float(latest) if latest else float("inf")
    except ValueError as problem:
        raise SlackError("invalid_ts_oldest" if latest == "" else "invalid_ts_latest") from problem
    return [m for m in messages if (low < float(m.ts) < high) or (inclusive and m.ts in (oldest, latest))]


@method("conversations.history", tier=3)
async def conversations_history(call: Call) -> Json:
    """What was said in a channel outside its threads, newest first."""
    channel = _scoped(call, "history")
    if call.team.bot_user not in channel.members:
        raise SlackError("not_in_channel")
    said = [
        m
        for m in channel.messages.values()
        if not m.ephemeral_for and (m.thread_ts in (None, m.ts) or m.broadcast)
    ]
    some, metadata = page(list(reversed(_between(call, said))), call, most=999)
    state, with_metadata = call.workspace.state, call.flag("include_all_metadata")
    answer: Json = {
        "messages": [rendering.message(state, m, metadata=with_metadata) for m in some],
        "has_more": bool(metadata["next_cursor"]),
        "pin_count": 0,
    }
    return answer | ({"response_metadata": metadata} if metadata["next_cursor"] else {})


@method("conversations.replies", tier=3)
async def conversations_replies(call: Call) -> Json:
    """A thread: its parent, then the answers, oldest first."""
    channel = _scoped(call, "history")
    if call.team.bot_user not in channel.members:
        raise SlackError("not_in_channel")
    state = call.workspace.state
    asked = state.message(channel, call.need("ts", "thread_not_found"), error="thread_not_found")
    parent = channel.messages.get(asked.thread_ts or asked.ts, asked)
    answers = _between(call, channel.replies(parent.ts))
    some, metadata = page([parent, *answers], call)
    with_metadata = call.flag("include_all_metadata")
    body = [rendering.message(state, m, metadata=with_metadata) for m in some]
    answer: Json = {"messages": body, "has_more": bool(metadata["next_cursor"])}
    return answer | ({"response_metadata": metadata} if metadata["next_cursor"] else {})
