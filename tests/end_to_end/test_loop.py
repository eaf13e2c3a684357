"""Draft, approve, Pro, fix, cost: as people live it."""

import io
import re
from decimal import Decimal

import numpy as np
from PIL import Image

from tests.end_to_end.product import (
    SNEAKERS,
    TEAHOUSE,
    approve_buttons,
    details,
    drafted,
    files,
    payload,
    shown,
    whispered,
    words,
)


def pixels(data):
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


async def test_the_whole_loop(make_product):
    product = make_product().start_bot()
    async with product.person("U0ADA") as ada, product.person("U0BEN") as ben:
        grid = await drafted(ada, SNEAKERS, "/draft a red apple on the table --seed 3")
        assert [one["text"]["text"] for one in approve_buttons(grid)] == [f"Pro {n}" for n in range(1, 5)]
        assert "reactions" not in grid, "numbers stand once"
        (image,) = [block for block in grid["blocks"] if block["type"] == "image"]
        assert "4 pictures" in image["alt_text"]
        assert "a red apple on the table" in image["alt_text"]
        sheet = pixels(await ada.file(files(grid)[0]))
        assert min(sheet.shape[:2]) > 2 * 64 - 1
        told = await details(ada, grid)
        (settled,) = product.rows("SELECT amount_micro FROM ledger WHERE kind = 'settle'")
        assert f"${settled['amount_micro'] / 1e6:.6f}".rstrip("0") in told
        assert "left this month" in told
        assert "$" not in words(grid)

        await ben.react(SNEAKERS, grid["ts"], "two")
        pro = await shown(ada, SNEAKERS, "pro", grid["ts"])
        assert "<@U0BEN>" in words(pro)
        before = pixels(await ada.file(files(pro)[0]))
        assert before.shape == (128, 128, 3)

        await ada.say(SNEAKERS, "@Draftroom fix left: make it blue", thread_ts=grid["ts"])
        fixed = await shown(ada, SNEAKERS, "fix", grid["ts"], count=2)
        assert "pixels changed outside the mask: 0" in words(fixed)
        after = pixels(await ada.file(files(fixed)[1]))
        changed = (before != after).any(-1)
        assert not changed[:, 64:].any()
        assert changed[:, :64].mean() > 0.5

        await ada.type(SNEAKERS, "/draft summary")
        summary = await shown(ada, SNEAKERS, "summary")
    told = Decimal(re.search(r"\$([0-9.]+) spent", summary["text"]).group(1))
    rows = product.rows("SELECT * FROM ledger")
    assert told * 1_000_000 == sum(row["amount_micro"] for row in rows if row["kind"] == "settle")
    assert product.ledger() == [
        (kind, tier) for tier in ("draft", "pro", "fix") for kind in ("reserve", "settle")
    ]
    assert "1 picture" in words(summary)


async def test_two_people_and_a_button_approve_one_render(product, ada, ben):
    grid = await drafted(ada, TEAHOUSE, "/draft a teapot --n 2")
    before = len(product.rows("SELECT * FROM jobs WHERE tier = 'pro'"))
    await ben.react(TEAHOUSE, grid["ts"], "one")
    await ada.react(TEAHOUSE, grid["ts"], "one")
    await ada.click(grid, approve_buttons(grid)[0]["action_id"])
    await shown(ada, TEAHOUSE, "pro", grid["ts"])
    replies = await ada.messages(TEAHOUSE, grid["ts"])
    assert len([m for m in replies if payload(m).get("role") == "pro"]) == 1
    assert len(product.rows("SELECT * FROM jobs WHERE tier = 'pro'")) == before + 1


async def test_an_approval_taken_back_in_time_costs_nothing(make_product):
    product = make_product(DRAFTROOM_APPROVAL_GRACE_S="20").start_bot()
    async with product.person("U0ADA") as ada:
        grid = await drafted(ada, SNEAKERS, "/draft a cup --n 1")
        await ada.react(SNEAKERS, grid["ts"], "one")
        await ada.wait_for(SNEAKERS, lambda m: payload(m).get("role") == "pro", thread_ts=grid["ts"])
        await ada.unreact(SNEAKERS, grid["ts"], "one")
        told = await ada.wait_for(SNEAKERS, lambda m: "won't be rendered" in m["text"], thread_ts=grid["ts"])
    assert "Nothing was charged" in told["text"]
    assert product.ledger()[-2:] == [("reserve", "pro"), ("void", "pro")]


