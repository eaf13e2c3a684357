"""The HTTP server of the practice workspace: routes, the page with its content security policy, start and stop."""

import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from aiohttp import web

from sandbox import authorize, cast, control, page_api, transfers
from sandbox.installs import INSTALLS, Installs
from sandbox.manifest import Manifest
from sandbox.manifest import load as load_manifest
from sandbox.model import SlackError
from sandbox.settings import Settings
from sandbox.to_app.link import Link
from sandbox.web_api.dispatch import api, arguments
from sandbox.web_api.registry import METHODS
from sandbox.workspace import Workspace

PAGE = Path(__file__).parent / "page"
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def build(installs: Installs) -> web.Application:
    """The aiohttp application around the workspaces."""
    app = web.Application(client_max_size=installs.home.settings.max_body, middlewares=[_spoil])
    app[INSTALLS] = installs
    app.router.add_route("*", "/api/{method}", api)
    app.router.add_get("/link/", installs.home.sockets.handle)
    app.router.add_get("/oauth/v2/authorize", authorize.ask)
    app.router.add_post("/oauth/v2/authorize", authorize.allow)
    app.router.add_post("/upload/v1/{key}", transfers.upload)
    app.router.add_get("/files-pri/{file}/{name:.*}", transfers.private)
    app.router.add_post("/response/{team}/{key}", transfers.response_url)
    app.router.add_get("/ui/files/{file}/{name}", transfers.for_page)
    app.router.add_get("/ui/ws", page_api.websocket)
    app.router.add_get(r"/archives/{channel}/p{ts:\d{16}}", _permalink)
    for method, path, handler in page_api.routes:
        app.router.add_route(method, path, page_api.wrap(handler))
    for method, path, control_handler in control.routes:
        app.router.add_route(method, path, control_handler)
    app.router.add_get("/", _index)
    if PAGE.is_dir():
        app.router.add_static("/ui/static/", PAGE)
    app.on_response_prepare.append(_headers)
    return app


#: Addresses that are no Web API method, as a plan of faults names them.
_NAMES = {
    "/upload/v1/{key}": "upload",
    "/files-pri/{file}/{name}": "download",
    "/response/{team}/{key}": "response_url",
}


@web.middleware
async def _spoil(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """The one place where calls of an app go wrong on purpose."""
    resource = request.match_info.route.resource
    name = request.match_info.get("method") or _NAMES.get(resource.canonical if resource else "")
    if name is None:
        return await handler(request)
    faults = request.app[INSTALLS].home.faults
    channel: object = None
    if faults.plan.calls and name in METHODS:
        # Reading it here also keeps the body for work that is carried out after the answer.
        with contextlib.suppress(SlackError, ValueError, web.HTTPException):
            channel = (await arguments(request)).get("channel")
    fault = faults.call(name, str(channel) if channel else None)
    return await faults.spoil(fault, request, lambda: handler(request)) if fault else await handler(request)


async def _headers(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    if request.path == "/" or request.path.startswith("/ui/static/"):
        response.headers["Content-Security-Policy"] = _CSP
        response.headers["Cache-Control"] = "no-cache"


async def _index(request: web.Request) -> web.StreamResponse:
    page = PAGE / "index.html"
    if not page.is_file():
        return web.Response(
            text="The practice workspace runs. Its page is not installed; its API is under /api/."
        )
    return web.FileResponse(page)


async def _permalink(request: web.Request) -> web.Response:
    # The page keeps its place in the fragment: #CHANNEL/THREAD_TS/TS.
    digits = request.match_info["ts"]
    ts = f"{digits[:10]}.{digits[10:]}"
    thread = request.query.get("thread_ts")
    place = [request.match_info["channel"], *([thread, ts] if thread else [ts])]
    raise web.HTTPFound("/#" + "/".join(quote(part) for part in place))


class Server:
    """A running workspace: `async with Server(settings) as server:` then `server.url`."""

    def __init__(self, settings: Settings, manifest: Manifest | None = None) -> None:
        self.settings = settings
        self.link = Link(settings)
        manifest = manifest or load_manifest(settings.manifest)
        self.workspace = Workspace(settings, manifest, self.link)
        #: Every workspace here; `workspace` is the first, where the app is installed.
        self.workspaces = [self.workspace]
        if settings.branch:
            self.workspaces.append(Workspace(settings, manifest, self.link, cast.BRANCH))
        if settings.twin:
            self.workspaces.append(Workspace(settings, manifest, self.link, cast.TWIN))
        self.url = ""
        self._runner = web.AppRunner(build(Installs(self.workspaces)), access_log=None, shutdown_timeout=2)

    async def start(self) -> None:
        """Listen; afterwards `url` says where."""
        await self._runner.setup()
        await web.TCPSite(self._runner, self.settings.host, self.settings.port).start()
        port = self._runner.addresses[0][1]
        host = f"[{self.settings.host}]" if ":" in self.settings.host else self.settings.host
        self.url = f"http://{host}:{port}"
        for workspace in self.workspaces:
            workspace.state.base_url = self.url
        if self.link.http:
            self.link.http.start()

    async def stop(self) -> None:
        """Close every connection and stop listening."""
        for workspace in self.workspaces:
            workspace.feed.close()
        await self.link.close()
        await self._runner.cleanup()

    async def __aenter__(self) -> "Server":
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
