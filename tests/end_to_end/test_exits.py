"""What a brief hears once when it drags on, and what the buttons under it do."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta

import pytest

from tests.end_to_end.product import (
    GENERAL,
    SNEAKERS,
    TEAHOUSE,
    Product,
    drafted,
    files,
    payload,
    shown,
    until,
    whispered,
    words,
)


@pytest.fixture(scope="module")
def product(tmp_path_factory, engine_url):
    """A product of this module's own, since settings last."""
    made = Product(tmp_path_factory.mktemp("exits"), engine_url).start_bot()
    yield made
    made.stop()


def buttons(message):
    return {
        element["action_id"]: element
        for block in message.get("blocks", [])
        if block["type"] == "actions"
        for element in block["elements"]
    }


async def set_criteria(person, channel, minutes="0", pictures="0", rerolls="0"):
    await person.type(channel, "/draft settings")
    values = {"minutes": minutes, "pictures": pictures, "rerolls": rerolls}
    answer = await person.submit(await person.open_view(), values)
    assert not answer.get("errors"), answer


def told(text):
    return lambda m: text in words(m) and "exit_stop" in buttons(m)


async def again(person, channel, grid):
    """Draw a grid again by emoji and wait for the new one."""
    known = {m["ts"] for m in await person.messages(channel)}
    await person.react(channel, grid["ts"], "repeat")
    return await person.wait_for(
        channel, lambda m: m["ts"] not in known and "approve_cell_1" in buttons(m), 60
    )


def let_pass(product, brief, minutes):
    """Time goes by while the bot is down: all that happened is so much longer ago."""
    with closing(sqlite3.connect(product.data / "draftroom.sqlite3")) as database, database:
        (made,) = database.execute("SELECT created_at FROM briefs WHERE id = ?", [brief]).fetchone()
        earlier = datetime.fromisoformat(made) - timedelta(minutes=minutes)
        database.execute(
            "UPDATE briefs SET created_at = ? WHERE id = ?",
            [earlier.isoformat(timespec="microseconds"), brief],
        )


async def test_pictures_without_an_approval_are_told_once_over_the_whole_chain(product, ada, ben):
    await set_criteria(ada, SNEAKERS, pictures="4")
    first = await drafted(ada, SNEAKERS, "/draft a worn boot --n 2")
    second = await again(ada, SNEAKERS, first)
    message = await ada.wait_for(SNEAKERS, told("4 pictures, and none is approved"), 15, second["ts"])
    assert "4 pictures in 2 grids" in words(message)
    assert len(files(message)) == 1
    assert {"exit_approve_1", "exit_approve_2", "draft_change", "straight_to_pro", "exit_help"} <= set(
        buttons(message)
    )
    spent = sum(r["amount_micro"] for r in product.rows("SELECT * FROM ledger WHERE kind = 'settle'"))
    assert spent
    await again(ada, SNEAKERS, second)
    root = payload(first)["brief"]
    assert len(product.rows("SELECT * FROM exits WHERE brief = ?", root)) == 1
    assert len(product.rows("SELECT * FROM effects WHERE key LIKE ?", f"exit:{root}:%")) == 1

    # Its button approves the very picture that it shows: number 2 is the second cell of the second grid.
    await ben.click(message, "exit_approve_2")
    done = await shown(ada, SNEAKERS, "pro", second["ts"])
    assert "Picture 2 in Pro" in words(done)
    assert "<@U0BEN>" in words(done)


async def test_what_is_approved_hears_nothing_of_time_or_pictures(product, ada):
    await set_criteria(ada, SNEAKERS)
    grid = await drafted(ada, SNEAKERS, "/draft a tidy shelf --n 2")
    await ada.react(SNEAKERS, grid["ts"], "one")
    await shown(ada, SNEAKERS, "pro", grid["ts"])
    await set_criteria(ada, SNEAKERS, pictures="2")
    other = await drafted(ada, SNEAKERS, "/draft a messy shelf --n 2")
    await ada.wait_for(SNEAKERS, told("2 pictures, and none is approved"), 15, other["ts"])
    assert not product.rows("SELECT * FROM exits WHERE brief = ?", payload(grid)["brief"])


