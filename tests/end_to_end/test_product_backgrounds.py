"""One product before many backgrounds: uploaded, cut out, confirmed, drawn around the same pixels, approved."""

import asyncio
import io

import numpy as np
from PIL import Image, ImageDraw

from bot.studio import cutouts
from tests.end_to_end.product import (
    GENERAL,
    SNEAKERS,
    TEAHOUSE,
    approve_buttons,
    files,
    payload,
    shown,
    until,
    whispered,
    words,
)


def product_png(size=(128, 96)):
    """A patterned product on white."""
    picture = Image.new("RGB", size, "white")
    pattern = np.random.default_rng(4).integers(0, 200, (50, 40, 3), dtype=np.uint8)
    picture.paste(Image.fromarray(pattern), (40, 20))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


async def sheet(person, channel, count, timeout_s=120):
    def finished(message):
        return (
            payload(message).get("role") == "grid"
            and "on" in message["text"]
            and len(approve_buttons(message)) == count
            and "product pixels changed: 0" in words(message)
        )

    return await person.wait_for(channel, finished, timeout_s)


def stored(product, name):
    """The pictures of a brief, decoded from the bot's own store."""
    rows = product.rows(
        "SELECT kind, number, prompt, picture FROM versions WHERE brief = ? ORDER BY id", name
    )
    return [
        (row, Image.open(product.data / "pictures" / row["picture"][:2] / f"{row['picture']}.png"))
        for row in rows
    ]


async def test_a_few_backgrounds_start_at_once_and_keep_the_product_pixel_for_pixel(product, ada, ben):
    upload = product_png()
    await ada.upload(
        SNEAKERS, upload, "vase.png", text="@Draftroom backgrounds\non a marble table\nin a pine forest"
    )
    grid = await sheet(ada, SNEAKERS, 2)
    assert "vase.png on 2 backgrounds" in words(grid)
    assert "*1*  on a marble table" in words(grid)
    assert "*2*  in a pine forest" in words(grid)
    assert "in a pine forest" in next(b for b in grid["blocks"] if b["type"] == "image")["alt_text"]
    name = payload(grid)["brief"]

    original = np.asarray(Image.open(io.BytesIO(upload)))
    solid = np.asarray(cutouts.cut_out(upload).getchannel("A")) == 255
    assert solid[25:65, 45:75].all()
    pictures = stored(product, name)
    assert [row["prompt"] for row, _ in pictures] == ["on a marble table", "in a pine forest"]
    shots = [np.asarray(picture.convert("RGB")) for _, picture in pictures]
    for shot in shots:
        assert (shot[solid] == original[solid]).all()
        assert (shot[~solid] != 255).any()
    assert (shots[0] != shots[1]).any()
    money = product.rows("SELECT kind FROM ledger WHERE brief = ?", name)
    assert [row["kind"] for row in money] == ["reserve", "settle"]

    # Approving works as ever, and the Pro render keeps the product too.
    await ben.react(SNEAKERS, grid["ts"], "two")
    pro = await shown(ben, SNEAKERS, "pro", grid["ts"])
    assert "product pixels changed: 0" in words(pro)
    (render,) = [
        np.asarray(picture.convert("RGB")) for row, picture in stored(product, name) if row["kind"] == "pro"
    ]
    assert (render[solid] == original[solid]).all()
    assert (render != shots[1]).any()

    # A new draft would redraw the product.
    await ada.react(SNEAKERS, grid["ts"], "repeat")
    await whispered(ada, SNEAKERS, "a new draft would redraw")


async def test_many_are_confirmed_first_and_come_as_one_sheet(product, ada, ben):
    table = "name,prompt\n" + "\n".join(f"p{n},background number {n}" for n in range(1, 13))
    picture, prompts = await ada.store(product_png(), "shoe.png"), await ada.store(table.encode(), "list.csv")
    before = len(product.ledger())
    await ada.say(TEAHOUSE, "@Draftroom backgrounds", files=[picture, prompts])
    asked = await ada.wait_for(TEAHOUSE, lambda m: "12 backgrounds for shoe.png, about" in m["text"], 30)
    assert len(files(asked)) == 1
    assert "background number 12" in words(asked)
    assert len(product.ledger()) == before
    await ben.click(asked, "backgrounds_start")
    await whispered(ben, TEAHOUSE, "Only <@U0ADA>")
    # Pressed twice at once, they are drawn once.
    twice = [ada.click(asked, "backgrounds_start") for _ in range(2)]
    await asyncio.gather(*twice, return_exceptions=True)
    grid = await sheet(ada, TEAHOUSE, 12)
    assert (await ada.wait_for(TEAHOUSE, lambda m: m["ts"] == asked["ts"]))["text"].startswith(
        "<@U0ADA> started"
    )
    assert len(product.rows("SELECT 1 FROM versions WHERE brief = ?", payload(grid)["brief"])) == 12
    assert len(product.rows("SELECT 1 FROM briefs WHERE prompt LIKE 'shoe.png on %'")) == 1
    # Beyond the nine emoji there are the buttons.
    await ada.click(grid, "approve_cell_12")
    pro = await shown(ada, TEAHOUSE, "pro", grid["ts"])
    assert "Picture 12 in Pro" in words(pro)


