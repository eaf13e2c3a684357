"""/oauth/v2/authorize: the page where somebody allows the app in a workspace and is sent back with a code."""

from html import escape
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from sandbox.installs import INSTALLS

_PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Allow {app}?</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>Allow {app}?</h1><p>It asks for: {scopes}</p>{choices}</main></body></html>"""
_CHOICE = """<form method="post"><input type="hidden" name="user" value="{user}"><input type="hidden" name="team" value="{id}">
<button>Allow in {team}, as {name}</button></form>"""


def _checked(request: web.Request) -> str:
    """Where to send people back. Raises a sentence for a client or an address that is not the app's."""
    settings = request.app[INSTALLS].home.settings
    if request.query.get("client_id") != settings.client_id:
        raise web.HTTPBadRequest(text="invalid_client_id: no app here has this client_id.")
    registered = request.app[INSTALLS].home.manifest.redirect_urls
    asked = request.query.get("redirect_uri") or (registered[0] if registered else "")
    if urlsplit(asked).scheme not in ("http", "https") or (
        registered and not asked.startswith(tuple(registered))
    ):
        raise web.HTTPBadRequest(
            text="bad_redirect_uri: the manifest's redirect_urls do not hold this address."
        )
    return asked


async def ask(request: web.Request) -> web.Response:
    """GET: who can allow it, in each workspace or in that of `team`."""
    back = _checked(request)
    installs = request.app[INSTALLS]
    team = request.query.get("team")
    choices = [
        _CHOICE.format(
            user=escape(member.id),
            id=escape(one.state.team.id),
            team=escape(one.state.team.name),
            name=escape(member.real_name),
        )
        for one in installs.workspaces
        for member in one.state.users.values()
        if member.is_admin and member.team_id == one.state.team.id and team in (None, "", member.team_id)
    ]
    manifest = installs.home.manifest
    scopes = escape(request.query.get("scope") or ", ".join(sorted(manifest.scopes)))
    place = urlsplit(back)
    policy = f"default-src 'none'; form-action 'self' {place.scheme}://{place.netloc}; frame-ancestors 'none'"
    return web.Response(
        text=_PAGE.format(app=escape(manifest.name), scopes=scopes, choices="".join(choices)),
        content_type="text/html",
        headers={"Content-Security-Policy": policy},
    )


async def allow(request: web.Request) -> web.Response:
    """POST: back to the app, with a code and its own state."""
    back = _checked(request)
    installs = request.app[INSTALLS]
    sent_by = await request.post()
    user = str(sent_by.get("user", ""))
    workspace = installs.of_person(user, str(sent_by.get("team", "")))
    if workspace is None or not workspace.state.users[user].is_admin:
        raise web.HTTPForbidden(text="Only an admin of a workspace can allow an app there.")
    code = installs.grant(workspace, user, back)
    sent = urlencode({"code": code, "state": request.query.get("state", "")})
    raise web.HTTPFound(f"{back}{'&' if urlsplit(back).query else '?'}{sent}")
