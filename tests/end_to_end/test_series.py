"""Many pictures at once: a stress test and a batch from a table, asked first, drawn, stopped, picked, downloaded."""

import asyncio
import csv
import io
import re
import sqlite3
import zipfile
from contextlib import closing

import pytest
from PIL import Image

from tests.end_to_end.product import (
    GENERAL,
    SNEAKERS,
    TEAHOUSE,
    files,
    payload,
    shown,
    until,
    whispered,
    words,
)
from tests.end_to_end.test_brand_kits import set_kit


async def question(person, channel, part):
    return await person.wait_for(
        channel, lambda m: part in m["text"] and ("about" in m["text"] or "¢" in m["text"]), 30
    )


async def finished(person, channel, part, timeout_s=180):
    def done(message):
        return (
            payload(message).get("role") == "grid"
            and part in message["text"]
            and any(block.get("block_id") == "series_picks" for block in message["blocks"])
        )

    return await person.wait_for(channel, done, timeout_s)


def options(message):
    """What can be picked."""
    (block,) = [block for block in message["blocks"] if block.get("block_id") == "series_picks"]
    return block["elements"][0].get("options", [])


def money(product, brief):
    return product.rows("SELECT kind, tier, amount_micro, job FROM ledger WHERE brief = ? ORDER BY id", brief)


async def test_a_stress_test_is_asked_drawn_paged_and_picked_from(product, ada, ben):
    before = len(product.ledger())
    await ada.type(SNEAKERS, "/draft stress 27 a red apple on a teal background --seed 7")
    asked = await question(ada, SNEAKERS, "27 pictures")
    assert "*1*  as typed" in words(asked)
    assert "nothing is charged before you start" in words(asked)
    assert len(product.ledger()) == before

    await ben.click(asked, "series_start")
    await whispered(ben, SNEAKERS, "Only <@U0ADA>")
    # Pressed twice at once, it runs once.
    await asyncio.gather(*(ada.click(asked, "series_start") for _ in range(2)), return_exceptions=True)
    sheet = await finished(ada, SNEAKERS, "27 pictures")
    brief = payload(sheet)["brief"]
    cells = product.rows("SELECT number, prompt, seed FROM versions WHERE brief = ? ORDER BY number", brief)
    assert [cell["number"] for cell in cells] == list(range(1, 28))
    assert [cell["seed"] for cell in cells] == list(range(7, 34))
    assert cells[0]["prompt"] == "a red apple on a teal background"
    assert len({cell["prompt"] for cell in cells}) == 27
    assert all(cell["prompt"].startswith("a red apple on a teal background") for cell in cells)
    rows = money(product, brief)
    assert (
        [row["kind"] for row in rows].count("reserve") == [row["kind"] for row in rows].count("settle") == 7
    )
    assert product.rows(
        "SELECT 1 FROM briefs WHERE source_key LIKE 'series:%' AND prompt LIKE 'a red apple%'"
    )

    # Twenty-five stand on the first page, two on the other; the alt text says what varied.
    assert [option["value"] for option in options(sheet)] == [str(n) for n in range(1, 26)]
    (picture,) = [block for block in sheet["blocks"] if block["type"] == "image"]
    assert "1 as typed; 2 " in picture["alt_text"]
    await ben.click(sheet, "series_page_1")
    other = await ada.wait_for(
        SNEAKERS, lambda m: m["ts"] == sheet["ts"] and [o["value"] for o in options(m)] == ["26", "27"], 30
    )
    first_page, second_page = files(sheet)[-1], files(other)[-1]
    assert first_page != second_page

    # Several are picked and approved with one press, by anybody.
    picks = options(other)
    await ben.click(other, "series_approve")
    await whispered(ben, SNEAKERS, "Nothing is picked yet")
    await ben.click(other, "series_pick", picks)
    # Pressed twice at once, each is rendered once.
    await asyncio.gather(*(ben.click(other, "series_approve") for _ in range(2)))
    await whispered(ben, SNEAKERS, "Picture 26, 27: has its Pro render")
    for number in (26, 27):
        await ada.wait_for(
            SNEAKERS,
            lambda m, number=number: f"Picture {number} in Pro" in words(m),
            120,
            sheet["ts"],
        )
    renders = product.rows("SELECT prompt FROM versions WHERE brief = ? AND kind = 'pro'", brief)
    assert {row["prompt"] for row in renders} == {cells[25]["prompt"], cells[26]["prompt"]}
    # What is in Pro can be picked no more.
    await ada.wait_for(SNEAKERS, lambda m: m["ts"] == sheet["ts"] and options(m) == [], 30)
    await ben.click(sheet, "series_page_0")
    await ada.wait_for(SNEAKERS, lambda m: m["ts"] == sheet["ts"] and len(options(m)) == 25, 30)
    # However it was approved.
    await ada.react(SNEAKERS, sheet["ts"], "three")
    remaining = [str(number) for number in range(1, 26) if number != 3]
    await ada.wait_for(
        SNEAKERS,
        lambda m: m["ts"] == sheet["ts"] and [option["value"] for option in options(m)] == remaining,
        30,
    )
    await ben.click(sheet, "series_page_1")
    await ada.wait_for(SNEAKERS, lambda m: m["ts"] == sheet["ts"] and options(m) == [], 30)

    # Its sheet is posted again like a grid, with the page that it showed last.
    await ben.type(SNEAKERS, f"/draft show {brief}")
    again = await ben.wait_for(SNEAKERS, lambda m: "Posted again" in words(m) and files(m), 30)
    (picture,) = [block for block in again["blocks"] if block["type"] == "image"]
    assert re.findall(r"(?:: |; )(\d+) ", picture["alt_text"]) == ["26", "27"]
    assert options(again) == []
    assert "27 pictures" in words(again)
    assert "|Pro 26>" in words(again)


