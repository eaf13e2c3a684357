"""However many fixes are ordered and made at once, two pictures are worked on at a time, and all of them come."""

import asyncio
import threading
from types import SimpleNamespace

import pytest

from bot.briefs import table as briefs_table
from bot.briefs.model import FixTask, TaskPart
from bot.editor.actions import Editing
from bot.fix import job as fix_job
from bot.pictures.turns import in_turn
from tests.bot.editor_world import box_mask, draft, editor, payload, png
from tests.bot.office import rows


class Crowd:
    """Counts who is inside of what it wraps; whoever comes in waits for a third one for a while."""

    def __init__(self):
        self.inside, self.most, self.done, self.news = 0, 0, 0, threading.Condition()

    def wrapped(self, work):
        def inside(*arguments):
            with self.news:
                self.inside += 1
                self.most = max(self.most, self.inside)
                self.news.notify_all()
                self.news.wait_for(lambda: self.most > 2, timeout=0.3)
            try:
                return work(*arguments)
            finally:
                with self.news:
                    self.inside -= 1
                    self.done += 1

        return inside


async def test_six_fixes_of_the_page_are_read_two_at_a_time(office, monkeypatch):
    crowd = Crowd()
    monkeypatch.setattr(Editing, "_painting", crowd.wrapped(Editing._painting))
    async with editor(office) as world:
        version, link = (await world.versions())[0]["id"], await world.link()
        answers = await asyncio.gather(
            *(
                world.post(f"{link}/fixes", payload(version, key=f"0123456789abcde{number}"), png(box_mask()))
                for number in range(6)
            )
        )
    assert [answer.status for answer in answers] == [200] * 6
    assert len({answer.body["jobs"][0] for answer in answers}) == 6
    assert (crowd.most, crowd.done) == (2, 6)


@pytest.mark.parametrize("step", ["coloured", "count_outside"])
async def test_six_regions_that_need_no_engine_are_coloured_two_at_a_time(office, monkeypatch, step):
    brief = await draft(office, "first")
    (cell, *_) = await office.database.read(lambda tx: briefs_table.cells(tx, brief.id))
    mask = office.services.picture_store.keep(png(box_mask()))
    (row,) = await rows(office.database, "SELECT picture FROM versions WHERE id = ?", cell.id)
    (file,) = office.services.picture_store.folder.rglob(f"{row['picture']}.*")
    crowd = Crowd()
    monkeypatch.setattr(fix_job, step, crowd.wrapped(getattr(fix_job, step)))

    async def read(sha256):
        return png(box_mask()) if sha256 == mask.sha256 else file.read_bytes()

    async def parent():
        return cell

    part = TaskPart(prompt="a cup", instruction="make it red", mask=mask.sha256, colour=(200, 30, 40))
    task = FixTask(
        width=64, height=64, prompt="a cup", instruction="make it red", region="left", mask=mask.sha256,
        seed=1, parts=(part,), staged=True,
    )  # fmt: skip
    run = SimpleNamespace(
        services=office.services, brief=brief, job=SimpleNamespace(task=task), read=read, parent=parent
    )
    results = await asyncio.gather(*(fix_job.draw(run) for _ in range(6)))
    assert len({result.versions[0].drawn.png for result in results}) == 1
    assert results[0].versions[0].drawn.png != file.read_bytes()
    assert (crowd.most, crowd.done) == (2, 6)


async def test_whoever_waits_for_a_turn_hears_what_went_wrong():
    def broken():
        raise ValueError("no picture")

    with pytest.raises(ValueError, match="no picture"):
        await in_turn(broken)
    assert await in_turn(lambda: 7) == 7
