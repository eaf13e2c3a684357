"""slack_sdk's stores of installations and of states, in a SQLite file of the bot's. Tokens stand in it encrypted."""

from __future__ import annotations

import asyncio
import json
import secrets
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from bot import clock
from bot.settings import CannotStart, Settings
from bot.store import Transaction
from bot.store.database import connect, transact
from bot.workspaces import table as workspaces_table

T = TypeVar("T")
#: How long somebody may take to allow the app, in seconds.
STATE_LIFE_S = 600
#: Installations under way at once, whoever opens the page however often; a later one takes the place of the earliest.
MOST_STATES = 1_000


class BadKey(CannotStart):
    """The key can't be used, or opens none of what is kept; the message says what to do."""


class NotInstalled(Exception):
    """A workspace has the app no longer; the message is Slack's code for that."""


def seal_for(settings: Settings) -> MultiFernet:
    """What encrypts by the first of the keys that are set, and decrypts by all. Raises BadKey."""
    if settings.install_key is None or settings.slack_client_secret is None:
        raise BadKey(
            "For several workspaces set SLACK_CLIENT_SECRET, and DRAFTROOM_INSTALL_KEY, with which their tokens are"
            " encrypted; for one, set SLACK_BOT_TOKEN."
        )
    try:
        return MultiFernet(
            [Fernet(key.strip()) for key in settings.install_key.get_secret_value().split(",")]
        )
    except ValueError as error:
        raise BadKey(
            "DRAFTROOM_INSTALL_KEY is no key. Make one: python -c"
            ' "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
        ) from error


class InstallationFile:
    """The file, reached by one short transaction at a time. Raises CannotStart where it can't be opened."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._turn = asyncio.Lock()
        try:
            self._database = connect(path)
            path.chmod(0o600)
            transact(self._database, workspaces_table.prepare)
        except (OSError, sqlite3.Error) as error:
            raise CannotStart(
                f"The workspaces' tokens in {path} can't be read ({error}). Put a backup of that file in its place;"
                " without it every workspace has to install anew."
            ) from error

    async def do(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in a transaction."""
        async with self._turn:
            return await asyncio.to_thread(transact, self._database, work)

    def close(self) -> None:
        """Close the file."""
        self._database.close()


class Installations(AsyncInstallationStore):
    """Where a workspace's token is found. One installation a workspace, the latest."""

    def __init__(self, file: InstallationFile, seal: MultiFernet) -> None:
        self._file, self._seal = file, seal

    async def teams(self) -> list[str]:
        """The workspaces that have it installed."""
        return await self._file.do(workspaces_table.teams)

    async def async_save(self, installation: Installation) -> None:
        """Keep an installation. Raises ValueError for one of a whole organisation."""
        team = installation.team_id
        if team is None:
            raise ValueError("an installation is one workspace's")
        told = json.dumps(installation.to_dict(), default=str).encode()
        sealed = self._seal.encrypt(told)
        await self._file.do(lambda tx: workspaces_table.save(tx, team, sealed, clock.now()))

    async def async_save_bot(self, bot: Bot) -> None:
        """Nothing: the bot is a part of its installation."""

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """A workspace's installation. Raises BadKey where it was encrypted by a key that is not here."""
        sealed = None
        if team_id and not is_enterprise_install:
            sealed = await self._file.do(lambda tx: workspaces_table.sealed_of(tx, team_id))
        if sealed is None:
            return None
        try:
            told: dict[str, Any] = json.loads(self._seal.decrypt(sealed))
        except InvalidToken as error:
            raise BadKey(
                f"DRAFTROOM_INSTALL_KEY does not open the token of the workspace {team_id}. Add the key that it was"
                " encrypted with, after a comma."
            ) from error
        return Installation(**told)

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """The bot of a workspace's installation. Raises BadKey."""
        found = await self.async_find_installation(
            enterprise_id=enterprise_id, team_id=team_id, is_enterprise_install=is_enterprise_install
        )
        return found.to_bot() if found else None

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget a workspace's token."""
        await self.async_delete_all(enterprise_id=enterprise_id, team_id=team_id)

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Forget a workspace's token."""
        await self.async_delete_all(enterprise_id=enterprise_id, team_id=team_id)

    async def async_delete_all(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget a workspace's token."""
        if team_id:
            await self._file.do(lambda tx: workspaces_table.forget(tx, team_id))


class States(AsyncOAuthStateStore):
    """The states of installations under way: good once, for a while."""

    def __init__(self, file: InstallationFile) -> None:
        self._file = file

    async def async_issue(self, *args: Any, **kwargs: Any) -> str:
        """A state that nobody can guess."""
        state, at = secrets.token_urlsafe(32), clock.now()
        expires_at = at + timedelta(seconds=STATE_LIFE_S)
        await self._file.do(
            lambda tx: workspaces_table.issue(tx, state, expires_at, at=at, at_most=MOST_STATES)
        )
        return state

    async def async_consume(self, state: str) -> bool:
        """Whether that state was issued, is not too old, and comes for the first time."""
        return await self._file.do(lambda tx: workspaces_table.consume(tx, state, clock.now()))
