"""Work that an earlier release left in the database is read, and can be finished."""

import json

import pytest

from bot.briefs.model import (
    AdjustTask,
    BatchTask,
    DraftTask,
    FixTask,
    ImportTask,
    ProductTask,
    ProTask,
    TaskPart,
)
from bot.store.database import connect, transact
from bot.store.schema import STEPS, migrations
from bot.worker import table as worker_table

AT = "2026-05-20T12:00:00.000000Z"


@pytest.fixture
def released(tmp_path):
    """A database of 0.1.0, whose last step was the twelfth, with a channel and a brief in it."""
    database = connect(tmp_path / "draftroom.sqlite3")
    names = list(STEPS)
    migrations.apply(database, stop_before=names[names.index("0012_products") + 1])
    database.execute("INSERT INTO channels (id, timezone, created_at) VALUES ('C1', 'UTC', ?)", [AT])
    database.execute(
        "INSERT INTO briefs (id, channel, author, prompt, cells, aspect_width, aspect_height, seed, source_key,"
        " created_at) VALUES ('B1', 'C1', 'U1', 'a cup', 4, 1, 1, 7, 'k', ?)",
        [AT],
    )
    yield database
    database.close()


MASK = "f" * 64
FIX = {
    "width": 64,
    "height": 48,
    "prompt": "a cup",
    "instruction": "blue",
    "region": "left",
    "mask": MASK,
    "seed": 8,
}


@pytest.mark.parametrize(
    ("tier", "request_", "task"),
    [
        ("draft", {"width": 64, "height": 48}, DraftTask(width=64, height=48)),
        ("pro", {"width": 64, "height": 48, "cell": 2}, ProTask(width=64, height=48, cell=2)),
        ("fix", FIX, FixTask(**FIX)),
        (
            "fix",
            {
                **FIX,
                "parts": [{"prompt": "p", "instruction": "i", "mask": MASK}],
                "previews": 3,
                "canvas": MASK,
                "offset": [4, 5],
            },
            FixTask(
                **FIX,
                parts=(TaskPart(prompt="p", instruction="i", mask=MASK),),
                previews=3,
                canvas=MASK,
                offset=(4, 5),
            ),
        ),
        (
            "fix",
            {"instruction": "warmer", "region": "all", "adjust": True},
            AdjustTask(instruction="warmer", region="all"),
        ),
        ("draft", {"imported": "cup.png"}, ImportTask(imported="cup.png")),
        (
            "draft",
            {"width": 64, "height": 48, "series": 3, "positions": [4, 5]},
            BatchTask(width=64, height=48, series=3, positions=(4, 5)),
        ),
        (
            "draft",
            {"width": 64, "height": 48, "backgrounds": 3},
            ProductTask(width=64, height=48, backgrounds=3),
        ),
    ],
)
def test_a_job_of_the_first_release_is_read_as_what_it_is(released, tier, request_, task):
    released.execute(
        "INSERT INTO jobs (id, brief, tier, state, person, request, idempotency_key, not_before, created_at)"
        " VALUES ('J1', 'B1', ?, 'queued', 'U1', ?, 'k', ?, ?)",
        [tier, json.dumps(request_), AT, AT],
    )
    migrations.apply(released)
    job = worker_table.job(released, "J1")
    assert (job.task, job.tier) == (task, tier)
    # Written again, it is the same.
    transact(released, lambda tx: tx.execute("DELETE FROM jobs"))
    transact(
        released, lambda tx: worker_table.add_job(tx, job, idempotency_key="k", not_before=job.created_at)
    )
    assert worker_table.job(released, "J1") == job
