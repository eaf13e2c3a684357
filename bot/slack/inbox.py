"""Events are kept until they are dealt with: Bolt acknowledges them first, and Slack never sends them again.

So are commands and forms that are acknowledged before their work is done. A crash between the acknowledgement and
our own commit would otherwise lose an approval, a fix or a draft.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest

from bot import clock
from bot.store import Database, Transaction

log = logging.getLogger(__name__)

#: An event that was left over longer ago is dropped: nobody expects an answer to it any more.
KEPT_FOR = timedelta(hours=1)
#: Events that people wait for something to come of.
_KINDS = frozenset({"reaction_added", "reaction_removed", "app_mention"})


class Inbox:
    """The events that are acknowledged or about to be, and not dealt with yet."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def guard(self, app: AsyncApp) -> None:
        """Keep every event that matters before Bolt acknowledges it."""

        @app.middleware
        async def keep(body: dict[str, Any], next: Callable[[], Awaitable[None]]) -> None:
            if _matters(body):
                await self._database.write(lambda tx: _keep(tx, body))
            await next()

    async def keep(self, body: dict[str, Any]) -> None:
        """Keep a command or a form that is about to be acknowledged early."""
        await self._database.write(lambda tx: _keep(tx, body))

    async def done(self, body: dict[str, Any]) -> None:
        """It was dealt with."""
        await self._database.write(
            lambda tx: tx.execute("DELETE FROM inbox WHERE event = ?", [_name_of(body)])
        )

    async def replay(self, app: AsyncApp) -> int:
        """Deal with what the last run left over. How many events that were."""
        oldest = clock.to_text(clock.now() - KEPT_FOR)

        def take(tx: Transaction) -> list[str]:
            tx.execute("DELETE FROM inbox WHERE at < ?", [oldest])
            return [row["body"] for row in tx.execute("SELECT body FROM inbox ORDER BY at")]

        bodies = await self._database.write(take)
        for body in bodies:
            await app.async_dispatch(AsyncBoltRequest(body=json.loads(body), mode="socket_mode"))
        if bodies:
            log.info("dealing with %d events that the last run left over", len(bodies))
        return len(bodies)


def _matters(body: dict[str, Any]) -> bool:
    return body.get("type") == "event_callback" and body.get("event", {}).get("type") in _KINDS


def _name_of(body: dict[str, Any]) -> str | None:
    """What Slack calls an event, a form or a command."""
    found: str | None = body.get("event_id") or body.get("view", {}).get("id") or body.get("trigger_id")
    return found


def _keep(tx: Transaction, body: dict[str, Any]) -> None:
    # Slack's old verification token travels in every body; a secret has no place in a database.
    kept = {name: value for name, value in body.items() if name != "token"}
    tx.execute(
        "INSERT INTO inbox (event, body, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [_name_of(body), json.dumps(kept), clock.to_text(clock.now())],
    )
