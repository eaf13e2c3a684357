"""Files at exact sizes: by command and by form, cropped for free or painted larger for money."""

import io

from PIL import Image

from tests.end_to_end.product import (
    GENERAL,
    SNEAKERS,
    TEAHOUSE,
    drafted,
    files,
    payload,
    shown,
    until,
    whispered,
    words,
)


async def delivered(person, channel, thread_ts, count, after=()):
    def found(message):
        return (
            message["ts"] not in after
            and payload(message).get("effect", "").startswith("errand:")
            and len(files(message)) == count
        )

    return await person.wait_for(channel, found, 60, thread_ts)


async def sizes_of(person, message):
    pictures = [Image.open(io.BytesIO(await person.file(file))) for file in files(message)]
    return [(picture.format, picture.size) for picture in pictures]


def titles(message):
    return [block["title"]["text"] for block in message["blocks"] if block["type"] == "image"]


async def test_sizes_of_a_pro_render_arrive_in_its_thread_for_free(product, ada, ben):
    grid = await drafted(ada, SNEAKERS, "/draft a red shoe --n 2")
    name = payload(grid)["brief"]
    await ada.react(SNEAKERS, grid["ts"], "two")
    await shown(ada, SNEAKERS, "pro", grid["ts"])
    spent = len(product.ledger())

    answer = await ben.type(SNEAKERS, f"/draft deliver {name} 200x200 facebook --max 60kb")
    assert "2 files" in answer.response_text
    assert "free" in answer.response_text
    message = await delivered(ben, SNEAKERS, grid["ts"], 2)
    assert await sizes_of(ben, message) == [("JPEG", (200, 200)), ("JPEG", (1200, 628))]
    assert titles(message) == [f"{name}-200x200.jpg", f"{name}-1200x628.jpg"]
    assert "cropped away" in words(message)
    assert "enlarged 9.4 times" in words(message)
    assert "Pro render 1" in words(message)
    assert "<@U0BEN>" in words(message)
    assert all(block["alt_text"] for block in message["blocks"] if block["type"] == "image")
    assert max([len(await ben.file(file)) for file in files(message)]) <= 60_000
    assert len(product.ledger()) == spent, "cropping costs nothing"


async def test_several_pictures_and_the_draft_by_its_number(product, ada):
    grid = await drafted(ada, TEAHOUSE, "/draft a cup --n 2")
    name = payload(grid)["brief"]
    await ada.type(TEAHOUSE, f"/draft deliver {name}/1 {name}/2 96x48")
    message = await delivered(ada, TEAHOUSE, grid["ts"], 2)
    assert titles(message) == [f"{name}-1-96x48.jpg", f"{name}-2-96x48.jpg"]
    assert await sizes_of(ada, message) == [("JPEG", (96, 48))] * 2
    first, second = [await ada.file(file) for file in files(message)]
    assert first != second


async def test_webp_comes_as_a_file_since_messages_cannot_show_it(product, ada):
    grid = await drafted(ada, TEAHOUSE, "/draft a spoon --n 1")
    name = payload(grid)["brief"]
    await ada.type(TEAHOUSE, f"/draft deliver {name} 96x48 --format webp")
    message = await delivered(ada, TEAHOUSE, grid["ts"], 0)
    assert f"`{name}-96x48.webp`" in words(message)
    thread = await ada.messages(TEAHOUSE, grid["ts"])
    (shared,) = [file for message in thread for file in message.get("files", [])]
    assert shared["title"] == f"{name}-96x48.webp"
    picture = Image.open(io.BytesIO(await ada.file(shared["id"])))
    assert (picture.format, picture.size) == ("WEBP", (96, 48))


async def test_everything_approved_in_a_channel_at_once(make_product):
    product = make_product().start_bot()
    async with product.person("U0ADA") as ada:
        answer = await ada.type(GENERAL, "/draft deliver approved square")
        assert "Nothing is approved" in answer.response_text
        grids = [await drafted(ada, GENERAL, f"/draft {what} --n 1") for what in ("a cat", "a dog")]
        for grid in grids:
            await ada.react(GENERAL, grid["ts"], "one")
            await shown(ada, GENERAL, "pro", grid["ts"])
        await ada.type(GENERAL, "/draft deliver approved 80x80")
        for grid in grids:
            message = await delivered(ada, GENERAL, grid["ts"], 1)
            assert titles(message) == [f"{payload(grid)['brief']}-80x80.jpg"]


