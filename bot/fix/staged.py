"""What the editor made and nobody has seen yet: it is used, drawn once more, or discarded. Each is one transaction.

The money was spent when it was drawn. A discarded version stays in the database, outside of its thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from bot import clock, ledger
from bot.brand import check as brand_check
from bot.briefs import table as briefs_table
from bot.briefs.keys import brief_key, job_key
from bot.briefs.model import Brief, FixTask, Job, Tier, UserError, Version
from bot.briefs.services import Services
from bot.briefs.typed import SEED_LIMIT
from bot.budget import holds
from bot.fix import messages as fix_messages
from bot.fix import table as fix_table
from bot.fix.job import count_outside
from bot.pictures import sheets
from bot.pictures.turns import in_turn
from bot.slack import outbox_table
from bot.slack.outbox_table import Subject
from bot.store import Picture, Transaction, pictures
from bot.texts import say
from bot.worker import table as worker_table


async def use(services: Services, version_id: int, *, brief: str, person: str) -> bool:
    """Make a version that waits part of its thread, which goes on from it. False when that was done before.

    Raises UserError for what isn't that person's, or was discarded.
    """

    def find(tx: Transaction) -> tuple[Brief, Version, Job, list[Picture]] | None:
        if _waiting(tx, version_id, brief, person).state == "used":
            return None
        version, job = _made(tx, version_id)
        task, parent = job.task, job.parent
        assert isinstance(task, FixTask)
        assert parent is not None
        before = task.canvas or briefs_table.version(tx, parent).picture
        files = [pictures.find(tx, name) for name in (before, version.picture, task.mask)]
        return briefs_table.brief(tx, brief), version, job, files

    found = await services.database.read(find)
    if found is None:
        return False
    place, version, job, files = found
    read = services.picture_store.read
    before, after, mask = [await asyncio.to_thread(read, file) for file in files]
    brand = await brand_check.look(services, place, [after])
    outside = await in_turn(count_outside, before, after, mask)
    shown = await in_turn(sheets.before_after, before, after, mask)
    comparison = await asyncio.to_thread(services.picture_store.keep, shown)
    task = job.task
    assert isinstance(task, FixTask)
    at = clock.now()

    def work(tx: Transaction) -> bool:
        _waiting(tx, version_id, brief, person)
        if not fix_table.end_staged(tx, version_id, "used", at):
            return False
        pictures.record(tx, comparison, at)
        briefs_table.go_back(tx, version=version, person=person, at=at)
        outbox_table.queue_post(
            tx,
            key=job_key(job),
            channel=place.channel,
            thread=brief_key(brief),
            message=brand.under(fix_messages.fix_done)(
                place,
                version,
                region=task.region,
                person=person,
                comparison=comparison.sha256,
                outside=outside,
                cost_micro=fix_table.cost_micro(tx, job.id),
                state=ledger.budget_of(tx, place.channel, at, services.rule),
            ),
            subject=Subject(role="fix", brief=brief, version=version.id),
            at=at,
        )
        return True

    used = await services.database.write(work)
    return used


async def discard(services: Services, versions: Sequence[int], *, brief: str, person: str) -> None:
    """Leave versions that wait out of their thread. Raises UserError for what isn't that person's."""
    at = clock.now()

    def work(tx: Transaction) -> None:
        for version in versions:
            _waiting(tx, version, brief, person)
            fix_table.end_staged(tx, version, "discarded", at)

    await services.database.write(work)


async def another(services: Services, version_id: int, *, brief: str, person: str, key: str) -> str:
    """Draw the same fix once more from another seed; what waits goes on waiting. The job's id.

    Raises UserError for what isn't that person's, or when the channel cannot afford it.
    """
    at = clock.now()

    def work(tx: Transaction) -> str:
        if known := worker_table.job_by_key(tx, key):
            return known.id
        _waiting(tx, version_id, brief, person)
        _, made = _made(tx, version_id)
        task, place = made.task, briefs_table.brief(tx, brief)
        assert isinstance(task, FixTask)
        earlier = worker_table.count_jobs(tx, brief, Tier.FIX)
        again = replace(task, seed=(task.seed + 1 + earlier) % SEED_LIMIT)
        job = worker_table.new_job(place, again, person=person, parent=made.parent, at=at)
        worker_table.add_job(tx, job, idempotency_key=key, not_before=at)
        holds.reserve(services, tx, job, place, task.drawn, task.width, task.height, at)
        return job.id

    job = await services.database.write(work)
    return job


def _waiting(tx: Transaction, version: int, brief: str, person: str) -> fix_table.Staged:
    """A version that was staged by that person in that brief and is not discarded. Raises UserError."""
    found = fix_table.staged(tx, version)
    if found is None or found.person != person or briefs_table.version(tx, version).brief != brief:
        raise UserError(say("editor-version-foreign"))
    if found.state == "discarded":
        raise UserError(say("editor-discarded-already"))
    return found


def _made(tx: Transaction, version_id: int) -> tuple[Version, Job]:
    version = briefs_table.version(tx, version_id)
    return version, worker_table.job(tx, version.job)
