"""A series is shown once its portions have ended, whatever happens to another one, and however often it failed before."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import clock
from bot.batch import actions as batch_actions
from bot.batch import sheet
from bot.batch.spread import parse_stress
from bot.briefs import table as briefs_table
from bot.product import table as product_table
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
