"""What all workspaces have in common: the web pages, the way by which Slack reaches us, how well all is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

from aiohttp import web
from yarl import URL

from bot.doctor import wanted_scopes
from bot.editor import routes as editor_routes
from bot.editor.routes import EditorSite
from bot.inspect import routes as inspect_routes
from bot.inspect.routes import InspectSite
from bot.marking import actions as marking_actions
from bot.reports import routes as report_routes
from bot.reports.routes import ReportSite
from bot.settings import INSTALLATIONS, CannotStart, Settings
from bot.slack.connection import listen, sign_in
from bot.slack.front_door import App, FrontDoor
from bot.slack.socket import SocketLink
from bot.slack.web_api import WebApi
from bot.start.installed import Installed
from bot.start.tasks import cancelled_at_the_end
from bot.start.workspace import Workspace, default_rule, price_table
from bot.start.workspaces import Workspaces
from bot.web.metrics import Monitoring
from bot.web.site import application
from bot.web.site import serve as serve_site
from bot.worker import health
from bot.workspaces import routes as install_routes
from bot.workspaces.actions import Installing
from bot.workspaces.store import InstallationFile, Installations, States, seal_for
from marks.credentials import CannotSign


async def start(
    settings: Settings, stack: AsyncExitStack
) -> tuple[list[asyncio.Future[None]], Callable[[], Coroutine[Any, Any, None]]]:
    """What ends only when the bot is to end, and what lets it finish what is in hand."""
    try:
        await asyncio.to_thread(marking_actions.check, settings)
    except CannotSign as error:
        raise CannotStart(str(error)) from error
    # What is wrong for all workspaces ends the start, and is not tried again with each.
    default_rule(settings)
    price_table(settings)
    installed: Installed | None = None
    broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def broke(team: str, error: BaseException) -> None:
        if installed:
            installed.broke(team, error)
        elif not broken.done():
            broken.set_exception(error)

    workspaces = Workspaces(settings, broke)
    #: Known once Slack's connection stands.
    links_to_slack: list[SocketLink] = []
    installing = identity = None
    if settings.is_shared:
        seal = seal_for(settings)
        file = InstallationFile(settings.data_dir / INSTALLATIONS)
        stack.callback(file.close)
        installations = Installations(file, seal)
        installed = Installed(settings, installations, workspaces)
        installing = Installing(
            settings=settings,
            states=States(file),
            scopes=tuple(sorted(wanted_scopes())),
            authorize_url=str(URL(settings.slack_api_url).with_path("/oauth/v2/authorize")),
            base_url=lambda: workspaces.base_url,
            install=installed.install,
        )
    else:
        identity = await sign_in(settings)
    monitoring = Monitoring(
        checks=health.checks(
            workspaces.databases,
            lambda: _connected(settings, links_to_slack),
            installed.troubled if installed else None,
        ),
        measure=partial(health.measure, workspaces.databases),
        token=settings.metrics_token.get_secret_value() if settings.metrics_token else "",
    )
    workspaces.base_url = await _serve_pages(
        settings, page_routes(workspaces.of_link, monitoring, installing), stack
    )
    stack.push_async_callback(workspaces.close)
    if installed:
        stack.push_async_callback(installed.close)
        await installed.serve_all()
        app: App = FrontDoor(workspaces.apps, installed.has, installed.ended, settings)
    else:
        assert settings.slack_bot_token is not None
        assert identity is not None
        await workspaces.serve("", settings, settings.slack_bot_token.get_secret_value(), identity)
        app = workspaces.apps()[""]
    link = await listen(app, WebApi(token="", base_url=settings.slack_api_url), settings, stack)
    watching: list[asyncio.Future[None]] = []
    if link:
        links_to_slack.append(link)
        watching.append(asyncio.create_task(link.watch()))
        await stack.enter_async_context(cancelled_at_the_end(watching))

    async def drain() -> None:
        if installed:
            # None is served anew any more.
            await installed.close()
        await workspaces.drain(link)

    return [broken, *watching], drain


def page_routes(
    of_link: Callable[[str], Workspace | None], monitoring: Monitoring, installing: Installing | None
) -> list[web.AbstractRouteDef]:
    """Every address of the bot's own web pages."""

    def editor_of(token: str) -> EditorSite | None:
        workspace = of_link(token)
        return workspace.editor if workspace else None

    def reports_of(token: str) -> ReportSite | None:
        workspace = of_link(token)
        return workspace.reports if workspace else None

    def inspect_of(token: str) -> InspectSite | None:
        workspace = of_link(token)
        return workspace.inspect if workspace else None

    return [
        *editor_routes.routes(editor_of),
        *report_routes.routes(reports_of),
        *inspect_routes.routes(inspect_of),
        *monitoring.routes(),
        *(install_routes.routes(installing) if installing else ()),
    ]


async def _connected(settings: Settings, links: Sequence[SocketLink]) -> bool:
    """Whether Slack can reach us; by HTTP that is Slack's to try."""
    return settings.mode == "http" or (bool(links) and await links[0].is_connected())


async def _serve_pages(settings: Settings, routes: list[web.AbstractRouteDef], stack: AsyncExitStack) -> str:
    """Serve the bot's own web pages; the address by which people reach them."""
    try:
        pages, port = await serve_site(
            application(routes), settings.web_host, settings.web_port, other_port=not settings.public_url
        )
    except OSError as error:
        raise CannotStart(f"The web pages cannot listen on {settings.web_host}: {error.strerror}.") from error
    stack.push_async_callback(pages.cleanup)
    return settings.public_url.rstrip("/") or f"http://{settings.web_host}:{port}"
