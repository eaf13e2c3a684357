"""Which workspaces there are, in which of them the app is installed, and the tokens that say so."""

import secrets
import time
from dataclasses import dataclass

from aiohttp import web

from sandbox.model import SlackError
from sandbox.workspace import Workspace

#: A code of the authorize page is good once, for this long.
CODE_LIFE_S = 600.0


@dataclass(kw_only=True)
class _Grant:
    workspace: Workspace
    user: str
    redirect_uri: str
    expires: float
    used: bool = False


class Installs:
    """The workspaces on this server; the app is installed in the first from the start."""

    def __init__(self, workspaces: list[Workspace]) -> None:
        self.workspaces = workspaces
        self.home = workspaces[0]
        self._tokens = {self.home.settings.bot_token: self.home}
        self._revoked: set[str] = set()
        self._grants: dict[str, _Grant] = {}

    def of_token(self, token: str) -> Workspace | None:
        """Where a bot token acts, if anywhere. Raises account_inactive for one that was revoked."""
        if token in self._revoked:
            raise SlackError("account_inactive")
        return self._tokens.get(token)

    def of_team(self, team_id: str) -> Workspace | None:
        """The workspace of a team id."""
        return next((one for one in self.workspaces if one.state.team.id == team_id), None)

    def of_person(self, user_id: str, team_id: str = "") -> Workspace | None:
        """The workspace in which somebody acts; that of `team_id`, where several have such a person."""
        return next(
            (
                one
                for one in self.workspaces
                if user_id in one.state.users and team_id in ("", one.state.team.id)
            ),
            None,
        )

    def grant(self, workspace: Workspace, user: str, redirect_uri: str) -> str:
        """Somebody allows the app: the code that the app exchanges for a token."""
        code = secrets.token_urlsafe(16)
        expires = time.monotonic() + CODE_LIFE_S
        self._grants[code] = _Grant(
            workspace=workspace, user=user, redirect_uri=redirect_uri, expires=expires
        )
        return code

    def exchange(self, code: str, redirect_uri: str) -> tuple[str, Workspace, str]:
        """(token, workspace, who allowed it). Raises invalid_code, code_already_used, bad_redirect_uri."""
        found = self._grants.get(code)
        if found is None or found.expires < time.monotonic():
            raise SlackError("invalid_code")
        if found.used:
            raise SlackError("code_already_used")
        if redirect_uri and redirect_uri != found.redirect_uri:
            raise SlackError("bad_redirect_uri")
        found.used = True
        token = f"xoxb-{secrets.token_hex(12)}"
        self._tokens[token] = found.workspace
        if not found.workspace.state.installed:
            found.workspace.state.install(found.workspace.manifest.bot_name)
        return token, found.workspace, found.user

    def uninstall(self, workspace: Workspace) -> int:
        """Take the app out of a workspace; it hears of it. Returns how many tokens ended."""
        ended = {token for token, where in self._tokens.items() if where is workspace}
        self._revoked |= ended
        for token in ended:
            del self._tokens[token]
        if ended:
            workspace.events.uninstalled()
            workspace.state.uninstall()
        return len(ended)


INSTALLS: web.AppKey[Installs] = web.AppKey("installs", Installs)