async def test_a_stopped_series_keeps_what_is_done_and_pays_for_nothing_else(product, ada, ben):
    await ada.type(TEAHOUSE, "/draft stress 60 a blue teapot")
    asked = await question(ada, TEAHOUSE, "60 pictures")
    await ada.click(asked, "series_start")
    running = await ada.wait_for(
        TEAHOUSE, lambda m: re.search(r": [1-9][0-9]* of 60 pictures drawn", m["text"]), 60
    )
    await ben.click(running, "series_stop")
    await whispered(ben, TEAHOUSE, "Only <@U0ADA>")
    await ada.click(running, "series_stop")
    sheet = await finished(ada, TEAHOUSE, "of 60 pictures")
    assert "Stopped." in sheet["text"]
    brief = payload(sheet)["brief"]
    cells = product.rows("SELECT job FROM versions WHERE brief = ?", brief)
    assert 0 < len(cells) < 60
    rows = money(product, brief)
    assert {row["job"] for row in rows if row["kind"] == "settle"} == {cell["job"] for cell in cells}
    held = {row["job"] for row in rows if row["kind"] == "reserve"}
    ended = {row["job"] for row in rows if row["kind"] in ("settle", "void")}
    assert held == ended


async def test_an_interactive_draft_does_not_wait_for_the_series(product, ada, ben):
    await ada.type(GENERAL, "/draft stress 40 a green cactus")
    asked = await question(ada, GENERAL, "40 pictures")
    await ada.click(asked, "series_start")
    await ada.wait_for(GENERAL, lambda m: "of 40 pictures drawn" in m["text"], 60)
    await ben.type(GENERAL, "/draft a yellow lemon --n 1")
    grid = await ben.wait_for(
        GENERAL,
        lambda m: (
            "a yellow lemon" in m["text"]
            and any(b["type"] == "image" for b in m["blocks"])
            and payload(m).get("role") == "grid"
        ),
        60,
    )
    drawn = product.rows("SELECT count(*) AS n FROM versions WHERE prompt LIKE 'a green cactus%'")[0]["n"]
    assert grid
    assert drawn < 40
    running = await ada.wait_for(
        GENERAL,
        lambda m: "Stress test of “a green cactus" in m["text"] and payload(m).get("role") == "grid",
        30,
    )
    await ada.click(running, "series_stop")
    await finished(ada, GENERAL, "of 40 pictures")


