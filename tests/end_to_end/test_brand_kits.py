"""A channel's brand kit, from its form to the grids that use it, and the drift of pictures from its palette."""

import io

from PIL import Image

from tests.end_to_end.product import (
    GENERAL,
    SNEAKERS,
    TEAHOUSE,
    details,
    drafted,
    files,
    payload,
    shown,
    words,
)


async def set_kit(person, channel, **values):
    assert (await person.type(channel, "/draft brand")).response_text is None
    view = await person.open_view()
    answer = await person.submit(view, values)
    assert not answer.get("errors"), answer
    return await person.wait_for(channel, lambda m: "set this channel's brand kit" in m["text"], 30)


async def test_a_kit_is_set_in_a_form_and_used_by_the_next_grid(product, ada, ben):
    told = await set_kit(
        ada,
        SNEAKERS,
        palette="Teal #0b5563\nCoral #ff7f50",
        always="soft daylight",
        style="matte paper",
        refused="cheap, blood",
        tolerance="1",
    )
    assert "Teal #0b5563, Coral #ff7f50" in words(told)
    picture = Image.open(io.BytesIO(await ben.file(files(told)[0]))).convert("RGB")
    assert {(11, 85, 99), (255, 127, 80)} <= {colour for _, colour in picture.getcolors(100_000)}
    (block,) = [block for block in told["blocks"] if block["type"] == "image"]
    assert block["alt_text"] == "Palette of 2 colours: Teal #0b5563, Coral #ff7f50"

    grid = await drafted(ben, SNEAKERS, "/draft a red shoe --n 2")
    assert "“a red shoe”" in words(grid)
    assert "Pictures 1, 2 are off the palette" in words(grid)
    told = await details(ben, grid)
    assert "From the brand kit* soft daylight, matte paper" in told
    assert "Picture 1 is off the palette by" in told
    name = payload(grid)["brief"]
    rows = product.rows("SELECT prompt FROM versions WHERE brief = ?", name)
    assert [row["prompt"] for row in rows] == ["a red shoe, soft daylight, matte paper"] * 2
    assert len(product.rows("SELECT 1 FROM drift JOIN versions ON id = version WHERE brief = ?", name)) == 2

    await ben.react(SNEAKERS, grid["ts"], "one")
    pro = await shown(ben, SNEAKERS, "pro", grid["ts"])
    assert "This picture is off the palette by" in words(pro)


async def test_who_may_not_set_it_sees_it(product, ada, ben):
    assert "no brand kit" in (await ben.type(GENERAL, "/draft brand")).response_text
    await set_kit(ada, GENERAL, palette="#336699", refused="ugly")
    answer = await ben.type(GENERAL, "/draft brand")
    assert "#336699" in answer.response_text
    assert "refused: ugly" in answer.response_text
    (seen,) = [
        message
        for message in await ben.messages(GENERAL)
        if message.get("ephemeral") and "#336699" in message["text"]
    ]
    assert "#336699" in next(block for block in seen["blocks"] if block["type"] == "image")["alt_text"]
    await ada.type(GENERAL, "/draft brand")
    view = await ada.open_view()
    filled = {b["block_id"]: b["element"].get("initial_value") for b in view["blocks"] if "element" in b}
    assert (filled["palette"], filled["refused"]) == ("#336699", "ugly")


async def test_what_a_kit_refuses_gets_a_sentence_and_costs_nothing(make_product):
    product = make_product().start_bot()
    async with product.person("U0ADA") as ada:
        await ada.type(TEAHOUSE, "/draft brand")
        view = await ada.open_view()
        for values, part in [
            ({"palette": "teal"}, "palette"),
            ({"palette": "#12"}, "palette"),
            ({"palette": "", "always": "cheap", "refused": "cheap"}, "refused"),
            ({"always": "", "tolerance": "lots"}, "tolerance"),
        ]:
            assert part in (await ada.submit(view, values))["errors"]
        await ada.close(view)
        assert "no palette" in (await ada.type(TEAHOUSE, "/draft drift")).response_text
        await set_kit(ada, TEAHOUSE, palette="#0b5563", refused="cheap")
        for line in ("a CHEAP teapot", "a teapot, cheap --n 1"):
            answer = await ada.type(TEAHOUSE, f"/draft {line}")
            assert "refuses “cheap”" in answer.response_text
        assert "no pictures" in (await ada.type(TEAHOUSE, "/draft drift")).response_text
        assert "1 to 200" in (await ada.type(TEAHOUSE, "/draft drift 999")).response_text
        assert product.ledger() == []
        assert product.rows("SELECT * FROM briefs") == []


async def test_the_drift_of_a_channel_is_charted_with_its_numbers_in_words(make_product):
    product = make_product().start_bot()
    async with product.person("U0ADA") as ada:
        # Drawn before there was a palette: measured when the chart is asked for.
        grid = await drafted(ada, TEAHOUSE, "/draft a teapot --n 3")
        await set_kit(ada, TEAHOUSE, palette="Ink #000000", tolerance="5")
        spent = len(product.ledger())
        answer = await ada.type(TEAHOUSE, "/draft drift")
        assert "3 pictures" in answer.response_text
        chart = await ada.wait_for(TEAHOUSE, lambda m: "Drift of 3 pictures" in m["text"] and files(m), 60)
        (block,) = [block for block in chart["blocks"] if block["type"] == "image"]
        measured = product.rows("SELECT distance FROM drift ORDER BY distance DESC")
        assert len(measured) == 3
        assert f"the farthest {measured[0]['distance']:.1f}" in block["alt_text"]
        assert "3 flagged above 5" in block["alt_text"]
        name = payload(grid)["brief"]
        told = words(chart)
        assert all(f"`{name}/draft{number}` is off the palette" in told for number in (1, 2, 3))
        assert Image.open(io.BytesIO(await ada.file(files(chart)[0]))).size == (1200, 1060)
        assert len(product.ledger()) == spent
        one = await ada.type(TEAHOUSE, "/draft drift 1")
        assert "1 picture " in one.response_text
