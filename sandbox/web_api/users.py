"""users.* and usergroups.*: people."""

from sandbox import rendering
from sandbox.model import Json, SlackError
from sandbox.web_api.registry import Call, method, page


@method("users.info", tier=4, scope="users:read")
async def users_info(call: Call) -> Json:
    """One person."""
    state = call.workspace.state
    user = state.users.get(call.need("user", "user_not_found"))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": rendering.user(state, user)}


@method("users.list", tier=2, scope="users:read")
async def users_list(call: Call) -> Json:
    """Everybody."""
    state = call.workspace.state
    some, metadata = page(list(state.users.values()), call)
    members = [rendering.user(state, user) for user in some]
    return {"members": members, "cache_ts": 0, "response_metadata": metadata}


@method("usergroups.list", tier=2, scope="usergroups:read")
async def usergroups_list(call: Call) -> Json:
    """User groups; their members and numbers only where asked for."""
    found = []
    for group in call.workspace.state.groups.values():
        shown: Json = {
            "id": group.id,
            "team_id": call.team.id,
            "is_usergroup": True,
            "name": group.name,
            "description": "",
            "handle": group.handle,
            "is_external": False,
            "date_create": group.created,
            "date_update": group.created,
            "date_delete": 0,
            "auto_type": None,
            "created_by": "U0ADA",
            "updated_by": "U0ADA",
            "deleted_by": None,
            "prefs": {"channels": [], "groups": []},
        }
        if call.flag("include_users"):
            shown["users"] = list(group.users)
        if call.flag("include_count"):
            shown["user_count"] = len(group.users)
        found.append(shown)
    return {"usergroups": found}


@method("usergroups.users.list", tier=2, scope="usergroups:read")
async def usergroups_users_list(call: Call) -> Json:
    """The members of a user group."""
    group = call.workspace.state.groups.get(call.need("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": list(group.users)}
