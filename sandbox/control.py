"""The control side, /control: a test or an operator sets the plan of faults and troubles the app's connections."""

from aiohttp import web

from sandbox.faults import BadPlan, Plan, read
from sandbox.installs import INSTALLS
from sandbox.model import Json


async def _body(request: web.Request) -> Json:
    # Only JSON: a page of another site cannot send that here unasked.
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="Send application/json.")
    try:
        body = await request.json()
    except ValueError as problem:
        raise web.HTTPBadRequest(text=f"This is not valid JSON: {problem}.") from problem
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="Send a JSON object.")
    return body


async def read_faults(request: web.Request) -> web.Response:
    """GET /control/faults: the plan in force, with how often each fault struck."""
    return web.json_response(request.app[INSTALLS].home.faults.report)


async def set_faults(request: web.Request) -> web.Response:
    """PUT /control/faults: put another plan in force; {} ends all trouble."""
    try:
        request.app[INSTALLS].home.faults.set(read(await _body(request)))
    except BadPlan as problem:
        raise web.HTTPBadRequest(text=str(problem)) from problem
    return await read_faults(request)


async def end_faults(request: web.Request) -> web.Response:
    """DELETE /control/faults: end all trouble."""
    request.app[INSTALLS].home.faults.set(Plan())
    return await read_faults(request)


async def connections(request: web.Request) -> web.Response:
    """POST /control/connections {"how": …}: trouble every Socket Mode connection; answers how many."""
    how = str((await _body(request)).get("how"))
    try:
        troubled = await request.app[INSTALLS].home.sockets.trouble(how)
    except ValueError as problem:
        raise web.HTTPBadRequest(text=str(problem)) from problem
    return web.json_response({"connections": troubled})


async def uninstall(request: web.Request) -> web.Response:
    """POST /control/uninstall {"team": …}: take the app out of a workspace; answers how many tokens ended."""
    installs = request.app[INSTALLS]
    workspace = installs.of_team(str((await _body(request)).get("team")))
    if workspace is None:
        raise web.HTTPNotFound(text="No workspace here has this team id.")
    return web.json_response({"tokens": installs.uninstall(workspace)})


routes = [
    ("GET", "/control/faults", read_faults),
    ("PUT", "/control/faults", set_faults),
    ("DELETE", "/control/faults", end_faults),
    ("POST", "/control/connections", connections),
    ("POST", "/control/uninstall", uninstall),
]
