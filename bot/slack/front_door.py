"""The way in for several workspaces: one connection, and each event goes to the app of the workspace that it is of."""

from __future__ import annotations

import logging
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse

from bot.settings import Settings
from bot.slack.web_api import WebApi

log = logging.getLogger(__name__)

#: Who answers the events of one workspace.
App = AsyncApp

#: Bolt wants a signing secret in Socket Mode, too, where nothing is signed.
UNSIGNED: Final = "unused in socket mode"
#: Events by which a workspace tells that it has the app no longer.
ENDS: Final = frozenset({"app_uninstalled", "tokens_revoked"})


class FrontDoor(AsyncApp):
    """Knows the workspaces' apps by their team ids, and nothing that is theirs."""

    def __init__(
        self,
        apps: Callable[[], Mapping[str, AsyncApp]],
        has: Callable[[str], Awaitable[bool]],
        ended: Callable[[str], Awaitable[None]],
        settings: Settings,
    ) -> None:
        """`has` says whether a team has the app, be it served now or not.

        `ended` is called when a workspace says that it has the app no longer; it may be wrong, or late.
        """
        logger = logging.getLogger("bot.bolt")
        # At INFO it logs whole request bodies when something about them is odd.
        logger.setLevel(logging.WARNING)
        with without_oauth():
            super().__init__(
                client=WebApi(token="", base_url=settings.slack_api_url),
                signing_secret=settings.signing_secret or UNSIGNED,
                authorize=_nobody,
                logger=logger,
            )
        self._apps, self._has, self._ended = apps, has, ended

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Answer by the app of the event's workspace; what is of none that has the app is acknowledged and dropped."""
        team = req.context.team_id
        if team is None:
            # Slack's own questions, such as whether the address is ours.
            return await super().async_dispatch(req)
        if (req.body.get("event") or {}).get("type") in ENDS:
            await self._ended(team)
            return BoltResponse(status=200)
        app = self._apps().get(team)
        if app is not None:
            return await app.async_dispatch(req)
        if await self._has(team):
            log.warning("an event of %s is left to be sent again: it is not served now", team)
            return BoltResponse(status=503)
        log.info("an event of %s was dropped: it does not have the app", team)
        return BoltResponse(status=200)


async def _nobody() -> AuthorizeResult:
    """No event is this app's own."""
    raise LookupError("an event of no workspace")


@contextmanager
def without_oauth() -> Iterator[None]:
    """Bolt would serve an installation of its own where the environment names a client: tokens in files, unencrypted."""
    names = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")
    kept = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)