async def test_painting_beyond_the_picture_costs_a_fix_and_crops_nothing(product, ada):
    grid = await drafted(ada, SNEAKERS, "/draft a green hat --n 1")
    name = payload(grid)["brief"]
    await ada.react(SNEAKERS, grid["ts"], "one")
    await shown(ada, SNEAKERS, "pro", grid["ts"])
    answer = await ada.type(SNEAKERS, f"/draft deliver {name} 192x96 64x64 --extend --format png")
    assert "costs" in answer.response_text
    message = await delivered(ada, SNEAKERS, grid["ts"], 2)
    assert await sizes_of(ada, message) == [("PNG", (192, 96)), ("PNG", (64, 64))]
    assert "canvas extended" in words(message)
    assert "cropped away" not in words(message)
    money = product.rows("SELECT kind, tier FROM ledger WHERE brief = ? AND tier = 'fix'", name)
    assert [row["kind"] for row in money] == ["reserve", "settle"], "the square needed no painting"
    # The thread goes on from the Pro render, not from the wide canvas.
    await ada.say(SNEAKERS, "@Draftroom fix left: make it blue", thread_ts=grid["ts"])
    await until(
        lambda: len(product.rows("SELECT 1 FROM versions WHERE brief = ? AND kind = 'fix'", name)) == 2
    )
    (fixed,) = product.rows(
        "SELECT parents.kind AS kind FROM versions JOIN versions AS parents ON parents.id = versions.parent"
        " WHERE versions.brief = ? AND versions.instruction = 'make it blue'",
        name,
    )
    assert fixed["kind"] == "pro"


async def test_a_button_under_a_picture_opens_a_form_with_the_usual_sizes(product, ada):
    grid = await drafted(ada, TEAHOUSE, "/draft a blue pot --n 1")
    await ada.react(TEAHOUSE, grid["ts"], "one")
    pro = await shown(ada, TEAHOUSE, "pro", grid["ts"])
    await ada.click(pro, "deliver_picture")
    view = await ada.open_view()
    refused = await ada.submit(view, {})
    assert "Which size?" in refused["errors"]["sizes"] or "Which size?" in str(refused)
    refused = await ada.submit(view, {"sizes": "12 by 12"})
    assert "neither a size" in str(refused["errors"])
    refused = await ada.submit(view, {"sizes": "120x80", "cap": "plenty"})
    assert "no file size" in refused["errors"]["cap"]
    story = next(
        o
        for b in view["blocks"]
        if b.get("block_id") == "usual"
        for o in b["element"]["options"]
        if o["value"] == "story"
    )
    await ada.submit(
        view,
        {
            "usual": {"usual": {"type": "checkboxes", "selected_options": [story]}},
            "sizes": "120x80",
            "cap": "500kb",
        },
    )
    message = await delivered(ada, TEAHOUSE, grid["ts"], 2)
    assert await sizes_of(ada, message) == [("JPEG", (1080, 1920)), ("JPEG", (120, 80))]
    await whispered(ada, TEAHOUSE, "2 files")


async def test_what_cannot_be_delivered_gets_a_sentence_and_costs_nothing(product, ada):
    grid = await drafted(ada, SNEAKERS, "/draft four caps --n 2")
    name, spent = payload(grid)["brief"], len(product.ledger())
    for line, sentence in [
        (f"deliver {name} 100x100", "has 2 drafts and none in Pro"),
        (f"deliver {name}/7 100x100", "There is no picture"),
        (f"deliver {name}/pro 100x100", "0 in Pro"),
        ("deliver ZZZZZZZ 100x100", "There is no brief `ZZZZZZZ`"),
        (f"deliver {name}/1 40000x10", "16 to 4096"),
        (f"deliver {name}/1 4000x20 --extend", "more than I draw"),
        (f"deliver {name}/1 <!channel>", "neither a size"),
    ]:
        assert sentence in (await ada.type(SNEAKERS, f"/draft {line}")).response_text, line
    assert "belongs to" in (await ada.type(GENERAL, f"/draft deliver {name}/1 100x100")).response_text
    async with product.person("U0GUEST") as guest:
        answer = await guest.type(SNEAKERS, f"/draft deliver {name}/1 100x100")
        assert "Guests" in answer.response_text
    assert len(product.ledger()) == spent

    # A cap that is too low is only known afterwards: the file is missing, with the reason.
    await ada.type(SNEAKERS, f"/draft deliver {name}/1 1200x1200 --max 2kb")
    message = await delivered(ada, SNEAKERS, grid["ts"], 0)
    assert "1200x1200 is missing" in words(message)
    assert len(product.ledger()) == spent


async def test_a_delivery_survives_a_crash(make_product):
    product = make_product().start_bot()
    async with product.person("U0ADA") as ada:
        grid = await drafted(ada, SNEAKERS, "/draft a kite --n 1")
        name = payload(grid)["brief"]
        await ada.type(SNEAKERS, f"/draft deliver {name} 3000x3000 2900x2900 2800x2800")
        product.kill_bot()
        product.start_bot()
        message = await delivered(ada, SNEAKERS, grid["ts"], 3)
        assert [size for _, size in await sizes_of(ada, message)] == [
            (3000, 3000),
            (2900, 2900),
            (2800, 2800),
        ]
        thread = await ada.messages(SNEAKERS, grid["ts"])
        assert len([m for m in thread if payload(m).get("effect", "").startswith("errand:")]) == 1