async def test_more_than_two_rerolls_point_to_the_editor(product, ada, ben):
    await set_criteria(ada, TEAHOUSE, rerolls="2")
    grid = first = await drafted(ada, TEAHOUSE, "/draft a chipped saucer --n 1")
    for _ in range(2):
        grid = await again(ada, TEAHOUSE, grid)
    assert not product.rows("SELECT * FROM exits WHERE brief = ?", payload(first)["brief"])
    grid = await again(ada, TEAHOUSE, grid)
    message = await ada.wait_for(TEAHOUSE, told("drawn again 3 times"), 15, grid["ts"])
    assert "Fix picture 1 instead" in buttons(message)["edit_picture"]["text"]["text"]
    await ben.click(message, "edit_picture")
    await whispered(ben, TEAHOUSE, "Open the editor", grid["ts"])

    await ben.click(message, "exit_help")
    wanted = await ada.wait_for(TEAHOUSE, lambda m: "another pair of eyes" in m["text"])
    assert "<@U0BEN>" in wanted["text"]
    assert "http" in words(wanted)
    await ben.click(message, "exit_help")
    await whispered(ben, TEAHOUSE, "You asked the channel already", grid["ts"])


async def test_ten_minutes_are_told_once_even_if_the_bot_was_down_when_they_were_over(make_product):
    own = make_product().start_bot()
    async with own.person("U0ADA") as ada:
        grid = await drafted(ada, SNEAKERS, "/draft a slow snail --n 2")
        brief = payload(grid)["brief"]
        own.kill_bot()
        let_pass(own, brief, minutes=8)
        own.start_bot()
        await drafted(ada, GENERAL, "/draft a fast hare --n 1")
        assert own.rows("SELECT * FROM exits") == [], "eight minutes are not ten"
        own.kill_bot()
        let_pass(own, brief, minutes=3)
        own.start_bot()
        message = await ada.wait_for(
            SNEAKERS, told("10 minutes, and nothing is approved yet"), 30, grid["ts"]
        )
        assert "2 pictures in 1 grid" in words(message)
        own.kill_bot()
        own.start_bot()
        await drafted(ada, GENERAL, "/draft a fast hare --n 1")
        said = [m for m in await ada.messages(SNEAKERS, grid["ts"]) if told("10 minutes")(m)]
        assert len(said) == 1

        await ada.click(message, "exit_stop")
        await ada.wait_for(SNEAKERS, lambda m: "stopped here with" in m["text"], 15, grid["ts"])
        await ada.click(message, "exit_stop")
        await whispered(ada, SNEAKERS, "stopped already", grid["ts"])
        own.kill_bot()
        with closing(sqlite3.connect(own.data / "draftroom.sqlite3")) as database, database:
            database.execute("DELETE FROM exits WHERE kind = 'time'")
        own.start_bot()
        await drafted(ada, GENERAL, "/draft a fast hare --n 1")
        assert [row["kind"] for row in own.rows("SELECT kind FROM exits WHERE brief = ?", brief)] == [
            "stopped"
        ]


async def test_old_briefs_and_switched_off_criteria_stay_quiet(make_product):
    own = make_product().start_bot()
    async with own.person("U0ADA") as ada:
        await set_criteria(ada, TEAHOUSE)
        quiet = await drafted(ada, TEAHOUSE, "/draft an old kettle --n 1")
        old = await drafted(ada, SNEAKERS, "/draft an old shoe --n 1")
        own.kill_bot()
        let_pass(own, payload(quiet)["brief"], minutes=60)
        let_pass(own, payload(old)["brief"], minutes=25 * 60)
        own.start_bot()
        await drafted(ada, GENERAL, "/draft a bell --n 1")
        await until(lambda: len(own.rows("SELECT * FROM versions")) == 3)
        assert own.rows("SELECT * FROM exits") == []