TABLE = """prompt;size;variant;name;seed
a red cup;1:1;on white;Hero cup;7
a red cup;1:1;on teal;Hero cup;
a blue hat;3:2;;=cmd|' /C calc'!A0;
"""
SIZED = "prompt,size,name\na red cup,1080x1350,Post\na red cup,64x64,Icon\n"


async def test_a_table_becomes_named_pictures_in_a_zip_with_a_manifest(product, ada, ben):
    await ada.upload(SNEAKERS, TABLE.encode("utf-8-sig"), "launch.csv", text="@Draftroom batch")
    asked = await question(ada, SNEAKERS, "3 pictures")
    assert "Batch “launch.csv”" in asked["text"]
    assert "hero-cup-2" in words(asked)
    await ada.click(asked, "series_start")
    sheet = await finished(ada, SNEAKERS, "Batch “launch.csv”")
    brief = payload(sheet)["brief"]
    await ben.click(sheet, "series_pick", options(sheet)[:1])
    await ben.click(sheet, "series_approve")
    await shown(ada, SNEAKERS, "pro", sheet["ts"])
    await ada.click(sheet, "series_zip")
    told = await ada.wait_for(
        SNEAKERS, lambda m: "3 pictures with their manifest" in m["text"], 30, sheet["ts"]
    )
    archive = zipfile.ZipFile(io.BytesIO(await ada.file(told["files"][0]["id"])))
    names = archive.namelist()
    assert names[:3] == ["hero-cup.png", "hero-cup-2.png", "cmd-c-calc-a0.png"]
    manifest = list(csv.DictReader(io.StringIO(archive.read("manifest.csv").decode("utf-8-sig"))))
    assert [row["file"] for row in manifest] == names[:3]
    assert manifest[0]["prompt"] == "a red cup"
    assert manifest[0]["seed"] == "7"
    assert manifest[0]["approvers"] == "Ben Ito"
    assert manifest[1]["approvers"] == ""
    assert [row["variant"] for row in manifest] == ["on white", "on teal", ""]
    assert all(row["model"] for row in manifest)
    settled = sum(
        row["amount_micro"]
        for row in money(product, brief)
        if row["kind"] == "settle" and row["tier"] == "draft"
    )
    assert round(sum(float(row["cost"]) for row in manifest) * 1_000_000) == settled > 0
    sizes = [Image.open(io.BytesIO(archive.read(name))).size for name in names[:3]]
    assert sizes[0] == sizes[1] == (64, 64)
    assert sizes[2][0] > sizes[2][1]
    assert [row["size"] for row in manifest] == [f"{width}x{height}" for width, height in sizes]
    # It says what its files are; what was approved comes in Pro, too.
    assert "They are drafts" in told["text"]
    assert "one is in Pro, too" in told["text"]
    assert [row["kind"] for row in manifest] == ["draft"] * 3
    assert [row["finished_kind"] for row in manifest] == ["pro", "", ""]
    assert names[3:] == [manifest[0]["finished_file"], "manifest.csv"]
    pro = Image.open(io.BytesIO(archive.read(names[3])))
    assert f"{pro.width}x{pro.height}" == manifest[0]["finished_size"] == "128x128"
    assert {row["has_asked_size"] for row in manifest} == {"yes"}


