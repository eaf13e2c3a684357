"""Whether the bot is well, and how much waits: what an operator's monitoring asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

from bot import clock
from bot.slack import inbox_table, outbox_table
from bot.store import Database, Transaction
from bot.web.metrics import OLDEST, WAITING, Checks
from bot.worker import background_table
from bot.worker import table as worker_table

#: What is counted.
_COUNTED = ("messages", "jobs queued", "jobs running", "events", "background jobs")
#: What is due for longer than this is stuck.
STUCK = timedelta(minutes=10)


#: The databases of the workspaces that are served now, by their team ids.
Databases = Callable[[], Mapping[str, Database]]


def checks(
    databases: Databases,
    connected: Callable[[], Awaitable[bool]] | None,
    troubled: Callable[[], Sequence[str]] | None = None,
) -> Checks:
    """The parts without which nobody is served. `connected` asks the Socket Mode connection, where there is one.

    `troubled` says which teams are not served as they should be, where there are several.
    """

    async def writes() -> str | None:
        for database in databases().values():
            await database.write(lambda tx: None)
        return None

    async def says() -> str | None:
        at = clock.now()
        oldest = await _oldest(databases())
        late = oldest is not None and at - oldest > STUCK
        return f"a message is due since {oldest:%H:%M} UTC" if late else None

    async def hears() -> str | None:
        return None if connected is None or await connected() else "not connected to Slack"

    async def serves() -> str | None:
        teams = troubled() if troubled else ()
        return f"tried again: {', '.join(teams)}" if teams else None

    parts = {"database": writes, "outbox": says, "slack": hears}
    return {**parts, "workspaces": serves} if troubled else parts


async def _oldest(databases: Mapping[str, Database]) -> datetime | None:
    """Since when a message is due, in any of the workspaces."""
    found = [await database.read(outbox_table.oldest_waiting) for database in databases.values()]
    return min(filter(None, found), default=None)


async def measure(databases: Databases) -> None:
    """Set the gauges to what waits now, in all workspaces together."""
    at = clock.now()

    def count(tx: Transaction) -> dict[str, int]:
        return {
            "messages": outbox_table.count_waiting(tx),
            "jobs queued": worker_table.count_in(tx, "queued"),
            "jobs running": worker_table.count_in(tx, "running"),
            "events": inbox_table.count(tx),
            "background jobs": len(background_table.waiting(tx)),
        }

    waiting = Counter(dict.fromkeys(_COUNTED, 0))
    for database in databases().values():
        waiting.update(await database.read(count))
    for what, number in waiting.items():
        WAITING.labels(what).set(number)
    oldest = await _oldest(databases())
    OLDEST.labels("messages").set(max(0.0, (at - oldest).total_seconds()) if oldest else 0.0)
