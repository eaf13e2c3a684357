"""One product before many backgrounds: uploaded, cut out, confirmed, drawn around the same pixels, approved."""

import asyncio
import io
import json
import re

import aiohttp
import numpy as np
from PIL import Image, ImageDraw

from bot.pictures import cutouts
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


def noise(size=(90, 90)):
    """A product on a ground that is as busy as itself."""
    return Image.fromarray(np.random.default_rng(2).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8))


def png(picture):
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def painted(*boxes, size=(90, 90)):
    """A mask as the editor's page sends it."""
    mask = Image.new("L", size, 0)
    for box in boxes:
        ImageDraw.Draw(mask).rectangle(box, fill=255)
    return png(mask)


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


async def test_a_product_stands_on_a_shadow_where_one_is_asked_for(product, ada):
    upload = product_png()
    await ada.upload(GENERAL, upload, "mug.png", text="@Draftroom backgrounds --shadow\non white")
    grid = await sheet(ada, GENERAL, 1)
    cutout = cutouts.cut_out(upload)
    solid = np.asarray(cutout.getchannel("A")) == 255
    name = payload(grid)["brief"]
    ((row, picture),) = stored(product, name)
    assert row["prompt"] == "on white"
    assert (np.asarray(picture.convert("RGB"))[solid] == np.asarray(cutout)[solid][:, :3]).all()
    # Whatever is drawn there, half of its light is gone.
    assert np.asarray(picture.convert("RGB"))[69, 57:63].max() <= 130
    # Without, from now on.
    await ada.type(GENERAL, "/draft backgrounds --no-shadow on pink")
    await ada.wait_for(GENERAL, lambda m: payload(m).get("role") == "grid" and "on pink" in words(m), 60)
    rows = product.rows("SELECT shadow FROM products WHERE name = 'mug.png' ORDER BY id")
    assert [row["shadow"] for row in rows] == [1, 0]