async def test_a_zip_says_which_pictures_lack_the_size_that_was_asked_for(product, ada):
    await ada.upload(TEAHOUSE, SIZED.encode(), "sized.csv", text="@Draftroom batch")
    asked = await question(ada, TEAHOUSE, "2 pictures")
    assert "post · a red cup · 1080×1350" in words(asked)
    await ada.click(asked, "series_start")
    sheet = await finished(ada, TEAHOUSE, "Batch “sized.csv”")
    await ada.click(sheet, "series_zip")
    told = await ada.wait_for(
        TEAHOUSE, lambda m: "2 pictures with their manifest" in m["text"], 30, sheet["ts"]
    )
    assert "One hasn't the size that was asked for" in told["text"]
    archive = zipfile.ZipFile(io.BytesIO(await ada.file(told["files"][0]["id"])))
    manifest = list(csv.DictReader(io.StringIO(archive.read("manifest.csv").decode("utf-8-sig"))))
    assert [(row["asked_size"], row["has_asked_size"]) for row in manifest] == [
        ("1080x1350", "no"),
        ("", "yes"),
    ]


async def test_a_bot_that_is_killed_in_the_middle_finishes_the_series_once(make_product):
    product = make_product().start_bot()
    async with product.person("U0ADA") as ada:
        await ada.type(SNEAKERS, "/draft stress 12 a red apple --seed 3")
        asked = await question(ada, SNEAKERS, "12 pictures")
        await ada.click(asked, "series_start")
        await until(lambda: product.rows("SELECT 1 FROM versions"))
        product.kill_bot()
        product.start_bot()
        sheet = await finished(ada, SNEAKERS, "12 pictures")
    brief = payload(sheet)["brief"]
    numbers = product.rows("SELECT number FROM versions WHERE brief = ? ORDER BY number", brief)
    assert [row["number"] for row in numbers] == list(range(1, 13))
    rows = money(product, brief)
    settles = [row["job"] for row in rows if row["kind"] == "settle"]
    assert len(settles) == len(set(settles)) == 3


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("/draft stress 1 a cup", "2 to 100 pictures"),
        ("/draft stress 5000 a cup", "2 to 100 pictures"),
        ("/draft stress 10", "There is no prompt yet"),
        ("/draft stress 10 a cup --n 4", "leave `--n` out"),
        ("/draft stress 10 a cup --ar 99:1", "no aspect ratio"),
    ],
)
async def test_a_stress_test_that_cannot_be_gets_a_sentence(product, ada, line, says):
    before = len(product.ledger())
    answer = await ada.type(SNEAKERS, line)
    assert says in (answer.response_text or "")
    assert len(product.ledger()) == before


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "table.csv", "isn't text"),
        (b"prompt\n", "table.csv", "no rows"),
        (b"", "table.csv", "empty"),
        (b"name,size\na,1:1\n", "table.csv", "no column `prompt`"),
        (b"prompt\n\x81 cup", "table.csv", "isn't UTF-8"),
        (b"prompt\n" + b"a cup\n" * 10_000, "table.csv", "10,000 rows"),
        (b"prompt,size,seed\na cup,huge,\n,1:1,\na hat,,x\n", "table.csv", "line 2: “huge” is no size"),
        (b'prompt,size\n"a cup\non white",1:1\na hat,9:1\n', "table.csv", "line 4: “9:1” is no size"),
        (b"prompt\na cup", "table.xlsx", "no CSV file"),
    ],
)
async def test_a_table_that_cannot_be_read_gets_a_sentence(product, ada, data, name, says):
    before = len(product.ledger())
    await ada.upload(TEAHOUSE, data or b"\n", name, text="@Draftroom batch")
    await whispered(ada, TEAHOUSE, says)
    assert len(product.ledger()) == before


async def test_a_series_that_the_budget_does_not_cover_starts_nothing(make_product):
    product = make_product(DRAFTROOM_DEFAULT_BUDGET="0.000001 daily").start_bot()
    async with product.person("U0ADA") as ada:
        await ada.type(SNEAKERS, "/draft stress 20 a red apple")
        asked = await question(ada, SNEAKERS, "20 pictures")
        assert "more than what is left" in words(asked)
        await ada.click(asked, "series_start")
        await whispered(ada, SNEAKERS, "Nothing was charged")
    assert product.ledger() == []
    assert product.rows("SELECT state FROM series") == [{"state": "waiting"}]


