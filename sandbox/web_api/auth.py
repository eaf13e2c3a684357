"""auth.test, apps.connections.open, team.info, bots.info: who is calling and where."""

from sandbox import rendering
from sandbox.model import Json, SlackError
from sandbox.web_api.registry import Call, method


@method("api.test", tier=4)
async def api_test(call: Call) -> Json:
    """Echo the arguments."""
    return {"args": call.args}


@method("auth.test", tier=5)
async def auth_test(call: Call) -> Json:
    """Who the token belongs to."""
    return {
        "url": f"{call.workspace.state.base_url}/",
        "team": call.team.name,
        "user": call.workspace.state.users[call.team.bot_user].name,
        "team_id": call.team.id,
        "user_id": call.team.bot_user,
        "bot_id": call.team.bot_id,
        "is_enterprise_install": False,
    }


@method("apps.connections.open", tier=1, by="app")
async def apps_connections_open(call: Call) -> Json:
    """A websocket address for Socket Mode."""
    if not call.workspace.manifest.socket_mode:
        raise SlackError("not_allowed_token_type")
    return {"url": call.workspace.sockets.open_ticket(call.workspace.state.base_url)}


@method("team.info", tier=3, scope="team:read")
async def team_info(call: Call) -> Json:
    """The workspace."""
    return {
        "team": {
            "id": call.team.id,
            "name": call.team.name,
            "domain": call.team.domain,
            "email_domain": "",
            "icon": {},
        }
    }


@method("bots.info", tier=3, scope="users:read")
async def bots_info(call: Call) -> Json:
    """The bot."""
    if call.text("bot", call.team.bot_id) != call.team.bot_id:
        raise SlackError("bot_not_found")
    return {"bot": rendering.bot(call.workspace.state)}