async def test_many_are_confirmed_first_and_come_as_one_sheet(product, ada, ben):
    table = "name,prompt\n" + "\n".join(f"p{n},background number {n}" for n in range(1, 13))
    picture, prompts = await ada.store(product_png(), "shoe.png"), await ada.store(table.encode(), "list.csv")
    before = len(product.ledger())
    await ada.say(TEAHOUSE, "@Draftroom backgrounds", files=[picture, prompts])
    asked = await ada.wait_for(TEAHOUSE, lambda m: "12 backgrounds for shoe.png, " in m["text"], 30)
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
        for data, name, sentence in [
            (png(noise((40, 40))), "tiny.png", "I take 64 to 2048 on a side"),
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


async def editor_of(person, channel, message):
    """Press “Paint the product…”; the address that only this person is told."""
    known = {m["ts"] for m in await person.messages(channel)}
    await person.click(message, "backgrounds_paint")
    told = await person.wait_for(
        channel,
        lambda m: m["ts"] not in known and m.get("ephemeral") and "Open the editor" in m["text"],
        30,
    )
    return re.search(r"http://\S+", told["text"]).group()


async def use(link, mask, key="0123456789abcdef"):
    """As the editor's page sends what was painted; the status, and what is said."""
    form = aiohttp.FormData()
    form.add_field("request", json.dumps({"key": key}))
    form.add_field("mask0", mask, filename="mask0.png", content_type="image/png")
    sent = {"Sec-Fetch-Site": "same-origin"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{link}/product", data=form, headers=sent) as answer,
    ):
        return answer.status, (await answer.json()).get("error", "")


async def ask(link, path):
    async with aiohttp.ClientSession() as session, session.get(f"{link}{path}") as answer:
        return answer.status, await answer.read()


async def forbidden(link):
    """Whether a link to paint a product lets nobody fix, adjust or go back to its picture."""
    sent = {"Sec-Fetch-Site": "same-origin"}
    async with aiohttp.ClientSession() as session:
        answers = [
            await session.post(f"{link}/{door}", data=b"1", headers=sent)
            for door in ("fixes", "adjustments", "current")
        ]
        return [answer.status for answer in answers] == [403] * 3


async def test_a_product_on_a_busy_ground_is_painted_in_the_editor_and_kept(product, ada, ben):
    rock = png(noise())
    before = len(product.ledger())
    await ben.upload(GENERAL, rock, "rock.png", text="@Draftroom backgrounds\non a beach\nin a forest")
    asked = await ben.wait_for(GENERAL, lambda m: "Where is the product in rock.png?" in m["text"], 30)
    assert "isn't plain" in words(asked)
    assert len(product.ledger()) == before
    # Nothing starts before somebody said where it is, whatever is sent.
    (order,) = product.rows("SELECT * FROM series WHERE kind = 'product' ORDER BY id DESC LIMIT 1")
    assert product.rows("SELECT whole FROM products WHERE id = ?", order["product"]) == [{"whole": 1}]
    assert "no product of yours" in (await ben.type(GENERAL, "/draft backgrounds on a pier")).response_text

    link = await editor_of(ben, GENERAL, asked)
    status, state = await ask(link, "/state")
    assert status == 200
    state = json.loads(state)
    assert state["product"] is True
    _, shown_there = await ask(link, f"/pictures/{state['version']}")
    assert (np.asarray(Image.open(io.BytesIO(shown_there))) == np.asarray(noise())).all()
    assert (await ask(link, "/product"))[0] == 204

    for mask, sentence in [
        (painted(), "Nothing is selected"),
        (painted((0, 0, 2, 2)), "Hardly anything is painted"),
        (painted((0, 0, 89, 89)), "Nearly everything is painted"),
        (painted((0, 0, 20, 20), size=(64, 64)), "64×64"),
        (b"no picture", "no picture"),
    ]:
        status, error = await use(link, mask)
        assert status == 422
        assert sentence in error
    assert await use(link, painted((10, 10, 49, 59)), key="first-painting") == (200, "")
    # Sent twice it is one; painted anew, the later one counts, and the page goes on from there.
    assert await use(link, painted((10, 10, 49, 59)), key="first-painting") == (200, "")
    assert await use(link, painted((10, 10, 69, 59)), key="second-painting") == (200, "")
    _, so_far = await ask(link, "/product")
    assert Image.open(io.BytesIO(so_far)).getbbox() == (10, 10, 70, 60)

    def shows_it(message):
        return message["ts"] == asked["ts"] and "2 backgrounds for rock.png, " in message["text"]

    async def cut_out(at_least):
        found = await ben.wait_for(GENERAL, lambda m: shows_it(m) and files(m), 30)
        preview = Image.open(io.BytesIO(await ben.file(files(found)[0])))
        return found if preview.getchannel("A").getbbox() == at_least else None

    async with asyncio.timeout(30):
        while not (question := await cut_out((10, 10, 70, 60))):
            await asyncio.sleep(0.1)
    # The question is the newest that everybody sees: the picture in the editor has no message, nor can it get one.
    posted = [m for m in await ben.messages(GENERAL) if not m.get("ephemeral")]
    assert max(posted, key=lambda m: float(m["ts"]))["ts"] == asked["ts"]
    assert await forbidden(link)
    assert "rock.png" not in (await ben.type(GENERAL, "/draft mine")).response_text
    assert [kind for kind, _ in product.ledger()[before:]] == ["reserve", "settle"], "of the free picture"
    assert sum(row["amount_micro"] for row in product.rows("SELECT * FROM ledger ORDER BY id")[before:]) == 0

    await ben.click(question, "backgrounds_start")
    grid = await sheet(ben, GENERAL, 2)
    mask = np.zeros((90, 90), dtype=bool)
    mask[10:60, 10:70] = True
    shots = [np.asarray(picture.convert("RGB")) for _, picture in stored(product, payload(grid)["brief"])]
    assert len(shots) == 2
    for shot in shots:
        assert (shot[mask] == np.asarray(noise())[mask]).all()
        assert (shot[~mask] != np.asarray(noise())[~mask]).any(axis=-1).mean() > 0.9

    # Decided, it is painted no more by the page that is still open.
    status, error = await use(link, painted((0, 0, 30, 30)), key="third-painting")
    assert (status, error) == (422, "That was decided already.")


async def test_only_who_asked_or_an_admin_paints_and_other_orders_keep_their_product(product, ada, ben):
    picture = product_png()
    said = await ben.upload(TEAHOUSE, picture, "jar.png", text="@Draftroom backgrounds")
    cut = await ben.wait_for(TEAHOUSE, lambda m: "Cut out jar.png" in m["text"] and files(m), 30)
    await ben.type(TEAHOUSE, "/draft backgrounds 5 a shelf")
    first = await ben.wait_for(TEAHOUSE, lambda m: "5 backgrounds for jar.png" in m["text"], 30)
    await ben.type(TEAHOUSE, "/draft backgrounds 6 a bench")
    second = await ben.wait_for(TEAHOUSE, lambda m: "6 backgrounds for jar.png" in m["text"], 30)
    async with product.person("U0CLEO") as cleo:
        await cleo.click(second, "backgrounds_paint")
        await whispered(
            cleo, TEAHOUSE, "Only <@U0BEN>, who asked for it, or a workspace admin can paint that."
        )
    # The product itself is in use; each order has a product of its own from its painting on.
    await ben.click(cut, "backgrounds_paint")
    link = await editor_of(ada, TEAHOUSE, second)
    assert (await ask(link, "/product"))[0] == 200
    assert await use(link, painted((44, 24, 69, 59), size=(128, 96))) == (200, "")
    rows = product.rows(
        "SELECT b.id, p.id AS product, p.cutout FROM series b JOIN products p ON p.id = b.product"
        " WHERE p.name = 'jar.png' ORDER BY b.id"
    )
    assert rows[0]["product"] != rows[1]["product"]
    assert rows[0]["cutout"] != rows[1]["cutout"]
    alpha = [
        Image.open(product.data / "pictures" / row["cutout"][:2] / f"{row['cutout']}.png").getchannel("A")
        for row in rows
    ]
    assert (np.asarray(alpha[0]) == np.asarray(cutouts.cut_out(picture).getchannel("A"))).all()
    assert alpha[1].getbbox() == (44, 24, 70, 60)
    await ben.click(first, "backgrounds_drop")
    await ben.wait_for(TEAHOUSE, lambda m: "cancelled 5 backgrounds for jar.png" in m["text"], 15)
    # A link to the editor of a picture opens no way to a product.
    known = {m["ts"] for m in await ada.messages(TEAHOUSE)}
    await ada.shortcut(TEAHOUSE, said["ts"], "fix_picture")
    told = await ada.wait_for(TEAHOUSE, lambda m: m["ts"] not in known and "Open the editor" in m["text"], 15)
    other = re.search(r"http://\S+", told["text"]).group()
    assert (await use(other, painted((0, 0, 40, 40), size=(128, 96))))[0] == 403
    assert json.loads((await ask(other, "/state"))[1])["product"] is False


async def test_a_picture_without_prompts_is_painted_first(product, ada):
    await ada.upload(SNEAKERS, png(noise((80, 70))), "shell.png", text="@Draftroom backgrounds")
    asked = await ada.wait_for(SNEAKERS, lambda m: "Where is the product in shell.png?" in m["text"], 30)
    link = await editor_of(ada, SNEAKERS, asked)
    assert await use(link, painted((20, 20, 59, 59), size=(80, 70))) == (200, "")
    await ada.wait_for(
        SNEAKERS, lambda m: m["ts"] == asked["ts"] and "Cut out shell.png" in m["text"] and files(m), 30
    )
    await ada.type(SNEAKERS, "/draft backgrounds a red carpet")
    grid = await sheet(ada, SNEAKERS, 1)
    ((_, picture),) = stored(product, payload(grid)["brief"])
    inside = np.asarray(picture.convert("RGB"))[20:60, 20:60]
    assert (inside == np.asarray(noise((80, 70)))[20:60, 20:60]).all()
    status, error = await use(link, painted((0, 0, 30, 30), size=(80, 70)), key="another-key")
    assert status == 422
    assert "Backgrounds were asked for around that product already" in error


async def test_a_painted_mask_and_a_brands_palette_sort_the_sheet(make_product):
    product = make_product().start_bot()
    async with product.person("U0ADA") as ada:
        await ada.type(SNEAKERS, "/draft brand")
        view = await ada.open_view()
        await ada.submit(
            view, {"palette": "#7f7f7f", "always": "studio light", "refused": "blood", "tolerance": "1"}
        )
        stored_files = [
            await ada.store(png(noise()), "rock.png"),
            await ada.store(painted((20, 20, 59, 59)), "mask.png"),
        ]
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