async def test_what_is_off_the_palette_is_flagged_and_stands_last(make_product):
    product = make_product().start_bot()
    async with product.person("U0ADA") as ada:
        await set_kit(ada, SNEAKERS, palette="Grey #808080", always="soft daylight", tolerance="1")
        await ada.type(SNEAKERS, "/draft stress 6 a red apple --seed 5")
        asked = await question(ada, SNEAKERS, "6 pictures")
        await ada.click(asked, "series_start")
        sheet = await finished(ada, SNEAKERS, "6 pictures")
    brief = payload(sheet)["brief"]
    rows = product.rows(
        "SELECT number, distance FROM versions JOIN drift ON drift.version = versions.id WHERE brief = ?",
        brief,
    )
    far = {row["number"]: row["distance"] for row in rows}
    assert len(far) == 6
    assert max(far.values()) > 1
    expected = sorted(far, key=lambda number: (far[number] > 1, far[number] if far[number] > 1 else number))
    assert [int(option["value"]) for option in options(sheet)] == expected
    assert f"off palette {max(far.values()):.0f}" in options(sheet)[-1]["text"]["text"]
    prompts = product.rows("SELECT prompt FROM versions WHERE brief = ?", brief)
    assert all(row["prompt"].endswith("soft daylight") for row in prompts)


async def test_a_bot_killed_as_the_series_is_stopped_shows_it_when_it_is_back(make_product):
    product = make_product().start_bot()
    async with product.person("U0ADA") as ada:
        await ada.type(TEAHOUSE, "/draft stress 60 a blue teapot")
        asked = await question(ada, TEAHOUSE, "60 pictures")
        await ada.click(asked, "series_start")
        await ada.wait_for(
            TEAHOUSE, lambda m: re.search(r": [1-9][0-9]* of 60 pictures drawn", m["text"]), 60
        )
        product.kill_bot()
        # As the stop commits: what waits is cancelled and released, the sheet not shown yet.
        with closing(sqlite3.connect(product.data / "draftroom.sqlite3", isolation_level=None)) as database:
            database.execute("UPDATE series SET state = 'stopped'")
            database.execute(
                "UPDATE jobs SET state = 'cancelled', lease_owner = NULL, lease_until = NULL,"
                " finished_at = created_at WHERE state IN ('queued', 'running')"
            )
        product.start_bot()
        sheet = await finished(ada, TEAHOUSE, "of 60 pictures")
        assert "Stopped." in sheet["text"]


async def test_the_emoji_stop_a_series_and_remove_it_only_afterwards(product, ada):
    await ada.type(SNEAKERS, "/draft stress 60 a green parrot")
    asked = await question(ada, SNEAKERS, "60 pictures")
    await ada.click(asked, "series_start")
    running = await ada.wait_for(
        SNEAKERS, lambda m: re.search(r"parrot.*: [1-9][0-9]* of 60 pictures drawn", m["text"]), 60
    )
    await ada.react(SNEAKERS, running["ts"], "wastebasket")
    await whispered(ada, SNEAKERS, "isn't finished yet")
    await ada.react(SNEAKERS, running["ts"], "octagonal_sign")
    sheet = await finished(ada, SNEAKERS, "of 60 pictures")
    assert "Stopped." in sheet["text"]
    assert sheet["ts"] == running["ts"]


async def test_the_files_are_uploaded_once_however_often_the_button_is_pressed(product, ada):
    await ada.upload(GENERAL, b"prompt\na red cup\n", "one.csv", text="@Draftroom batch")
    asked = await question(ada, GENERAL, "1 picture")
    await ada.click(asked, "series_start")
    sheet = await finished(ada, GENERAL, "Batch “one.csv”")
    await asyncio.gather(*(ada.click(sheet, "series_zip") for _ in range(2)))
    await whispered(ada, GENERAL, "on their way")
    await ada.wait_for(GENERAL, lambda m: "with their manifest" in m["text"], 30, sheet["ts"])
    told = [m for m in await ada.messages(GENERAL, sheet["ts"]) if "with their manifest" in m["text"]]
    assert len(told) == 1
