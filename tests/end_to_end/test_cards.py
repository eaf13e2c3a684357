"""Grids as cards: each picture's own buttons; a workspace that refuses cards gets the sheet at once, and is remembered."""

from sandbox.client import Control
from tests.end_to_end.product import (
    GENERAL,
    SNEAKERS,
    approve_buttons,
    details,
    drafted,
    files,
    payload,
    shown,
    whispered,
    words,
)
from tests.end_to_end.test_second_thoughts import next_grid, stamps


def deck(message):
    """The cards of a message."""
    return [
        card
        for block in message.get("blocks", [])
        if block["type"] == "carousel"
        for card in block["elements"]
    ]


async def dealt(person, channel, line):
    """Type a draft and wait for its cards."""
    known = await stamps(person, channel)
    answer = await person.type(channel, line)
    assert not answer.response_text, answer.response_text
    return await person.wait_for(channel, lambda m: m["ts"] not in known and deck(m), 60)


async def test_each_picture_has_its_own_buttons(make_product):
    product = make_product(DRAFTROOM_GRID_FORM="cards").start_bot()
    async with product.person("U0ADA") as ada, product.person("U0BEN") as ben:
        grid = await dealt(ada, SNEAKERS, "/draft a very " + "long " * 150 + "boat --n 9")
        assert [card["title"]["text"] for card in deck(grid)] == [str(n) for n in range(1, 10)]
        pictures = [card["hero_image"]["slack_file"]["id"] for card in deck(grid)]
        assert len({await ada.file(one) for one in pictures}) == 9
        assert "boat" in await details(ada, grid)

        await ben.click(grid, "approve_cell_2")
        await shown(ada, SNEAKERS, "pro", grid["ts"])
        marked = await ada.wait_for(SNEAKERS, lambda m: m["ts"] == grid["ts"] and "2 in Pro" in words(m), 30)
        assert [card["hero_image"]["slack_file"]["id"] for card in deck(marked)] == pictures
        await ben.react(SNEAKERS, grid["ts"], "three")
        await ada.wait_for(SNEAKERS, lambda m: m["ts"] == grid["ts"] and "3 in Pro" in words(m), 60)

        known = await stamps(ada, SNEAKERS)
        await ada.click(grid, "vary_cell_subtle_4")
        name = payload(grid)["brief"]
        other = await ada.wait_for(SNEAKERS, lambda m: m["ts"] not in known and deck(m), 60)
        assert f"subtle variations of {name}/4" in words(other)
        await ada.click(grid, "edit_picture_5")
        await whispered(ada, SNEAKERS, "Open the editor", grid["ts"])

        known = await stamps(ben, SNEAKERS)
        await ben.type(SNEAKERS, f"/draft show {name}")
        again = await ben.wait_for(SNEAKERS, lambda m: m["ts"] not in known and deck(m), 30)
        assert len(deck(again)) == 9
        await ada.click(grid, "draft_remove")
        await ada.wait_for(SNEAKERS, lambda m: m["ts"] == grid["ts"] and "removed the grid" in m["text"])
    assert product.rows("SELECT form, taken FROM forms_taken") == [{"form": "cards", "taken": 1}]


async def test_a_workspace_that_refuses_cards_gets_the_sheet_and_is_not_asked_again(make_product):
    product = make_product(DRAFTROOM_GRID_FORM="cards").start_bot()
    async with product.person("U0ADA") as ada, Control(product.url) as control:
        await control.set_faults({"classic_blocks": True})
        grid = await drafted(ada, SNEAKERS, "/draft a boat --n 2")
        assert len(approve_buttons(grid)) == 2
        await ada.click(grid, "approve_cell_1")
        await shown(ada, SNEAKERS, "pro", grid["ts"])
        await ada.wait_for(SNEAKERS, lambda m: m["ts"] == grid["ts"] and "1 in Pro" in words(m), 30)
        await control.set_faults({})
        other = await drafted(ada, GENERAL, "/draft a boat --n 2")
        assert not deck(other)
        assert len(files(other)) == 1
        product.kill_bot()
        product.start_bot()
        assert not deck(await drafted(ada, GENERAL, "/draft a boat --n 1")), "it remembers"
    assert product.rows("SELECT form, taken FROM forms_taken") == [{"form": "cards", "taken": 0}]


async def test_cards_that_were_taken_and_are_refused_later_give_way_where_they_are_shown_anew(make_product):
    product = make_product(DRAFTROOM_GRID_FORM="cards").start_bot()
    async with product.person("U0ADA") as ada, Control(product.url) as control:
        grid = await dealt(ada, SNEAKERS, "/draft a boat --n 2")
        await control.set_faults({"classic_blocks": True})
        known = await stamps(ada, SNEAKERS)
        await ada.type(SNEAKERS, f"/draft show {payload(grid)['brief']}")
        again = await next_grid(ada, SNEAKERS, known)
        assert len(files(again)) == 1
        assert len(approve_buttons(again)) == 2


async def test_a_channel_decides_for_itself(product, ada):
    await ada.type(GENERAL, "/draft settings")
    await ada.submit(await ada.open_view(), {"grid_form": "cards"})
    await ada.wait_for(GENERAL, lambda m: "a card for each picture" in words(m))
    assert len(deck(await dealt(ada, GENERAL, "/draft a boat --n 3"))) == 3
    assert not deck(await drafted(ada, SNEAKERS, "/draft a boat --n 3"))
