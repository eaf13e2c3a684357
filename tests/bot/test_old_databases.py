"""Work that an earlier release left in the database is read, and can be finished."""

import json

import pytest

from bot import clock
from bot.batch import table as batch_table
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
from bot.product import table as product_table
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


def test_series_and_backgrounds_of_the_first_release_are_found_by_what_their_buttons_say(released):
    picture = "c" * 64
    released.execute(
        "INSERT INTO pictures (sha256, mime, width, height, size_bytes, created_at) VALUES (?, 'image/png', 128, 96, 9, ?)",
        [picture, AT],
    )
    released.execute(
        "INSERT INTO briefs (id, channel, author, prompt, cells, aspect_width, aspect_height, seed, source_key,"
        " created_at) VALUES ('B2', 'C1', 'U1', 'vase.png on 2 backgrounds', 2, 4, 3, 70, 'backgrounds:2', ?)",
        [AT],
    )
    item = {"name": "01", "prompt": "a cup", "label": "as typed", "variant": "", "seed": 5, "aspect": [1, 1]}
    for number, state, brief in ((1, "waiting", None), (4, "done", "B1")):
        released.execute(
            "INSERT INTO series (id, channel, person, kind, title, negative_prompt, items, state, brief, shown,"
            " delivery, created_at) VALUES (?, 'C1', 'U1', 'stress', 'a cup', '', ?, ?, ?, ?, ?, ?)",
            [number, json.dumps([item]), state, brief, int(bool(brief)), f"s{number}", AT],
        )
    released.execute(
        "INSERT INTO products (id, channel, person, name, cutout, delivery, created_at)"
        " VALUES (7, 'C1', 'U1', 'vase.png', ?, 'p7', ?)",
        [picture, AT],
    )
    for number, state, brief in ((1, "waiting", None), (2, "started", "B2"), (3, "dropped", None)):
        released.execute(
            "INSERT INTO backgrounds (id, product, person, prompts, state, brief, delivery, created_at)"
            " VALUES (?, 7, 'U1', ?, ?, ?, ?, ?)",
            [number, json.dumps(["a beach", "a pier"]), state, brief, f"b{number}", AT],
        )
    released.execute(
        "INSERT INTO jobs (id, brief, tier, state, person, request, idempotency_key, not_before, created_at)"
        " VALUES ('J2', 'B2', 'draft', 'queued', 'U1', ?, 'draft:B2', ?, ?)",
        [json.dumps({"width": 128, "height": 96, "backgrounds": 2}), AT, AT],
    )
    migrations.apply(released)

    assert batch_table.find(released, "series:4").brief == "B1"
    assert [item.caption for item in batch_table.find(released, "series:1").items] == ["as typed"]
    waiting, running = (batch_table.find(released, f"backgrounds:{number}") for number in (1, 2))
    assert [(item.prompt, item.aspect) for item in waiting.items] == [
        ("a beach", (128, 96)),
        ("a pier", (128, 96)),
    ]
    assert waiting.product == running.product == product_table.named(released, "p7")[0]
    assert product_table.named(released, "o1") == (waiting.product, waiting)
    assert batch_table.find(released, "backgrounds:3").state == "dropped"
    # A job that was under way is drawn from the same seeds, and its sheet shown once it ended.
    assert batch_table.find(released, worker_table.job(released, "J2").task.key) == running
    assert [item.seed for item in running.items] == [70, 71]
    assert batch_table.unshown(released) == []
    released.execute("UPDATE jobs SET state = 'failed', finished_at = ? WHERE id = 'J2'", [AT])
    assert batch_table.unshown(released) == ["B2"]
    # What is asked for from now on has a name that nothing had.
    new, _ = transact(
        released,
        lambda tx: batch_table.add(
            tx,
            channel="C1",
            person="U1",
            kind="product",
            title="vase.png",
            negative_prompt="",
            items=waiting.items,
            product=7,
            event_id="new",
            at=clock.now(),
        ),
    )
    assert new.key == "backgrounds:8"
    assert list(released.execute("PRAGMA foreign_key_check")) == []
