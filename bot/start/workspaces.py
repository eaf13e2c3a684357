"""The workspaces that are served: one whose token the operator gave, or several that installed the bot."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.settings import KEY, Settings
from bot.slack.front_door import App
from bot.slack.socket import SocketLink
from bot.slack.web_api import WebApi
from bot.start.workspace import Workspace, open_workspace
from bot.store import Database
from bot.web.links import Links, load_key, team_in


class Workspaces:
    """Those that are served now, by their team ids; one whose token the operator gave goes by an empty one."""

    def __init__(self, settings: Settings, broke: Callable[[str, BaseException], None]) -> None:
        """`broke` is told of a team, a part of whose ended, and of what ended it."""
        self._broke = broke
        self._key = load_key(settings.data_dir / KEY)
        #: Where people reach the web pages; known once they are served.
        self.base_url = ""
        self._served: dict[str, tuple[Workspace, AsyncExitStack]] = {}

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

    async def serve(self, team: str, settings: Settings, token: str, identity: AsyncSlackResponse) -> None:
        """Serve one from now on; anew where it is served already. `identity` is whom Slack knows by that token.

        Raises CannotStart, and whatever else its database raises; then it is served no more.
        """
        await self.leave(team)
        client = WebApi(token=token, base_url=settings.slack_api_url)
        links = Links(self._key, team)
        async with AsyncExitStack() as stack:
            workspace = await open_workspace(
                settings, client, identity, token, team, links, self.base_url, stack
            )
            for task in workspace.tasks:
                task.add_done_callback(partial(self._note_end, team, workspace))
            self._served[team] = workspace, stack.pop_all()

    async def leave(self, team: str) -> None:
        """Serve one no more."""
        if team in self._served:
            _, stack = self._served.pop(team)
            await stack.aclose()

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
        for team in list(self._served):
            await self.leave(team)

    def _note_end(self, team: str, workspace: Workspace, task: asyncio.Task[Any]) -> None:
        if not task.cancelled() and self._by_team().get(team) is workspace:
            # What ended it must be seen.
            self._broke(team, task.exception() or RuntimeError("a part of the bot ended by itself"))
