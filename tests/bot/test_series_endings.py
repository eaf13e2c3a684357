"""A series is shown once its portions have ended, whatever happens to another one, and however often it failed before."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from PIL import Image

from bot import clock
from bot.batch import actions as batch_actions
from bot.batch import sheet
from bot.batch import slack as batch_slack
from bot.batch.spread import parse_stress
from bot.briefs import table as briefs_table
from bot.pictures import sheets
from bot.product import table as product_table
from bot.slack.incoming import Click
from bot.store import pictures
from tests.bot.office import ADA, CHANNEL, finish_draft, rows


async def ended(office, prompt):
    """The brief of a stress test whose two pictures are drawn, and which nobody has shown yet; and their files."""
    await batch_actions.stress(
        office.services, parse_stress(f"stress 2 {prompt}"), channel=CHANNEL, person=ADA, event_id=prompt
    )
    (asked,) = await rows(office.database, "SELECT key FROM series WHERE title = ?", prompt)
    await batch_actions.decide(office.services, asked["key"], start=True, person=ADA)
    (started,) = await rows(office.database, "SELECT brief FROM series WHERE title = ?", prompt)
    brief = await office.database.read(lambda tx: briefs_table.brief(tx, started["brief"]))
    kept = await finish_draft(office, brief, cells=2, key=f"{asked['key']}:0", shade=len(prompt))
    return brief.id, [office.services.picture_store.path(one) for one in kept]


async def shown(office):
    """The briefs whose contact sheet is shown."""
    found = await rows(office.database, "SELECT brief FROM series WHERE shown > 0 ORDER BY id")
    return [row["brief"] for row in found]


async def test_a_series_that_cannot_be_shown_keeps_no_other_and_is_tried_again(office, monkeypatch, caplog):
    broken, files = await ended(office, "a cup")
    good, _ = await ended(office, "a vase")
    lost = {path: path.read_bytes() for path in files}
    for path in files:
        path.unlink()
    endings = sheet.Endings(services=office.services)
    await endings.look()
    assert await shown(office) == [good]
    assert len([record for record in caplog.records if record.levelname == "ERROR"]) == 1
    # At once it is not tried again, nor logged again.
    await endings.look()
    assert len([record for record in caplog.records if record.levelname == "ERROR"]) == 1
    for path, data in lost.items():
        path.write_bytes(data)
    later = clock.now() + timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    await endings.look()
    assert await shown(office) == [broken, good]
    await endings.look()
    sheets = await rows(office.database, "SELECT key FROM effects WHERE key LIKE '%:shown:%'")
    assert len(sheets) == 2


async def test_a_series_of_which_a_file_is_lost_shows_the_rest_and_says_which_is_missing(office):
    brief, (lost, kept) = await ended(office, "a cup")
    lost.unlink()
    await sheet.Endings(services=office.services).look()
    assert await shown(office) == [brief]
    (row,) = await rows(office.database, "SELECT payload FROM effects WHERE key LIKE '%:shown:1'")
    payload = json.loads(row["payload"])
    words = json.dumps(payload["blocks"])
    assert "Picture 1 is left out: its file is lost" in words
    (choice,) = [one for block in payload["blocks"] for one in block.get("elements", []) if "options" in one]
    assert [option["value"] for option in choice["options"]] == ["2"]
    # The sheet has one cell, the second picture's.
    (attached,) = payload["attachments"]
    png = await office.database.read(
        lambda tx: office.services.picture_store.read(pictures.find(tx, attached["sha256"]))
    )
    alone = sheets.contact_sheet([kept.read_bytes()], numbers=[2], labels=["seed 2"])
    assert Image.open(io.BytesIO(png)).size == Image.open(io.BytesIO(alone)).size
    assert Image.open(io.BytesIO(png)).convert("RGB").getpixel((32, 32)) == (20, len("a cup"), 90)


async def test_the_files_of_a_series_come_without_the_one_that_is_lost_and_say_so(office, monkeypatch):
    brief, (lost, kept) = await ended(office, "a cup")
    lost.unlink()
    sent = []

    async def share_once(client, database, data, *, comment, **rest):
        sent.append((zipfile.ZipFile(io.BytesIO(data)), comment))

    async def colleague(click):
        return ADA

    monkeypatch.setattr(batch_slack, "share_once", share_once)
    click = Click(
        action="series_zip",
        value=brief,
        channel=CHANNEL.id,
        user=ADA.id,
        ts="1",
        thread_ts="1",
        trigger_id="t",
    )
    context = SimpleNamespace(services=office.services, client=None, colleague=colleague)
    await batch_slack.download(click, context)
    ((files, comment),) = sent
    (picture,) = [name for name in files.namelist() if name.endswith(".png")]
    assert Image.open(files.open(picture)).convert("RGB").getpixel((32, 32)) == (20, len("a cup"), 90)
    assert "Picture 1 is left out: its file is lost" in comment
    # Where none is left, nothing comes.
    kept.unlink()
    with pytest.raises(pictures.PictureGone):
        await batch_slack.download(click, context)
    assert len(sent) == 1


@pytest.mark.parametrize("wanted", [False, True])
async def test_the_bots_own_numbers_stand_under_backgrounds_only_where_the_operator_wants_them(
    office, wanted
):
    brief, _ = await ended(office, "a cup")

    def around_a_product(tx):
        (cell, *_) = briefs_table.cells(tx, brief)
        product_table.add(
            tx,
            channel=CHANNEL.id,
            person=ADA.id,
            name="vase.png",
            cutout=cell.picture,
            event_id="vase",
            at=clock.now(),
        )
        tx.execute("UPDATE series SET kind = 'product', product = (SELECT id FROM products)")

    await office.database.write(around_a_product)
    settings = office.services.settings.model_copy(update={"number_reactions": wanted})
    await sheet.show(replace(office.services, settings=settings), brief, page=0, first=True)
    assert await shown(office) == [brief]
    numbers = await rows(office.database, "SELECT payload FROM effects WHERE action = 'react' ORDER BY rowid")
    assert ["one" in str(numbers), "two" in str(numbers)] == [wanted, wanted]
