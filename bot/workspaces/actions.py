"""An installation: begun by somebody who may add apps to a workspace, ended by Slack's code, which becomes a token."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError
from slack_sdk.oauth import AuthorizeUrlGenerator
from slack_sdk.oauth.installation_store import Installation

from bot.briefs.model import UserError
from bot.settings import Settings
from bot.slack.web_api import WebApi, error_code
from bot.texts import say
from bot.workspaces.store import NotInstalled, States

log = logging.getLogger(__name__)

REDIRECT = "/slack/oauth_redirect"


@dataclass(frozen=True, kw_only=True)
class Installing:
    """The steps of an installation."""

    settings: Settings
    states: States
    #: The bot scopes of the manifest.
    scopes: tuple[str, ...]
    #: Where Slack asks people.
    authorize_url: str
    #: Where people reach our pages, to which Slack sends them back.
    base_url: Callable[[], str]
    #: Keeps a token and serves its workspace; whether that is served now. May raise NotInstalled.
    install: Callable[[Installation], Awaitable[bool]]

    @property
    def redirect_uri(self) -> str:
        """The address to which Slack sends people back."""
        return self.base_url() + REDIRECT

    async def begin(self) -> tuple[str, str]:
        """A state for one browser, and the address at which Slack asks whether the app is allowed."""
        state = await self.states.async_issue()
        generator = AuthorizeUrlGenerator(
            client_id=self.settings.slack_client_id,
            redirect_uri=self.redirect_uri,
            scopes=self.scopes,
            authorization_url=self.authorize_url,
        )
        return state, generator.generate(state)

    async def end(self, *, code: str, state: str, state_of_browser: str) -> tuple[str, bool]:
        """Exchange the code for a token and serve that workspace. Its name; whether it is served. Raises UserError."""
        if not state or state != state_of_browser or not await self.states.async_consume(state):
            raise UserError(say("install-state"))
        installation = await self._exchange(code)
        allowed = {team.strip() for team in self.settings.install_teams.split(",")} - {""}
        if allowed and installation.team_id not in allowed:
            await self._give_back(str(installation.bot_token), str(installation.team_id))
            raise UserError(say("install-not-allowed", team=str(installation.team_id)))
        try:
            served = await self.install(installation)
        except NotInstalled as error:
            raise UserError(say("install-refused", code=str(error))) from error
        return str(installation.team_name or installation.team_id), served

    async def _exchange(self, code: str) -> Installation:
        secret = self.settings.slack_client_secret
        client = WebApi(token="", base_url=self.settings.slack_api_url)
        try:
            answer = await client.oauth_v2_access(
                client_id=self.settings.slack_client_id,
                client_secret=secret.get_secret_value() if secret else "",
                code=code,
                redirect_uri=self.redirect_uri,
            )
        except SlackApiError as error:
            raise UserError(say("install-refused", code=error_code(error))) from error
        team = answer.get("team") or {}
        # It names a folder, too.
        if answer.get("is_enterprise_install") or not re.fullmatch(r"T[A-Z0-9]+", str(team.get("id"))):
            await self._give_back(str(answer.get("access_token") or ""), "an organisation")
            raise UserError(say("install-one-workspace"))
        return Installation(
            app_id=answer.get("app_id"),
            team_id=team["id"],
            team_name=team.get("name"),
            user_id=str((answer.get("authed_user") or {}).get("id") or ""),
            bot_token=answer["access_token"],
            bot_user_id=answer.get("bot_user_id"),
            bot_scopes=str(answer.get("scope") or ""),
            token_type=answer.get("token_type"),
        )

    async def _give_back(self, token: str, whose: str) -> None:
        """End a token that is not wanted; then the app is not there."""
        try:
            await WebApi(token=token, base_url=self.settings.slack_api_url).auth_revoke()
        except SlackApiError as error:
            log.warning("the token of %s could not be given back: %s", whose, error_code(error))
