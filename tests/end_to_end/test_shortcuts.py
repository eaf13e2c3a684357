"""Shortcuts on messages with a picture, ours and anybody's: variations, the editor, a reference."""

import io

import numpy as np
from PIL import Image

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
