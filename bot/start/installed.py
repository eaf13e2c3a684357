"""The workspaces that installed the bot: each is served for as long as it has it, whatever ails another one."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections import defaultdict
from contextlib import suppress
from typing import Final

from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.settings import CannotStart, Settings
from bot.slack.web_api import WebApi, error_code
from bot.start.workspaces import Workspaces
from bot.workspaces.store import Installations, NotInstalled

log = logging.getLogger(__name__)

#: What Slack says of a token that is dead for good. `invalid_auth` is none of it: that is also said to an address from
#: which a workspace allows no calls.
GONE: Final = frozenset({"account_inactive", "token_expired", "token_revoked"})
#: How long it waits until one that could not be served is tried again, in seconds: at first, and at most.
PAUSE_S, LONGEST_PAUSE_S = 5.0, 600.0
#: Troubles that say all in a sentence.
_TOLD: Final = (CannotStart, OSError, SlackApiError, sqlite3.Error)


class Installed:
    """Serves who has it installed, and tries again what ails."""

    def __init__(self, settings: Settings, installations: Installations, workspaces: Workspaces) -> None:
        self._settings, self._installations, self._workspaces = settings, installations, workspaces
        #: One thing at a time is done with a team.
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        #: The teams that are to be tried again, and who does.
        self._troubled: set[str] = set()
        self._trying: dict[str, asyncio.Task[None]] = {}
        #: How long each waits next, in seconds, and until when that is remembered, on the loop's clock.
        self._pauses: dict[str, tuple[float, float]] = {}

    def troubled(self) -> list[str]:
        """The teams that are not served as they should be."""
        return sorted(self._troubled)

    async def has(self, team: str) -> bool:
        """Whether a workspace has it installed, be it served now or not."""
        return team in await self._installations.teams()

    async def serve_all(self) -> None:
        """Serve all that have it, as far as that can be now."""

        async def serve(team: str) -> None:
            with suppress(NotInstalled):
                await self._serve(team)

        await asyncio.gather(*map(serve, await self._installations.teams()))

    async def install(self, installation: Installation) -> bool:
        """Keep a workspace's token, and serve it by that. Whether it is served now; else it is tried again.

        Raises NotInstalled where that token is dead.
        """
        team = str(installation.team_id)
        async with self._turns[team]:
            await self._installations.async_save(installation)
        return await self._serve(team)

    async def ended(self, team: str) -> None:
        """One says that it has the app no longer: where the token that is kept is dead, it is served no more.

        Slack may tell it late, when the app is installed again. Raises SlackApiError where Slack can't say: it tells
        again what is not acknowledged.
        """
        async with self._turns[team]:
            with suppress(NotInstalled):
                await self._ask(team)

    def broke(self, team: str, error: BaseException) -> None:
        """A part of one ended, which none does by itself: it is served anew."""
        log.error(
            "%s can't be served now, and is tried again: %s", team, error_code(error), exc_info=_new(error)
        )
        self._troubled.add(team)
        if team not in self._trying:
            self._trying[team] = asyncio.create_task(self._try(team))

    async def close(self) -> None:
        """Try none again any more."""
        tasks = list(self._trying.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, team: str) -> bool:
        """Serve one; whether it is served now, else it is tried again. Raises NotInstalled."""
        async with self._turns[team]:
            try:
                token, identity = await self._ask(team)
                await self._workspaces.serve(team, self._settings.of_team(team), token, identity)
            except NotInstalled:
                self._troubled.discard(team)
                raise
            except Exception as error:
                self.broke(team, error)
                return False
            self._troubled.discard(team)
            log.info("serving %s", team)
            return True

    async def _try(self, team: str) -> None:
        """Try one again until it is served, or has the app no longer."""
        try:
            while team in self._troubled:
                await asyncio.sleep(self._pause(team))
                # It may be installed anew meanwhile.
                if team in self._troubled:
                    with suppress(NotInstalled):
                        await self._serve(team)
        finally:
            del self._trying[team]

    def _pause(self, team: str) -> float:
        """How long to wait now, in seconds: longer each time, until one was well for as long as the longest."""
        at = asyncio.get_running_loop().time()
        pause_s, until = self._pauses.get(team, (PAUSE_S, at))
        if at > until:
            pause_s = PAUSE_S
        later_s = min(2 * pause_s, LONGEST_PAUSE_S)
        self._pauses[team] = later_s, at + pause_s + LONGEST_PAUSE_S
        return pause_s

    async def _ask(self, team: str) -> tuple[str, AsyncSlackResponse]:
        """The token that is kept for one, and who Slack says that it is. A dead one is forgotten.

        Raises NotInstalled, BadKey, SlackApiError.
        """
        found = await self._installations.async_find_installation(enterprise_id=None, team_id=team)
        if found is None or found.bot_token is None:
            raise NotInstalled("no token is kept")
        try:
            client = WebApi(token=found.bot_token, base_url=self._settings.slack_api_url)
            return found.bot_token, await client.auth_test()
        except SlackApiError as error:
            if error_code(error) not in GONE:
                raise
            log.warning("%s has the app no longer; its pictures and its ledger stay", team)
            await self._workspaces.leave(team)
            await self._installations.async_delete_all(enterprise_id=None, team_id=team)
            raise NotInstalled(error_code(error)) from error


def _new(error: BaseException) -> BaseException | None:
    """An error that nobody thought of: it is logged with where it comes from."""
    return None if isinstance(error, _TOLD) else error
