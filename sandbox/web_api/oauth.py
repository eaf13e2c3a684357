"""oauth.v2.access, auth.revoke, apps.uninstall: how an app gets a workspace's token, and loses it."""

from sandbox.model import Json, SlackError
from sandbox.settings import APP_ID
from sandbox.web_api.registry import Call, method


def _client(call: Call) -> None:
    """Refuse a client that is not this app. Raises invalid_client_id, bad_client_secret."""
    settings = call.workspace.settings
    if call.text("client_id") != settings.client_id:
        raise SlackError("invalid_client_id")
    if call.text("client_secret") != settings.client_secret:
        raise SlackError("bad_client_secret")


@method("oauth.v2.access", tier=4, by="client")
async def oauth_v2_access(call: Call) -> Json:
    """Exchange the authorize page's code for a bot token."""
    _client(call)
    token, workspace, user = call.installs.exchange(
        call.need("code", "invalid_code"), call.text("redirect_uri")
    )
    team = workspace.state.team
    return {
        "app_id": APP_ID,
        "authed_user": {"id": user},
        "scope": ",".join(sorted(workspace.manifest.scopes)),
        "token_type": "bot",
        "access_token": token,
        "bot_user_id": team.bot_user,
        "team": {"id": team.id, "name": team.name},
        "enterprise": None,
        "is_enterprise_install": False,
    }


@method("auth.revoke", tier=3)
async def auth_revoke(call: Call) -> Json:
    """End the calling token; with it the app leaves its workspace."""
    if not call.flag("test"):
        call.installs.uninstall(call.workspace)
    return {"revoked": not call.flag("test")}


@method("apps.uninstall", tier=1)
async def apps_uninstall(call: Call) -> Json:
    """Take the app out of the token's workspace."""
    _client(call)
    call.installs.uninstall(call.workspace)
    return {}
