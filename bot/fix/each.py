"""The same fix on every picture of a grid: all of them or none, each in a version and a message of its own."""

from __future__ import annotations

from bot import clock
from bot.briefs import table as briefs_table
from bot.briefs.model import Job, UserError, Version
from bot.briefs.services import Services
from bot.fix import actions as fix_actions
from bot.fix.request import FixRequest
from bot.pictures.turns import in_turn
from bot.store import Picture, Transaction, pictures
from bot.texts import say


async def fix_each(
    services: Services,
    request: FixRequest,
    *,
    brief: str,
    person: str,
    mask_upload: bytes | None,
    event_id: str,
) -> list[Job]:
    """Queue the fix for the newest version of each of the grid's pictures.

    Raises UserError when its words are refused, there is no grid yet, a mask does not fit, or the channel cannot afford them all.
    """
    await fix_actions.check_words(services, request, brief_id=brief, person=person)
    targets = await services.database.read(lambda tx: _newest_of_each(tx, brief))
    if not targets:
        raise UserError(say("editor-grid-unfinished"))
    ordered = [
        await in_turn(fix_actions.order_fix, services, request, version, picture, mask_upload)
        for version, picture in targets
    ]
    at = clock.now()

    def work(tx: Transaction) -> list[Job]:
        jobs = []
        for order, kept in ordered:
            for mask in kept:
                pictures.record(tx, mask, at)
            key = f"fix:{event_id}:{order.target.id}"
            jobs.append(fix_actions.queue_fix(services, tx, order, person=person, key=key, at=at))
        return jobs

    jobs = await services.database.write(work)
    return jobs


def _newest_of_each(tx: Transaction, brief: str) -> list[tuple[Version, Picture]]:
    found = briefs_table.newest_of_each(tx, brief)
    return [(version, pictures.find(tx, version.picture)) for version in found]