async def test_the_product_first_then_prompts_by_command(product, ada):
    await ada.upload(GENERAL, product_png(), "cup.png", text="@Draftroom backgrounds")
    cut = await ada.wait_for(GENERAL, lambda m: "Cut out cup.png" in m["text"] and files(m), 30)
    picture = Image.open(io.BytesIO(await ada.file(files(cut)[0])))
    assert picture.mode == "RGBA"
    assert picture.getpixel((2, 2))[3] == 0
    await ada.type(GENERAL, "/draft backgrounds 3 a teal background")
    grid = await sheet(ada, GENERAL, 3)
    seeds = product.rows("SELECT DISTINCT seed FROM versions WHERE brief = ?", payload(grid)["brief"])
    assert len(seeds) == 3
    answer = await ada.type(GENERAL, "/draft backgrounds")
    assert "What is to stand behind it?" in answer.response_text


async def test_a_cancelled_question_and_bad_uploads_cost_nothing(make_product):
    product = make_product().start_bot()
    async with product.person("U0ADA") as ada:
        answer = await ada.type(SNEAKERS, "/draft backgrounds on a beach")
        assert "no product of yours" in answer.response_text
        noise = Image.fromarray(np.random.default_rng(2).integers(0, 256, (90, 90, 3), dtype=np.uint8))
        out = io.BytesIO()
        noise.save(out, "PNG")
        for data, name, sentence in [
            (out.getvalue(), "noise.png", "isn't plain"),
            (b"hello", "note.png", "no picture that I can open"),
            (b"prompt\n", "list.csv", "no prompts"),
        ]:
            await ada.upload(SNEAKERS, data, name, text="@Draftroom backgrounds on a beach")
            await whispered(ada, SNEAKERS, sentence)
        await ada.upload(SNEAKERS, product_png(), "a.png", text="@Draftroom backgrounds 26 on a beach")
        await whispered(ada, SNEAKERS, "up to 25")

        await ada.upload(SNEAKERS, product_png(), "a.png", text="@Draftroom backgrounds 9 on a beach")
        asked = await ada.wait_for(SNEAKERS, lambda m: "9 backgrounds for a.png" in m["text"], 30)
        await ada.click(asked, "backgrounds_drop")
        await ada.wait_for(SNEAKERS, lambda m: "cancelled 9 backgrounds" in m["text"])
        assert product.ledger() == []

        await ada.type(SNEAKERS, "/draft budget set 0.00001 pot")
        answer = await ada.type(SNEAKERS, "/draft backgrounds on a beach; in a forest")
        assert "Nothing was charged" in answer.response_text
        assert product.ledger() == []
        assert product.rows("SELECT 1 FROM briefs") == []


async def test_a_painted_mask_and_a_brands_palette_sort_the_sheet(make_product):
    product = make_product().start_bot()
    async with product.person("U0ADA") as ada:
        await ada.type(SNEAKERS, "/draft brand")
        view = await ada.open_view()
        await ada.submit(
            view, {"palette": "#7f7f7f", "always": "studio light", "refused": "blood", "tolerance": "1"}
        )
        noise = Image.fromarray(np.random.default_rng(2).integers(0, 256, (90, 90, 3), dtype=np.uint8))
        mask = Image.new("L", (90, 90), 0)
        ImageDraw.Draw(mask).rectangle((20, 20, 59, 59), fill=255)
        stored_files = []
        for picture, name in ((noise, "rock.png"), (mask, "mask.png")):
            out = io.BytesIO()
            picture.save(out, "PNG")
            stored_files.append(await ada.store(out.getvalue(), name))
        await ada.say(SNEAKERS, "@Draftroom backgrounds; a sea of blood", files=stored_files)
        await whispered(ada, SNEAKERS, "refuses “blood”")
        assert product.ledger() == []
        await ada.say(SNEAKERS, "@Draftroom backgrounds: a beach; a forest; a street", files=stored_files)
        grid = await sheet(ada, SNEAKERS, 3)
        assert "Brand kit used, added to the prompt: “studio light”" in words(grid)
        assert "is off the palette by" in words(grid)
        rows = product.rows(
            "SELECT number, prompt, distance FROM versions JOIN drift ON version = versions.id ORDER BY number"
        )
        assert [row["number"] for row in rows] == [1, 2, 3]
        assert all(row["prompt"].endswith(", studio light") for row in rows)
        distances = [row["distance"] for row in rows]
        assert distances == sorted(distances), "all are flagged, so the farthest is last"
        await until(lambda: len(product.rows("SELECT 1 FROM versions")) == 3)
