"""A picture that Draftroom didn't make becomes a brief of its own, so that it can be fixed, varied and approved. Free."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from bot import clock, ledger
from bot.desk import Desk
from bot.editor.records import do_at_once
from bot.orders import brief_key, new_id
from bot.slack import effects, imported
from bot.slack.directory import Channel, Person
from bot.slack.effects import Subject
from bot.store import Picture, Transaction
from bot.studio import records
from bot.studio.commands import PROMPT_LIMIT, SEED_LIMIT, clean
from bot.studio.model import Brief, JobState, Tier, Version


@dataclass(frozen=True, kw_only=True)
class Importing:
    """The use case around people's own pictures."""

    desk: Desk

    async def take_in(
        self,
        picture: Picture,
        *,
        name: str,
        words: str,
        person: Person,
        channel: Channel,
        source_key: str,
    ) -> Version:
        """A kept picture as the first version of a new brief; the same message again is the same version.

        `words` is what was said with it, which later fixes take for its prompt; else its file's name is.
        """
        at = clock.now()

        def work(tx: Transaction) -> Version:
            if known := records.brief_by_source(tx, source_key):
                return records.cells(tx, known.id)[0]
            self.desk.purse.ensure_channel(tx, channel, person, at)
            brief = Brief(
                id=new_id(),
                channel=channel.id,
                author=person.id,
                prompt=(clean(words) or clean(name) or "a picture")[:PROMPT_LIMIT],
                negative_prompt="",
                cells=1,
                aspect_width=picture.width,
                aspect_height=picture.height,
                seed=secrets.randbelow(SEED_LIMIT - 100),
                created_at=at,
            )
            records.add_brief(tx, brief, source_key)
            job = self.desk.new_job(brief, Tier.DRAFT, person.id, None, {"imported": name}, at)
            do_at_once(tx, job, key=f"draft:{brief.id}")
            version = records.add_version(
                tx,
                job=job,
                kind="cell",
                number=1,
                prompt=brief.prompt,
                seed=brief.seed,
                picture=picture.sha256,
                seconds=0,
                at=at,
            )
            ledger.reserve(
                tx,
                channel=brief.channel,
                brief=brief.id,
                job=job.id,
                tier=Tier.DRAFT,
                person=person.id,
                amount_micro=0,
                currency=self.desk.settings.currency,
                at=at,
                rule_default=self.desk.purse.rule,
            )
            ledger.settle(tx, job=job.id, amount_micro=0, at=at)
            records.move_job(tx, job.id, JobState.DONE, at)
            effects.queue_post(
                tx,
                key=brief_key(brief.id),
                channel=brief.channel,
                message=imported.taken_in(brief, version, name=name),
                subject=Subject(role="grid", brief=brief.id, version=version.id),
                at=at,
            )
            return version

        version = await self.desk.database.write(work)
        self.desk.committed()
        return version
