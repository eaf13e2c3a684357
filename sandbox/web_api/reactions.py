"""reactions.*: the bot's own reactions, and reading everybody's."""

from sandbox import rendering
from sandbox.model import Channel, Json, Message, SlackError
from sandbox.web_api.registry import Call, method


def _target(call: Call) -> tuple[Channel, Message]:
    if not call.text("channel") and not call.text("timestamp"):
        raise SlackError("no_item_specified")
    channel = call.seen_channel()
    return channel, call.workspace.state.message(channel, call.need("timestamp", "bad_timestamp"))


@method("reactions.add", tier=3, scope="reactions:write")
async def reactions_add(call: Call) -> Json:
    """React as the bot."""
    channel, message = _target(call)
    if call.team.bot_user not in channel.members:
        raise SlackError("not_in_channel")
    call.workspace.state.react(
        channel, message, call.need("name", "invalid_name"), call.team.bot_user, add=True
    )
    return {}


@method("reactions.remove", tier=2, scope="reactions:write")
async def reactions_remove(call: Call) -> Json:
    """Take back a reaction of the bot."""
    channel, message = _target(call)
    call.workspace.state.react(
        channel, message, call.need("name", "invalid_name"), call.team.bot_user, add=False
    )
    return {}


@method("reactions.get", tier=3, scope="reactions:read")
async def reactions_get(call: Call) -> Json:
    """A message with its reactions."""
    channel, message = _target(call)
    body = rendering.message(call.workspace.state, message)
    return {"type": "message", "channel": channel.id, "message": body}
