"""What is let go of after its time, and what never is."""

import io
import json
import os
from datetime import timedelta

import numpy as np
import pytest
from PIL import Image

from bot import clock
from bot.approve import actions as approve_actions
from bot.briefs.keys import brief_key
from bot.briefs.model import BriefRequest, Channel, UserError
from bot.draft import actions as draft_actions
from bot.home import find
from bot.ledger import verify
from bot.slack import outbox_table
from bot.slack.blocks import Attachment, Message, image
from bot.slack.outbox_table import Subject
from bot.store import pictures
from bot.store.database import connect
from bot.store.pictures import PictureGone
from bot.worker import background_table, retention_table
from bot.worker.retention import Retention
from tests.bot.office import ADA, CHANNEL, finish_draft, rows

MONTH = timedelta(days=30)


@pytest.fixture
async def brief(office):
    brief = await draft_actions.open_brief(
        office.services, BriefRequest(prompt="a red apple"), person=ADA, channel=CHANNEL, source_key="k"
    )
    await finish_draft(office, brief)
    return brief


async def keep_sheet(office):
    """A picture that no row refers to, as a contact sheet is."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "PNG")
    picture = office.services.picture_store.keep(out.getvalue())
    at = (await rows(office.database, "SELECT created_at FROM briefs LIMIT 1"))[0]["created_at"]
    await office.database.write(
        lambda tx: tx.execute(
            "INSERT INTO pictures (sha256, mime, width, height, size_bytes, created_at) VALUES (?, ?, 8, 8, 9, ?)",
            [picture.sha256, picture.mime, at],
        )
    )
    return picture


async def let_a_year_pass(office):
    """Everything is a year older than it was."""

    def work(tx):
        for table in ("pictures", "briefs", "jobs", "versions", "approvals", "seen_events"):
            column = "at" if table == "seen_events" else "created_at"
            tx.execute(
                f"UPDATE {table} SET {column} = (CAST(substr({column}, 1, 4) AS INTEGER) - 1) || substr({column}, 5)"
            )

    await office.database.write(work)
    for path in office.services.picture_store.folder.rglob("*.png"):
        os.utime(path, (0, 0))


def retention(office, *, sheets=MONTH, unapproved=MONTH):
    return Retention(
        database=office.database,
        picture_store=office.services.picture_store,
        sheets=sheets,
        unapproved=unapproved,
    )


def files(office):
    return len(list(office.services.picture_store.folder.rglob("*.png")))


async def test_nothing_goes_before_its_time(office, brief):
    await keep_sheet(office)
    assert await retention(office).tidy() == 0
    assert files(office) == 5


async def test_what_is_for_ever_stays(office, brief):
    await keep_sheet(office)
    await let_a_year_pass(office)
    assert await retention(office, sheets=None, unapproved=None).tidy() == 0
    assert files(office) == 5


async def test_sheets_go_and_the_pictures_of_a_brief_stay(office, brief):
    sheet = await keep_sheet(office)
    await let_a_year_pass(office)
    assert await retention(office, unapproved=None).tidy() == 1
    assert files(office) == 4
    with pytest.raises(PictureGone):
        office.services.picture_store.read(sheet)


async def test_pictures_that_nobody_approved_go_and_the_ledger_does_not_notice(office, brief):
    before = await rows(office.database, "SELECT * FROM ledger_entries")
    await let_a_year_pass(office)
    assert await retention(office).tidy() == 4
    assert files(office) == 0
    assert await rows(office.database, "SELECT * FROM ledger_entries") == before
    assert verify(connect(office.database.path, read_only=True)) == []
    assert len(await rows(office.database, "SELECT * FROM versions")) == 4


async def test_one_approval_keeps_the_whole_brief(office, brief):
    await approve_actions.approve(office.services, brief_id=brief.id, number=2, person=ADA, event_id="e1")
    await let_a_year_pass(office)
    assert await retention(office).tidy() == 0
    assert files(office) == 4


async def test_a_picture_that_is_drawn_again_is_there_again(office, brief):
    await let_a_year_pass(office)
    await retention(office).tidy()
    out = io.BytesIO()
    Image.new("RGB", (64, 64), (0, 80, 90)).save(out, "PNG")
    picture = office.services.picture_store.keep(out.getvalue())
    await office.database.write(lambda tx: pictures.record(tx, picture, clock.now()))
    (row,) = await rows(office.database, "SELECT gone_at FROM pictures WHERE sha256 = ?", picture.sha256)
    assert row["gone_at"] is None
    assert office.services.picture_store.read(picture) == out.getvalue()


def naming(table, sha256):
    """Write a row of work to be done that names a picture; the same row again once it is done."""
    at = clock.to_text(clock.now())
    waits, done = {
        "jobs": (
            "UPDATE jobs SET state = 'queued', request = json_set(request, '$.mask', :sha256)",
            "UPDATE jobs SET state = 'cancelled', finished_at = '' WHERE state = 'queued'",
        ),
        "background_jobs": (
            "INSERT INTO background_jobs (kind, channel, person, payload, state, event_id, created_at)"
            " VALUES ('granted', 'C0ELSEWHERE', 'U0ADA', json_object('sha256', :sha256), 'waiting', 'e', :at)",
            "UPDATE background_jobs SET state = 'done'",
        ),
        "effects": (
            "INSERT INTO effects (key, action, channel, payload, state, not_before, created_at)"
            " VALUES ('k', 'post', 'C', json_object('sha256', :sha256), 'waiting', :at, :at)",
            "DELETE FROM effects WHERE key = 'k'",
        ),
        "refused_requests": (
            "INSERT INTO refused_requests (person, channel, payload, needed_micro, at)"
            " VALUES ('U0ADA', 'C0ELSEWHERE', json_object('sha256', :sha256), 1, :at)",
            "DELETE FROM refused_requests",
        ),
        "budget_requests": (
            "INSERT INTO budget_requests (channel, person, amount_micro, payload, state, created_at)"
            " VALUES ('C0ELSEWHERE', 'U0ADA', 1, json_object('sha256', :sha256), 'open', :at)",
            "UPDATE budget_requests SET state = 'refused'",
        ),
    }[table]
    return (waits, {"sha256": sha256, "at": at}), (done, {})


@pytest.mark.parametrize("drawn", [True, False], ids=["a draft", "a mask"])
@pytest.mark.parametrize(
    "table", ["jobs", "background_jobs", "effects", "refused_requests", "budget_requests"]
)
async def test_what_is_still_to_be_done_keeps_every_picture_that_it_names(office, brief, table, drawn):
    if drawn:
        (row,) = await rows(office.database, "SELECT picture FROM versions WHERE number = 3")
        sha256 = row["picture"]
    else:
        sha256 = (await keep_sheet(office)).sha256
    elsewhere = await draft_actions.open_brief(
        office.services,
        BriefRequest(prompt="a pear"),
        person=ADA,
        channel=Channel(id="C0ELSEWHERE", name="elsewhere"),
        source_key="other",
    )
    (waits, values), (done, nothing) = naming(table, sha256)
    if table == "jobs":
        waits += " WHERE brief = :brief"
        values["brief"] = elsewhere.id
    await let_a_year_pass(office)
    await office.database.write(lambda tx: tx.execute(waits, values))
    await retention(office).tidy()
    named = [path for path in office.services.picture_store.folder.rglob("*.png") if path.stem == sha256]
    assert len(named) == 1
    # The others go, so the row is what kept it.
    assert files(office) == 1
    await office.database.write(lambda tx: tx.execute(done, nothing))
    await retention(office).tidy()
    assert files(office) == 0


async def test_drafts_of_a_channel_stay_while_its_work_in_the_background_waits(office, brief):
    await let_a_year_pass(office)

    def send(tx):
        # It names the brief, not its pictures.
        payload = {"brief": brief.id, "items": [{"name": brief.id}]}
        background_table.send(
            tx,
            kind="deliver",
            channel=CHANNEL.id,
            person=ADA.id,
            payload=payload,
            event_id="e",
            at=clock.now(),
        )

    await office.database.write(send)
    assert await retention(office).tidy() == 0
    await office.database.write(lambda tx: tx.execute("UPDATE background_jobs SET state = 'done'"))
    assert await retention(office).tidy() == 4


async def test_a_picture_that_is_made_again_is_of_today(office, brief):
    sheet = await keep_sheet(office)
    await let_a_year_pass(office)
    await office.database.write(lambda tx: pictures.record(tx, sheet, clock.now()))
    assert await retention(office, unapproved=None).tidy() == 0
    assert office.services.picture_store.read(sheet)


async def test_what_is_wanted_again_before_its_file_was_deleted_stays(office, brief):
    """The crash came between the commit and the deletion, and then somebody ordered what needs the picture."""
    sheet = await keep_sheet(office)
    await let_a_year_pass(office)
    at = clock.now()
    await office.database.write(lambda tx: retention_table.let_go(tx, [sheet], at))
    (waits, values), (done, nothing) = naming("refused_requests", sheet.sha256)
    await office.database.write(lambda tx: tx.execute(waits.replace("C0ELSEWHERE", CHANNEL.id), values))
    await retention(office, unapproved=None).tidy()
    assert office.services.picture_store.read(sheet)
    (row,) = await rows(office.database, "SELECT gone_at FROM pictures WHERE sha256 = ?", sheet.sha256)
    assert row["gone_at"] is None
    await office.database.write(lambda tx: tx.execute(done, nothing))
    assert await retention(office, unapproved=None).tidy() == 1
    assert files(office) == 4


async def test_files_that_a_crash_left_go_at_the_next_look(office, brief):
    await let_a_year_pass(office)
    kept = {path: path.read_bytes() for path in office.services.picture_store.folder.rglob("*.png")}
    await retention(office).tidy()
    for path, data in kept.items():
        path.write_bytes(data)
        os.utime(path, (0, 0))
    await retention(office).tidy()
    assert files(office) == 0


async def shown_again(office, brief, sheet):
    """A finished grid whose sheet went, shown once more: the message that is queued."""
    message = Message(
        text="a grid",
        blocks=[image(0, "a grid")],
        attachments=[Attachment(sha256=sheet.sha256, filename="draft.png", alt_text="a grid")],
    )
    await office.database.write(
        lambda tx: outbox_table.queue_update(
            tx,
            key=f"{brief_key(brief.id)}:grid",
            target=brief_key(brief.id),
            message=message,
            subject=Subject(role="grid", brief=brief.id),
            at=clock.now(),
        )
    )
    await office.database.write(lambda tx: tx.execute("UPDATE effects SET state = 'sent'"))
    await let_a_year_pass(office)
    assert await retention(office, unapproved=None).tidy() == 1

    async def permalink(channel, ts):
        return ""

    await find.show(office.services, brief.id, channel=CHANNEL, event_id="again", permalink=permalink)
    (row,) = await rows(office.database, "SELECT payload FROM effects WHERE key = 'show:again'")
    return json.loads(row["payload"])


async def test_a_grid_whose_sheet_went_is_shown_again_by_a_new_one(office, brief):
    payload = await shown_again(office, brief, await keep_sheet(office))
    (attachment,) = payload["attachments"]
    picture = await office.database.read(lambda tx: pictures.find(tx, attachment["sha256"]))
    # Two by two of the brief's pictures, as it was; and it is kept now as if it were drawn today.
    made = np.asarray(Image.open(office.services.picture_store.path(picture)).convert("RGB"))
    height, width, _ = made.shape
    middles = [made[height * y // 4, width * x // 4].tolist() for y in (1, 3) for x in (1, 3)]
    assert middles == [[index * 20, 80, 90] for index in range(4)]
    assert await retention(office, unapproved=None).tidy() == 0


async def test_a_grid_whose_pictures_went_too_says_so(office, brief):
    sheet = await keep_sheet(office)
    for cell in await rows(office.database, "SELECT picture FROM versions"):
        next(office.services.picture_store.folder.rglob(f"{cell['picture']}.png")).unlink()
    with pytest.raises(UserError, match="no longer kept"):
        await shown_again(office, brief, sheet)
