"""What a picture says of its making stands in every file that comes of it, on whatever way it came there."""

import io
import json
import re
import zipfile

import aiohttp
import numpy as np
from PIL import Image

from marks.reading import read_notes
from marks.source import IPTC, SourceType
from marks.writing import Marks, encode, said
from tests.end_to_end.product import (
    GENERAL,
    SNEAKERS,
    TEAHOUSE,
    drafted,
    files,
    payload,
    shown,
    until,
)
from tests.end_to_end.test_deliver import delivered
from tests.end_to_end.test_product_backgrounds import product_png, sheet
from tests.end_to_end.test_second_thoughts import next_grid, stamps
from tests.end_to_end.test_series import finished, question

MADE, COMPOSITE = IPTC + SourceType.MADE, IPTC + SourceType.COMPOSITE


async def told(person, message):
    """What each picture of a message says that it is, in order."""
    return [read_notes(await person.file(file)).source_type for file in files(message)]


async def editor_link(person, channel, message):
    before = {one["ts"] for one in await person.messages(channel, message["thread_ts"])}
    await person.click(message, "edit_picture")
    link = await person.wait_for(
        channel,
        lambda m: m.get("ephemeral") and m["ts"] not in before and "/editor/" in m["text"],
        15,
        message["thread_ts"],
    )
    return re.search(r"http://[^\s|>]+/editor/[^\s|>?]+", link["text"]).group()


async def test_the_walk_over_all_ways_from_the_engine_to_a_file(product, ada):
    grid = await drafted(ada, SNEAKERS, "/draft a red shoe --n 2")
    name = payload(grid)["brief"]
    assert await told(ada, grid) == [MADE], "the sheet"
    await ada.react(SNEAKERS, grid["ts"], "one")
    pro = await shown(ada, SNEAKERS, "pro", grid["ts"])
    assert await told(ada, pro) == [MADE]

    await ada.say(SNEAKERS, "@Draftroom fix left: make it blue", thread_ts=grid["ts"])
    fix = await shown(ada, SNEAKERS, "fix", grid["ts"], count=2)
    assert set(await told(ada, fix)) == {MADE}

    # Every format, cropped, below a cap, below a cap that leaves no room for a recipe, and painted larger.
    for line, kinds in [
        ("200x100 --format jpg", ["image/jpeg"]),
        ("200x100 --format png", ["image/png"]),
        ("400x400 --format jpg --max 20kb", ["image/jpeg"]),
        ("100x100 --format jpg --max 5kb", ["image/jpeg"]),
        ("400x400 --format png --max 120kb", ["image/png"]),
        ("192x96 --extend --format png", ["image/png"]),
    ]:
        before = {one["ts"] for one in await ada.messages(SNEAKERS, grid["ts"])}
        await ada.type(SNEAKERS, f"/draft deliver {name} {line}")
        message = await delivered(ada, SNEAKERS, grid["ts"], len(kinds), before)
        assert await told(ada, message) == [MADE] * len(kinds), line
    await ada.type(SNEAKERS, f"/draft deliver {name} 96x48 --format webp")

    def webp():
        return product.rows("SELECT sha256 FROM pictures WHERE mime = 'image/webp'")

    (kept,) = await until(webp)
    data = (product.data / "pictures" / kept["sha256"][:2] / f"{kept['sha256']}.webp").read_bytes()
    assert read_notes(data).source_type == MADE
    assert read_notes(data).recipe["seed"]

    # On the page: an adjustment is no model's work and keeps what it was made of; so does a fix of it.
    door = await editor_link(ada, SNEAKERS, pro)
    (latest,) = product.rows("SELECT max(id) AS id FROM versions WHERE brief = ? AND kind = 'pro'", name)
    async with aiohttp.ClientSession(headers={"Sec-Fetch-Site": "same-origin"}) as page:
        async with page.get(f"{door}/pictures/{latest['id']}?width=64") as small:
            assert read_notes(await small.read()).source_type == MADE
        form = aiohttp.FormData(default_to_multipart=True)
        wish = {"version": latest["id"], "values": {"exposure": 0.5}, "key": "0123456789abcdef"}
        form.add_field("request", json.dumps(wish))
        async with page.post(f"{door}/adjustments", data=form) as answer:
            body = await answer.json()
            assert answer.status == 200, body
            adjusted = body["version"]
        async with page.get(f"{door}/pictures/{adjusted}") as answer:
            notes = read_notes(await answer.read())
    assert notes.source_type == MADE
    assert notes.recipe["afterwards"] == ["adjusted: exposure +0.5"]
    before = product.rows("SELECT count(*) AS n FROM versions WHERE brief = ?", name)[0]["n"]
    await ada.say(SNEAKERS, "@Draftroom fix right: make it green", thread_ts=grid["ts"])
    await until(
        lambda: product.rows("SELECT count(*) AS n FROM versions WHERE brief = ?", name)[0]["n"] > before
    )

    kinds = {}
    for row in product.rows("SELECT id, kind, picture, mime FROM versions JOIN pictures ON sha256 = picture"):
        suffix = row["mime"].rpartition("/")[2].replace("jpeg", "jpg")
        path = product.data / "pictures" / row["picture"][:2] / f"{row['picture']}.{suffix}"
        kinds[row["id"], row["kind"]] = read_notes(path.read_bytes()).source_type
    assert set(kinds.values()) == {MADE}, kinds


