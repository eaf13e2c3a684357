"""Summaries come at their hour, once, and tell what the ledger holds."""

import json
from datetime import timedelta

from PIL import Image

from bot import clock
from bot.briefs.model import BriefRequest
from bot.budget import holds
from bot.draft import actions as draft_actions
from bot.summaries.actions import Reporter
from tests.bot.office import ADA, CHANNEL, finish_draft, rows


def reporter_of(office):
    return Reporter(
        database=office.database,
        picture_store=office.services.picture_store,
        rule=office.services.rule,
        prices=office.services.prices,
    )


async def test_a_summary_that_is_due_is_posted_once_whoever_asks_again(office):
    brief = await draft_actions.open_brief(
        office.services,
        BriefRequest(prompt="a red apple"),
        person=ADA,
        channel=CHANNEL,
        source_key="command:1",
    )
    await finish_draft(office, brief)
    # The channel's summary hour is the present one, so the last summary fell due within this hour.
    hour = clock.now().hour
    await office.database.write(
        lambda tx: tx.execute("UPDATE channels SET timezone = 'UTC', summary_hour = ?", [hour])
    )
    # What was done a few hours ago belongs to the day that ended at that hour.
    earlier = clock.to_text(clock.now() - timedelta(hours=3))
    await office.database.write(lambda tx: tx.execute("UPDATE briefs SET created_at = ?", [earlier]))
    for reporter in (reporter_of(office), reporter_of(office)):
        await reporter.post_due()
        await reporter.post_due()
    (effect,) = await rows(office.database, "SELECT * FROM effects WHERE key LIKE 'summary:%'")
    payload = json.loads(effect["payload"])
    assert payload["subject"]["role"] == "summary"
    assert payload["text"].startswith("Daily cost summary")
    (attachment,) = payload["attachments"]
    (picture,) = await rows(office.database, "SELECT * FROM pictures WHERE sha256 = ?", attachment["sha256"])
    path = office.services.picture_store.folder / picture["sha256"][:2] / f"{picture['sha256']}.png"
    assert Image.open(path).width >= 1_000


async def test_a_quiet_channel_is_left_alone(office):
    await holds.budget(office.services, CHANNEL, ADA)
    await reporter_of(office).post_due()
    assert await rows(office.database, "SELECT * FROM effects") == []