async def test_an_approval_is_taken_back_by_the_button_of_its_render(make_product):
    product = make_product(DRAFTROOM_APPROVAL_GRACE_S="90").start_bot()
    async with product.person("U0ADA") as ada, product.person("U0BEN") as ben:
        grid = await drafted(ada, SNEAKERS, "/draft a cup --n 1")
        await ada.click(grid, approve_buttons(grid)[0]["action_id"])
        waiting = await ada.wait_for(
            SNEAKERS, lambda m: payload(m).get("role") == "pro", thread_ts=grid["ts"]
        )
        assert "take it back within 90 s" in words(waiting)
        await ben.click(waiting, "withdraw_cell_1")
        await whispered(ben, SNEAKERS, "nothing to take back", grid["ts"])
        assert product.ledger()[-1] == ("reserve", "pro")
        await ada.click(waiting, "withdraw_cell_1")
        told = await ada.wait_for(SNEAKERS, lambda m: "won't be rendered" in m["text"], thread_ts=grid["ts"])
    assert told["ts"] == waiting["ts"]
    assert [block["type"] for block in told["blocks"]] == ["section"]
    assert product.ledger()[-2:] == [("reserve", "pro"), ("void", "pro")]


async def test_a_mask_picture_says_what_may_change(product, ada):
    grid = await drafted(ada, SNEAKERS, "/draft a green shoe --n 1")
    mask = Image.new("L", (64, 64), 0)
    mask.paste(255, (10, 20, 40, 50))
    out = io.BytesIO()
    mask.save(out, "PNG")
    await ada.upload(SNEAKERS, out.getvalue(), "mask.png", "@Draftroom fix: make it red", grid["ts"])
    fixed = await shown(ada, SNEAKERS, "fix", grid["ts"], count=2)
    (version,) = product.rows(
        "SELECT * FROM versions WHERE brief = ? AND kind = 'fix'", payload(grid)["brief"]
    )
    stored = product.data / "pictures" / version["mask"][:2] / f"{version['mask']}.png"
    assert Image.open(stored).getbbox() == (10, 20, 40, 50)
    assert "pixels changed outside the mask: 0" in words(fixed)


async def test_an_arrow_on_a_fix_goes_back_to_the_version_before(product, ada, ben):
    grid = await drafted(ada, TEAHOUSE, "/draft a sugar bowl --n 1")
    await ada.react(TEAHOUSE, grid["ts"], "one")
    pro = await shown(ada, TEAHOUSE, "pro", grid["ts"])
    await ada.say(TEAHOUSE, "@Draftroom fix left: make it blue", thread_ts=grid["ts"])
    fixed = await shown(ada, TEAHOUSE, "fix", grid["ts"], count=2)
    await ben.react(TEAHOUSE, fixed["ts"], "leftwards_arrow_with_hook")
    await ada.wait_for(TEAHOUSE, lambda m: "<@U0BEN>" in m["text"] and "back" in m["text"], 30, grid["ts"])
    spent = len(product.rows("SELECT * FROM ledger"))
    await ada.say(TEAHOUSE, "@Draftroom fix right: make it green", thread_ts=grid["ts"])
    again = await shown(ada, TEAHOUSE, "fix", grid["ts"], count=2, after={fixed["ts"]})
    before, after = pixels(await ada.file(files(pro)[0])), pixels(await ada.file(files(again)[1]))
    assert not (before != after).any(-1)[:, :64].any(), "it went on from the fix that was taken back"
    assert len(product.rows("SELECT * FROM ledger")) == spent + 2


async def test_the_form_and_the_home_page(product, ada):
    await ada.type(SNEAKERS, "/draft")
    view = await ada.open_view()
    refused = await ada.submit(view, {"prompt": "an apple on the table", "seed": "x"})
    assert "whole number" in refused["errors"]["seed"]
    await ada.submit(view, {"prompt": "an apple on the table", "cells": "2", "aspect": "3:2", "seed": "5"})
    grid = await ada.wait_for(
        SNEAKERS, lambda m: "an apple on the table" in m["text"] and len(approve_buttons(m)) == 2, 60
    )
    assert "*Seed* 5" in await details(ada, grid)
    home = await ada.home()
    assert "an apple on the table" in str(home)


async def test_the_shape_is_what_was_asked_for(product, ada):
    grid = await drafted(ada, SNEAKERS, "/draft a wide shoe —n 1 —ar 2:1")
    (cell,) = product.rows(
        "SELECT width, height FROM versions JOIN pictures ON sha256 = picture WHERE brief = ?",
        payload(grid)["brief"],
    )
    assert (cell["width"], cell["height"]) == (64, 32)


async def test_what_people_type_cannot_ping_or_format(product, ada):
    grid = await drafted(ada, SNEAKERS, "/draft <!channel> & *bold* <@U0BEN> --n 1")
    assert "<!channel>" not in words(grid)
    assert "&lt;!channel&gt; &amp;" in words(grid)
    (brief,) = product.rows("SELECT prompt FROM briefs WHERE id = ?", payload(grid)["brief"])
    assert brief["prompt"].startswith("<!channel> & *bold*")


async def test_the_loop_over_signed_http(make_product):
    product = make_product(http=True).start_bot()
    async with product.person("U0ADA") as ada:
        grid = await drafted(ada, SNEAKERS, "/draft a white apple --n 2")
        await ada.react(SNEAKERS, grid["ts"], "one")
        await shown(ada, SNEAKERS, "pro", grid["ts"])
    assert product.ledger()[-1] == ("settle", "pro")