async def test_a_series_sheet_and_zip_say_it_too(product, ada):
    await ada.type(TEAHOUSE, "/draft stress 3 a red apple")
    await ada.click(await question(ada, TEAHOUSE, "3 pictures"), "series_start")
    made = await finished(ada, TEAHOUSE, "3 pictures")
    assert await told(ada, made) == [MADE]
    await ada.click(made, "series_zip")
    posted = await ada.wait_for(
        TEAHOUSE,
        lambda m: any(file["name"].endswith(".zip") for file in m.get("files", [])),
        30,
        made["ts"],
    )
    archive = zipfile.ZipFile(io.BytesIO(await ada.file(posted["files"][0]["id"])))
    pictures = [one for one in archive.namelist() if not one.endswith(".csv")]
    assert {read_notes(archive.read(one)).source_type for one in pictures} == {MADE}
    assert len(pictures) == 3


async def test_a_persons_own_product_makes_a_composite_and_stays_one(product, ada):
    text = "@Draftroom backgrounds\non a marble table\nin a pine forest"
    await ada.upload(GENERAL, product_png(), "vase.png", text=text)
    grid = await sheet(ada, GENERAL, 2)
    assert await told(ada, grid) == [COMPOSITE]
    await ada.react(GENERAL, grid["ts"], "one")
    pro = await shown(ada, GENERAL, "pro", grid["ts"])
    assert set(await told(ada, pro)) == {COMPOSITE}
    await ada.type(GENERAL, f"/draft deliver {payload(grid)['brief']} 64x64 --format png")
    message = await delivered(ada, GENERAL, grid["ts"], 1)
    assert await told(ada, message) == [COMPOSITE]


async def test_a_picture_that_was_brought_in_keeps_what_it_says_and_is_given_no_mark_of_ours(product, ada):
    rng = np.random.default_rng(8)
    picture = Image.fromarray(rng.integers(0, 256, (96, 96, 3), dtype=np.uint8))
    elsewhere = encode(picture, "WEBP", Marks(xmp=said(MADE, system="Another studio")), lossless=True)
    for data, file, wanted in [
        (elsewhere, "made.webp", MADE),
        (encode(picture.rotate(90), "PNG", Marks()), "photo.png", ""),
    ]:
        said_there = await ada.upload(TEAHOUSE, data, file, text="a picture of ours")
        await ada.shortcut(TEAHOUSE, said_there["ts"], "fix_picture")
        taken = await ada.wait_for(TEAHOUSE, lambda m, file=file: f"Took in {file}" in m["text"], 30)
        (version,) = product.rows("SELECT picture FROM versions WHERE brief = ?", payload(taken)["brief"])
        path = product.data / "pictures" / version["picture"][:2] / f"{version['picture']}.png"
        assert read_notes(path.read_bytes()).source_type == wanted, file


async def test_variations_of_a_picture_of_ours_are_the_models_alone(product, ada):
    grid = await drafted(ada, SNEAKERS, "/draft a cup --n 1")
    before = await stamps(ada, SNEAKERS)
    await ada.shortcut(SNEAKERS, grid["ts"], "make_variations")
    varied = await next_grid(ada, SNEAKERS, before)
    assert await told(ada, varied) == [MADE]
