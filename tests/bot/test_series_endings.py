"""A series is shown once its portions have ended, whatever happens to another one, and however often it failed before."""

import io
from datetime import timedelta

from PIL import Image

from bot import clock
from bot.batch import actions as batch_actions
from bot.batch import sheet
from bot.batch.spread import parse_stress
from bot.briefs import table as briefs_table
from bot.briefs.model import JobState, Tier
from bot.store import pictures
from bot.worker import table as worker_table
from tests.bot.office import ADA, CHANNEL, rows


async def ended(office, prompt):
    """The brief of a stress test whose two pictures are drawn, and which nobody has shown yet; and their files."""
    await batch_actions.stress(
        office.services, parse_stress(f"stress 2 {prompt}"), channel=CHANNEL, person=ADA, event_id=prompt
    )
    (asked,) = await rows(office.database, "SELECT key FROM series WHERE title = ?", prompt)
    await batch_actions.decide(office.services, asked["key"], start=True, person=ADA)
    (started,) = await rows(office.database, "SELECT brief FROM series WHERE title = ?", prompt)
    kept = []
    for shade in range(2):
        out = io.BytesIO()
        Image.new("RGB", (64, 64), (len(prompt), shade, 90)).save(out, "PNG")
        kept.append(office.services.picture_store.keep(out.getvalue()))

    def work(tx):
        at = clock.now()
        job = worker_table.lease_next(
            tx, tiers=[Tier.DRAFT], owner="me", lease=timedelta(seconds=30), at=at + timedelta(minutes=1)
        )
        assert job.brief == started["brief"]
        for number, picture in enumerate(kept, 1):
            pictures.record(tx, picture, at)
            briefs_table.add_version(
                tx,
                job=job,
                kind="cell",
                number=number,
                prompt=prompt,
                seed=number,
                picture=picture.sha256,
                seconds=0.5,
                at=at,
            )
        worker_table.move_job(tx, job.id, JobState.DONE, at)

    await office.database.write(work)
    return started["brief"], [office.services.picture_store.path(one) for one in kept]


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
