"""users.* and usergroups.*: people."""

from sandbox.model import Json, SlackError
from sandbox.web_api.registry import Call, method, page


@method("users.info", tier=4, scope="users:read")
async def users_info(call: Call) -> Json:
    """One person."""
    workspace = call.practice.workspace
    user = workspace.users.get(call.need("user", "user_not_found"))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": workspace.render_user(user)}


@method("users.list", tier=2, scope="users:read")
async def users_list(call: Call) -> Json:
    """Everybody."""
    workspace = call.practice.workspace
    some, metadata = page(list(workspace.users.values()), call)
    members = [workspace.render_user(user) for user in some]
    return {"members": members, "cache_ts": 0, "response_metadata": metadata}


@method("usergroups.list", tier=2, scope="usergroups:read")
async def usergroups_list(call: Call) -> Json:
    """User groups; this workspace has none."""
    return {"usergroups": []}


@method("usergroups.users.list", tier=2, scope="usergroups:read")
async def usergroups_users_list(call: Call) -> Json:
    """The members of a user group; there are none to ask about."""
    raise SlackError("no_such_subteam")
