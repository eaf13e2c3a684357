"""The workspaces that are served: one whose token the operator gave, or several that installed the bot."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.settings import CannotStart, Settings
from bot.slack.connection import patiently
from bot.slack.front_door import App
from bot.slack.socket import SocketLink
from bot.slack.web_api import WebApi, error_code
from bot.start.workspace import Workspace, open_workspace
from bot.store import Database
from bot.web.links import Links, load_key, team_in
from bot.workspaces.store import Installations

log = logging.getLogger(__name__)
#: What Slack says of a token that is dead for good.
GONE = frozenset({"account_inactive", "invalid_auth", "token_expired", "token_revoked"})


class Workspaces:
    """Those that are served now, by their team ids; one whose token the operator gave goes by an empty one."""

    def __init__(self, settings: Settings, installations: Installations | None) -> None:
        self._settings, self._installations = settings, installations
        self._key = load_key(settings.data_dir / "web.key")
        #: Where people reach the web pages; known once they are served.
        self.base_url = ""
        self._served: dict[str, tuple[Workspace, AsyncExitStack]] = {}
        self._turn = asyncio.Lock()
        #: Ends with what ended a part of one of them.
        self.broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def of_link(self, token: str) -> Workspace | None:
        """The workspace that a link to the web pages says to be of; its own key proves it."""
        return self._by_team().get(team_in(token))

    def apps(self) -> dict[str, App]:
        """Who answers the events of each."""
        return {team: one.app for team, one in self._by_team().items()}

    def databases(self) -> dict[str, Database]:
        """Where each keeps what is its own."""
        return {team: one.database for team, one in self._by_team().items()}

    def _by_team(self) -> dict[str, Workspace]:
        return {team: one for team, (one, _) in self._served.items()}

    async def serve(
        self, team: str, settings: Settings, token: str, identity: AsyncSlackResponse | None = None
    ) -> None:
        """Serve one from now on; by its new token where it is served already. Raises CannotStart, SlackApiError."""
        async with self._turn:
            await self._leave(team)
            client = WebApi(token=token, base_url=settings.slack_api_url)
            identity = identity or await patiently(client.auth_test)
            async with AsyncExitStack() as stack:
                links = Links(self._key, team)
                workspace = await open_workspace(
                    settings, client, identity, token, team, links, self.base_url, stack
                )
                for task in workspace.tasks:
                    task.add_done_callback(self._note_end)
                self._served[team] = workspace, stack.pop_all()

    async def serve_installed(self, team: str) -> None:
        """Serve one that has the app installed; one that has it no longer is forgotten. Raises CannotStart."""
        assert self._installations is not None
        installation = await self._installations.async_find_installation(enterprise_id=None, team_id=team)
        if installation is None or installation.bot_token is None:
            return
        try:
            await self.serve(team, self._settings.of_team(team), installation.bot_token)
        except SlackApiError as error:
            if error_code(error) not in GONE:
                raise CannotStart(
                    f"Slack does not serve the workspace {team} ({error_code(error)})."
                ) from error
            log.warning("%s has the app no longer (%s)", team, error_code(error))
            await self._installations.async_delete_all(enterprise_id=None, team_id=team)
        else:
            log.info("serving %s", team)

    async def ended(self, team: str) -> None:
        """One says that it has the app no longer: where its token is dead, it is served no more, and all others are.

        Slack may tell it late, when the app is installed again. Raises SlackApiError where Slack can't say: it tells
        again what is not acknowledged.
        """
        assert self._installations is not None
        served = self._by_team().get(team)
        if served is None:
            return
        try:
            await served.client.auth_test()
        except SlackApiError as error:
            if error_code(error) not in GONE:
                raise
            async with self._turn:
                if self._by_team().get(team) is served:
                    log.warning("%s has the app no longer; its pictures and its ledger stay", team)
                    await self._leave(team)
                    await self._installations.async_delete_all(enterprise_id=None, team_id=team)

    async def drain(self, link: SocketLink | None) -> None:
        """Let all of them finish what is in hand."""
        served = list(self._by_team().values())

        async def hear_no_more() -> None:
            if link:
                # What was heard is answered on this connection. Nothing new is: Slack keeps it for the next start.
                await asyncio.gather(*(one.inbox.acknowledged() for one in served))
                await link.close()

        closed = asyncio.ensure_future(hear_no_more())
        await asyncio.gather(closed, *(one.drain(closed) for one in served))

    async def close(self) -> None:
        """Serve none any more."""
        async with self._turn:
            for team in list(self._served):
                await self._leave(team)

    async def _leave(self, team: str) -> None:
        if team in self._served:
            _, stack = self._served.pop(team)
            await stack.aclose()

    def _note_end(self, task: asyncio.Task[Any]) -> None:
        if not task.cancelled() and not self.broken.done():
            # What ended it must be seen.
            error = task.exception() or RuntimeError("a part of the bot ended by itself")
            self.broken.set_exception(error)
