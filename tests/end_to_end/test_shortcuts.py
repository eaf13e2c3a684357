"""Shortcuts on messages with a picture, ours and anybody's: variations, the editor, a reference."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests.bot.test_opening import encoded, several, turned, two_halves, with_bad_notes
from tests.end_to_end.product import (
    GENERAL,
    SNEAKERS,
    TEAHOUSE,
    approve_buttons,
    drafted,
    files,
    payload,
    shown,
    whispered,
    words,
)
from tests.end_to_end.test_second_thoughts import next_grid, stamps


def photo(size=(96, 64)):
    """A picture with something in it, as a camera would upload it."""
    pixels = np.random.default_rng(3).integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


async def test_somebodys_picture_is_taken_in_and_fixed(product, ada, ben):
    said = await ada.upload(TEAHOUSE, photo(), "bench.png", text="a wooden bench")
    before = len(product.ledger())
    await ben.shortcut(TEAHOUSE, said["ts"], "fix_picture")
    taken = await ben.wait_for(TEAHOUSE, lambda m: "Took in bench.png" in m["text"] and files(m), 30)
    await whispered(ben, TEAHOUSE, "Open the editor: http")
    brief = payload(taken)["brief"]
    (version,) = product.rows("SELECT * FROM versions WHERE brief = ?", brief)
    stored = Image.open(product.data / "pictures" / version["picture"][:2] / f"{version['picture']}.png")
    assert (np.asarray(stored) == np.asarray(Image.open(io.BytesIO(photo())))).all()
    money = product.rows("SELECT kind, amount_micro FROM ledger WHERE brief = ?", brief)
    assert [(row["kind"], row["amount_micro"]) for row in money] == [("reserve", 0), ("settle", 0)]
    assert len(product.ledger()) == before + 2

    # Asked again, it is the same picture, not another brief.
    await ada.shortcut(TEAHOUSE, said["ts"], "fix_picture")
    await whispered(ada, TEAHOUSE, "Open the editor: http")
    assert len(product.rows("SELECT 1 FROM briefs WHERE prompt = 'a wooden bench'")) == 1

    # It is a brief like any other: fixed in its thread, rendered in Pro.
    await ada.say(TEAHOUSE, "@Draftroom fix left: make it blue", thread_ts=taken["ts"])
    fixed = await shown(ada, TEAHOUSE, "fix", taken["ts"], count=2)
    assert "pixels changed outside the mask: 0" in words(fixed)
    assert len(approve_buttons(taken)) == 1
    await ben.click(taken, "approve_cell_1")
    await shown(ada, TEAHOUSE, "pro", taken["ts"])


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (encoded(two_halves(), "WEBP", lossless=True), "plain.webp"),
        (several(), "camera.jpg"),
        (with_bad_notes(), "notes.png"),
        (turned(two_halves(), quality=95), "held.jpg"),
        (encoded(two_halves(), "HEIF", quality=95), "phone.heic"),
    ],
    ids=["WebP", "several in one", "broken notes", "turned", "HEIC"],
)
async def test_pictures_as_phones_and_cameras_have_them_are_fixed_and_shown(product, ada, data, name):
    said = await ada.upload(TEAHOUSE, data, name)
    await ada.shortcut(TEAHOUSE, said["ts"], "fix_picture")
    taken = await ada.wait_for(TEAHOUSE, lambda m: f"Took in {name}" in m["text"] and files(m), 30)
    await ada.say(TEAHOUSE, "@Draftroom fix left: make it blue", thread_ts=taken["ts"])
    fixed = await shown(ada, TEAHOUSE, "fix", taken["ts"], count=2)
    assert "pixels changed outside the mask: 0" in words(fixed)
    version = product.rows("SELECT * FROM versions WHERE brief = ? ORDER BY id", payload(taken)["brief"])[-1]
    (kept,) = (product.data / "pictures" / version["picture"][:2]).glob(f"{version['picture']}.*")
    picture = Image.open(kept).convert("RGB")
    assert picture.size == (128, 96)
    assert picture.getpixel((110, 48)) == pytest.approx((0, 120, 90), abs=12)
    assert picture.getpixel((20, 48)) != pytest.approx((200, 60, 40), abs=12), (
        "the left half is another colour"
    )


def ball():
    """A red ball in the middle of a teal ground, as PNG."""
    picture = Image.new("RGB", (128, 128), (23, 155, 150))
    ImageDraw.Draw(picture).ellipse((34, 34, 94, 94), fill=(205, 45, 52))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


async def test_a_colour_goes_to_the_whole_thing_and_is_free(product, ada):
    said = await ada.upload(GENERAL, ball(), "ball.png", text="a red ball on a teal background")
    await ada.shortcut(GENERAL, said["ts"], "fix_picture")
    taken = await ada.wait_for(GENERAL, lambda m: "Took in ball.png" in m["text"] and files(m), 30)
    await ada.say(GENERAL, "@Draftroom fix left: make it blue", thread_ts=taken["ts"])
    fixed = await shown(ada, GENERAL, "fix", taken["ts"], count=2)
    assert "pixels changed outside the mask: 0" in words(fixed)
    before = np.asarray(Image.open(io.BytesIO(ball()))).astype(int)
    after = np.asarray(Image.open(io.BytesIO(await ada.file(files(fixed)[1]))).convert("RGB")).astype(int)
    thing = np.hypot(*np.mgrid[-64:64, -64:64]) < 27
    assert (after[thing][:, 2] - after[thing][:, 0]).min() > 60, "half of it is still red"
    assert (after[:30] == before[:30]).all()
    assert (after[:, :30] == before[:, :30]).all()
    (job,) = product.rows("SELECT id FROM jobs WHERE brief = ? AND tier = 'fix'", payload(taken)["brief"])
    money = product.rows("SELECT kind, amount_micro FROM ledger WHERE job = ?", job["id"])
    assert [(row["kind"], row["amount_micro"]) for row in money] == [("reserve", 0), ("settle", 0)]
    # A thing that is added goes where there is room, so the ball is untouched.
    await ada.say(GENERAL, "@Draftroom fix top-right: add a star", thread_ts=taken["ts"])
    added = await shown(ada, GENERAL, "fix", taken["ts"], count=2, after={fixed["ts"]})
    now = np.asarray(Image.open(io.BytesIO(await ada.file(files(added)[1]))).convert("RGB")).astype(int)
    assert (now[thing] == after[thing]).all()
    assert (now != after).any(-1)[:34, 94:].any()
    assert not (now != after).any(-1)[:, :64].any()


async def test_variations_of_our_pictures_and_of_others(product, ada, ben):
    grid = await drafted(ada, SNEAKERS, "/draft a cup --n 1")
    known = await stamps(ben, SNEAKERS)
    await ben.shortcut(SNEAKERS, grid["ts"], "make_variations")
    other = await next_grid(ben, SNEAKERS, known)
    assert f"subtle variations of {payload(grid)['brief']}/1" in words(other)

    said = await ada.upload(SNEAKERS, photo(), "mug.png")
    await ben.shortcut(SNEAKERS, said["ts"], "make_variations")
    form = await ben.open_view()
    assert "mug.png" in str(form["blocks"])
    known = await stamps(ben, SNEAKERS)
    await ben.submit(form, {"prompt": "a green mug"})
    varied = await next_grid(ben, SNEAKERS, known)
    (brief,) = product.rows("SELECT * FROM briefs WHERE id = ?", payload(varied)["brief"])
    assert brief["prompt"] == "a green mug"
    assert brief["reference"]


async def test_any_picture_is_a_reference(product, ada):
    grid = await drafted(ada, GENERAL, "/draft a hat --n 1")
    await ada.react(GENERAL, grid["ts"], "one")
    pro = await shown(ada, GENERAL, "pro", grid["ts"])
    await ada.shortcut(GENERAL, pro["ts"], "use_as_reference")
    form = await ada.open_view()
    known = await stamps(ada, GENERAL)
    await ada.submit(form, {"prompt": "a hat made of glass"})
    made = await next_grid(ada, GENERAL, known)
    (brief,) = product.rows("SELECT * FROM briefs WHERE id = ?", payload(made)["brief"])
    (version,) = product.rows("SELECT picture FROM versions WHERE kind = 'pro' ORDER BY id")[-1:]
    assert brief["reference"] == version["picture"]


async def test_what_has_no_picture_gets_a_sentence_and_costs_nothing(product, ada):
    before = len(product.ledger())
    said = await ada.say(GENERAL, "no picture here")
    for shortcut in ("make_variations", "fix_picture", "use_as_reference"):
        known = {m["ts"] for m in await ada.messages(GENERAL)}
        await ada.shortcut(GENERAL, said["ts"], shortcut)
        await until_told(ada, known)
    text = await ada.upload(GENERAL, b"plain words", "notes.txt")
    await ada.shortcut(GENERAL, text["ts"], "fix_picture")
    await whispered(ada, GENERAL, "holds no picture")
    grid = await drafted(ada, GENERAL, "/draft a spoon --n 2")
    await ada.shortcut(GENERAL, grid["ts"], "fix_picture")
    await whispered(ada, GENERAL, "That grid has 2 pictures")
    assert len(product.ledger()) == before + 2


async def until_told(person, known):
    """Until something new was whispered about a missing picture."""
    return await person.wait_for(
        GENERAL,
        lambda m: m["ts"] not in known and m.get("ephemeral") and "holds no picture" in m["text"],
        15,
    )
