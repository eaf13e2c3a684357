"""Finding pictures again: a person's newest briefs, and a grid posted anew."""

from __future__ import annotations

from dataclasses import dataclass

from bot import clock
from bot.desk import Desk, brief_key
from bot.slack import effects
from bot.slack.directory import Channel
from bot.store import Transaction
from bot.studio import records
from bot.studio.model import Brief, Found, JobState, Remedy
from bot.texts import say

#: Briefs in one list.
LISTED = 10


@dataclass(frozen=True, kw_only=True)
class Finder:
    """Looks into what was drafted."""

    desk: Desk

    async def mine(self, person: str) -> list[Found]:
        """A person's newest briefs, newest first."""

        def look(tx: Transaction) -> list[Found]:
            return [_found(tx, brief) for brief in records.recent_briefs(tx, person, LISTED)]

        return await self.desk.database.read(look)

    async def show(self, brief_id: str, *, channel: Channel, delivery: str) -> None:
        """Post a finished grid anew, as it was last shown. Raises Remedy where there is none to show."""
        at = clock.now()

        def work(tx: Transaction) -> None:
            try:
                brief = records.brief(tx, brief_id)
            except KeyError:
                raise Remedy(say("brief-unknown", brief=brief_id)) from None
            if brief.channel != channel.id:
                raise Remedy(say("brief-elsewhere", brief=brief_id, channel=brief.channel))
            if not records.cells(tx, brief_id):
                raise Remedy(say("brief-without-pictures", brief=brief_id, state=_found(tx, brief).state))
            effects.queue_again(
                tx, key=f"show:{delivery}", shown=f"{brief_key(brief_id)}:grid", channel=channel.id, at=at
            )

        await self.desk.database.write(work)
        self.desk.committed()


def _found(tx: Transaction, brief: Brief) -> Found:
    row = tx.execute(
        "SELECT (SELECT state FROM jobs WHERE brief = :id AND tier = 'draft') AS state,"
        " (SELECT count(*) FROM versions WHERE brief = :id AND kind <> 'cell') AS renders",
        {"id": brief.id},
    ).fetchone()
    return Found(brief=brief, state=JobState(row["state"]), renders=row["renders"])
