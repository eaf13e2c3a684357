"""A picture that Draftroom didn't make becomes a brief of its own, so that it can be fixed, varied and approved. Free."""

from __future__ import annotations

import secrets
from pathlib import PurePath

from bot import clock
from bot.briefs import table as briefs_table
from bot.briefs.keys import brief_key
from bot.briefs.model import Brief, BriefKind, Channel, ImportTask, JobState, Person, Version
from bot.briefs.services import Services
from bot.briefs.typed import PROMPT_LIMIT, SEED_LIMIT, clean
from bot.budget import holds
from bot.channel import actions as channel_actions
from bot.marking import refused
from bot.slack import outbox_table
from bot.slack.blocks import Attachment, Message, button, context, image, section
from bot.slack.buttons import APPROVE_ACTION, edit_row
from bot.slack.outbox_table import Subject
from bot.slack.text import escape, shorten
from bot.store import Picture, Transaction, pictures
from bot.texts import say
from bot.worker import table as worker_table
from bot.worker.table import do_at_once


async def take_in(
    services: Services,
    picture: Picture,
    *,
    name: str,
    words: str,
    person: Person,
    channel: Channel,
    source_key: str,
    announced: bool = True,
) -> Version:
    """A kept picture as the first version of a new brief; the same message again is the same version.

    `words` is what was said with it, which later fixes take for its prompt; else its file's name is.
    Not `announced`, it has no message, and so no thread in which anything could come of it.
    """
    await refused.check(services, [words, name], channel=channel.id, person=person.id)
    at = clock.now()

    def work(tx: Transaction) -> Version:
        if known := briefs_table.brief_by_source(tx, source_key):
            return briefs_table.cells(tx, known.id)[0]
        pictures.record(tx, picture, at)
        channel_actions.ensure_channel(services, tx, channel, person, at)
        brief = Brief(
            id=briefs_table.new_name(tx, clean(words) or PurePath(name).stem),
            channel=channel.id,
            author=person.id,
            prompt=(clean(words) or clean(name) or "a picture")[:PROMPT_LIMIT],
            negative_prompt="",
            cells=1,
            aspect_width=picture.width,
            aspect_height=picture.height,
            seed=secrets.randbelow(SEED_LIMIT - 100),
            created_at=at,
            kind=BriefKind.IMPORT if announced else BriefKind.PAINT,
        )
        briefs_table.add_brief(tx, brief, source_key)
        job = worker_table.new_job(brief, ImportTask(imported=name), person=person.id, at=at)
        do_at_once(tx, job, key=f"draft:{brief.id}")
        version = briefs_table.add_version(
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
        holds.charge_nothing(services, tx, job, brief, at)
        worker_table.move_job(tx, job.id, JobState.DONE, at)
        if announced:
            outbox_table.queue_post(
                tx,
                key=brief_key(brief.id),
                channel=brief.channel,
                message=taken_in(brief, version, name=name, mime=picture.mime),
                subject=Subject(role="grid", brief=brief.id, version=version.id),
                at=at,
            )
        return version

    version = await services.database.write(work)
    return version


def taken_in(brief: Brief, version: Version, *, name: str, mime: str) -> Message:
    """The picture as the first version of its own brief."""
    shown = escape(shorten(name, 80))
    alt = say("import-alt", name=name)
    return Message(
        text=say("import-text", name=shown, person=brief.author),
        blocks=[
            section(say("import-title", name=shown, person=brief.author)),
            image(0, alt),
            context(say("import-small", brief=brief.id)),
            edit_row(version.id),
            {
                "type": "actions",
                "block_id": "approve",
                "elements": [
                    button(
                        say("import-pro"),
                        f"{APPROVE_ACTION}_1",
                        brief.id,
                        accessibility_label=say("import-pro-label"),
                    )
                ],
            },
        ],
        attachments=[
            Attachment(
                sha256=version.picture,
                filename=f"{brief.id}.{mime.rpartition('/')[2]}",
                alt_text=shorten(alt, 1_000),
            )
        ],
    )
